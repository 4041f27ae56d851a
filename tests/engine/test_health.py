"""A picture that shows nothing worth analysing pauses the analysis, and nothing else does."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from camloom.config import HealthConfig
from camloom.detections import Detections
from camloom.frame import Frame, ImageArray, PixelBox
from camloom.health import PictureHealth
from camloom.tracks import Tracks

FPS = 5
SIZE = (320, 180)
NOBODY = Tracks.of(Detections.empty(("person",)), np.zeros(0, np.int64), np.zeros(0))


class Picture:
    width, height = SIZE
    pix_fmt = "bgr24"

    def __init__(self, bgr: ImageArray) -> None:
        self._bgr = bgr

    def to_bgr(self) -> ImageArray:
        return self._bgr

    def resize_into(self, target: ImageArray) -> None:
        cv2.resize(self._bgr, target.shape[1::-1], dst=target)

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        raise NotImplementedError

    def luma(self, width: int, height: int) -> ImageArray:
        return np.asarray(cv2.resize(cv2.cvtColor(self._bgr, cv2.COLOR_BGR2GRAY), (width, height)), np.uint8)


def noisy(view: npt.NDArray[Any], deviation: float, seed: int) -> ImageArray:
    noise = np.random.default_rng(seed).normal(0, deviation, view.shape)
    return np.asarray(np.clip(view + noise, 0, 255), np.uint8)


def street(noise_seed: int) -> ImageArray:
    """A view full of edges, with the noise of a sensor."""
    rng = np.random.default_rng(5)
    view = cv2.resize(rng.integers(30, 220, (18, 32, 3), np.uint8), SIZE, interpolation=cv2.INTER_NEAREST)
    return noisy(view, 3, noise_seed)


def black(noise_seed: int) -> ImageArray:
    return np.full((SIZE[1], SIZE[0], 3), 2, np.uint8)


def covered(noise_seed: int) -> ImageArray:
    grey = np.full((SIZE[1], SIZE[0], 3), 70.0)
    return noisy(grey, 2, noise_seed)


def frozen(noise_seed: int) -> ImageArray:
    return street(1)


def blurred(noise_seed: int) -> ImageArray:
    return np.asarray(cv2.GaussianBlur(street(noise_seed), (0, 0), 4), np.uint8)


class Screening:
    """Shows pictures to the health watch, and keeps what it says."""

    def __init__(self, **config: object) -> None:
        self.told: list[tuple[str, bool]] = []
        self.health = PictureHealth(HealthConfig.model_validate(config), self._hear)
        self.index = 0

    def show(self, view: Callable[[int], ImageArray], seconds: float) -> list[bool]:
        """Return for each frame that was let through whether it may be analysed."""
        seen = []
        for _ in range(round(seconds * FPS)):
            pts_s = self.index / FPS
            picture = Picture(view(self.index + 100))
            frame = Frame("cam", self.index, pts_s, datetime.now(UTC), 0.0, False, picture)
            self.index += 1
            if (shown := self.health.see(frame, NOBODY)) is not None:
                seen.append(shown.usable)
        return seen

    def _hear(self, reason: str, line: str) -> None:
        self.told.append((reason, bool(line)))


@pytest.mark.parametrize(
    ("fault", "view"), [("black", black), ("covered", covered), ("frozen", frozen), ("blurred", blurred)]
)
def test_a_fault_pauses_the_analysis_within_ten_seconds_until_it_is_over(
    fault: str, view: Callable[[int], ImageArray]
) -> None:
    screening = Screening()
    assert all(screening.show(street, 20))
    during = screening.show(view, 15)
    assert screening.told == [(fault, True)]
    assert not any(during[-5:])
    after = screening.show(street, 6)
    assert screening.told == [(fault, True), (fault, False)]
    assert all(after[-10:])
    assert len(after) >= 15


def test_while_it_pauses_only_two_frames_a_second_are_let_through() -> None:
    screening = Screening()
    screening.show(street, 20)
    screening.show(black, 10)
    assert 7 <= len(screening.show(black, 5)) <= 11


@pytest.mark.parametrize("level", [2, 16])
def test_a_picture_that_was_black_from_the_beginning(level: int) -> None:
    def nothing(_noise_seed: int) -> ImageArray:
        return np.full((SIZE[1], SIZE[0], 3), level, np.uint8)

    screening = Screening()
    screening.show(nothing, 8)
    assert screening.told == [("black", True)]
    assert all(screening.show(street, 3)[-5:])
    assert screening.told == [("black", True), ("black", False)]


def test_what_moves_in_a_frozen_picture_is_analysed_at_once() -> None:
    screening = Screening()
    screening.show(street, 20)
    screening.show(frozen, 12)
    assert screening.told == [("frozen", True)]
    assert screening.show(street, 1)[0]


def test_faults_that_nobody_asked_for_pause_nothing() -> None:
    screening = Screening(faults=["moved"])
    assert all(screening.show(street, 10))
    assert all(screening.show(black, 15))
    assert screening.told == []


def test_an_ordinary_scene_is_never_paused() -> None:
    screening = Screening()

    def with_a_walker(seed: int) -> ImageArray:
        picture = street(seed)
        x = seed * 4 % SIZE[0]
        picture[60:150, x : x + 30] = 200
        return picture

    assert all(screening.show(with_a_walker, 60))
    assert screening.told == []
