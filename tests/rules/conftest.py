"""Scripted tracks for rules: who stands where on each frame."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.rules.alarms.tasks import Together, card, task

from camloom.config import Scene
from camloom.detections import Attribute, Detections
from camloom.event import Event
from camloom.frame import Frame, ImageArray, PixelBox
from camloom.geometry import FloatArray, Line, Zone
from camloom.rules.base import Rule
from camloom.rules.lines.line import LineConfig, LineRule
from camloom.rules.zones.region import RegionConfig, RegionRule
from camloom.runner.build import build_rules
from camloom.taught.look import look_of
from camloom.taught.state_model import StateModel, write_state_model
from camloom.tracks import Tracks

WIDTH, HEIGHT = 1600, 900
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
CLASSES = ("person", "car")

Spot = tuple[float, float] | None
Script = Mapping[int, Sequence[Spot]]


class GreyBuffer:
    """A picture of one grey."""

    width, height, pix_fmt = WIDTH, HEIGHT, "bgr24"

    def to_bgr(self) -> ImageArray:
        return np.full((HEIGHT, WIDTH, 3), 90, np.uint8)

    def resize_into(self, target: ImageArray) -> None:
        target[:] = 90

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        target[:] = 90

    def luma(self, width: int, height: int) -> ImageArray:
        return np.full((height, width), 90, np.uint8)


def tracks_of(
    spots: Mapping[int, Spot],
    height: float = 0.2,
    confidence: float = 0.9,
    class_name: str = "person",
    width: float = 0.4,
    joints: FloatArray | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> Tracks:
    """Return boxes whose feet stand at these points, 0..1 of the picture; None is not seen.

    `width` is a share of the height; `joints`, (K, 2), are shares of the box.
    """
    seen = {key: spot for key, spot in spots.items() if spot is not None}
    feet = np.array(list(seen.values()), np.float32).reshape(-1, 2) * np.array((WIDTH, HEIGHT), np.float32)
    tall = np.float32(height * HEIGHT)
    half = tall * np.float32(width) / 2
    xyxy = np.column_stack((feet[:, 0] - half, feet[:, 1] - tall, feet[:, 0] + half, feet[:, 1]))
    count = len(seen)
    detections = Detections(
        xyxy.astype(np.float32),
        np.full(count, confidence, np.float32),
        np.full(count, CLASSES.index(class_name), np.int64),
        CLASSES,
        None if joints is None else joints_px(xyxy, joints),
        attributes=(attributes,) * count if attributes else None,
    )
    return Tracks.of(detections, np.array(list(seen), np.int64), np.zeros(count))


def joints_px(xyxy: FloatArray, joints: FloatArray) -> FloatArray:
    """Return keypoints, (N, K, 3) px and confidence, from shares of each box, (K, 2); NaN is not seen."""
    placed = xyxy[:, None, :2] + joints[None] * (xyxy[:, None, 2:] - xyxy[:, None, :2])
    seen = np.isfinite(placed).all(axis=2, keepdims=True)
    return np.concatenate((np.nan_to_num(placed), seen), axis=2).astype(np.float32)


class Play:
    """Plays scripts to a rule, one after the other, on a clock that goes on.

    Args:
        rule: the rule under test.
        fps: frames per second of the stream.
        began: when the first frame was taken.
    """

    def __init__(self, rule: Rule, fps: float = 10.0, began: datetime = NOON) -> None:
        self.rule = rule
        self.fps = fps
        self.began = began
        self.index = 0

    def frame(self) -> Frame:
        """Return the frame that comes next."""
        pts_s = self.index / self.fps
        return Frame("gate", self.index, pts_s, self.began + timedelta(seconds=pts_s), 0.0, False, GreyBuffer())

    def show(self, tracks: Tracks) -> list[Event]:
        """Show one frame."""
        events = self.rule.update(tracks, self.frame())
        self.index += 1
        return events

    def __call__(self, script: Script, **look: Any) -> list[Event]:
        """Show a script: for each track where it stands, frame by frame; `look` as in `tracks_of`."""
        length = max(len(spots) for spots in script.values())
        frames = [
            {key: spots[index] if index < len(spots) else None for key, spots in script.items()}
            for index in range(length)
        ]
        return [event for spots in frames for event in self.show(tracks_of(spots, **look))]

    @staticmethod
    def walk(start: tuple[float, float], end: tuple[float, float], frames: int) -> list[Spot]:
        """Return the points of a straight walk, both ends included."""
        shares = np.linspace(0.0, 1.0, frames).tolist()
        return [(start[0] + s * (end[0] - start[0]), start[1] + s * (end[1] - start[1])) for s in shares]

    def nobody(self, seconds: float) -> list[Event]:
        """Show an empty scene for a while."""
        return self({0: [None] * round(seconds * self.fps)})

    def finish(self) -> list[Event]:
        """End the stream."""
        return self.rule.finish(self.frame())


@pytest.fixture(scope="session")
def scene() -> Scene:
    """Return a lawn in the middle of the picture, an upright line in the middle of that, and an arrow to the left."""
    lawn = Zone("lawn", ((0.3, 0.4), (0.7, 0.4), (0.7, 0.8), (0.3, 0.8)))
    return Scene((lawn,), (Line("gate", (0.5, 0.3), (0.5, 0.9)), Line("back", (0.9, 0.2), (0.1, 0.2))))


@pytest.fixture(scope="session")
def state_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a model that tells an empty place from a full one, and has seen nothing but grey."""
    grey = look_of(np.full((128, 128, 3), 90, np.uint8))
    model = StateModel(
        name="bin",
        states=("empty", "full"),
        mean=grey.vector,
        scale=np.ones_like(grey.vector),
        weights=np.zeros((2, len(grey.vector)), np.float32),
        bias=np.array((5, 0), np.float32),
        examples=np.zeros((1, len(grey.vector)), np.float32),
        reach=1.0,
        light_low=grey.light - 1,
        light_high=grey.light + 1,
        accuracy=1.0,
        vertices=((0.3, 0.4), (0.7, 0.4), (0.7, 0.8)),
        trained_at="2026-03-04T12:00:00+00:00",
    )
    file = tmp_path_factory.mktemp("states") / "bin.json"
    write_state_model(file, model)
    return file


@pytest.fixture(scope="session")
def play() -> type[Play]:
    """Return the class that plays scripts to a rule."""
    return Play


@pytest.fixture
def no_tracks() -> Tracks:
    """Return what a tracker says of an empty scene."""
    return tracks_of({})


@pytest.fixture
def region(scene: Scene) -> Callable[..., Play]:
    """Return a maker of a play with a region rule on the lawn."""

    def make(fps: float = 10.0, began: datetime = NOON, **settings: object) -> Play:
        config = RegionConfig.model_validate({"id": "r", "zone": "lawn", **settings})
        return Play(RegionRule(config, scene), fps, began)

    return make


@pytest.fixture
def line(scene: Scene) -> Callable[..., Play]:
    """Return a maker of a play with a line rule on the gate."""

    def make(fps: float = 10.0, began: datetime = NOON, **settings: object) -> Play:
        config = LineConfig.model_validate({"id": "l", "line": "gate", **settings})
        return Play(LineRule(config, scene), fps, began)

    return make


@pytest.fixture
def alarm(play: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of a play with one alarm that merges nothing, for a model that finds people and cars."""

    def make(template: str, began: datetime | None = None, **settings: Any) -> Any:
        rules = build_rules(task({"template": template, "merge_s": 0, **settings}), card("person", "car", "garbage"))
        return play(Together(rules), **({"began": began} if began else {}))

    return make
