"""The way to the database."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

WAIT_S = 5.0
"""So long a writer waits for the others."""
NOTE_S = 0.05
"""So long it waits who only makes a note that may be left out."""

_WAIT_MS = int(1000 * WAIT_S)
_SHAPING_TRIES, _SHAPING_PAUSE_S = 100, 0.05
# As many as there are threads that answer requests, and some for what runs beside them.
_POOL = {"pool_size": 10, "max_overflow": 40}


class Database:
    """Connections to the one database of a server.

    Args:
        url: `sqlite:///FILE` or `postgresql+psycopg://...`.
    """

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._writing = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self, wait_s: float = WAIT_S) -> Iterator[Connection]:
        """Yield a connection whose changes are kept together at the end, or not at all when an error leaves it.

        SQLite: one writer at a time; the others wait for so long, then `OperationalError` says that it is locked.
        """
        # SQLite: a transaction that reads first and writes later may not be able to wait, so it begins as a writer.
        options = {"begins_as": "immediate", "wait_ms": int(1000 * wait_s)}
        with self._turn(wait_s), self.engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection to read from: everything in it is of one moment."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def _turn(self, wait_s: float) -> Iterator[None]:
        """Wait for the other writers of this process: SQLite would look only every 100 ms whether it is our turn."""
        mine = self.is_sqlite and self._writing.acquire(timeout=wait_s)
        try:
            yield
        finally:
            if mine:
                self._writing.release()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _postgresql(url: str) -> Engine:
    # hide_parameters: an error of the database is logged, and what was written may be a secret.
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, **_POOL)


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, connect_args={"isolation_level": None}, hide_parameters=True, **_POOL)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        del record
        connection.execute(f"pragma busy_timeout={_WAIT_MS}")
        _shape(connection)
        for pragma in ("synchronous=normal", "foreign_keys=on"):
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        connection.exec_driver_sql(f"pragma busy_timeout={options.get('wait_ms', _WAIT_MS)}")
        connection.exec_driver_sql(f"begin {options.get('begins_as', 'deferred')}")

    return engine


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
