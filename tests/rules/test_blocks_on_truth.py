"""Rules on the labelled street video, and on cars that drive up and down."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pytest
from benchmarks.event_accuracy import SIZE_PX, truth_places
from tests.rules.labelled import FPS, labelled_tracks

from camloom import open_task
from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.frame import Frame
from camloom.geometry import Line, Zone
from camloom.rules.base import Rule
from camloom.rules.lines.fence import FenceConfig, FenceRule
from camloom.rules.lines.inside import OccupancyConfig, OccupancyRule
from camloom.rules.motion.speed import SpeedConfig, SpeedRule
from camloom.rules.zones.loitering import VisitsConfig, VisitsRule

Points = npt.NDArray[np.float64]


@pytest.fixture
def street(mirror: Path) -> Path:
    """Return the folder of labels."""
    return mirror / "labels" / "pets09"


def scene_of(street: Path) -> Scene:
    zones, lines = truth_places(street / "events_vtest.json")
    return Scene(
        tuple(Zone(name, points) for name, points in zones.items()),
        tuple(Line(name, start, end) for name, (start, end) in lines.items()),
    )


def watch(street: Path, rules: dict[str, Rule]) -> Iterator[tuple[str, Frame, Event]]:
    """Yield what rules say of the labelled tracks."""
    for frame, tracks in labelled_tracks(street / "gt.txt"):
        for name, rule in rules.items():
            for event in rule.update(tracks, frame):
                yield name, frame, event


def labelled_visits(street: Path, away_s: float, min_time_s: float) -> dict[tuple[str, int], list[float]]:
    """Return the times inside of the visits of each person to each zone."""
    stays: dict[tuple[str, int], list[list[float]]] = defaultdict(list)
    for row in json.loads((street / "events_vtest.json").read_text())["zone_visits"]:
        spans = stays[(row["zone"], row["gt_id"])]
        if spans and (row["enter"] - spans[-1][1]) / FPS <= away_s:
            spans[-1] = [spans[-1][0] + row["leave"] - row["enter"], row["leave"]]
        else:
            spans.append([row["leave"] - row["enter"], row["leave"]])
    return {key: [span[0] / FPS for span in spans if span[0] / FPS >= min_time_s] for key, spans in stays.items()}


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("settings", "loiters"), [({"dwell_s": None, "visits": 3}, "visits"), ({"dwell_s": 8}, "dwell")]
)
def test_those_loiter_who_do_by_the_labels(street: Path, settings: dict[str, Any], loiters: str) -> None:
    scene = scene_of(street)
    told = {"id": "v", "away_s": 2, "min_time_s": 0.5, "visits": 1000, **settings}
    rules: dict[str, Rule] = {
        zone: VisitsRule(VisitsConfig.model_validate({**told, "zone": zone}), scene) for zone in scene.zones
    }
    found = {(name, event.track_ids[0]) for name, _, event in watch(street, rules) if event.phase is Phase.START}
    visits = labelled_visits(street, 2, 0.5)
    often = {key for key, times in visits.items() if len(times) >= 3}
    long = {key for key, times in visits.items() if sum(times) >= 8}
    expected = often if loiters == "visits" else long
    assert len(expected) >= 3
    assert found == expected


@pytest.mark.mirror
def test_the_number_of_those_inside_is_that_of_the_labelled_crossings(street: Path) -> None:
    """People of a line pass both ways; the two crossings that are missed are one person who leans over it."""
    scene = scene_of(street)
    for name in scene.lines:
        rule = OccupancyRule(OccupancyConfig(id="o", line=name, first_inside=100), scene)
        for _ in watch(street, {"o": rule}):
            pass
        rows = json.loads((street / "events_vtest.json").read_text())["line_events"]
        ways = [row["direction"] for row in rows if row["line"] == name]
        assert rule.inside == pytest.approx(100 + ways.count("A->B") - ways.count("B->A"), abs=1)


@pytest.mark.mirror
def test_who_crosses_a_line_of_the_street_crosses_a_fence_there(street: Path) -> None:
    scene = scene_of(street)
    rules: dict[str, Rule] = {name: FenceRule(FenceConfig(id="f", line=name), scene) for name in scene.lines}
    found = list(watch(street, rules))
    rows = json.loads((street / "events_vtest.json").read_text())["line_events"]
    assert 0.85 * len(rows) <= len(found) <= len(rows)


class Camera:
    """The published calibration of the camera (R. Y. Tsai's model), from its file."""

    def __init__(self, path: Path) -> None:
        parts = {
            part.tag: {key: float(value) for key, value in part.attrib.items()}
            for part in ElementTree.parse(path).getroot()
        }
        self._px, self._in, self._ex = parts["Geometry"], parts["Intrinsic"], parts["Extrinsic"]
        rx, ry, rz = (np.array([math.cos(self._ex[key]), math.sin(self._ex[key])]) for key in ("rx", "ry", "rz"))
        about_x = np.array([[1, 0, 0], [0, rx[0], -rx[1]], [0, rx[1], rx[0]]])
        about_y = np.array([[ry[0], 0, ry[1]], [0, 1, 0], [-ry[1], 0, ry[0]]])
        about_z = np.array([[rz[0], -rz[1], 0], [rz[1], rz[0], 0], [0, 0, 1]])
        self._turn = about_z @ about_y @ about_x
        self._shift = np.array([self._ex["tx"], self._ex["ty"], self._ex["tz"]])

    def ground(self, points_px: Points) -> Points:
        """Return where points lie on the ground, m."""
        x = (points_px[:, 0] - self._in["cx"]) * self._px["dpx"] / self._in["sx"]
        y = (points_px[:, 1] - self._in["cy"]) * self._px["dpy"]
        straight = 1 + self._in["kappa1"] * (x**2 + y**2)
        rays = np.column_stack((x * straight, y * straight)) / self._in["focal"]
        turn, shift = self._turn, self._shift
        rows = [(turn[:2, :2] - np.outer(ray, turn[2, :2]), ray * shift[2] - shift[:2]) for ray in rays]
        return np.array([np.linalg.solve(*row) for row in rows]) / 1000


@pytest.mark.mirror
def test_the_speed_of_people_is_that_of_the_calibrated_camera(street: Path) -> None:
    """Four corners of a square of 12 m, drawn to the pixel, against the camera's own model with its lens."""
    corners = ((460, 277), (656, 170), (319, 145), (62, 224))
    scene = Scene((Zone("square", tuple((x / SIZE_PX[0], y / SIZE_PX[1]) for x, y in corners)),))
    config = SpeedConfig(id="s", zone="square", width_m=12, length_m=12, limit_kmh=3, update_s=0.5)
    camera = Camera(street / "PETS2009-calib.xml")
    boxes = np.loadtxt(street / "gt.txt", delimiter=",")
    errors = []
    for _, frame, event in watch(street, {"s": SpeedRule(config, scene)}):
        rows = boxes[(boxes[:, 1] == event.track_ids[0]) & (abs(boxes[:, 0] - frame.index + 4) <= 5)]
        if event.phase is Phase.END or len(rows) < 6:
            continue
        ground = camera.ground(np.column_stack((rows[:, 2] + rows[:, 4] / 2, rows[:, 3] + rows[:, 5])))
        times = (rows[:, 0] - rows[:, 0].mean()) / FPS
        truth_kmh = 3.6 * float(np.linalg.norm(times @ (ground - ground.mean(axis=0)) / (times @ times)))
        assert event.value is not None
        errors.append(event.value - truth_kmh)
        assert abs(errors[-1]) <= float(event.detail.split("±")[1].split()[0])
    assert len(errors) > 100
    assert max(map(abs, errors)) < 0.7
    assert abs(np.mean(errors)) < 0.2


@pytest.mark.mirror
@pytest.mark.slow
def test_cars_that_drive_up_and_down(mirror: Path, tmp_path: Path) -> None:
    """Two cars drive up and two down: each is against one of two arrows, and over two lines in one order."""
    task = {
        "source": str(mirror / "videos/intel_car-detection.mp4"),
        "model": "pvb-2004",
        "runtime": "openvino",
        "analysis_fps": 10,
        "lines": [
            {"name": "down", "start": [0.5, 0.1], "end": [0.5, 0.9]},
            {"name": "up", "start": [0.5, 0.9], "end": [0.5, 0.1]},
            {"name": "middle", "start": [0, 0.5], "end": [1, 0.5]},
            {"name": "low", "start": [0, 0.65], "end": [1, 0.65]},
        ],
        "rules": [
            {"type": "direction", "id": "against_down", "line": "down"},
            {"type": "direction", "id": "against_up", "line": "up"},
            {"type": "tripwire", "id": "downwards", "line": "middle", "second_line": "low"},
            {"type": "tripwire", "id": "upwards", "line": "low", "second_line": "middle"},
        ],
        "classes": ["vehicle"],
        "out": str(tmp_path),
    }
    events = [event for result in open_task(task) for event in result.events]
    found = Counter(event.rule_id for event in events if event.phase in (Phase.START, Phase.INSTANT))
    assert found == {"against_down": 2, "against_up": 2, "downwards": 2, "upwards": 2}
