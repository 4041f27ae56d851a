"""Whoever listens to a stream from outside cannot end it."""

from datetime import UTC, datetime

from camloom.errors import SourceError
from camloom.event import Event
from camloom.packets import StreamInfo
from camloom.runner.camera import state_event
from camloom.runner.stream import Assembly, StreamRun
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.state import Condition, SourceState


def _nowhere() -> Source:
    raise SourceError("there is no such camera", reason="unreachable")


def _never(_info: StreamInfo) -> Assembly:
    raise AssertionError("it never came")


def test_a_listener_that_fails_costs_no_event_and_no_stream() -> None:
    heard: list[str] = []

    def listen(event: Event) -> None:
        heard.append(event.type)
        raise ZeroDivisionError("a mistake of the listener's")

    board = StateBoard()
    stream = StreamRun(
        "gate", ReconnectingSource(_nowhere, board), _never, open_event_sinks=list, credits=1, on_event=listen
    )
    board.offline("timeout", "no picture came")
    board.online()
    stream.tell(state_event("gate", SourceState(Condition.OFFLINE, datetime.now(UTC), "closed", "it ended"), 0.0))
    assert heard == ["source.offline", "source.online", "source.offline"]
