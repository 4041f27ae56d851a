"""Under load, decoding is shed in the agreed order, alike for all streams, and taken up again."""

from typing import Any

import av
import pytest

from camloom.packets import Packet
from camloom.sources.reading.decode import Effort
from camloom.sources.reading.load import MAX_LAG_S, GroupMeter, LoadGovernor, Shedder

GROUP_S = 2.0
FRAME_S = 0.04


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def packet(index: int, ready_s: float) -> Packet:
    return Packet(av.Packet(b"x"), index * FRAME_S, ready_s, is_keyframe=index % 50 == 0)


def press(governor: LoadGovernor, clock: Clock, lag_s: float, seconds: float) -> None:
    for _ in range(round(seconds / 0.1)):
        clock.now_s += 0.1
        governor.report(1, lag_s, clock.now_s)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def governor(clock: Clock) -> LoadGovernor:
    return LoadGovernor(clock)


def test_without_lag_nothing_is_shed(governor: LoadGovernor, clock: Clock) -> None:
    press(governor, clock, 0.02, 20)
    assert (governor.level, governor.effort, governor.group_share) == (0.0, Effort.FULL, 1.0)


def test_the_order_of_sacrifice(governor: LoadGovernor) -> None:
    seen: list[tuple[Any, ...]] = []
    for step in range(401):
        governor.level = step / 100
        state = (governor.effort, governor.analysis_share < 1, governor.group_share < 1, governor.group_share == 0)
        if not seen or seen[-1] != state:
            seen.append(state)
    assert seen == [
        (Effort.FULL, False, False, False),
        (Effort.NO_LOOP_FILTER, False, False, False),
        (Effort.NO_LOOP_FILTER, True, False, False),
        (Effort.REFERENCE_FRAMES, True, False, False),
        (Effort.REFERENCE_FRAMES, True, True, False),
        (Effort.REFERENCE_FRAMES, True, True, True),
    ]


def test_standing_lag_gives_up_all_in_the_end(governor: LoadGovernor, clock: Clock) -> None:
    press(governor, clock, 0.3, 30)
    assert governor.group_share == 0


def test_a_burst_is_no_overload(governor: LoadGovernor, clock: Clock) -> None:
    for _ in range(30):
        press(governor, clock, 0.35, 0.9)
        press(governor, clock, 0.0, 0.3)
    assert governor.level == 0


def test_cores_that_are_never_idle_are_relieved_before_anything_is_late(clock: Clock) -> None:
    governor = LoadGovernor(clock, idle_share=lambda: 0.01)
    press(governor, clock, 0.0, 5)
    assert governor.effort is Effort.NO_LOOP_FILTER


def test_with_little_to_spare_it_stays_where_it_is(clock: Clock) -> None:
    governor = LoadGovernor(clock, idle_share=lambda: 0.15)
    governor.level = 1.0
    press(governor, clock, 0.0, 60)
    assert governor.level == 1.0


def test_it_climbs_back_when_the_load_is_gone(governor: LoadGovernor, clock: Clock) -> None:
    press(governor, clock, 1.0, 30)
    assert governor.group_share == 0
    press(governor, clock, 0.0, 60)
    assert governor.level == 0


def test_a_group_is_cut_from_its_tail(governor: LoadGovernor, clock: Clock) -> None:
    governor.level = 3.0  # half of each group
    shedder, group = Shedder(governor, clock), GroupMeter()
    kept = []
    for index in range(200):
        clock.now_s += FRAME_S
        each = packet(index, clock.now_s)
        group.add(each)
        if not shedder.skips(each, group):
            kept.append(index)
    second_group = [index for index in kept if 50 <= index < 100]
    assert second_group == list(range(50, 50 + len(second_group)))
    assert len(second_group) == pytest.approx(25, abs=4)


def test_a_stream_that_is_far_behind_goes_to_its_next_keyframe(governor: LoadGovernor, clock: Clock) -> None:
    shedder, group = Shedder(governor, clock), GroupMeter()
    kept = []
    for index in range(60):
        each = packet(index, clock.now_s - (MAX_LAG_S + 0.1 if 10 <= index < 20 else 0.0))
        group.add(each)
        if not shedder.skips(each, group):
            kept.append(index)
    assert kept == [*range(10), *range(50, 60)]


def jpeg(index: int, ready_s: float) -> Packet:
    """Return a picture that needs no other."""
    return Packet(av.Packet(b"x"), index * FRAME_S, ready_s, is_keyframe=True)


def test_a_stream_of_keyframes_alone_does_not_fall_behind_for_ever(governor: LoadGovernor, clock: Clock) -> None:
    shedder, group, began_s, most_s = Shedder(governor, clock), GroupMeter(), clock.now_s, 0.0
    for index in range(1500):  # a minute of pictures, each of which takes twice its time
        each = jpeg(index, began_s + index * FRAME_S)
        clock.now_s = max(clock.now_s, each.ready_s)
        group.add(each)
        most_s = max(most_s, clock.now_s - each.ready_s)
        clock.now_s += 0.0 if shedder.skips(each, group) else 2 * FRAME_S
    assert most_s < MAX_LAG_S + 4 * FRAME_S
    assert shedder.skipped_packets == pytest.approx(750, abs=50)


def test_a_stream_of_keyframes_that_stays_late_is_looked_at_twice_a_second(
    governor: LoadGovernor, clock: Clock
) -> None:
    shedder, group, kept = Shedder(governor, clock), GroupMeter(), []
    for index in range(250):
        each = jpeg(index, clock.now_s - 5.0)
        group.add(each)
        if not shedder.skips(each, group):
            kept.append(index)
    assert len(kept) == pytest.approx(20, abs=2)


def test_a_file_is_never_shed() -> None:
    shedder, group = Shedder(None), GroupMeter()
    each = packet(3, -1e9)
    group.add(each)
    assert not shedder.skips(each, group)
    assert shedder.effort == Effort.FULL
