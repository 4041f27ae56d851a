"""Identities where few frames are analysed, so that objects walk out of their last box from look to look."""

import numpy as np
import pytest
from benchmarks import low_rate
from tests.tracking.scenes import person, seen

from camloom.tracking.bytetrack import ByteTrack, ByteTrackConfig


def ids_of(tracker: ByteTrack, xs: list[list[float]], fps: float, height: float = 100) -> list[list[int]]:
    """Follow people by the middles of their boxes, which are 40 px wide, on each look."""
    looks = [seen([person(x, height=height) for x in row]) for row in xs]
    return [tracker.update(look, index / fps).track_id.tolist() for index, look in enumerate(looks)]


@pytest.fixture
def tracker() -> ByteTrack:
    return ByteTrack(ByteTrack.Config())


@pytest.mark.parametrize("fps", [1, 2, 3, 5, 10, 25])
@pytest.mark.parametrize("speed", [40, 80, 120])
def test_who_walks_on_keeps_the_id_at_any_rate(tracker: ByteTrack, fps: float, speed: float) -> None:
    ways: list[list[float]] = [
        [],
        *([100 + speed * step / fps] for step in range(12)),
    ]  # at 1 fps three times the width from look to look
    assert ids_of(tracker, ways, fps) == [[], [], *[[1]] * 11]


def test_only_overlap_counts_without_reach() -> None:
    tracker = ByteTrack(ByteTrack.Config(reach=0))
    assert ids_of(tracker, [[], *([100.0 + 60 * step] for step in range(8))], fps=2) == [[]] * 9


def test_who_turns_round_between_two_looks_is_still_the_same(tracker: ByteTrack) -> None:
    there = [100 + 45.0 * step for step in range(6)]
    assert ids_of(tracker, [[x] for x in there + there[::-1][1:]], fps=2) == [[1]] * 11


def test_two_who_walk_towards_each_other_keep_their_ids(tracker: ByteTrack) -> None:
    ways = [[100 + 45.0 * step, 745 - 45.0 * step] for step in range(15)]
    assert ids_of(tracker, ways, fps=2) == [[1, 2]] * 15


def test_at_a_full_rate_nobody_is_so_fast(tracker: ByteTrack) -> None:
    assert ids_of(tracker, [[100], [160], [160]], fps=25) == [[1], [], [2]]


def test_a_box_of_another_height_is_somebody_else(tracker: ByteTrack) -> None:
    tracker.update(seen([person(100)]), 0.0)
    assert len(tracker.update(seen([person(160, height=50)]), 0.5)) == 0


def test_another_kind_of_thing_is_not_taken_for_him(tracker: ByteTrack) -> None:
    tracker.update(seen([person(100)]), 0.0)
    assert len(tracker.update(seen([person(160)], classes=["car"]), 0.5)) == 0


def test_who_comes_near_where_somebody_was_lost_before_is_somebody_new(tracker: ByteTrack) -> None:
    assert ids_of(tracker, [[100], [100], [100], [], [190], [190]], fps=2) == [[1], [1], [1], [], [], [2]]


def test_an_unsure_box_far_off_keeps_no_track_going(tracker: ByteTrack) -> None:
    tracker.update(seen([person(100)]), 0.0)
    assert len(tracker.update(seen([person(160)], confidence=0.3), 0.5)) == 0


def test_reach_goes_by_time_and_not_by_frames() -> None:
    reached = {}
    for gap_s in (0.04, 0.2, 0.5, 1.0):
        far = [x for x in np.arange(100, 500, 20) if _found_again(gap_s, float(x))]
        reached[gap_s] = max(far) - 100
    assert reached[0.04] < reached[0.2] < reached[0.5] < reached[1.0]


def _found_again(gap_s: float, x: float) -> bool:
    tracker = ByteTrack(ByteTrackConfig())
    tracker.update(seen([person(100)]), 0.0)
    return len(tracker.update(seen([person(x)]), gap_s)) == 1


def test_rules_miss_nothing_because_of_the_tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(low_rate, "SEEDS", range(3))
    monkeypatch.setattr(low_rate, "SECONDS", 20)
    rows = {(row.identities, row.rule): row for row in low_rate.shapes(2)}
    for rule in ("region", "line"):
        known, tracked = rows["truth", rule], rows["tracker", rule]
        assert tracked.due >= 15
        assert tracked.right >= 0.9 * known.right
        assert tracked.came <= 1.1 * known.came
