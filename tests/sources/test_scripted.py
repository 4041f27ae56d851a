"""Scripted scenes: what is written is what is seen, and its truth is exact."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from camloom.errors import ConfigError
from camloom.geometry import Anchor, FloatArray, Line, Zone
from camloom.sources.reading.decode import Decoder
from camloom.sources.scripted.draw import Painter
from camloom.sources.scripted.script import load_script, parse_script
from camloom.sources.scripted.seen import detections, tracks
from camloom.sources.scripted.truth import crossings, visits
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource
from camloom.tracks import Tracks

LAWN = Zone("lawn", ((0.3, 0.4), (0.7, 0.4), (0.7, 0.8), (0.3, 0.8)))
GATE = Line("gate", (0.5, 0.3), (0.5, 0.9))
ACROSS = [[0, 0, 0.6], [10, 1, 0.6]]


def script(*actors: dict[str, Any], **more: Any) -> Any:
    return parse_script({"seconds": 10, "fps": 10, "actors": list(actors), **more})


def test_somebody_is_where_his_path_says() -> None:
    found = tracks(script({"path": ACROSS, "height": 0.5, "width": 0.4}), 50)
    assert found.xyxy.tolist() == [[320 - 36, 216 - 180, 320 + 36, 216]]
    assert (found.track_id.tolist(), found.name_of(0)) == ([1], "person")


def test_he_is_there_from_his_first_waypoint_to_his_last() -> None:
    there = [len(tracks(script({"path": [[2, 0.5, 0.6], [4, 0.5, 0.6]]}), index)) for index in (19, 20, 40, 41)]
    assert there == [0, 1, 1, 0]


def test_a_thing_with_one_waypoint_stays() -> None:
    assert len(tracks(script({"label": "bag", "path": [[2, 0.5, 0.6]]}), 99)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"missed": [[4, 6]]},
        {"path": [[0, 0.5, 0.6], [4, 1.5, 0.6], [6, 1.5, 0.6], [10, 0.5, 0.6]]},
        {"path": [[0, 0.5, 0.6]], "confidence": 0.9, "missed": [[0, 99]]},
    ],
)
def test_a_detector_misses_what_the_script_says_and_what_is_out_of_view(fault: dict[str, Any]) -> None:
    assert len(detections(script({"path": ACROSS, **fault}), 50)) == 0


def test_a_post_hides_who_is_behind_it_and_somebody_in_front_too() -> None:
    post = [{"box": [0.45, 0, 0.55, 1]}]
    assert len(detections(script({"path": ACROSS}, occluders=post), 50)) == 0
    both = script({"path": ACROSS}, {"path": [[0, 0.5, 0.62]]})
    assert tracks(both, 50).track_id.tolist() == [1001]
    assert sorted(tracks(both, 0).track_id.tolist()) == [1, 1001]


def test_a_tracker_takes_him_for_another_from_then_on() -> None:
    ids = [int(tracks(script({"path": ACROSS, "new_id": [5]}), index).track_id[0]) for index in (49, 50)]
    assert ids == [1, 2]
    assert tracks(script({"path": ACROSS, "new_id": [5]}), 70).first_pts_s.tolist() == [5]


def test_the_same_seed_makes_the_same_faults() -> None:
    row = ({"path": [[0, 0.03 + 0.048 * number, 0.6]], "height": 0.1} for number in range(20))
    noisy = script(*row, jitter=0.02, missed_share=0.3, seed=4)
    one, other = detections(noisy, 30), detections(noisy, 30)
    assert np.array_equal(one.xyxy, other.xyxy)
    counts = [len(detections(noisy, index)) for index in range(20, 80)]
    assert sum(counts) / 1200 == pytest.approx(0.7, abs=0.05)


def test_visits_and_crossings_are_exact() -> None:
    scene = script({"path": [[0, 0, 0.6], [10, 1, 0.6]]}, {"path": [[1, 1, 0.7], [9, 0, 0.7]]})
    stays = visits(scene, LAWN)
    assert [one.actor for one in stays] == [0, 1]
    assert [(round(one.enter_s, 6), round(one.leave_s, 6)) for one in stays] == [(3, 7), (3.4, 6.6)]
    over = crossings(scene, GATE)
    assert sorted((one.actor, round(one.at_s, 6), one.direction) for one in over) == [(0, 5, "A->B"), (1, 5, "B->A")]


def test_a_visit_may_begin_inside_and_last_to_the_end() -> None:
    (visit,) = visits(script({"path": [[2, 0.5, 0.6]]}), LAWN)
    assert (visit.enter_s, visit.leave_s) == (2, 10)


def test_the_anchor_counts() -> None:
    tall = script({"path": [[0, 0, 0.9], [10, 1, 0.9]], "height": 0.5})
    assert visits(tall, LAWN) == []
    assert len(visits(tall, Zone("lawn", LAWN.vertices_norm, Anchor.CENTER))) == 1


def joints(found: Tracks) -> FloatArray:
    assert found.keypoints is not None
    return np.asarray(found.keypoints[0], np.float32)


def test_joints_go_with_the_pose() -> None:
    nose, wrist, ankle = 0, 10, 16
    poses = {"path": [[0, 0.5, 0.8]], "height": 0.5, "poses": [[2, "hand_to_ear"], [5, "lying"]]}
    standing, phoning, lying = (joints(tracks(script(poses), index)) for index in (0, 40, 90))
    assert standing[wrist, 1] > phoning[wrist, 1]
    assert abs(phoning[wrist, 1] - phoning[nose, 1]) < 10
    assert abs(lying[nose, 1] - lying[ankle, 1]) < 30
    wide, high = (tracks(script(poses), 90).xyxy[0, 2:] - tracks(script(poses), 90).xyxy[0, :2]).tolist()
    assert wide > 2 * high


def test_attributes_come_along() -> None:
    found = tracks(script({"path": ACROSS, "attributes": {"helmet": "no"}}), 10)
    assert found.attributes is not None
    assert [(read.name, read.value) for read in found.attributes[0]] == [("helmet", "no")]


def test_what_is_seen_is_drawn() -> None:
    scene = script(
        {"label": "car", "path": [[0, 0.5, 0.6]], "colour": [250, 10, 10], "height": 0.2, "width": 2}, noise=1
    )
    red = cv2.inRange(Painter(scene).picture(3), np.array((0, 0, 180)), np.array((90, 90, 255)))
    x0, y0, x1, y1 = detections(scene, 3).xyxy[0].round().astype(int)
    assert red[y0:y1, x0:x1].mean() > 250
    assert red.sum() == pytest.approx(255 * (x1 - x0) * (y1 - y0), rel=0.02)


def test_light_shadow_and_rain_change_the_picture_and_nothing_that_is_seen() -> None:
    plain = script({"path": ACROSS}, texture=0, noise=0)
    effects = {"light": [[5, 1.5]], "shadows": [{"path": [[0, 0.2, 0.9]]}], "rain": {"during": [7, 10]}}
    changed = script({"path": ACROSS}, texture=0, noise=0, **effects)
    means = [float(Painter(changed).picture(index).mean()) for index in (10, 60)]
    assert means[0] < Painter(plain).picture(10).mean() < means[1]
    assert not np.array_equal(Painter(changed).picture(75), Painter(changed).picture(76))
    assert np.array_equal(detections(plain, 60).xyxy, detections(changed, 60).xyxy)


def test_a_scene_is_a_source(tmp_path: Path) -> None:
    path = tmp_path / "hall.yaml"
    path.write_text(
        "{seconds: 2, fps: 5, width: 320, height: 180, actors: [{path: [[0, 0.5, 0.8]]}]}", encoding="utf-8"
    )
    source = SyntheticSource(SyntheticConfig(url=f"synthetic:scene={path}"))
    info = source.open()
    assert (info.width, info.height, info.fps) == (320, 180, 5)
    decoder = Decoder(info)
    frames = [buffer for packet in source.packets() for _, buffer in decoder.decode(packet)]
    assert len(frames) == 10
    drawn = Painter(load_script(path)).picture(4)
    assert np.abs(frames[4].to_bgr().astype(int) - drawn).mean() < 6


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("actors: [{path: []}]", ":1:17", "at least 1 item"),
        ("actors:\n  - {path: [[1, 0, 0], [1, 1, 0]]}", ":2:5", "times of its path must grow: 1, 1"),
        ("actors: [{path: [[0, 0, 0]], pth: 3}]", ":1:30", "unknown key. Did you mean 'path'?"),
        ("labels: [car]\nactors: [{path: [[0, 0, 0]]}]", "", "label 'person', which is not among `labels`"),
    ],
)
def test_a_mistake_in_a_scene_has_its_place(tmp_path: Path, text: str, place: str, says: str) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_script(path)
    assert f"scene.yaml{place}" in str(caught.value)
    assert says in str(caught.value)
