"""A scene that is drawn: a textured floor, people with boxes, things without."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np

from camloom.detections import Detections
from camloom.event import Event
from camloom.frame import Frame, ImageArray
from camloom.rules.base import Rule
from camloom.tracks import Tracks

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WIDTH, HEIGHT = 640, 360
CLASSES = ("person", "car", "backpack")

Box = tuple[int, int, int, int]


@dataclass
class DrawnBuffer:
    """A grey picture."""

    grey: ImageArray
    width: int = WIDTH
    height: int = HEIGHT
    pix_fmt: str = "gray"

    def luma(self, width: int, height: int) -> ImageArray:
        return np.asarray(cv2.resize(self.grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


class Stage:
    """Draws what is on it frame after frame, and shows it to a rule at 5 fps.

    Args:
        texture: standard deviation of the floor's brightness; 0: a plain floor.
        noise: standard deviation of the camera's.
    """

    fps = 5.0

    def __init__(self, rule: Rule, texture: float = 12.0, noise: float = 2.0) -> None:
        self.rule = rule
        self.random = np.random.default_rng(7)
        rough = cv2.GaussianBlur(self.random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 4)
        self.floor = 120 + rough / max(float(rough.std()), 1e-6) * np.float32(texture)
        # Each frame takes its noise from another place of this: to draw it anew took most of a test's time.
        self.noise = self.random.normal(0, noise, (2 * HEIGHT, 2 * WIDTH)).astype(np.float32)
        self.things: list[tuple[Box, float]] = []
        self.gain = 1.0
        self.shadows: list[Box] = []
        self.index = 0
        self.events: list[Event] = []

    def show(self, people: Iterable[tuple[int, Box]] = (), hidden: Iterable[Box] = (), cls: str = "person") -> None:
        """Show one frame; who is `hidden` is drawn, but the detector misses him."""
        people = tuple(people)
        picture: Any = self.floor.copy()
        for x0, y0, x1, y1 in self.shadows:
            shade = np.ones_like(picture)
            shade[y0:y1, x0:x1] = 0.6
            picture *= cv2.GaussianBlur(shade, (0, 0), 3)
        for (x0, y0, x1, y1), grey in self.things:
            picture[y0:y1, x0:x1] = grey
        for x0, y0, x1, y1 in (*(box for _, box in people), *hidden):
            picture[y0:y1, x0:x1] = 60
        y, x = self.random.integers(0, (HEIGHT, WIDTH))
        picture = picture * np.float32(self.gain) + self.noise[y : y + HEIGHT, x : x + WIDTH]
        self.events += self.rule.update(_tracks(people, cls), self._frame(picture))
        self.index += 1

    def wait(self, seconds: float, people: Iterable[tuple[int, Box]] = (), **look: Any) -> None:
        """Let time go by."""
        for _ in range(round(seconds * self.fps)):
            self.show(tuple(people), **look)

    def walk(self, key: int, x0: int, x1: int, seconds: float) -> None:
        """Let somebody walk from one place to another."""
        for x in np.linspace(x0, x1, max(round(seconds * self.fps), 2)).round().astype(int).tolist():
            self.show([(key, person(x))])

    def end(self) -> None:
        """End the stream."""
        self.events += self.rule.finish(self._frame(self.floor))

    @property
    def phases(self) -> list[str]:
        return [str(event.phase) for event in self.events]

    def _frame(self, picture: Any) -> Frame:
        buffer: Any = DrawnBuffer(np.clip(picture, 0, 255).astype(np.uint8))
        pts_s = self.index / self.fps
        return Frame("hall", self.index, pts_s, NOON + timedelta(seconds=pts_s), 0.0, False, buffer)


def person(x: int, foot: int = 260) -> Box:
    """Return the box of somebody 100 px tall who stands at x."""
    return x - 18, foot - 100, x + 18, foot


def _tracks(people: tuple[tuple[int, Box], ...], cls: str) -> Tracks:
    xyxy = np.array([box for _, box in people], np.float32).reshape(-1, 4)
    count = len(people)
    kind = np.full(count, CLASSES.index(cls), np.int64)
    found = Detections(xyxy, np.full(count, 0.9, np.float32), kind, CLASSES)
    return Tracks.of(found, np.array([key for key, _ in people], np.int64), np.zeros(count))
