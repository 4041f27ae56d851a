"""The state of a source, put together from what its parts say."""

from datetime import UTC, datetime, timedelta

from camloom.sources.live.states import StateBoard
from camloom.state import Condition, SourceState


class Diary:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.states: list[SourceState] = []
        self.board = StateBoard(self.states.append, lambda: self.now)

    def told(self) -> list[str]:
        return [str(state) for state in self.states]


def test_it_is_degraded_while_anything_is_wrong() -> None:
    diary = Diary()
    diary.board.online()
    diary.board.degrade("black", "the picture shows nothing")
    diary.board.degrade("slow", "few pictures come")
    diary.board.mend("black")
    diary.board.mend("slow")
    assert diary.told() == ["online", "degraded (black)", "degraded (slow)", "online"]


def test_what_was_wrong_is_forgotten_with_the_connection() -> None:
    diary = Diary()
    diary.board.online()
    diary.board.degrade("frozen", "the same picture again and again")
    diary.board.offline("timeout", "no picture came", 1.0)
    diary.board.degrade("slow", "few pictures come")
    diary.board.online()
    assert diary.told() == ["online", "degraded (frozen)", "offline (timeout)", "online"]


def test_the_same_again_is_no_change_but_the_next_attempt_is_known() -> None:
    diary = Diary()
    diary.board.offline("timeout", "no answer", 1.0)
    began = diary.now
    diary.now += timedelta(seconds=5)
    diary.board.offline("timeout", "no answer", 2.0)
    assert diary.told() == ["offline (timeout)"]
    assert diary.board.state.since == began
    assert diary.board.state.retry_s == 2.0


def test_a_disabled_source_stays_so_until_it_is_asked_again() -> None:
    diary = Diary()
    diary.board.disable("crash-loop", "its decoder crashed three times")
    diary.board.degrade("slow", "few pictures come")
    assert diary.board.state.condition is Condition.DISABLED
    diary.board.connecting()
    assert diary.told() == ["disabled (crash-loop)", "connecting"]


def test_a_fault_that_ends_while_nothing_comes_brings_nothing_back() -> None:
    diary = Diary()
    diary.board.online()
    diary.board.offline("timeout", "no picture came", 1.0)
    diary.board.degrade("black", "the picture shows nothing")
    diary.board.mend("black")
    assert diary.told() == ["online", "offline (timeout)"]
