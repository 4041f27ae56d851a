"""The exchange on one machine: a file that the server, the agent and its workers share."""

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from camloom.errors import ExchangeError
from camloom.exchange.documents import (
    Command,
    Desired,
    EventMessage,
    HandedFile,
    MediaMessage,
    Message,
    MotionMessage,
    Reply,
    Reported,
)
from camloom.exchange.handed import HandedFiles
from camloom.exchange.sealed import Seal
from camloom.exchange.seam import Delivery
from camloom.exchange.store import Store

T = TypeVar("T")

LOCAL_HOST = "local"
"""The id of the host that runs beside its server, unless somebody gives it another one."""

MOST_WAITING = 1_000_000
_REMEMBERED = 100_000  # ids of messages that are done: whoever publishes one of them again does nothing
_REPLY_KEPT_S = 600.0
_SHRINK_PAGES = 2000
_DROPPED_AT_ONCE = 1000
_HANDED = "handed"
_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PendingMedia:
    """A picture or clip that was promised and is not told of yet."""

    id: str
    event_id: str
    task_id: str
    media_kind: str
    path: Path


class LocalHost:
    """The side of a host, see `HostSide`; any process of it may have one, any thread may use it.

    Args:
        path: of the file.
        most_waiting: over so many messages the oldest updates and minutes of motion go; what begins or ends never
            does, then nothing more is taken.
    """

    def __init__(self, path: Path, host_id: str = LOCAL_HOST, *, most_waiting: int = MOST_WAITING) -> None:
        self._store = Store(path)
        self._seal = Seal(_key_of(path))
        self._files = HandedFiles(path.parent / _HANDED)
        self._host_id = host_id
        self._most = most_waiting

    def desired(self) -> Desired | None:
        """See `HostSide`."""
        query = "select document from desired where host_id = ?"
        with self._store.read() as connection:
            row = connection.execute(query, (self._host_id,)).fetchone()
        if row is None:
            return None
        try:
            return Desired.model_validate_json(self._seal.open(row[0], f"desired {self._host_id}"))
        except ValidationError as error:
            raise ExchangeError("what this host is to do cannot be read", "Save one of its tasks again") from error

    def wait(self, revision: int, timeout_s: float) -> bool:
        """See `HostSide`."""
        query = "select 1 from desired where host_id = ? and revision <> ?"
        return (
            self._store.wait(lambda at: at.execute(query, (self._host_id, revision)).fetchone(), timeout_s) is not None
        )

    def report(self, reported: Reported) -> None:
        """See `HostSide`."""
        with self._store.write() as connection:
            connection.execute(
                "insert into reported values (?, ?) on conflict do update set document = excluded.document",
                (self._host_id, _written(reported)),
            )

    def publish(self, messages: Sequence[Message]) -> None:
        """See `HostSide`. Media of an event are pending until their own messages are published."""
        if not messages:
            return
        with self._store.write() as connection:
            for message in messages:
                self._insert(connection, message)
            self._make_room(connection)

    def waits(self) -> bool:
        """Tell whether the server has not taken all messages yet."""
        with self._store.read() as connection:
            return bool(connection.execute("select messages from waiting").fetchone()[0])

    def pending_media(self) -> list[PendingMedia]:
        """Return the media that were promised and not told of, the oldest first."""
        query = "select id, event_id, task_id, media_kind, path from pending_media where host_id = ? order by id"
        with self._store.read() as connection:
            rows = connection.execute(query, (self._host_id,)).fetchall()
        return [PendingMedia(name, event, task, kind, Path(path)) for name, event, task, kind, path in rows]

    def commands(self, timeout_s: float) -> list[Command]:
        """See `HostSide`."""
        asked = "select 1 from command where host_id = ? limit 1"
        if self._store.wait(lambda at: at.execute(asked, (self._host_id,)).fetchone(), timeout_s) is None:
            return []
        taking = "delete from command where host_id = ? returning id, document"
        with self._store.write() as connection:
            rows = connection.execute(taking, (self._host_id,)).fetchall()
        found = [self._command(*row) for row in rows]
        return [each for each in found if each is not None and each.expires_at > datetime.now(UTC)]

    def reply(self, reply: Reply) -> None:
        """See `HostSide`."""
        now_s = time.time()
        with self._store.write() as connection:
            connection.execute("delete from reply where abs(at_s - ?) > ?", (now_s, _REPLY_KEPT_S))
            connection.execute("insert or replace into reply values (?, ?, ?)", (reply.id, now_s, _written(reply)))

    def file(self, handed: HandedFile) -> Path:
        """See `HostSide`."""
        return self._files.get(handed)

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def _insert(self, connection: sqlite3.Connection, message: Message) -> None:
        known = "select 1 from taken where host_id = ? and id = ?"
        if connection.execute(known, (self._host_id, message.id)).fetchone() is not None:
            return
        new = connection.execute(
            "insert into message (host_id, id, may_go, document) values (?, ?, ?, ?) on conflict do nothing",
            (self._host_id, message.id, _may_go(message), _written(message)),
        ).rowcount
        if new and isinstance(message, EventMessage):
            connection.executemany(
                "insert or ignore into pending_media values (?, ?, ?, ?, ?, ?)",
                [
                    (f"{message.id}:{kind}", self._host_id, message.id, message.task_id, kind, str(path))
                    for kind, path in message.media.items()
                ],
            )
        elif isinstance(message, MediaMessage):
            connection.execute("delete from pending_media where id = ?", (message.id,))

    def _make_room(self, connection: sqlite3.Connection) -> None:
        (waiting,) = connection.execute("select messages from waiting").fetchone()
        if waiting <= self._most:
            return
        # Some more than needed: room is not made anew for each message.
        spare = min(_DROPPED_AT_ONCE, self._most // 10)
        dropped = connection.execute(
            "delete from message where seq in (select seq from message where may_go = 1 order by seq limit ?)",
            (waiting - self._most + spare,),
        ).rowcount
        if waiting - dropped > self._most:
            raise ExchangeError(
                f"{waiting:,} messages wait for the server, more are not kept", "Look whether the server runs"
            )
        _logger.error("nobody takes the messages of this host: %d updates and minutes of motion were given up", dropped)

    def _command(self, command_id: str, sealed: bytes) -> Command | None:
        try:
            return Command.model_validate_json(self._seal.open(sealed, f"command {command_id}"))
        except (ValidationError, ExchangeError):
            _logger.warning("a question that cannot be read was passed over")
            return None


class LocalServer:
    """The side of the server, see `ServerSide`; any thread may use it.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._store = Store(path)
        self._seal = Seal(_key_of(path))
        self._files = HandedFiles(path.parent / _HANDED)

    def want(self, desired: Desired) -> None:
        """See `ServerSide`."""
        sealed = self._seal.seal(_written(desired), f"desired {desired.host_id}")
        with self._store.write() as connection:
            connection.execute(
                "insert into desired values (?, ?, ?) on conflict do update"
                " set revision = excluded.revision, document = excluded.document",
                (desired.host_id, desired.revision, sealed),
            )

    def reported(self) -> list[Reported]:
        """See `ServerSide`."""
        with self._store.read() as connection:
            rows = connection.execute("select host_id, document from reported order by host_id").fetchall()
        return [
            one for host_id, text in rows if (one := _read(Reported.model_validate_json, text, host_id)) is not None
        ]

    def take(self, limit: int, timeout_s: float) -> list[Delivery]:
        """See `ServerSide`."""
        query = "select seq, host_id, document from message order by seq limit ?"
        found: list[Delivery] = []
        rows = self._store.wait(lambda at: at.execute(query, (limit,)).fetchall() or None, timeout_s)
        for seq, host_id, text in rows or ():
            message = _read(_MESSAGE.validate_json, text, host_id)
            if message is None:
                self._forget(seq)
            else:
                found.append(Delivery(seq, host_id, message))
        return found

    def done(self, host_id: str, up_to_seq: int) -> None:
        """See `ServerSide`."""
        with self._store.write() as connection:
            which = "from message where host_id = ? and seq <= ?"
            remembering = f"insert or ignore into taken select seq, host_id, id {which}"  # fixed words
            connection.execute(remembering, (host_id, up_to_seq))
            gone = connection.execute(f"delete {which}", (host_id, up_to_seq)).rowcount
            connection.execute("delete from taken where seq <= ?", (up_to_seq - _REMEMBERED,))
        if gone:
            self._store.shrink(_SHRINK_PAGES)

    def ask(self, host_id: str, command: Command, timeout: timedelta) -> Reply:
        """See `ServerSide`."""
        sealed = self._seal.seal(_written(command), f"command {command.id}")
        with self._store.write() as connection:
            connection.execute("insert or replace into command values (?, ?, ?)", (command.id, host_id, sealed))
        query = "select document from reply where id = ?"
        try:
            row = self._store.wait(lambda at: at.execute(query, (command.id,)).fetchone(), timeout.total_seconds())
        finally:
            self._withdraw(command.id)
        reply = None if row is None else _read(Reply.model_validate_json, row[0], host_id)
        if reply is None:
            told = f"host {host_id} did not answer within {timeout.total_seconds():g} s"
            raise ExchangeError(told, "Look whether it runs, and at its log")
        return reply

    def hand(self, file: Path, handed: HandedFile) -> None:
        """See `ServerSide`."""
        self._files.put(file, handed)

    def take_back(self, handed_id: str) -> None:
        """See `ServerSide`."""
        self._files.drop(handed_id)

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def _withdraw(self, command_id: str) -> None:
        with self._store.write() as connection:
            connection.execute("delete from command where id = ?", (command_id,))
            connection.execute("delete from reply where id = ?", (command_id,))

    def _forget(self, seq: int) -> None:
        """Let go of a message that cannot be read: else nothing after it would ever come."""
        with self._store.write() as connection:
            connection.execute("delete from message where seq = ?", (seq,))


def _key_of(path: Path) -> Path:
    return path.with_suffix(".key")


def _written(document: Desired | Reported | Message | Command | Reply) -> bytes:
    return document.model_dump_json().encode()


def _read(parse: Callable[[bytes], T], text: bytes, host_id: str) -> T | None:
    try:
        return parse(text)
    except ValidationError:
        _logger.error("a document of host %s cannot be read and is passed over", host_id)  # noqa: TRY400  # it may hold anything
        return None


def _may_go(message: Message) -> bool:
    if isinstance(message, EventMessage):
        return message.event.get("phase") == "update"
    return isinstance(message, MotionMessage)
