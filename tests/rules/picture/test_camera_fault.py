"""Faults of the camera: each is told, and its innocent twin is not."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from pydantic import ValidationError
from tests.rules.conftest import tracks_of
from tests.rules.things.stage import NOON, DrawnBuffer

from camloom.config import Scene
from camloom.event import Event
from camloom.frame import Frame, ImageArray
from camloom.rules.picture.fault import CameraFaultRule, FaultConfig
from camloom.tracks import Tracks

FPS = 2.0
WIDTH, HEIGHT = 320, 180
ONSET_S, END_S = 10.0, 26.0
CLIPS = ("odoc_vtest.avi", "intel_one-by-one-person-detection.mp4")

Change = Callable[[ImageArray, float], Any]
random = np.random.default_rng(11)


def street() -> ImageArray:
    """Draw houses with windows, a road and some texture."""
    grey = np.full((HEIGHT, WIDTH), 150, np.uint8)
    for number in range(60):
        x, y = (number * 47) % (WIDTH - 30), (number * 29) % (HEIGHT - 20)
        cv2.rectangle(grey, (x, y), (x + 10 + number % 19, y + 7 + number % 15), (40 + number * 3,), cv2.FILLED)
    rough = cv2.GaussianBlur(random.normal(0, 1, grey.shape).astype(np.float32), (0, 0), 1.5)
    return as_picture(grey + rough * 30)


def as_picture(values: Any) -> ImageArray:
    return np.asarray(np.clip(values, 0, 255), np.uint8)


NOISE = random.normal(0, 1, 1_000_000).astype(np.float32)


def noisy(values: Any, sigma: float = 2.0) -> ImageArray:
    values = np.asarray(values, np.float32)
    start = int(random.integers(0, len(NOISE) - values.size))
    return as_picture(values + sigma * NOISE[start : start + values.size].reshape(values.shape))


class Camera:
    """Shows pictures to a rule, two a second."""

    def __init__(self, **settings: Any) -> None:
        self.rule = CameraFaultRule(FaultConfig.model_validate({"id": "eye", **settings}), Scene())
        self.events: list[Event] = []
        self.index = 0

    def show(self, grey: ImageArray, tracks: Tracks | None = None) -> None:
        self.events += self.rule.update(tracks_of({}) if tracks is None else tracks, self.frame(grey))
        self.index += 1

    def run(self, seconds: float, picture: Callable[[], ImageArray], tracks: Tracks | None = None) -> None:
        for _ in range(round(seconds * FPS)):
            self.show(picture(), tracks)

    def frame(self, grey: ImageArray) -> Frame:
        pts_s = self.index / FPS
        buffer: Any = DrawnBuffer(grey, grey.shape[1], grey.shape[0])
        return Frame("gate", self.index, pts_s, NOON + timedelta(seconds=pts_s), 0.0, False, buffer)

    @property
    def told(self) -> list[str]:
        return [f"{event.phase} {event.detail.split(':')[0]}" for event in self.events]


@pytest.fixture(scope="module", params=["drawn", *(pytest.param(clip, marks=pytest.mark.mirror) for clip in CLIPS)])
def film(request: pytest.FixtureRequest) -> list[ImageArray]:
    """Return half a minute of a fixed camera, two pictures a second."""
    if request.param == "drawn":
        scene = street()
        return [noisy(scene) for _ in range(round(END_S * FPS))]
    mirror: Path = request.getfixturevalue("mirror")
    pictures, due = [], count()
    at = next(due)
    with av.open(str(mirror / "videos" / request.param)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= at / FPS:
                pictures.append(np.asarray(frame.to_ndarray(format="gray"), np.uint8))
                at = next(due)
            if at > END_S * FPS:
                break
    return pictures


def play(film: list[ImageArray], change: Change) -> Camera:
    camera = Camera()
    for number, grey in enumerate(film):
        at_s = number / FPS
        camera.show(as_picture(change(grey, at_s)) if at_s >= ONSET_S else grey)
    return camera


def sigma(grey: ImageArray, share: float) -> float:
    return float(grey.shape[1] * share)


def shifted(grey: ImageArray, x: float, y: float) -> Any:
    matrix = np.array([[1, 0, x * grey.shape[1]], [0, 1, y * grey.shape[0]]], np.float32)
    return cv2.warpAffine(grey, matrix, grey.shape[::-1], borderMode=cv2.BORDER_REFLECT)


def left_part(grey: ImageArray, share: float, value: float) -> ImageArray:
    """Return the picture with its left part hidden by something of one grey."""
    hidden = grey.astype(np.float32)
    hidden[:, : round(share * grey.shape[1])] = value
    return noisy(hidden)


def infrared(grey: ImageArray) -> ImageArray:
    """Return the picture as the lamp of the camera lights it: the middle bright, leaves white, much noise."""
    y, x = np.mgrid[-1 : 1 : grey.shape[0] * 1j, -1 : 1 : grey.shape[1] * 1j]
    spot = np.exp(-((x / 0.9) ** 2) - (y / 1.0) ** 2)
    return noisy(280 * (grey / 255) ** 0.7 * spot, 4)


FAULTS: dict[str, tuple[str, Change]] = {
    "a cloth": ("covered", lambda grey, _: noisy(np.full(grey.shape, 90.0))),
    "grey for want of a keyframe": ("covered", lambda grey, _: np.full(grey.shape, 128)),
    "a board before most of it": ("covered", lambda grey, _: left_part(grey, 0.8, 70)),
    "a dark bag over most of it": ("covered", lambda grey, _: left_part(grey, 0.8, 15)),
    "turned a little": ("moved", lambda grey, _: shifted(grey, 0.04, 0)),
    "turned far": ("moved", lambda grey, _: shifted(grey, 0.3, 0.1)),
    "out of focus": ("blurred", lambda grey, _: cv2.GaussianBlur(grey, (0, 0), sigma(grey, 0.008))),
    "far out of focus": ("blurred", lambda grey, _: cv2.GaussianBlur(grey, (0, 0), sigma(grey, 0.02))),
    "no signal": ("black", lambda grey, _: np.full(grey.shape, 16)),
    "a cap on the lens": ("black", lambda grey, _: noisy(np.full(grey.shape, 18.0), 3)),
}

TWINS: dict[str, Change] = {
    "nothing": lambda grey, _: grey,
    "the night switch": lambda grey, _: infrared(grey),
    "more exposure": lambda grey, _: grey * 1.5 + 10.0,
    "less exposure": lambda grey, _: noisy(grey * 0.4),
    "lights off": lambda grey, _: noisy(grey * 0.1 + 12),
    "lights off and on": lambda grey, at_s: noisy(grey * 0.1 + 12) if int(at_s / 5) % 2 else grey,
    "fog": lambda grey, _: noisy(grey * 0.35 + 110, 1.5),
    "a lorry that passes close": lambda grey, at_s: left_part(grey, 0.9, 100) if at_s < ONSET_S + 7 else grey,
    "shaken by the wind": lambda grey, at_s: shifted(grey, 0.002 * np.sin(at_s * 9), 0),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_once_by_its_name_within_seconds(name: str, film: list[ImageArray]) -> None:
    kind, change = FAULTS[name]
    camera = play(film, change)
    assert camera.told == [f"start {kind}"]
    (event,) = camera.events
    assert (event.type, event.objects) == ("camera.fault", ())
    assert ONSET_S + 10 <= event.pts_s <= ONSET_S + 15
    assert event.why
    assert all(gate.margin >= -1e-6 for gate in event.why)


@pytest.mark.parametrize("name", TWINS)
def test_what_is_no_fault_is_not_told(name: str, film: list[ImageArray]) -> None:
    assert play(film, TWINS[name]).told == []


def test_the_same_picture_for_ever_is_told_as_frozen(film: list[ImageArray]) -> None:
    last = film[round(ONSET_S * FPS)]
    camera = play(film, lambda _grey, _at_s: last)
    assert camera.told == ["start frozen"]


def test_it_ends_when_the_picture_is_well_again() -> None:
    scene, camera = street(), Camera()
    camera.run(20, lambda: noisy(scene))
    camera.run(20, lambda: noisy(np.full(scene.shape, 90.0)))
    assert camera.rule.holding
    camera.run(20, lambda: noisy(scene))
    assert camera.told == ["start covered", "end covered"]
    assert len({event.incident_id for event in camera.events}) == 1
    assert camera.events[1].pts_s <= 46
    assert not camera.rule.holding


def test_a_new_view_is_the_usual_one_after_a_while_and_is_watched_like_the_old() -> None:
    scene, camera = street(), Camera(relearn_s=30)
    camera.run(20, lambda: noisy(scene))
    turned = shifted(scene, 0.3, 0.1)
    camera.run(60, lambda: noisy(turned))
    assert camera.told == ["start moved", "end moved"]
    camera.run(20, lambda: noisy(np.full(scene.shape, 90.0)))
    assert camera.told == ["start moved", "end moved", "start covered"]


def test_a_camera_that_is_turned_while_the_stream_is_broken_is_told() -> None:
    scene, camera = street(), Camera()
    camera.run(20, lambda: noisy(scene))
    camera.events += camera.rule.finish(camera.frame(scene))
    camera.run(20, lambda: noisy(shifted(scene, 0.3, 0.1)))
    assert camera.told == ["start moved"]


@pytest.mark.parametrize("noise", [0.0, 2.0])
def test_a_scene_that_always_was_dark_and_empty_says_nothing(noise: float) -> None:
    camera = Camera()
    camera.run(60, lambda: noisy(np.full((HEIGHT, WIDTH), 17.0), noise))
    assert camera.told == []


def test_a_stream_that_often_repeats_its_picture_is_not_frozen() -> None:
    scene, camera = street(), Camera()
    for _ in range(6):
        camera.run(5, lambda: noisy(scene))
        still = noisy(scene)
        camera.run(8, lambda still=still: still)  # type: ignore[misc]
    camera.run(13, lambda: still)
    assert camera.told == []
    camera.run(20, lambda: still)
    assert camera.told == ["start frozen"]


def test_dusk_that_comes_slowly_is_not_a_black_picture() -> None:
    scene, camera = street(), Camera()
    for light in np.linspace(1, 0, 600):
        camera.show(noisy(scene * light + 12 * (1 - light)))
    camera.run(120, lambda: noisy(np.full(scene.shape, 12.0)))
    assert camera.told == []


def test_a_crowd_that_fills_the_picture_is_no_fault() -> None:
    scene, camera = street(), Camera()
    camera.run(20, lambda: noisy(scene))
    for step in range(80):
        crowd = scene.copy()
        for number in range(220):
            x, y = (number * 131 + step * (number % 23 - 11)) % WIDTH, (number * 59 + step * (number % 7)) % HEIGHT
            cv2.rectangle(crowd, (x, y), (x + 11, y + 27), (30 + number,), cv2.FILLED)
            cv2.circle(crowd, (x + 5, y), 4, (230 - number,), cv2.FILLED)
        camera.show(noisy(crowd))
    assert camera.told == []


def test_what_is_behind_the_boxes_of_a_lorry_counts_neither_way() -> None:
    scene, camera = street(), Camera()
    camera.run(20, lambda: noisy(scene))
    lorry = tracks_of({7: (0.35, 0.98)}, height=0.96, class_name="car")
    lorry.xyxy[:] = (0, 0, 0.75 * WIDTH, HEIGHT)
    camera.run(30, lambda: left_part(scene, 0.75, 100), lorry)
    assert camera.told == []


def test_only_the_faults_that_were_asked_for_are_told() -> None:
    scene, camera = street(), Camera(faults=["moved", "frozen"])
    camera.run(20, lambda: noisy(scene))
    camera.run(20, lambda: noisy(np.full(scene.shape, 90.0)))
    assert camera.told == []


def test_a_short_film_or_a_new_size_of_picture_does_no_harm() -> None:
    camera = Camera()
    for shape in ((4, 4), (HEIGHT, WIDTH), (300, 30), (30, 300)):
        camera.run(8, lambda shape=shape: noisy(np.full(shape, 90.0)))  # type: ignore[misc]
    assert camera.told == []


@pytest.mark.parametrize(
    "settings", [{"hold_s": 0}, {"faults": []}, {"faults": ["stolen"]}, {"share": 0}, {"zone": "x"}]
)
def test_bad_settings_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FaultConfig.model_validate({"id": "eye", **settings})


@pytest.mark.parametrize("shapes", [1, 3])
def test_what_moves_before_a_bare_wall_from_the_beginning_is_not_the_view(shapes: int) -> None:
    camera = Camera()
    for look in range(80):
        wall = np.full((HEIGHT, WIDTH), 90, np.uint8)
        for number in range(shapes):
            x, y = (20 + 90 * number + 12 * look) % (WIDTH - 30), 10 + 50 * number
            cv2.rectangle(wall, (x, y), (x + 26, y + 44), (200,), cv2.FILLED)
        camera.show(wall)
    assert camera.events == []
