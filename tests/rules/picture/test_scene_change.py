"""What is built in a place is told after hours; what the day, the weather and the street bring is not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError
from tests.rules.conftest import tracks_of
from tests.rules.things.stage import NOON

from camloom.config import Scene
from camloom.event import Event
from camloom.frame import Frame, ImageArray
from camloom.geometry import Zone
from camloom.rules.picture.scene_change import SceneChangeConfig, SceneChangeRule
from camloom.tracks import Tracks

WIDTH, HEIGHT = 320, 180
STEP_S = 120.0
YARD = Zone("yard", ((0.25, 0.3), (0.9, 0.3), (0.9, 0.95), (0.25, 0.95)))
SHED = (130, 80, 200, 130)
HOUR_S = 3600.0

random = np.random.default_rng(5)
NOISE = random.normal(0, 1, 400_000).astype(np.float32)
Draw = Callable[[Any, float], None]


@dataclass
class ColourBuffer:
    """A picture in one tint; grey where it has none."""

    grey: ImageArray
    tint: float
    width: int = WIDTH
    height: int = HEIGHT
    pix_fmt: str = "bgr24"

    def luma(self, width: int, height: int) -> ImageArray:
        return np.asarray(cv2.resize(self.grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)

    def resize_into(self, target: ImageArray) -> None:
        small = self.luma(target.shape[1], target.shape[0])
        target[:] = np.stack((small * (1 - self.tint), small, small), axis=2).astype(np.uint8)


def yard() -> Any:
    """Draw a fence, a wall with windows, and rough ground."""
    ground = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 2) * 30 + 130
    ground[:50] = 170
    for x in range(10, WIDTH, 24):
        cv2.rectangle(ground, (x, 12), (x + 12, 34), (70.0,), cv2.FILLED)
    for x in range(0, WIDTH, 9):
        cv2.line(ground, (x, 44), (x, 60), (60.0,), 1)
    return ground


def shed(picture: Any, _at_s: float = 0.0) -> None:
    x0, y0, x1, y1 = SHED
    cv2.rectangle(picture, (x0, y0), (x1, y1), (95.0,), cv2.FILLED)
    for x in range(x0, x1, 7):
        cv2.line(picture, (x, y0), (x, y0 + 14), (190.0,), 2)
    cv2.rectangle(picture, (x0 + 25, y0 + 22), (x0 + 42, y1), (40.0,), cv2.FILLED)


class Site:
    """Shows a place to the rule, a picture every two minutes, from noon on."""

    def __init__(self, memory: Path | None = None, **settings: Any) -> None:
        config = SceneChangeConfig.model_validate({"id": "yard", "zone": "yard", **settings})
        self.scene = Scene((YARD,), memory=memory)
        self.config = config
        self.rule = SceneChangeRule(config, self.scene)
        self.ground = yard()
        self.at_s, self.clock_s = 0.0, 0.0
        self.events: list[Event] = []
        self.drawn: list[Draw] = []

    def restart(self) -> None:
        """Begin with a new process and a new stream clock."""
        self.events += self.rule.finish(self._frame())
        self.rule, self.clock_s = SceneChangeRule(self.config, self.scene), 0.0

    def wait(self, hours: float, *draw: Draw, tracks: Tracks | None = None) -> None:
        for _ in range(round(hours * HOUR_S / STEP_S)):
            frame = self._frame(*draw)
            self.events += self.rule.update(tracks_of({}) if tracks is None else tracks, frame)
            self.at_s, self.clock_s = self.at_s + STEP_S, self.clock_s + STEP_S

    def _frame(self, *draw: Draw) -> Frame:
        picture = self.ground.copy()
        for one in (*self.drawn, *draw):
            one(picture, self.at_s)
        hour = (12 + self.at_s / HOUR_S) % 24
        night = hour < 6 or hour >= 20
        # At night by the lamp of the camera: brighter in the middle, noise, no colours.
        picture = (picture * 0.6 + 20) * spot() if night else picture * (1.1 - 0.05 * abs(hour - 13))
        start = int(random.integers(0, len(NOISE) - picture.size))
        picture = picture + (4 if night else 2) * NOISE[start : start + picture.size].reshape(picture.shape)
        buffer: Any = ColourBuffer(np.clip(picture, 0, 255).astype(np.uint8), 0.0 if night else 0.3)
        at = NOON + timedelta(seconds=self.at_s)
        return Frame("gate", round(self.clock_s), self.clock_s, at, 0.0, False, buffer)

    @property
    def phases(self) -> list[str]:
        return [str(event.phase) for event in self.events]


def spot() -> Any:
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    return np.exp(-((x / 1.6) ** 2) - (y / 1.8) ** 2)


@pytest.mark.slow
def test_a_shed_is_told_after_hours_with_its_box_and_its_reasons() -> None:
    site = Site()
    site.wait(1)
    site.drawn.append(shed)
    site.wait(5.5)
    assert site.events == []
    site.wait(1)
    (event,) = site.events
    assert (event.type, event.zone) == ("scene.changed", "yard")
    assert event.objects[0].xyxy == pytest.approx(SHED, abs=14)
    assert {gate.name for gate in event.why} >= {"persist", "min_share"}
    assert all(gate.margin >= -1e-6 for gate in event.why)
    site.wait(30)
    assert site.phases == ["start"]


@pytest.mark.slow
def test_a_shed_built_before_the_first_night_is_told_in_spite_of_it() -> None:
    site = Site(persist_s=12 * HOUR_S)
    site.wait(4)
    site.drawn.append(shed)
    site.wait(30)
    assert site.phases == ["start"]


@pytest.mark.slow
def test_a_shed_that_comes_after_days_and_nights_is_told_at_night_too() -> None:
    site = Site()
    site.wait(30)
    assert site.events == []
    site.drawn.append(shed)
    site.wait(9)
    assert site.phases == ["start"]


def test_it_ends_when_the_shed_is_gone() -> None:
    site = Site(persist_s=1800)
    site.wait(1)
    site.drawn.append(shed)
    site.wait(1)
    site.drawn.clear()
    site.wait(1)
    assert site.phases == ["start", "end"]


@pytest.mark.parametrize("restarts", [1, pytest.param(6, marks=pytest.mark.slow)])
def test_hours_are_counted_over_breaks_and_new_processes(tmp_path: Path, restarts: int) -> None:
    site = Site(tmp_path, persist_s=5 * HOUR_S)
    site.wait(1)
    site.drawn.append(shed)
    for _ in range(restarts):
        site.wait(4 / restarts + 0.25)
        site.restart()
    site.wait(0.4)
    assert site.events == []
    site.wait(1.6)
    assert site.phases == ["start"]
    site.restart()
    site.wait(3)
    assert site.phases == ["start", "end"]  # what was told once is not told again after a break
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_000_000


def test_a_change_while_the_process_is_down_is_found(tmp_path: Path) -> None:
    site = Site(tmp_path, persist_s=1800)
    site.wait(1)
    site.restart()
    site.drawn.append(shed)
    site.wait(1)
    assert site.phases == ["start"]


def wandering_shadow(picture: Any, at_s: float) -> None:
    x = int(40 + at_s / HOUR_S * 25)
    picture[60:150, x : x + 50] *= 0.6


def headlights(picture: Any, at_s: float) -> None:
    if int(at_s / STEP_S) % 5 == 0:
        cv2.circle(picture, (100 + int(at_s) % 120, 120), 26, (250.0,), cv2.FILLED)


def rain(picture: Any, at_s: float) -> None:
    drops = np.random.default_rng(int(at_s))
    for x, y in zip(drops.integers(0, WIDTH, 250), drops.integers(0, HEIGHT - 12, 250), strict=True):
        cv2.line(picture, (int(x), int(y)), (int(x) + 2, int(y) + 10), (210.0,), 1)


def snow(picture: Any, _at_s: float) -> None:
    picture[62:] = picture[62:] * 0.1 + 200


def cloth(picture: Any, _at_s: float) -> None:
    picture[70:76, 140:146] = 30


def turned(picture: Any, _at_s: float) -> None:
    picture[:] = np.roll(picture, (9, 30), (0, 1))


def people(picture: Any, at_s: float) -> None:
    x = int(at_s * 7.3) % WIDTH
    picture[100:140, x : x + 14] = 30


def outside(picture: Any, _at_s: float) -> None:
    cv2.rectangle(picture, (5, 90), (60, 150), (20.0,), 4)


_LOOK_ALIKE = [pytest.param(draw, marks=pytest.mark.slow) for draw in (wandering_shadow, snow, cloth, people)]


@pytest.mark.parametrize("draw", [headlights, rain, turned, *_LOOK_ALIKE])
def test_what_is_nothing_built_is_not_told(draw: Draw) -> None:
    site = Site(persist_s=3 * HOUR_S)
    site.wait(1)
    site.wait(6.5, draw)
    assert site.events == []


def test_a_parked_vehicle_is_not_told_even_if_the_detector_loses_it_now_and_then() -> None:
    site = Site(persist_s=3600)
    site.wait(1)
    car = tracks_of({5: (0.5, 0.7)}, class_name="car")
    car.xyxy[:] = [value + grow for value, grow in zip(SHED, (-4, -4, 4, 4), strict=True)]
    for _ in range(30):
        site.wait(0.2, shed, tracks=car)
        site.wait(1 / 30, shed)
    assert site.events == []


def test_what_changes_outside_the_zone_is_not_told() -> None:
    site = Site(persist_s=1800)
    site.wait(1)
    site.wait(3, outside)
    assert site.events == []


@pytest.mark.parametrize("damage", ["empty", "short", "long", "other", "nan", "huge", "folder"])
def test_a_damaged_memory_is_put_aside_and_the_place_learnt_anew(tmp_path: Path, damage: str) -> None:
    site = Site(tmp_path, persist_s=1800)
    site.wait(1)
    site.restart()
    (path,) = tmp_path.iterdir()
    stored = path.read_bytes()
    bad = {
        "empty": b"",
        "short": stored[:-5],
        "long": stored + b"\0" * 4,
        "other": b"X" + stored[1:],
        "nan": stored[:-4] + b"\xff\xff\xff\xff",
        "huge": stored[:-4] + np.array([1e30], "<f4").tobytes(),
    }
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes(bad[damage])
    site.wait(1)
    assert site.events == []
    site.drawn.append(shed)
    site.wait(1)
    assert site.phases == ["start"]


def test_a_stream_in_which_nothing_moves_may_sleep() -> None:
    site = Site(persist_s=600)
    site.wait(1)
    site.drawn.append(shed)
    site.wait(1)
    assert site.phases == ["start"]
    assert not site.rule.holding
    assert site.rule.peek_s <= 120


@pytest.mark.parametrize("settings", [{"persist_s": 5}, {"min_share": 0}, {"learn_s": 1}, {"zone": ""}, {"area": 1}])
def test_bad_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SceneChangeConfig.model_validate({"id": "yard", **settings})
