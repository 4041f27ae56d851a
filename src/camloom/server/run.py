"""From settings to a server that answers, and to its end."""

import ctypes
import gc
import os
import resource
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import tzlocal
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from camloom.claim import claimed
from camloom.errors import ServerError
from camloom.exchange import ServerSide
from camloom.server.access.setup import setup_link
from camloom.server.apart import apart
from camloom.server.app import create_app, furnish, jobs, loops
from camloom.server.clock import Clock, system_clock
from camloom.server.database import Database
from camloom.server.database.migrate import migrate
from camloom.server.database.tables import setting
from camloom.server.database.upsert import insert_new, put
from camloom.server.jobs import at_work
from camloom.server.place import listening, make_private
from camloom.server.settings import ServerSettings
from camloom.server.trouble import AWAY, Troubles
from camloom.server.web.connections import PatientHttp
from camloom.server.web.log import configure_log
from camloom.server.week import TIMEZONE

ADDRESS = "address"
"""Under which the server notes in its settings where people find it."""

_DRIVERS = "pip install 'camloom[postgresql]'"
_HEADER_BYTES = 32 << 10
_MESSAGE_BYTES = 1 << 20
_KEEP_ALIVE_S = 30
_GRACE_S = 5
_CONNECTIONS = 1000
_FILES = 8192
_M_ARENA_MAX, _ARENAS = -8, 2


def serve(
    settings: ServerSettings,
    open_exchange: Callable[[], ServerSide],
    *,
    announce: Callable[[str], object],
    clock: Clock = system_clock,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: of this installation.
        open_exchange: opens the way to the hosts, once the folder of everything kept is there.
        announce: told the address, or the link that makes the first account, once it can be opened.
        clock: what time it is.

    Raises:
        ServerError: the port is taken, the database cannot be opened or is of a newer program, ...
        UsageError: another server runs with the same folder.
    """
    configure_log()
    _share_memory()
    _allow_connections()
    make_private(settings)
    with _for_us_alone(), claimed(settings.data, "server"), listening(settings) as listener:
        at_port, troubles = settings.model_copy(update={"port": listener.getsockname()[1]}), Troubles()
        work = partial(_work, at_port, open_exchange, clock, listener)
        with apart(work, troubles) as begin, open_database(settings) as database:
            app = create_app(at_port, database, open_exchange(), clock, troubles)
            with _told():
                link = setup_link(database, at_port, clock())
                _note_address(database, at_port.address)
                _note_zone(database)
            begin()
            _run(app, at_port, listener, lambda: announce(link or at_port.address))


def _work(
    settings: ServerSettings,
    open_exchange: Callable[[], ServerSide],
    clock: Clock,
    listener: socket.socket,
    stop: threading.Event,
    troubles: Troubles,
) -> None:
    """Do what the server does by itself, in a process beside the one that answers."""
    listener.close()  # the port is free as soon as the other one is gone
    database = Database(settings.database)
    state = furnish(settings, database, open_exchange(), clock, troubles)
    gc.freeze()
    with at_work(jobs(state), loops(state), troubles):
        stop.wait()
    database.close()


def _note_address(database: Database, address: str) -> None:
    """Keep where people find the server, for links made from elsewhere; a full disk does not stop the start."""
    with database.read() as connection:
        known = connection.scalar(select(setting.c.value).where(setting.c.key == ADDRESS))
    if known != address:
        with suppress(*AWAY), database.write() as connection:
            put(connection, setting, {"key": ADDRESS, "value": address})


def _note_zone(database: Database) -> None:
    """Let the clock of the site be that of this machine, until somebody sets another."""
    try:
        zone = tzlocal.get_localzone_name()
    except (OSError, ValueError, LookupError):  # a machine that is set up by halves
        return
    with suppress(*AWAY), database.write() as connection:
        insert_new(connection, setting, {"key": TIMEZONE, "value": zone})


@contextmanager
def _for_us_alone() -> Iterator[None]:
    """Whatever is written, others of this machine may not read it, also where somebody opens the folder to them."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _share_memory() -> None:
    """Let threads share two heaps: the C library would make up to eight for each core, and each keeps what it had."""
    with suppress(AttributeError):  # not every C library has that
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def _allow_connections() -> None:
    """Each viewer takes two files, the one to it and the one to the engine: more than a shell allows by default."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextmanager
def open_database(settings: ServerSettings) -> Iterator[Database]:
    """Open the database and bring it to the shape that this program needs. ServerError: it cannot be."""
    with _told():
        database = Database(settings.database)
        migrate(database)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _told() -> Iterator[None]:
    """Say in one line that the database cannot be used."""
    try:
        yield
    except SQLAlchemyError as error:
        # The message of the driver may hold the URL, and that a password.
        kind = type(getattr(error, "orig", None) or error).__name__
        raise ServerError(f"the database cannot be opened ({kind})", "See CAMLOOM_DATABASE_URL.") from error
    except ModuleNotFoundError as error:
        raise ServerError(f"the driver of the database is missing: {error.name}", _DRIVERS) from error


class _Server(uvicorn.Server):
    """Tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], object]) -> None:
        super().__init__(config)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            # What is there now stays: to look through it again and again would hold up everybody for 0.2 s each time.
            gc.collect()
            gc.freeze()
            self._when_started()


def _run(app: FastAPI, settings: ServerSettings, listener: socket.socket, started: Callable[[], object]) -> None:
    config = uvicorn.Config(
        app,
        http=PatientHttp,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.proxies,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ws_max_size=_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # pictures are compressed already
    )
    with _surviving_signals():
        _Server(config, started).run(sockets=[listener])


@contextmanager
def _surviving_signals() -> Iterator[None]:
    """Uvicorn ends by a signal and then raises it again; what is open here still has to be closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = (signal.SIGINT, signal.SIGTERM)
    before: dict[signal.Signals, Any] = {kind: signal.signal(kind, lambda *_: None) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
