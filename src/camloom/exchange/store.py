"""The file of the exchange on one machine: SQLite, used by several processes and threads at once."""

import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from camloom.errors import ExchangeError

T = TypeVar("T")
_POLL_S = 0.05
_MOST_IDLE = 8
_WAL_TRIES = 50
_SCHEMA_VERSION = 1

_SCHEMA = """
create table if not exists desired (
    host_id text primary key, revision integer not null, document blob not null
) without rowid;
create table if not exists reported (host_id text primary key, document blob not null) without rowid;
create table if not exists message (
    seq integer primary key autoincrement,
    host_id text not null,
    id text not null,
    may_go integer not null,
    document blob not null,
    unique (host_id, id)
);
create index if not exists message_may_go on message (seq) where may_go = 1;
create table if not exists taken (seq integer primary key, host_id text not null, id text not null);
create index if not exists taken_id on taken (host_id, id);
create table if not exists pending_media (
    id text primary key,
    host_id text not null,
    event_id text not null,
    task_id text not null,
    media_kind text not null,
    path text not null
) without rowid;
create table if not exists waiting (one integer primary key check (one = 1), messages integer not null) without rowid;
insert or ignore into waiting values (1, 0);
create trigger if not exists message_came after insert on message
begin update waiting set messages = messages + 1; end;
create trigger if not exists message_went after delete on message
begin update waiting set messages = messages - 1; end;
create table if not exists command (
    id text primary key, host_id text not null, document blob not null
) without rowid;
create table if not exists reply (id text primary key, at_s real not null, document blob not null) without rowid;
"""


class Store:
    """Connections to the file, and how one waits for what others write into it.

    Args:
        path: of the file; made when it is not there, for its owner only.
        busy_s: a file that others write into is waited for so long.

    Raises:
        ExchangeError: it can be neither opened nor made.
    """

    def __init__(self, path: Path, busy_s: float = 10.0) -> None:
        self._path = path
        self._busy_s = busy_s
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = threading.Event()
        with self._told():
            self._prepare()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose changes are kept together and on the disk, or not at all when an error leaves it."""
        with self._told(), self._connection() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
                connection.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    connection.execute("rollback")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection to read from."""
        with self._told(), self._connection() as connection:
            yield connection

    def wait(self, look: Callable[[sqlite3.Connection], T | None], timeout_s: float) -> T | None:
        """Look until there is something, again whenever somebody has written; None when the time is over.

        Others are noticed within 50 ms, by a number in shared memory: nothing is read from the disk for it.
        """
        ends_s = time.monotonic() + timeout_s
        with self._told(), self._connection() as connection:
            while True:
                version = _version(connection)
                if (found := look(connection)) is not None:
                    return found
                while _version(connection) == version:
                    left_s = ends_s - time.monotonic()
                    if left_s <= 0 or self._closed.wait(min(_POLL_S, left_s)):
                        return None

    def shrink(self, pages: int) -> None:
        """Give some free pages back to the disk."""
        with self._told(), self._connection() as connection:
            # Each step frees a page; `execute` would take one step, since no row comes of it.
            connection.executescript(f"pragma incremental_vacuum({pages})")

    def close(self) -> None:
        """Close the file; whoever waits is told that nothing came. May be called twice."""
        self._closed.set()
        while self._idle:
            self._idle.popleft().close()

    def _prepare(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Only a file that is not there: to close another handle of one that is ends all locks that SQLite has on it in
        # this process, and whoever closes it next in another one takes the log away under the feet of this one.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with self._connection() as connection:
            if _version_of(connection) == _SCHEMA_VERSION:
                return  # nothing is written: its disk may be full, and there is still something to read
            connection.execute("pragma auto_vacuum=incremental")  # must come before the journal mode, else it stays off
            _use_wal(connection)
        with self.write() as connection:
            for statement in _statements(_SCHEMA):
                connection.execute(statement)
            connection.execute(f"pragma user_version={_SCHEMA_VERSION}")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that nobody else uses meanwhile."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            if self._closed.is_set() or connection.in_transaction or len(self._idle) >= _MOST_IDLE:
                connection.close()
            else:
                self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._busy_s, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        connection.execute("pragma synchronous=full")  # what was published outlives a power cut
        return connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite or the system says into one line."""
        try:
            yield
        except sqlite3.Error as error:
            raise ExchangeError(f"the exchange {self._path} cannot be used: {error}", _hint(str(error))) from error
        except OSError as error:
            hint = "Check the folder, its rights and its space"
            raise ExchangeError(f"the exchange {self._path} cannot be used: {error.strerror}", hint) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma data_version").fetchone()[0])


def _version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the schema of a file; 0: it has none, or somebody makes it at this moment."""
    try:
        return int(connection.execute("pragma user_version").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait for others that do so just now: try again."""
    for attempt in range(_WAL_TRIES):
        try:
            connection.execute("pragma journal_mode=wal").fetchall()
        except sqlite3.OperationalError:
            if attempt == _WAL_TRIES - 1:
                raise
            time.sleep(_POLL_S)
        else:
            return


def _statements(script: str) -> Iterator[str]:
    """Yield the statements one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _hint(what: str) -> str:
    if "full" in what:
        return "Make room on its disk"
    if "locked" in what:
        return "Something writes into it all the time: look who holds it open"
    return "Check the folder, its rights and its space; a damaged file is made anew when it is moved away"
