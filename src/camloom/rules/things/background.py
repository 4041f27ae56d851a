"""What the scene looks like when nothing happens, learnt from the brightness of a small picture.

Two rates (after Porikli, "Detection of temporarily static regions by processing video at different frame
rates", AVSS 2007): the slow model is the background, the fast one tells what stands still. Our own code.

Cost: a picture of 320 px width for each look, 0.4 to 1.5 ms on one core, the more the more moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from camloom.frame import Frame
from camloom.geometry import BoolArray, FloatArray
from camloom.tracks import Tracks

GRID_WIDTH = 320
# Detectors cut off feet and elbows: what a box hides is a little larger than the box.
_COVER_MARGIN = 0.08
_SLOW_S = 20.0
_NOISE_S = 10.0
_FAST_S = 0.6
# What comes out from behind somebody is learnt when it is at rest: not his heel.
_REST_S = 1.0
_LEAST_NOISE = 2.0
_NOISES = 4.0
_LEAST_CHANGE = 12.0
_STILL_TOLERANCE = 10.0
# Of a picture that differs in more than this share not a thing was moved: the light or the camera was.
_SCENE_SHARE = 0.35
_FIT_STEP = 6
_BETTER = 0.95
_SAME_SHARE = 0.5
# Detectors and trackers need a while to be sure of somebody.
_LATE_S = 3.0

PixelBoxes = Iterable[list[float]]


@dataclass(slots=True, eq=False)
class Look:
    """One frame as the model sees it; all arrays are (h, w).

    Attributes:
        luma: brightness, 0..255, a little smoothed.
        tolerance: the difference that noise alone can make at each point, levels.
        covered: under somebody's box: nothing is known of the ground there.
        changed: differs from the background, in the open.
        moving: differs from the mean of the last moments, covered or not.
        relearned: the whole scene was learnt anew: the light was switched or the camera moved.
        light: gain and offset by which the light changed since the last frame.
    """

    pts_s: float
    luma: FloatArray
    tolerance: FloatArray
    covered: BoolArray
    changed: BoolArray
    moving: BoolArray
    relearned: bool = False
    light: tuple[float, float] = (1.0, 0.0)


class Background:
    """The slow model of a stream's brightness, and since when each point of it stands still.

    A light that goes up or down everywhere is followed by a gain and an offset. Under the boxes of tracks
    nothing is learnt, nor where `keep` says so. Memory: some arrays of (h, w) float32.

    Attributes:
        slow: background, (h, w) float32; follows the light.
        since_s: stream time since which the background at a point is what it is; inf: not known yet.
        still_s: stream time since which a point has not changed.
        shown_s: stream time at which the background was last seen there.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = GRID_WIDTH, max(2, round(GRID_WIDTH * height / max(width, 1)))
        self.frame_size = width, height
        shape = self.size[::-1]
        self.slow: FloatArray = np.zeros(shape, np.float32)
        self.since_s: FloatArray = np.full(shape, np.inf, np.float32)
        self.still_s: FloatArray = np.zeros(shape, np.float32)
        self.shown_s: FloatArray = np.zeros(shape, np.float32)
        self._fast: FloatArray | None = None
        self._noise: FloatArray = np.full(shape, _LEAST_NOISE, np.float32)
        self._pts_s = 0.0
        self._new = True

    def scale(self) -> tuple[float, float]:
        """Return grid cells per px of the frame, along x and y."""
        return self.size[0] / self.frame_size[0], self.size[1] / self.frame_size[1]

    def look(self, frame: Frame, covers: Tracks, keep: BoolArray | None) -> Look:
        """Take in a frame.

        Args:
            covers: those who hide the ground.
            keep: (h, w), where the background must stay what it was.
        """
        luma = cv2.GaussianBlur(frame.buffer.luma(*self.size), (3, 3), 0).astype(np.float32)
        covered = self._covered(covers)
        step_s, self._pts_s = max(frame.pts_s - self._pts_s, 0.0), frame.pts_s
        moving = self._watch(luma, frame.pts_s, step_s)
        known = np.isfinite(self.since_s)
        free = ~covered if keep is None else ~(covered | keep)
        open_ = known & ~covered
        light = self._follow_light(luma, known & free)
        off, tolerance = (
            np.asarray(cv2.absdiff(luma, self.slow), np.float32),
            np.maximum(self._noise * _NOISES, _LEAST_CHANGE),
        )
        changed = open_ & (off > tolerance)
        relearned = int(np.count_nonzero(changed)) > _SCENE_SHARE * max(int(np.count_nonzero(open_)), 1)
        fresh = ~known if self._new else ~known & (frame.pts_s - self.still_s >= _REST_S)
        self._new = False
        self._learn(luma, free if relearned else free & fresh, frame.pts_s)
        if relearned:
            self.since_s[covered & known] = np.inf
            changed = changed & ~free
        np.copyto(self.shown_s, np.float32(frame.pts_s), where=open_ & ~changed)
        self._adapt(luma, off, free & known & ~changed, step_s)
        return Look(frame.pts_s, luma, tolerance, covered, changed, moving, relearned, light)

    def absorb(self, look: Look, where: BoolArray, since_s: float) -> None:
        """Take what is seen at these points for background that has been there since a time."""
        self._learn(look.luma, where & ~look.covered, since_s)

    def doubt(self, look: Look, boxes: PixelBoxes) -> None:
        """Forget what was learnt where somebody is found only now who was there before: it may be he.

        He was if the middle of his box looks as the background says; or if what is in the box was learnt a moment
        ago (the stream has just begun) and he did not come in over the edge of the picture.
        """
        for box in boxes:
            x0, y0, x1, y1 = self.cells(box, _COVER_MARGIN)
            part, dx, dy = np.s_[y0:y1, x0:x1], (x1 - x0) // 4, (y1 - y0) // 8
            since_s = self.since_s[part]
            same = np.isfinite(since_s) & (np.abs(look.luma[part] - self.slow[part]) <= look.tolerance[part])
            if same.size and same[dy : -dy or None, dx : -dx or None].mean() >= _SAME_SHARE:
                since_s[same] = np.inf
            left, top, right, bottom = self.cells(box)
            if left > 1 and top > 1 and right < self.size[0] - 1 and bottom < self.size[1] - 1:
                since_s[look.pts_s - since_s <= _LATE_S] = np.inf

    def _learn(self, luma: FloatArray, where: BoolArray, since_s: float) -> None:
        if not where.any():
            return
        np.copyto(self.slow, luma, where=where)
        np.copyto(self.since_s, np.float32(since_s), where=where)
        np.copyto(self.shown_s, np.float32(self._pts_s), where=where)
        np.copyto(self._noise, np.float32(_LEAST_NOISE), where=where)

    def _watch(self, luma: FloatArray, now_s: float, step_s: float) -> BoolArray:
        """Tell what moves: it differs from the mean of the last moments."""
        if self._fast is None:
            self._fast = luma.copy()
            self.still_s[:] = now_s
        moving = np.asarray(cv2.absdiff(luma, self._fast) > _STILL_TOLERANCE)
        np.copyto(self.still_s, np.float32(now_s), where=moving)
        cv2.accumulateWeighted(luma, self._fast, _share(step_s, _FAST_S))
        return moving

    def _adapt(self, luma: FloatArray, off: FloatArray, where: BoolArray, step_s: float) -> None:
        mask = where.view(np.uint8)
        cv2.accumulateWeighted(luma, self.slow, _share(step_s, _SLOW_S), mask)
        cv2.accumulateWeighted(off, self._noise, _share(step_s, _NOISE_S), mask)

    def _follow_light(self, luma: FloatArray, where: BoolArray) -> tuple[float, float]:
        """Fit gain and offset of the light, apply them to the background, and return them."""
        sample = where[::_FIT_STEP, ::_FIT_STEP]
        before, now = (values[::_FIT_STEP, ::_FIT_STEP][sample] for values in (self.slow, luma))
        gain, offset = fit_light(before, now)
        if abs(gain - 1) <= 0.02 and abs(offset) <= 2:
            return 1.0, 0.0
        # Most points may agree on a light that is wrong for the rest: it must explain the whole picture better.
        if float(np.abs(before * gain + offset - now).mean()) > _BETTER * float(np.abs(before - now).mean()):
            return 1.0, 0.0
        np.multiply(self.slow, gain, out=self.slow)
        self.slow += offset
        np.clip(self.slow, 0, 255, out=self.slow)  # as bright as a camera can tell
        return gain, offset

    def _covered(self, covers: Tracks) -> BoolArray:
        mask = np.zeros(self.size[::-1], np.bool_)
        for box in covers.xyxy.tolist():
            x0, y0, x1, y1 = self.cells(box, _COVER_MARGIN)
            mask[y0:y1, x0:x1] = True
        return mask

    def cells(self, xyxy: list[float], margin: float = 0.0) -> tuple[int, int, int, int]:
        """Return the part of the grid under a box in px, the box grown by a share of its sides."""
        (kx, ky), (width, height) = self.scale(), self.size
        dx, dy = margin * (xyxy[2] - xyxy[0]) * kx + 1, margin * (xyxy[3] - xyxy[1]) * ky + 1
        x0, y0 = xyxy[0] * kx - dx * (margin > 0), xyxy[1] * ky - dy * (margin > 0)
        x1, y1 = xyxy[2] * kx + dx * (margin > 0), xyxy[3] * ky + dy * (margin > 0)
        return _clip(x0, width), _clip(y0, height), _clip(np.ceil(x1), width), _clip(np.ceil(y1), height)


def _clip(value: float, most: int) -> int:
    return int(min(max(value, 0), most))


def _share(step_s: float, rate_s: float) -> float:
    """Return the weight of a new frame in a mean over a time, whatever the frame rate."""
    return float(1 - np.exp(-step_s / rate_s))


def fit_light(before: FloatArray, now: FloatArray) -> tuple[float, float]:
    """Return gain and offset with now = gain * before + offset: least squares, twice, outliers left out.

    Args:
        before, now: (N,) brightness of the same points. With fewer than 50 points the light is the same.
    """
    gain, offset = 1.0, float(np.median(now - before)) if len(now) >= 50 else 0.0
    for _ in range(2):
        off = np.abs(before * gain + offset - now)
        fits = off <= max(3 * float(np.median(off)), 2.0) if len(off) else off > 0
        if int(fits.sum()) < 50:
            return 1.0, 0.0
        x, y = before[fits], now[fits]
        spread = float(x.var())
        gain = float(((x - x.mean()) * (y - y.mean())).mean()) / spread if spread > 4 else 1.0
        gain = min(max(gain, 0.3), 3.0)
        offset = float(y.mean() - gain * x.mean())
    return gain, offset
