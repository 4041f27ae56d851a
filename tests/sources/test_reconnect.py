"""When a camera is tried again, and on which clock it goes on."""

import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from types import SimpleNamespace

import av
import pytest

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.live.reconnect import Backoff, ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.state import SourceState

INFO = StreamInfo("h264", 320, 240, 25.0, live=True, template=SimpleNamespace(time_base=Fraction(1, 25)))


class World:
    """A camera that is there or not, and a clock that only waiting moves."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.plan: list[str | int] = []
        self.answers: Callable[[], bool] = lambda: True
        self.attempts_s: list[float] = []
        self.knocks_s: list[float] = []
        self.states: list[SourceState] = []

    def source(self) -> ReconnectingSource:
        board = StateBoard(self.states.append)
        backoff = Backoff(random.Random(1))
        return ReconnectingSource(
            lambda: Camera(self), board, backoff=backoff, clock=lambda: self.now_s, wait=self.wait
        )

    def wait(self, seconds: float) -> bool:
        self.now_s += seconds
        return False

    def told(self) -> list[tuple[str, str]]:
        return [(str(state.condition), state.reason) for state in self.states]


class Camera:
    """One connection: what the plan says next is the reason of a failure, or how many packets come."""

    Config = StrictModel
    schemes = ("test",)

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0

    def open(self) -> StreamInfo:
        self._world.attempts_s.append(self._world.now_s)
        step = self._world.plan.pop(0)
        if isinstance(step, str):
            raise SourceError("it is not there", reason=step)
        self._count = step
        return INFO

    def packets(self) -> Iterator[Packet]:
        for index in range(self._count):
            raw = av.Packet(b"x")
            raw.pts = raw.dts = index
            raw.time_base = Fraction(1, 25)
            yield Packet(raw, index / 25, self._world.now_s, is_keyframe=index == 0)
            self._world.now_s += 0.04

    def knock(self) -> bool:
        self._world.knocks_s.append(self._world.now_s)
        return self._world.answers()

    def stop(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_attempts_come_ever_later_and_never_more_than_30_s_apart() -> None:
    world = World()
    world.plan = ["busy"] * 9 + [1]
    world.source().open()
    gaps = [later - earlier for earlier, later in zip(world.attempts_s, world.attempts_s[1:], strict=False)]
    for gap, full in zip(gaps, [1, 2, 4, 8, 16, 30, 30, 30, 30], strict=True):
        assert 0.8 * full <= gap <= full


def test_a_refused_password_is_tried_once_a_minute_at_most() -> None:
    world = World()
    world.plan = ["auth", "auth", 1]
    world.source().open()
    gaps = [later - earlier for earlier, later in zip(world.attempts_s, world.attempts_s[1:], strict=False)]
    assert gaps[0] >= 60
    assert gaps[1] >= 120
    assert world.knocks_s == []


def test_a_camera_that_answers_again_is_not_left_waiting() -> None:
    world = World()
    world.plan = ["timeout"] * 6 + [1]
    back_s = 150.0
    world.answers = lambda: world.now_s >= back_s
    world.source().open()
    assert back_s <= world.attempts_s[-1] <= back_s + 2.1


def test_who_answered_all_the_time_is_tried_when_it_is_due() -> None:
    world = World()
    world.plan = ["closed"] * 4 + [1]
    world.source().open()
    assert len(world.attempts_s) == 5


def test_the_clock_goes_on_by_the_time_that_passed() -> None:
    world = World()
    world.plan = [3, "timeout", 3, 3]
    source = world.source()
    source.open()
    packets = list(islice(source.packets(), 9))
    assert [packet.discont for packet in packets] == [False] * 3 + [True, False, False] * 2
    for packet in packets:
        assert packet.pts_s == pytest.approx(packet.ready_s - 100.0, abs=0.05)
    assert packets[3].info is INFO
    assert source.breaks == 2


def test_every_change_is_told_once() -> None:
    world = World()
    world.plan = ["unreachable", "unreachable", 3, 3]
    source = world.source()
    source.open()
    list(islice(source.packets(), 6))
    assert world.told() == [("offline", "unreachable"), ("online", ""), ("offline", "closed"), ("online", "")]


def test_a_connection_that_breaks_at_once_does_not_reset_the_waiting() -> None:
    world = World()
    world.plan = [1] * 6
    source = world.source()
    source.open()
    list(islice(source.packets(), 6))
    gaps = [later - earlier for earlier, later in zip(world.attempts_s, world.attempts_s[1:], strict=False)]
    assert gaps[-1] >= 0.8 * 16


def test_what_cannot_be_decoded_is_fetched_anew() -> None:
    world = World()
    world.plan = [100, 2]
    source = world.source()
    source.open()
    packets = source.packets()
    next(packets)
    source.reject(SourceError("nothing in it can be decoded", reason="not-a-video"))
    assert next(packets).discont
    assert world.told()[-2:] == [("offline", "not-a-video"), ("online", "")]


def test_stopping_ends_the_waiting() -> None:
    world = World()
    world.plan = ["timeout"] * 100
    source = world.source()

    def stop_soon(seconds: float) -> bool:
        world.now_s += seconds
        if len(world.attempts_s) == 3:
            source.stop()
        return False

    world.wait = stop_soon  # type: ignore[method-assign]
    source._wait = stop_soon
    with pytest.raises(SourceError) as error:
        source.open()
    assert error.value.reason == "stopped"
    assert len(world.attempts_s) == 3


def test_whatever_a_peer_makes_a_source_raise_it_is_tried_again() -> None:
    world = World()
    world.plan = [3, 3, 3]

    class Startled(Camera):
        def open(self) -> StreamInfo:
            info = super().open()
            if len(world.attempts_s) == 1:
                raise UnicodeDecodeError("ascii", b"\xff", 0, 1, "rtsp://admin:secret@host/")
            return info

        def packets(self) -> Iterator[Packet]:
            yield from super().packets()
            raise OSError(5, "rtsp://admin:secret@host/")

        def knock(self) -> bool:
            raise ValueError("no such answer")

    source = ReconnectingSource(
        lambda: Startled(world), StateBoard(world.states.append), clock=lambda: world.now_s, wait=world.wait
    )
    source.open()
    assert len(list(islice(source.packets(), 6))) == 6
    assert world.told() == [("offline", "read"), ("online", ""), ("offline", "read"), ("online", "")]
    assert not any("secret" in state.detail for state in world.states)
