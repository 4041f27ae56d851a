"""A worker goes on telling that it lives, and speaks for its own streams only."""

import socket
import threading
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from camloom.runner.camera import state_event
from camloom.state import Condition, SourceState
from camloom.supervisor import worker
from camloom.supervisor.channel import Channel
from camloom.supervisor.marks import Marks
from camloom.supervisor.messages import Beat, Told, read_news
from camloom.supervisor.watcher import Watcher


class Puzzled(SimpleNamespace):
    """Stands for a runner whose models change while they are listed."""

    @property
    def model_lines(self) -> list[str]:
        raise RuntimeError("dictionary changed size during iteration")


def test_models_that_cannot_be_described_do_not_stop_the_heart() -> None:
    ours, its = socket.socketpair()
    ours.settimeout(10)
    living = worker._Worker(Channel(its), Marks(Marks.new_file()))
    living._runner = Puzzled(reports=[], rows=[], runtimes={}, sizes={})  # type: ignore[assignment]
    thread = threading.Thread(target=living._beat, daemon=True)
    thread.start()
    told = Channel(ours).receive()
    living._over.set()
    thread.join(10)
    assert told
    assert isinstance(read_news(told[0]), Beat)
    ours.close()


def test_a_worker_cannot_speak_for_the_streams_of_another() -> None:
    taken: list[str] = []
    book = SimpleNamespace(streams={"gate": None, "yard": None}, take=lambda news: taken.append(news.event.source_id))
    watcher = cast(Watcher, SimpleNamespace(book=book))
    process = cast(Any, SimpleNamespace(members=["gate"]))
    offline = SourceState(Condition.OFFLINE, datetime.now(UTC), "closed", "it ended")
    for name in ("gate", "yard"):
        Watcher._take(watcher, process, Told(state_event(name, offline, 0.0)))
    assert taken == ["gate"]
