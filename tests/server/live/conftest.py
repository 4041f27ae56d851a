"""A camera whose live view is real."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, update
from tests.conftest import ClipMaker
from tests.engine.live.viewing import film_of
from tests.server.people import add_group

from camloom.exchange import Reported, TaskStatus
from camloom.exchange.live import socket_of
from camloom.packets import Packet
from camloom.runner.live import LiveView
from camloom.server.database import new_id
from camloom.server.database.tables import camera, host, task


@dataclass
class Watched:
    """A camera of the server and the live view of its task, which shows what a test plays."""

    app: FastAPI
    view: LiveView
    out: Path
    packets: list[Packet]
    group_id: str
    host_id: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)
    task_id: str = field(default_factory=new_id)

    def play(self, begin: int = 0, end: int | None = None) -> None:
        for packet in self.packets[begin:end]:
            self.view.show(packet)

    def report(self, live: str | None = None) -> None:
        """Let the host say where the live view is."""
        place = str(socket_of(self.out)) if live is None else live
        status = TaskStatus(id=self.task_id, condition="online", live=place)
        reported = Reported(host_id=self.host_id, at=datetime.now(UTC), tasks=(status,))
        self.keep(reported.model_dump(mode="json"))

    def keep(self, reported: object) -> None:
        with self.app.state.database.write() as connection:
            connection.execute(update(host).where(host.c.id == self.host_id).values(reported=reported))

    @property
    def viewers(self) -> int:
        return self.view.viewers

    def wait_for_viewers(self, count: int) -> None:
        until_s = time.monotonic() + 10
        while self.viewers != count:
            assert time.monotonic() < until_s, f"{self.viewers} viewers"
            time.sleep(0.005)


@pytest.fixture
def watched(
    request: pytest.FixtureRequest, sqlite_app: FastAPI, tmp_path: Path, moving_clip: ClipMaker
) -> Iterator[Watched]:
    """A camera that runs, of a group of its own; a test may say another codec than H.264."""
    info, packets = film_of(moving_clip, frames=30, gop=10, codec=getattr(request, "param", "libx264"))
    out = tmp_path / "task"
    view = LiveView("cam", out)
    view.start(lambda _event: None, lambda: 0.0)
    view.begin(info)
    one = Watched(sqlite_app, view, out, packets, add_group(sqlite_app, "Yard"))
    _keep(one)
    one.report()
    yield one
    view.stop()
    view.join()


def _keep(one: Watched) -> None:
    at = datetime.now(UTC)
    with one.app.state.database.write() as connection:
        connection.execute(
            insert(host).values(id=one.host_id, name="box", created_at=at, seen_at=at, revision=1, reported=None)
        )
        connection.execute(
            insert(camera).values(
                id=one.id,
                host_id=one.host_id,
                camera_group_id=one.group_id,
                name="gate",
                place="",
                source={},
                enabled=True,
                created_at=at,
                condition="online",
                reason="",
                detail="",
                stream={},
            )
        )
        connection.execute(
            insert(task).values(
                id=one.task_id,
                camera_id=one.id,
                name="watch",
                enabled=True,
                revision=1,
                document={},
                created_at=at,
                updated_at=at,
            )
        )
