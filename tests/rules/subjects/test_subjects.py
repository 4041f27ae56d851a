"""Which new id continues which lost one. A person here is 0.2 of the picture high; 0.1 of the width is 0.9 of that."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from camloom.detections import Detections
from camloom.geometry import Anchor
from camloom.rules.subjects.subjects import Subjects, TrackRuleConfig
from camloom.tracks import Tracks

Make = Callable[..., Any]

HERE = (0.5, 0.6)
HEIGHT = 0.2 * 9 / 16  # of a person, in shares of the picture's width


class Watcher:
    """Keeps to the seam of rules, and remembers who continued whom."""

    def __init__(self, **settings: object) -> None:
        self.subjects = Subjects(TrackRuleConfig.model_validate({"id": "w", **settings}), Anchor.BOTTOM_CENTER)
        self.continued: list[tuple[int | None, int]] = []

    def update(self, tracks: Tracks, frame: Any) -> list[Any]:
        items = self.subjects.observe(tracks, frame).items
        self.continued += [(seen.continues, seen.track_id) for seen in items if seen.continues is not None]
        return []


@pytest.fixture
def watch(play: Make) -> Make:
    """Return a maker of a play that records who continued whom."""
    return lambda **settings: play(Watcher(**settings))


def test_a_new_id_where_one_was_lost_continues_it(watch: Make) -> None:
    stage = watch()
    stage({1: [HERE] * 10, 2: [None] * 15 + [HERE]})
    assert stage.rule.continued == [(1, 2)]


@pytest.mark.parametrize(("gap_frames", "continues"), [(9, True), (12, False)])
def test_only_within_the_gap(watch: Make, gap_frames: int, continues: bool) -> None:
    stage = watch(gap_s=1)
    stage({1: [HERE] * 10, 2: [None] * (10 + gap_frames) + [HERE]})
    assert bool(stage.rule.continued) is continues


@pytest.mark.parametrize(("heights_off", "continues"), [(0.25, True), (0.6, False), (-0.25, True), (-0.6, False)])
def test_a_walker_is_expected_where_he_must_be_by_now(watch: Make, heights_off: float, continues: bool) -> None:
    stage = watch()
    path = stage.walk((0.3, 0.6), (0.6, 0.6), 31)
    x, y = path[30]
    stage({1: path[:24], 2: [None] * 30 + [(x + heights_off * HEIGHT, y)]})
    assert bool(stage.rule.continued) is continues


def test_nobody_still_in_view_is_continued(watch: Make) -> None:
    stage = watch()
    stage({1: [HERE] * 20, 2: [None] * 10 + [HERE] * 10})
    assert stage.rule.continued == []


def test_nobody_known_continues_another(watch: Make) -> None:
    stage = watch()
    stage({1: [HERE] * 10, 2: [(0.1, 0.6)] * 10 + [None] * 3 + [HERE] * 5})
    assert stage.rule.continued == []


def test_an_id_that_comes_back_after_long_is_not_new(watch: Make) -> None:
    stage = watch(gap_s=1)
    stage({2: [(0.1, 0.6)] * 5, 1: [None] * 60 + [HERE] * 10})
    stage({2: [None] * 3 + [HERE] * 5})
    assert stage.rule.continued == []


def test_one_lost_id_is_continued_by_the_nearest_new_one_only(watch: Make) -> None:
    stage = watch()
    stage({1: [HERE] * 10, 2: [None] * 13 + [(0.52, 0.6)], 3: [None] * 13 + [(0.505, 0.6)]})
    assert stage.rule.continued == [(1, 3)]


def test_one_new_id_continues_the_nearest_lost_one_only(watch: Make) -> None:
    stage = watch()
    stage({1: [HERE] * 10, 2: [(0.51, 0.6)] * 10, 3: [None] * 13 + [(0.512, 0.6)] * 2})
    assert stage.rule.continued == [(2, 3)]


def test_two_pairs_are_matched_at_once(watch: Make) -> None:
    stage = watch()
    lost = {1: [(0.30, 0.6)] * 10, 2: [(0.32, 0.6)] * 10}
    stage({**lost, 3: [None] * 13 + [(0.319, 0.6)], 4: [None] * 13 + [(0.299, 0.6)]})
    assert sorted(stage.rule.continued) == [(1, 4), (2, 3)]


def test_size_and_class_must_fit(watch: Make) -> None:
    for look in ({"height": 0.1}, {"height": 0.4}, {"class_name": "car"}):
        stage = watch()
        stage({1: [HERE] * 10})
        stage({2: [None] * 3 + [HERE] * 3}, **look)
        assert stage.rule.continued == []


def test_columns_follow_the_filter(watch: Make) -> None:
    """Points and items stay together when some rows are no subjects."""
    stage = watch(classes=["car"])
    xyxy = np.array([[0, 0, 160, 90], [800, 0, 960, 450], [1440, 0, 1600, 900]], np.float32)
    mixed = Detections(xyxy, np.ones(3, np.float32), np.array([0, 1, 0]), ("person", "car"))
    sightings = stage.rule.subjects.observe(Tracks.of(mixed, np.array([4, 5, 6]), np.zeros(3)), stage.frame())

    assert [seen.track_id for seen in sightings.items] == [5]
    assert sightings.points_norm.tolist() == [pytest.approx([0.55, 0.5])]
    assert sightings.items[0].point_norm == pytest.approx((0.55, 0.5))
    assert sightings.items[0].as_object().class_name == "car"


def test_the_way_under_an_earlier_id_counts(watch: Make) -> None:
    """Seen for 0.1 s as 2, nobody could tell where he goes; but he was 1 before."""
    stage = watch()
    path = stage.walk((0.3, 0.6), (0.7, 0.6), 31)
    stage({1: path[:10], 2: [None] * 12 + path[12:14], 3: [None] * 20 + [path[20]]})
    assert stage.rule.continued == [(1, 2), (2, 3)]


def test_an_id_that_was_handed_over_and_comes_back_is_somebody_else(watch: Make) -> None:
    """The way that 1 had went to 2, so that the new 1 has not moved at all."""
    stage = watch()
    path, elsewhere = stage.walk((0.3, 0.6), (0.7, 0.6), 31), (0.8, 0.3)
    old = [*path[:6], None, None, elsewhere, elsewhere]
    stage({1: old, 2: [None] * 7 + path[7:20], 3: [None] * 12 + [elsewhere] * 3})
    assert stage.rule.continued == [(1, 2), (1, 3)]


def test_other_tracks_at_the_same_time_are_other_tracks(watch: Make) -> None:
    stage = watch()
    frame = stage.frame()
    boxes = Detections(np.array([[0, 0, 160, 90]], np.float32), np.ones(1, np.float32), np.zeros(1, np.int64), ("car",))
    seen = [
        stage.rule.subjects.observe(Tracks.of(boxes, np.array([key]), np.zeros(1)), frame).items[0].track_id
        for key in (4, 5)
    ]
    assert seen == [4, 5]
