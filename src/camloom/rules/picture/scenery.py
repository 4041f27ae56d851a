"""What a place looks like for weeks, by day and by night, and for how long parts of it have looked different.

A building changes where there are edges: its own are there, for hours, in every light. Shadows wander, headlights and
passers-by are gone in a moment, rain and snow change the whole picture or take edges away and bring none. So the place
is compared in small squares by where its edges are (see `view`), from pictures that are medians over several looks,
with one reference for the day and one for the night, and each square counts for how long it was seen to be different.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from camloom.frame import Frame
from camloom.geometry import BoolArray, FloatArray
from camloom.rules.picture.view import correlation, shrunk, slope, spread
from camloom.tracks import Tracks

GRID_WIDTH = 320
CELLS = 10
Light = Literal["day", "night"]
LIGHTS: tuple[Light, ...] = ("day", "night")

_LOOKS = 7
_COLOUR_SIZE = (64, 36)
# The infrared lamp of a camera gives a grey picture.
_GREY_SATURATION = 10.0
_DARK = 45.0
_LEAST_EDGES = 2.0
_SAME = 0.35
_COVERED = 0.2
# Boxes are not exact, and the outline of what they hold reaches a little beyond.
_COVER_MARGIN, _COVER_CELLS = 0.08, 3
# Of a picture that differs in more than this nothing was built: it snows, or the camera was moved.
_WEATHER_SHARE = 0.5
_FORGIVE = 4.0
_HIDDEN_S, _HIDDEN_SHARE = 300.0, 0.3
_SEASON_S = 5 * 86400.0
_LONGEST_STEP_S = 120.0


@dataclass(slots=True)
class Reference:
    """What the place looks like in one light.

    Attributes:
        edges: (h, w) levels per cell.
        blind: squares that were different in the other light while this one was learnt: it cannot tell there.
        learnt_s: from how many seconds of looking it was made.
    """

    edges: FloatArray
    blind: BoolArray
    learnt_s: float = 0.0


class Scenery:
    """The memory of a place. Times are durations, not moments, so that it outlives breaks of the stream.

    Args:
        width, height: of the frames, px.
        place: (h, w) which cells of the grid count; see `grid_of`.
        learn_s: how long a reference is learnt.
        most_s: durations are counted up to here.

    Attributes:
        references: by light.
        changed_s: (rows, columns) for how long each square was seen to be different.
        told: squares that an alarm was raised for; they count no more.
    """

    def __init__(self, width: int, height: int, place: BoolArray, learn_s: float, most_s: float) -> None:
        self.frame_size, self.size = (width, height), grid_of(width, height)
        shape = self.size[::-1]
        squares = shape[0] // CELLS, shape[1] // CELLS
        self.references = {
            light: Reference(np.zeros(shape, np.float32), np.zeros(squares, np.bool_)) for light in LIGHTS
        }
        self.changed_s: FloatArray = np.zeros(squares, np.float32)
        self.told: BoolArray = np.zeros(squares, np.bool_)
        self._place = shrunk(place, CELLS)
        self._learn_s, self._most_s = learn_s, most_s
        self._hidden: FloatArray = np.zeros(squares, np.float32)
        self._looks: deque[FloatArray] = deque(maxlen=_LOOKS)
        self._covers: deque[BoolArray] = deque(maxlen=_LOOKS)
        self._light: Light = "day"
        self._pts_s: float | None = None

    def pause(self) -> None:
        """Forget the last looks: the stream broke, or the light was switched."""
        self._looks.clear()
        self._covers.clear()
        self._pts_s = None

    def look(self, frame: Frame, hiding: Tracks) -> None:
        """Take in a picture; what boxes hide, or mostly hid in the last minutes, is not known."""
        light, luma = _light_of(frame), cv2.GaussianBlur(frame.buffer.luma(*self.size), (3, 3), 0)
        if light != self._light:
            self.pause()
        step_s = 0.0 if self._pts_s is None else min(max(frame.pts_s - self._pts_s, 0.0), _LONGEST_STEP_S)
        self._light, self._pts_s = light, frame.pts_s
        self._looks.append(np.asarray(luma, np.float32))
        self._hide(hiding, step_s)
        if len(self._looks) == _LOOKS:
            self._compare(self.references[light], slope(_middle(self._looks)), step_s)

    def different(self, least_s: float) -> BoolArray:
        """Return the squares, not told yet, that are different for so long, with all that they enclose."""
        squares = np.asarray((self.changed_s >= least_s) & ~self.told)
        return _filled(squares) & (self._place > 0) & ~self.told if squares.any() else squares

    def share(self, squares: BoolArray) -> float:
        """Return which share of the place these squares are."""
        return float(self._place[squares].sum()) / max(float(self._place.sum()), 1.0)

    def box_px(self, squares: BoolArray) -> tuple[float, float, float, float]:
        """Return the box of some squares, px of the frame."""
        ys, xs = np.nonzero(squares)
        kx, ky = CELLS * self.frame_size[0] / self.size[0], CELLS * self.frame_size[1] / self.size[1]
        return xs.min() * kx, ys.min() * ky, (xs.max() + 1) * kx, (ys.max() + 1) * ky

    def _hide(self, hiding: Tracks, step_s: float) -> None:
        mask = np.zeros(self.size[::-1], np.bool_)
        kx, ky = self.size[0] / self.frame_size[0], self.size[1] / self.frame_size[1]
        low, high = hiding.xyxy[:, :2], hiding.xyxy[:, 2:]
        margin = _COVER_MARGIN * (high - low) + _COVER_CELLS / np.array((kx, ky), np.float32)
        for x0, y0, x1, y1 in np.maximum(np.hstack((low - margin, high + margin)), 0).tolist():
            mask[int(y0 * ky) : int(y1 * ky) + 1, int(x0 * kx) : int(x1 * kx) + 1] = True
        covered = np.asarray(shrunk(mask, CELLS) > _COVERED)
        self._covers.append(covered)
        self._hidden += (covered - self._hidden) * np.float32(1 - np.exp(-step_s / _HIDDEN_S))

    def _compare(self, reference: Reference, edges: FloatArray, step_s: float) -> None:
        # The median shows what is there in most of the looks; where that is behind a box, it is no ground.
        behind = np.sum(self._covers, axis=0) > _LOOKS // 2
        seen = (self._hidden < _HIDDEN_SHARE) & ~behind
        if reference.learnt_s < self._learn_s:
            reference.learnt_s += step_s
            reference.blind |= self.changed_s > 0
            _follow(reference.edges, edges, step_s / max(reference.learnt_s, 1e-6), seen)
            return
        reference.blind &= self.changed_s > 0
        seen = seen & ~reference.blind
        now, then = spread(edges, CELLS), spread(reference.edges, CELLS)
        gone = correlation(edges, reference.edges, then, CELLS) < _SAME
        had, has = then >= _LEAST_EDGES, now >= _LEAST_EDGES
        changed, judged = gone & has & seen, (had | has) & seen
        if int((gone & judged).sum()) > _WEATHER_SHARE * max(int(judged.sum()), 1):
            return
        self._count(changed, seen & ~changed & ~(had & gone), step_s)
        _follow(reference.edges, edges, step_s / _SEASON_S, seen & ~changed)

    def _count(self, changed: BoolArray, same: BoolArray, step_s: float) -> None:
        self.changed_s[changed] += step_s
        self.changed_s[same] -= _FORGIVE * step_s
        np.clip(self.changed_s, 0, self._most_s, out=self.changed_s)
        self.told &= self.changed_s > 0


def grid_of(width: int, height: int) -> tuple[int, int]:
    """Return the size of the grid for frames of a size, in cells: whole squares."""
    return GRID_WIDTH, max(round(GRID_WIDTH * height / max(width, 1) / CELLS), 1) * CELLS


def _follow(reference: FloatArray, edges: FloatArray, rate: float, squares: BoolArray) -> None:
    cells = cv2.resize(squares.astype(np.uint8), reference.shape[::-1], interpolation=cv2.INTER_NEAREST)
    cv2.accumulateWeighted(edges, reference, min(rate, 1.0), cells)


def _middle(pictures: Iterable[FloatArray]) -> FloatArray:
    """Return the median of an odd number of pictures: the largest bubble up, whole pictures at a time.

    The same as `np.median` over them, which takes twenty times as long, a pixel at a time.
    """
    ranked = list(pictures)
    for last in range(len(ranked) - 1, len(ranked) // 2 - 1, -1):
        for place in range(last):
            low, high = ranked[place : place + 2]
            ranked[place : place + 2] = np.minimum(low, high), np.maximum(low, high)
    return ranked[len(ranked) // 2]


def _light_of(frame: Frame) -> Light:
    """Tell night from day: the picture is dark, or has no colours because the camera sees by infrared light."""
    small = np.empty((_COLOUR_SIZE[1], _COLOUR_SIZE[0], 3), np.uint8)
    frame.buffer.resize_into(small)
    strongest = small.max(axis=2)
    colours = strongest - small.min(axis=2)
    return "night" if float(strongest.mean()) < _DARK or float(colours.mean()) < _GREY_SATURATION else "day"


def _filled(squares: BoolArray) -> BoolArray:
    """Return squares with all that they enclose, small gaps closed."""
    closed = cv2.morphologyEx(squares.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(closed, outlines, -1, (1,), cv2.FILLED)
    return np.asarray(closed > 0)
