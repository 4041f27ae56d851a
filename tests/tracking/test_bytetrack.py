"""Identities through crossings, occlusions, weak detections and gaps."""

import numpy as np
import pytest
from pydantic import ValidationError
from tests.tracking.scenes import person, seen

from camloom.detections import Detections
from camloom.tracking.bytetrack import ByteTrack
from camloom.tracks import Tracks

FPS = 10


@pytest.fixture
def tracker() -> ByteTrack:
    return ByteTrack(ByteTrack.Config())


def follow(tracker: ByteTrack, frames: list[Detections], start_s: float = 0.0, fps: float = FPS) -> list[Tracks]:
    return [tracker.update(frame, start_s + index / fps) for index, frame in enumerate(frames)]


def id_by_label(tracks: Tracks) -> dict[str, int]:
    assert tracks.attributes is not None
    return {row[0].value: int(track_id) for row, track_id in zip(tracks.attributes, tracks.track_id, strict=True)}


def test_two_people_keep_their_ids_when_they_cross(tracker: ByteTrack) -> None:
    frames = [
        seen([person(100 + 8 * step, 100), person(420 - 8 * step, 112)], labels=["right", "left"]) for step in range(41)
    ]
    tracks = follow(tracker, frames)
    assert len(tracks[0]) == 2
    assert all(id_by_label(found) == id_by_label(tracks[0]) for found in tracks)


def test_an_object_on_the_first_frame_counts_at_once_and_a_later_one_on_its_second_sighting(tracker: ByteTrack) -> None:
    early, late = person(100), person(400)
    tracks = follow(tracker, [seen([early]), seen([early, late]), seen([early, late])])
    assert [len(found) for found in tracks] == [1, 1, 2]
    assert tracks[2].first_pts_s.tolist() == pytest.approx([0.0, 0.1])


def test_min_hits_is_the_number_of_sightings_before_a_track_counts() -> None:
    tracker = ByteTrack(ByteTrack.Config(min_hits=4))
    tracks = follow(tracker, [seen([])] + [seen([person(100)])] * 5)
    assert [len(found) for found in tracks] == [0, 0, 0, 0, 1, 1]


def test_a_single_false_detection_never_becomes_a_track(tracker: ByteTrack) -> None:
    tracks = follow(tracker, [seen([]), seen([person(100)]), seen([]), seen([person(100)]), seen([])])
    assert [len(found) for found in tracks] == [0] * 5
    assert tracker.active == 0


def walk_behind_a_post(tracker: ByteTrack, hidden_s: float, fps: float = FPS) -> tuple[list[int], list[int]]:
    """Walk 80 px/s, out of sight from 2 s on for some time; return the ids seen before and after."""
    steps = range(round((2 + hidden_s + 1) * fps))
    times = [step / fps for step in steps]
    frames = [seen([] if 2 <= t < 2 + hidden_s else [person(100 + 80 * t)]) for t in times]
    tracks = follow(tracker, frames, fps=fps)
    before = [int(i) for t, found in zip(times, tracks, strict=True) if t < 2 for i in found.track_id]
    after = [int(i) for t, found in zip(times, tracks, strict=True) if t >= 2 + hidden_s for i in found.track_id]
    return before, after


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_someone_hidden_for_less_than_max_lost_keeps_the_id(tracker: ByteTrack, fps: float) -> None:
    before, after = walk_behind_a_post(tracker, hidden_s=1.6, fps=fps)
    assert len(after) >= fps * 0.9
    assert set(before) == set(after) == {1}


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_someone_hidden_for_longer_is_someone_new(tracker: ByteTrack, fps: float) -> None:
    before, after = walk_behind_a_post(tracker, hidden_s=2.6, fps=fps)
    assert set(before) == {1}
    assert set(after) == {2}


def test_a_lost_track_is_alive_until_it_is_forgotten(tracker: ByteTrack) -> None:
    tracker.update(seen([person(100)]), 0.0)
    tracker.update(seen([]), 1.9)
    assert tracker.active == 1
    tracker.update(seen([]), 2.1)
    assert tracker.active == 0


def test_weak_detections_keep_a_track_going_but_begin_none(tracker: ByteTrack) -> None:
    weak_stranger = person(500)
    strong = [seen([person(100 + 3 * step)]) for step in range(5)]
    weak = [seen([person(115 + 3 * step), weak_stranger], confidence=0.3) for step in range(30)]
    tracks = follow(tracker, strong + weak)
    assert [found.track_id.tolist() for found in tracks] == [[1]] * 35


def test_detections_under_the_low_confidence_are_nothing(tracker: ByteTrack) -> None:
    tracker.update(seen([person(100)]), 0.0)
    assert len(tracker.update(seen([person(100)], confidence=0.05), 0.1)) == 0


def test_a_moderate_detection_finds_its_track_again_but_begins_none() -> None:
    config = ByteTrack.Config(high_confidence=0.5, new_confidence=0.8)
    tracker = ByteTrack(config)
    tracker.update(seen([person(100)]), 0.0)
    tracker.update(seen([]), 0.1)
    tracks = tracker.update(seen([person(100), person(400)], confidence=0.6), 0.2)
    assert tracks.track_id.tolist() == [1]


