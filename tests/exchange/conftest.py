"""Every way between a host and its server; the contract is tested over each of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ulid import ULID

from camloom.exchange import (
    Command,
    CommandKind,
    Delivery,
    Desired,
    EventMessage,
    HostSide,
    MediaMessage,
    Reply,
    ServerSide,
    TaskOrder,
)
from camloom.exchange.local import LocalHost, LocalServer


@dataclass
class Way:
    """How one kind of exchange is opened; each call gives another connection to the same exchange.

    Attributes:
        publisher: program that publishes messages, five at a time, called `NAME-0` to `NAME-4`, and prints each name
            when the five are handed over, until it is killed. Its argument begins the names.
    """

    host: Callable[..., HostSide]
    server: Callable[[], ServerSide]
    publisher: list[str]


_PUBLISHER = """
import sys
from itertools import count
from pathlib import Path
from camloom.exchange import EventMessage
from camloom.exchange.local import LocalHost
path, run = sys.argv[1:]
host = LocalHost(Path(path), "h")
for number in count():
    name = f"{run}{number}"
    host.publish([EventMessage(id=f"{name}-{part}", task_id="t", event={"n": number}) for part in range(5)])
    print(name, flush=True)
"""


@pytest.fixture(params=["local"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    """Each way in turn."""
    del request  # so far there is one
    path = tmp_path / "exchange.db"
    with ExitStack() as stack:
        yield Way(
            host=lambda host_id="h", **how: stack.enter_context(closing(LocalHost(path, host_id, **how))),
            server=lambda: stack.enter_context(closing(LocalServer(path))),
            publisher=["-c", _PUBLISHER, str(path)],
        )


@pytest.fixture
def host(way: Way) -> HostSide:
    return way.host()


@pytest.fixture
def server(way: Way) -> ServerSide:
    return way.server()


def event(name: str, phase: str = "start", **how: Any) -> EventMessage:
    """Return a message that something happened."""
    return EventMessage(id=name, task_id="t", event={"schema": "camloom.event/1", "phase": phase}, **how)


def media(name: str, kind: str, path: Path | None) -> MediaMessage:
    """Return a message that a picture or clip is there."""
    return MediaMessage(id=f"{name}:{kind}", event_id=name, media_kind=kind, path=path)


def wish(revision: int, *, host_id: str = "h", document: dict[str, Any] | None = None) -> Desired:
    """Return what a host is to do."""
    task = TaskOrder(id="t", camera_id="c", revision=revision, document=document or {"id": "t"})
    return Desired(host_id=host_id, revision=revision, tasks=(task,))


def question(kind: CommandKind = CommandKind.LOGS, seconds: float = 60, **arguments: Any) -> Command:
    """Return a question."""
    expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
    return Command(id=str(ULID()), kind=kind, arguments=arguments, expires_at=expires_at)


def answer(command: Command, **result: Any) -> Reply:
    """Return an answer."""
    return Reply(id=command.id, result=result)


def ids(deliveries: list[Delivery]) -> list[str]:
    """Return what messages are called."""
    return [each.message.id for each in deliveries]


def take_all(server: ServerSide) -> list[str]:
    """Take everything that waits; return the ids in their order."""
    found: list[str] = []
    while some := server.take(100, 0.0):
        found += ids(some)
        for each in some:
            server.done(each.host_id, each.seq)
    return found


def contents(folder: Path) -> bytes:
    """Return everything that is in the files of a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
