"""What every registered tracker must do."""

from typing import Any

import numpy as np
import pytest
from tests.tracking.scenes import CLASS_NAMES, person, seen

from camloom import plugins
from camloom.detections import Detections
from camloom.tracking.base import Tracker


@pytest.fixture(params=plugins.names("trackers"))
def implementation(request: pytest.FixtureRequest) -> Any:
    reason = next(i.reason for i in plugins.describe(["trackers"]) if i.name == request.param)
    if reason:
        pytest.skip(reason)
    return plugins.load("trackers", request.param)


@pytest.fixture
def tracker(implementation: Any) -> Tracker:
    built: Tracker = implementation(implementation.Config())
    return built


def random_walk(seed: int, frames: int = 80) -> list[tuple[Detections, float]]:
    """Return frames at uneven times of people who wander, come and go, with clutter between them."""
    random = np.random.default_rng(seed)
    place, speed = random.uniform(0, 800, (12, 2)), random.normal(0, 40, (12, 2))
    scene, now_s = [], 0.0
    for _ in range(frames):
        step_s = float(random.choice([0.04, 0.1, 0.2, 1.0]))
        now_s += step_s
        speed += random.normal(0, 10, speed.shape)
        place += speed * step_s
        clutter = random.uniform(0, 800, (int(random.integers(0, 5)), 2))
        centres = np.concatenate((place[random.random(12) > 0.2], clutter))
        classes = random.choice(CLASS_NAMES, len(centres)).tolist()
        confidence = random.uniform(0.05, 1, len(centres)).tolist()
        labels = [str(row) for row in range(len(centres))]
        scene.append((seen([person(x, y) for x, y in centres.tolist()], confidence, classes, labels), now_s))
    return scene


@pytest.mark.parametrize("seed", range(8))
def test_rows_are_rows_of_the_input_each_at_most_once(tracker: Tracker, seed: int) -> None:
    total = 0
    for detections, pts_s in random_walk(seed):
        tracks = tracker.update(detections, pts_s)
        assert tracks.attributes is not None
        rows = np.array([int(row[0].value) for row in tracks.attributes], np.int64)
        assert len(set(rows.tolist())) == len(rows)
        for name in ("xyxy", "confidence", "class_id"):
            np.testing.assert_array_equal(getattr(tracks, name), getattr(detections, name)[rows])
        assert tracks.class_names == detections.class_names
        total += len(tracks)
    assert total > 0


@pytest.mark.parametrize("seed", range(8))
def test_ids_are_unique_on_a_frame_and_first_sightings_never_change(tracker: Tracker, seed: int) -> None:
    first_pts_s: dict[int, float] = {}
    for detections, pts_s in random_walk(seed):
        tracks = tracker.update(detections, pts_s)
        ids = tracks.track_id.tolist()
        assert len(set(ids)) == len(ids) == len(tracks) == len(tracks.first_pts_s)
        assert tracks.track_id.dtype == np.int64
        assert tracker.active >= len(tracks)
        for track_id, first in zip(ids, tracks.first_pts_s.tolist(), strict=True):
            assert first <= pts_s
            assert first_pts_s.setdefault(track_id, first) == first


def test_ids_are_never_used_again_after_reset(tracker: Tracker) -> None:
    used: set[int] = set()
    for seed in range(3):
        ids: set[int] = set()
        for detections, pts_s in random_walk(seed):
            ids |= set(tracker.update(detections, pts_s).track_id.tolist())
        assert not ids & used
        used |= ids
        tracker.reset()
        assert tracker.active == 0


def test_frames_without_objects_are_fine(tracker: Tracker) -> None:
    nothing = Detections.empty(CLASS_NAMES)
    for step in range(5):
        assert len(tracker.update(nothing, step / 10)) == 0
    for step in range(5, 10):
        tracker.update(seen([person(100)]), step / 10)
    assert tracker.active == 1
    assert len(tracker.update(nothing, 1.0)) == 0


def test_someone_who_walks_steadily_has_one_id(tracker: Tracker) -> None:
    ids = [tracker.update(seen([person(100 + 5 * step)]), step / 10).track_id.tolist() for step in range(30)]
    assert len({track_id for found in ids for track_id in found}) == 1
    assert all(len(found) == 1 for found in ids[5:])


def test_the_input_is_not_changed(tracker: Tracker) -> None:
    for detections, pts_s in random_walk(1, frames=20):
        before = (detections.xyxy.copy(), detections.confidence.copy(), detections.class_id.copy())
        tracker.update(detections, pts_s)
        after = (detections.xyxy, detections.confidence, detections.class_id)
        for old, new in zip(before, after, strict=True):
            np.testing.assert_array_equal(old, new)


def test_two_trackers_do_not_share_anything(implementation: Any) -> None:
    one, other = implementation(implementation.Config()), implementation(implementation.Config())
    for step in range(5):
        one.update(seen([person(100)]), step / 10)
    assert other.active == 0