def test_a_class_may_begin_tracks_at_a_confidence_of_its_own() -> None:
    tracker = ByteTrack(ByteTrack.Config(class_confidence={"truck": 0.2, "dragon": 0.1}))
    frames = [seen([person(100), person(400)], [0.3, 0.3], ["person", "truck"]) for _ in range(3)]
    assert [found.track_id.tolist() for found in follow(tracker, frames)] == [[1], [1], [1]]
    weaker = [seen([person(100), person(600)], 0.15, ["truck", "truck"]) for _ in range(3)]
    assert [len(found) for found in follow(tracker, weaker, start_s=0.3)] == [0, 0, 0]


def test_rows_keep_their_order_box_and_attributes(tracker: ByteTrack) -> None:
    places = {"a": 100, "b": 300, "c": 500}
    random = np.random.default_rng(3)
    first = id_by_label(tracker.update(seen([person(x) for x in places.values()], labels=list(places)), 0.0))
    for step in range(1, 20):
        order = random.permutation(list(places)).tolist()
        frame = seen([person(places[name] + step) for name in order], labels=order)
        tracks = tracker.update(frame, step / FPS)
        assert id_by_label(tracks) == first
        np.testing.assert_array_equal(tracks.xyxy, frame.xyxy)
        assert tracks.attributes == frame.attributes


def test_a_person_never_becomes_a_car(tracker: ByteTrack) -> None:
    box = person(100)
    follow(tracker, [seen([box])] * 3)
    tracks = follow(tracker, [seen([box], classes=["car"])] * 3, start_s=0.3)
    assert [found.track_id.tolist() for found in tracks] == [[], [2], [2]]


def test_classes_of_one_group_may_change_and_the_row_says_its_own(tracker: ByteTrack) -> None:
    box = person(100, width=200)
    names = ["car", "truck", "car", "truck"]
    tracks = follow(tracker, [seen([box], classes=[name]) for name in names])
    assert [found.track_id.tolist() for found in tracks] == [[1]] * 4
    assert [found.name_of(0) for found in tracks] == names


def test_class_groups_can_be_emptied() -> None:
    tracker = ByteTrack(ByteTrack.Config(class_groups=()))
    box = person(100, width=200)
    tracks = follow(tracker, [seen([box], classes=[name]) for name in ("car", "truck", "truck")])
    assert [found.track_id.tolist() for found in tracks] == [[1], [], [2]]


@pytest.mark.parametrize(
    "bad",
    [
        (np.nan, 50, 120, 150),
        (80, 50, np.inf, 150),
        (120, 50, 80, 150),
        (100, 100, 100, 100),
        (-np.inf, -np.inf, np.inf, np.inf),
    ],
)
def test_impossible_boxes_are_ignored(tracker: ByteTrack, bad: tuple[float, float, float, float]) -> None:
    frame = seen([bad, person(300)])
    with np.errstate(all="raise"):
        tracks = follow(tracker, [frame] * 4)
    assert all(found.xyxy.tolist() == [list(person(300))] for found in tracks)


def test_a_confidence_that_is_no_number_is_ignored(tracker: ByteTrack) -> None:
    tracks = follow(tracker, [seen([person(100), person(300)], confidence=[np.nan, 0.9])] * 3)
    assert [len(found) for found in tracks] == [1, 1, 1]


def test_uneven_gaps_do_not_cost_the_id(tracker: ByteTrack) -> None:
    times = np.cumsum(np.random.default_rng(5).choice([0.04, 0.1, 0.2, 0.4], 60))
    tracks = [tracker.update(seen([person(100 + 70 * t)]), t) for t in times]
    assert {tuple(found.track_id) for found in tracks} == {(1,)}


def test_two_frames_at_the_same_time_are_no_trouble(tracker: ByteTrack) -> None:
    tracks = [tracker.update(seen([person(100)]), t) for t in (0.0, 0.1, 0.1, 0.1, 0.2)]
    assert {tuple(found.track_id) for found in tracks} == {(1,)}


def test_a_parked_car_keeps_its_id_when_only_keyframes_are_analysed(tracker: ByteTrack) -> None:
    box = person(300, width=220)
    tracks = [tracker.update(seen([box], classes=["car"]), 10.0 * step) for step in range(8)]
    assert {tuple(found.track_id) for found in tracks} == {(1,)}


def test_after_reset_nothing_is_known_and_ids_go_on(tracker: ByteTrack) -> None:
    follow(tracker, [seen([person(100), person(300)])] * 3)
    tracker.reset()
    assert tracker.active == 0
    tracks = tracker.update(seen([person(100), person(300)]), 0.3)
    assert tracks.track_id.tolist() == [3, 4]
    assert tracks.first_pts_s.tolist() == [0.3, 0.3]


def test_confidences_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="low_confidence <= high_confidence <= new_confidence"):
        ByteTrack.Config(high_confidence=0.8, new_confidence=0.5)
