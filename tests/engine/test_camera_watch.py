"""A camera that is watched: silent for too long, whatever the thread that reads it waits for."""

import pytest

from camloom.errors import SourceError
from camloom.runner.camera import CameraWatch
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.reading.ingest import IngestCounts


def _nothing() -> None:
    raise SourceError("there is none")


@pytest.mark.parametrize(
    ("silence_s", "after_s", "state"), [(10, 9, "online"), (10, 11, "offline (timeout)"), (60, 50, "online")]
)
def test_it_is_offline_when_it_was_silent_for_longer_than_it_may(silence_s: float, after_s: float, state: str) -> None:
    now_s = 100.0
    source = ReconnectingSource(_nothing, StateBoard(), clock=lambda: now_s, silence_s=silence_s)  # type: ignore[arg-type]
    watch = CameraWatch(source, lambda: now_s)
    source.board.online()
    now_s += after_s
    watch.look(IngestCounts(), None, damaged=False)
    assert str(source.board.state) == state
