"""The way to the database."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog import get_logger

WAIT_S = 10.0
"""So long a writer waits for the others of this process, and half of it for those of other processes."""
NOTE_S = 0.05
"""So long it waits who only makes a note that may be left out."""

_BUSY_MS = 5000
_CACHE_KIB = 1024
_SHAPING_TRIES, _SHAPING_PAUSE_S = 100, 0.05
# As many as there are threads that answer requests, and some for what runs beside them. The one used last is taken
# first: each keeps what it has read.
_POOL = {"pool_size": 10, "max_overflow": 40, "pool_use_lifo": True}
# What the URL does not say otherwise: a PostgreSQL that is not reached, or gone without a word, is noticed.
_PATIENCE = {"connect_timeout": 5, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
_log = get_logger()


class Database:
    """Connections to the one database of a server.

    Args:
        url: `sqlite:///FILE` or `postgresql+psycopg://...`.
    """

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._writing = threading.Lock()
        self._writer = 0

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self, wait_s: float = WAIT_S) -> Iterator[Connection]:
        """Yield a connection whose changes are kept together at the end, or not at all when an error leaves it.

        SQLite: one writer at a time; the others of this process wait for so long for their turn, and for at most half
        of `WAIT_S` for those of other processes. PostgreSQL: they wait for so long for what another one has locked.

        Raises:
            OperationalError, PoolTimeoutError: nothing can be written now; see `camloom.server.trouble.AWAY`.
        """
        with self._turn(wait_s), self.engine.begin() as connection:
            # A transaction that reads first and writes later may not be able to wait: it begins as a writer.
            begin(connection, "immediate", min(_BUSY_MS, int(1000 * wait_s)))
            if not self.is_sqlite and wait_s != WAIT_S:
                connection.exec_driver_sql(f"set local lock_timeout = {int(1000 * wait_s)}")
            yield connection

    @contextmanager
    def _turn(self, wait_s: float) -> Iterator[None]:
        """Wait for one's turn to write. SQLite itself lets chance decide: on a busy machine some never have one."""
        if not self.is_sqlite:
            yield
            return
        if self._writer == threading.get_ident():
            raise RuntimeError("a transaction that writes inside another one would wait for itself")
        if not self._writing.acquire(timeout=wait_s):
            raise PoolTimeoutError("too many wait to write")
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = 0
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection to read from: everything in it is of one moment."""
        with self.engine.connect() as connection:
            begin(connection, "deferred")
            yield connection

    def settle(self) -> None:
        """Return when all that was written outlives a power cut.

        Whoever makes a promise, or removes what it has taken, calls it before. To wait for the disk with every change
        would make each ten times slower.

        Raises:
            OSError: the disk does not take it.
        """
        if not self.is_sqlite or not self.engine.url.database:
            return
        # Of the log alone: a file of the database must not be opened and closed here, that would end SQLite's locks.
        with suppress(FileNotFoundError):
            log = os.open(f"{self.engine.url.database}-wal", os.O_RDWR | os.O_CLOEXEC)
            try:
                os.fsync(log)
            finally:
                os.close(log)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def begin(connection: Connection, how: Literal["deferred", "immediate"], busy_ms: int = _BUSY_MS) -> None:
    """Begin a transaction, which Python's driver of SQLite leaves to us; PostgreSQL begins by itself.

    As an event of the engine it would make SQLAlchemy look for events with every statement.

    Args:
        connection: on which nothing was asked yet.
        how: what SQLite is told.
        busy_ms: so long SQLite waits for writers of other processes.
    """
    if connection.dialect.name != "sqlite":
        return
    if connection.info.get("busy_ms", _BUSY_MS) != busy_ms:
        connection.exec_driver_sql(f"pragma busy_timeout={busy_ms}")
        connection.info["busy_ms"] = busy_ms
    connection.exec_driver_sql(f"begin {how}")


def _postgresql(url: str) -> Engine:
    patience = {name: value for name, value in _PATIENCE.items() if name not in make_url(url).query}
    # hide_parameters: an error of the database is logged, and what was written may be a secret.
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=patience, **_POOL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, record: Any) -> None:
        del record
        # By itself it waits for locks without end, and so would every thread that answers requests.
        connection.execute(f"set lock_timeout = {int(1000 * WAIT_S)}")
        connection.commit()

    return engine


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, connect_args={"isolation_level": None}, json_deserializer=_read_json, hide_parameters=True, **_POOL
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.execute(f"pragma busy_timeout={_BUSY_MS}")
        _shape(connection)
        # What a connection has read is of no use to it once somebody has written: 1 MiB is enough for one transaction.
        for pragma in ("synchronous=normal", "foreign_keys=on", f"cache_size=-{_CACHE_KIB}"):
            connection.execute(f"pragma {pragma}")

    return engine


def _read_json(text: str) -> Any:
    """Return what a column of JSON says; what somebody wrote there by hand and is none says nothing: None."""
    try:
        return json.loads(text)
    except ValueError:
        _log.warning("a column of the database holds no JSON")
        return None


def _shape(connection: sqlite3.Connection) -> None:
    """Give a new file what it keeps for good.

    One that has it is left alone: to say it again would be a write, which fails while somebody else writes. Of others
    who shape the same file just now SQLite does not wait: look again.
    """
    for attempt in range(_SHAPING_TRIES):
        try:
            if connection.execute("pragma journal_mode").fetchone()[0] == "wal":
                return
            connection.execute("pragma auto_vacuum=incremental")  # after the journal mode it would stay off
            connection.execute("pragma journal_mode=wal").fetchall()
        except sqlite3.OperationalError:
            if attempt == _SHAPING_TRIES - 1:
                raise
            time.sleep(_SHAPING_PAUSE_S)
