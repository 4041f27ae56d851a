"""The processes of a platform, for the fault suite: each may be killed at any moment and started again.

They are copies of one process that has imported everything, so that a start takes no second of a busy machine.
"""

import hashlib
import json
import multiprocessing
import os
import random
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import TypeVar

from tests.faults.server.points import arm

from camloom.errors import ExchangeError
from camloom.exchange import EventMessage, MediaMessage
from camloom.exchange.local import LocalHost, LocalServer
from camloom.server.clock import system_clock
from camloom.server.run import serve
from camloom.server.settings import ServerSettings

T = TypeVar("T")
_EVENT_S = 0.1
_AGAIN = 3
_MOST_WAITING = 100
_PRELOADED = ["pytest", "tests.faults.server.programs", "sqlalchemy.dialects.sqlite", "psycopg"]


def start(program: Callable[..., None], log: Path, *arguments: object) -> ForkServerProcess:
    """Start a program of this file as a process of its own; what it writes goes into a file."""
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(target=_run, args=(program, log, os.getpid(), arguments), daemon=True)
    process.start()
    return process


def _run(program: Callable[..., None], log: Path, _parent: int, arguments: tuple[object, ...]) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(out, number)
    program(*arguments)


def server(settings: dict[str, object], point: str, nth: int) -> None:
    """Be a server until somebody ends it; it dies by itself when it comes to a point for the nth time."""
    if point:
        arm(point, nth)
    made = ServerSettings(**settings)  # type: ignore[arg-type]  # plain data of a test
    serve(
        made,
        lambda: LocalServer(made.exchange),
        announce=lambda line: os.write(1, f"{line}\n".encode()),
        clock=lambda: _now(made.data),
    )


def set_clock(data: Path, ahead: timedelta) -> None:
    """Set the clock of the server, which reads it anew each time."""
    unfinished = data.with_name("clock.part")
    unfinished.write_text(str(ahead.total_seconds()))
    unfinished.replace(data.with_name("clock"))


def _now(data: Path) -> datetime:
    now = system_clock()
    with suppress(FileNotFoundError):
        return now + timedelta(seconds=float(data.with_name("clock").read_text()))
    return now


# --- the engine's side ---


def picture(number: int) -> bytes:
    """Return the picture of an event, which no other event has."""
    drawn = random.Random(number)
    return b"\xff\xd8\xff\xe0" + f"{number:08}".encode() + drawn.randbytes(drawn.randrange(2000, 20_000))


def event_id(number: int) -> str:
    """Return the id of an event."""
    return f"01K8{number:022}"


def publisher(data: Path, host_id: str, task_id: str, told: Path, last: bool) -> None:
    """Publish events with pictures, one after the other, and note each number that the exchange has acknowledged.

    Args:
        data: folder of the platform.
        told: file of the numbers.
        last: no new events: only say what is still to be said, and end.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    folder = data / "streams" / task_id / "media"
    folder.mkdir(parents=True, exist_ok=True)
    number = len(told.read_text().splitlines()) if told.exists() else 0
    notes = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    exchange = _insist(lambda: LocalHost(data / "exchange.db", host_id))
    # As the supervisor does after a crash: what was told may be told again.
    for known in range(max(1, number - _AGAIN), number + 1):
        _publish(exchange, _event(known, task_id, folder))
    while not last:
        if _waiting(data / "exchange.db") > _MOST_WAITING:
            time.sleep(_EVENT_S)
            continue
        number += 1
        late = number % 4 == 0  # the event before its picture, as with clips
        if not late:
            _picture(folder, number)
        _publish(exchange, _event(number, task_id, folder))
        os.write(notes, f"{number}\n".encode())
        if late:
            _picture(folder, number)
        _insist(lambda: _tell_media(exchange, folder))
        time.sleep(_EVENT_S)
    _insist(lambda: _tell_media(exchange, folder, last=True))


def _event(number: int, task_id: str, folder: Path) -> EventMessage:
    name = f"{event_id(number)}.jpg"
    document = {
        "schema": "camloom.event/1",
        "id": event_id(number),
        "type": "region.entered",
        "source_id": "gate",
        "rule_id": "r1",
        "phase": "instant",
        "incident_id": event_id(number),
        "occurred_at": (system_clock() - timedelta(hours=1)).isoformat(),
        "pts_s": float(number),
        "media": {"picture": name},
        "template": "intrusion",
        "name": {"zh": "入侵检测", "en": f"Intrusion {number}"},
        "severity": "major",
    }
    return EventMessage(id=event_id(number), task_id=task_id, event=document, media={"picture": folder / name})


def _waiting(path: Path) -> int:
    """Return how many messages the server has not taken: more are not of use, and would have to be waited for."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("select messages from waiting").fetchone()[0])
    return 0


def _publish(exchange: LocalHost, message: EventMessage) -> None:
    _insist(lambda: exchange.publish([message]))


def _picture(folder: Path, number: int) -> None:
    _insist(lambda: _write(folder, number))


def _write(folder: Path, number: int) -> None:
    """Write a picture as sinks do: under another name first."""
    path = folder / f"{event_id(number)}.jpg"
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(picture(number))
    unfinished.replace(path)


def _tell_media(exchange: LocalHost, folder: Path, *, last: bool = False) -> None:
    pending = exchange.pending_media()
    for one in pending if last else ():
        if not one.path.exists():  # the process died in between; a real one would record no more of it either
            _write(folder, int(one.event_id[4:]))
    there = [one for one in pending if one.path.exists()]
    exchange.publish(
        [MediaMessage(id=one.id, event_id=one.event_id, media_kind=one.media_kind, path=one.path) for one in there]
    )


def _insist(action: Callable[[], T]) -> T:
    """Do something until the exchange takes it, as the sink of a stream does."""
    while True:
        try:
            return action()
        except (ExchangeError, OSError):
            time.sleep(0.05)


# --- the receiver's side ---


def receiver(port: int, notes: Path, seed: int) -> None:
    """Take pushes and note each, key and digest of the body, on the disk before it says so. It honours keys.

    Now and then it says that it cannot, or hangs up after it has taken one.
    """
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    drawn = random.Random(seed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # whoever sent it was killed over it
            mood = drawn.random()
            if mood < 0.01:
                self._say(503)
                return
            line = {"key": self.headers["Idempotency-Key"], "digest": hashlib.sha256(body).hexdigest()}
            os.write(file, (json.dumps(line) + "\n").encode())
            if mood < 0.02:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self._say(200)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with suppress(KeyboardInterrupt):
        ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever(0.05)
