"""What a camera shows now against what it usually shows, told by edges in tiles of a small picture.

Edges stay where they are when the light changes (exposure, lamps, the night switch of the infrared filter); they go
when something is put before the lens, when the lens is out of focus, and when the camera is turned. So what is
compared is where the picture has edges: a correlation in each tile, which no gain or offset of the light changes.

Our own code. The ideas (lost edges, fine against coarse edges, a recent picture against a reference) are those of
Saglam and Temizel, "Real-time adaptive camera tamper detection for video surveillance", AVSS 2009.
"""

from collections import deque
from dataclasses import dataclass, replace

import cv2
import numpy as np

from camloom.frame import Frame, ImageArray
from camloom.geometry import BoolArray, FloatArray
from camloom.tracks import Tracks

GRID_WIDTH = 320
TILE = 20
_COARSE = 4
_RECENT = 4
# What is as usual is followed fast; what is not must stay for long before it is.
_REFERENCE_S, _CHANGE_S = 60.0, 900.0
_STEPPED_RATE = 0.2
# The edges of a tile with nothing to see but noise vary by less than this, levels per cell.
_LEAST_EDGES = 1.0
_KEPT = 0.35
_STILL = 0.6
_BARE = 0.5
_COVERED = 0.25
DARK, BRIGHT = 40.0, 235.0
_DARK_CELL = 60.0
# Dusk takes longer than this from a bright picture to a black one.
_BRIGHT_LEVEL, _BRIGHT_CELL, _DUSK_S = 60.0, 120.0, 20.0
_DARKER = 0.6
# A step of the mean brightness as large as this is no drift of daylight.
_STEP_LEVELS, _STEP_SHARE, _STEP_S = 10.0, 0.12, 5.0
_LEVEL_S = 5.0
_LEAST_TILES = 8
# What stands is where it was on nearly all of the first looks; what only went past then is no part of the view.
_STANDS = 0.8
_LEAST_JUDGED = 0.3
_LEARNT = ("edges", "tone", "level", "fine", "coarse")

LEARN_S = 5.0
"""For how long the first reference is learnt."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One picture against the reference; shares are of the tiles whose edges can be told about.

    Attributes:
        judged: whether there are enough such tiles.
        lost: share in which the edges of the reference are gone.
        bare: share of the lost ones that have few edges of any kind now.
        still: share of the lost ones whose new edges stand still.
        alike: correlation of the coarse brightness with the reference, -1..1.
        sharp: fine edges against coarse ones; 1: as in the reference.
        level: mean brightness, 0..255.
        dark: it suddenly became as dark as a night without a lamp, and nothing of the reference shows.
        same: it is the last picture, point for point.
        stepped: the light was switched in the last seconds.
    """

    judged: bool
    lost: float
    bare: float
    still: float
    alike: float
    sharp: float
    level: float
    dark: bool
    same: bool
    stepped: bool


@dataclass(slots=True)
class _Look:
    """Measures of one picture: `edges` (h, w), `tone` coarse brightness, the others a value for each tile."""

    edges: FloatArray
    tone: FloatArray
    level: FloatArray
    fine: FloatArray
    coarse: FloatArray
    kept: BoolArray
    unknown: BoolArray


class View:
    """Looks at pictures of one size, and remembers what the camera usually shows. Memory: about 2 MiB.

    Args:
        width, height: of the frames, px.

    Attributes:
        age_s: for how long the reference has been learnt.
    """

    def __init__(self, width: int, height: int) -> None:
        self.frame_size = width, height
        self.size = GRID_WIDTH, max(round(GRID_WIDTH * height / max(width, 1) / TILE), 1) * TILE
        self.age_s = 0.0
        self._last: ImageArray | None = None
        self._pts_s: float | None = None
        self._step_s = 0.0
        self._recent: deque[FloatArray] = deque(maxlen=_RECENT)
        self._look: _Look | None = None
        self._usual: _Look | None = None
        self._stood: FloatArray | None = None
        self._level = 0.0
        self._stepped_s = -np.inf
        self._bright_s: float | None = None
        self._dark_s: float | None = None

    def pause(self) -> None:
        """Forget when things were: the stream broke. What the camera usually shows is kept."""
        self._last = self._pts_s = self._look = self._bright_s = self._dark_s = None
        self._recent.clear()
        self._stepped_s = -np.inf

    def glance(self, frame: Frame, covers: Tracks) -> Glance:
        """Take in a picture; `covers` hide what is behind them."""
        luma = frame.buffer.luma(*self.size)
        same = self._last is not None and np.array_equal(self._last, luma)
        self._step_s = 0.0 if self._pts_s is None else max(frame.pts_s - self._pts_s, 0.0)
        self._last, self._pts_s = luma, frame.pts_s
        self.age_s += self._step_s
        smooth = cv2.GaussianBlur(luma, (3, 3), 0).astype(np.float32)
        self._recent.append(smooth)
        now = slope(smooth)
        look = self._look = self._measure(smooth, now, self._covered(covers))
        if self._usual is None:
            self._usual = replace(look, **{name: getattr(look, name).copy() for name in _LEARNT})
        self._follow_level(float(look.level.mean()), frame.pts_s)
        self._follow_darkness(look, self._usual, frame.pts_s)
        return self._compare(look, self._usual, now, same, frame.pts_s)

    def learn(self, glance: Glance) -> None:
        """Take the last picture for one of how things usually are."""
        look, usual = self._look, self._usual
        if look is None or usual is None:
            return
        self._follow_standing(look)
        fast, slow = (_share(self._step_s, min(self.age_s, tau_s)) for tau_s in (_REFERENCE_S, _CHANGE_S))
        if self.age_s > LEARN_S:
            fast, slow = (_share(self._step_s, tau_s) for tau_s in (_REFERENCE_S, _CHANGE_S))
        light = max(slow, _STEPPED_RATE) if glance.stepped else slow
        for tiles, rate in ((look.kept, fast), (~look.kept, slow)):
            cells = cv2.resize((tiles & ~look.unknown).astype(np.uint8), self.size, interpolation=cv2.INTER_NEAREST)
            cv2.accumulateWeighted(look.edges, usual.edges, rate, cells)
        for name, rate in (("tone", light), ("level", light), ("fine", light), ("coarse", light)):
            was, now = getattr(usual, name), getattr(look, name)
            was += (now - was) * np.float32(rate)

    def _follow_standing(self, look: _Look) -> None:
        """Remember in which share of the looks each tile was as usual; a tile that once stands goes on to."""
        if self._stood is None:
            self._stood = look.kept.astype(np.float32)
        open_still = ~look.unknown & ((self._stood < _STANDS) | (self.age_s < LEARN_S))
        rate = np.float32(_share(self._step_s, min(self.age_s, _REFERENCE_S)))
        self._stood += np.where(open_still, look.kept - self._stood, np.float32(0)) * rate

    def _follow_level(self, level: float, now_s: float) -> None:
        """Notice when the light is switched: the mean brightness steps."""
        if self._step_s == 0.0:
            self._level = level
        if abs(level - self._level) > max(_STEP_LEVELS, _STEP_SHARE * self._level):
            self._stepped_s, self._level = now_s, level
        self._level += (level - self._level) * _share(self._step_s, _LEVEL_S)

    def _follow_darkness(self, look: _Look, usual: _Look, now_s: float) -> None:
        """Remember when the picture was bright last, and since when it is dark."""
        level, brightest = float(look.level.mean()), float(look.tone.max())
        if self._bright_s is None:
            self._bright_s = now_s if float(usual.level.mean()) >= _BRIGHT_LEVEL else -np.inf
        if level >= _BRIGHT_LEVEL or brightest >= _BRIGHT_CELL:
            self._bright_s = now_s
        if level >= DARK or brightest >= _DARK_CELL:
            self._dark_s = None
        elif self._dark_s is None:
            self._dark_s = now_s

    def _measure(self, smooth: FloatArray, now: FloatArray, covered: BoolArray) -> _Look:
        recent = np.asarray(sum(self._recent) / np.float32(len(self._recent)), np.float32)
        tone = shrunk(recent, _COARSE)
        level, none = shrunk(tone, TILE // _COARSE), np.zeros(covered.shape, np.bool_)
        coarse = spread(slope(shrunk(smooth, _COARSE)), TILE // _COARSE)
        return _Look(slope(recent), tone, level, spread(now, TILE), coarse, none, covered)

    def _compare(self, look: _Look, usual: _Look, now: FloatArray, same: bool, now_s: float) -> Glance:
        then = spread(usual.edges, TILE)
        tell = (then >= _LEAST_EDGES) & ~look.unknown
        kept = look.kept = tell & (correlation(look.edges, usual.edges, then) >= _KEPT)
        hidden = tell & ~kept & _out_of_range(look.level, usual.level, kept)
        look.unknown = look.unknown | hidden
        enough = int(tell.sum()) >= _LEAST_TILES
        sudden = self._dark_s is not None and self._bright_s is not None and self._dark_s - self._bright_s <= _DUSK_S
        dark = enough and sudden and not kept.any()
        if self._stood is not None:
            tell = tell & (self._stood >= _STANDS)
        kept, lost = tell & kept, tell & ~kept & ~hidden
        judged, gone = int(kept.sum()) + int(lost.sum()), max(int(lost.sum()), 1)
        return Glance(
            judged=judged >= max(_LEAST_TILES, _LEAST_JUDGED * int(tell.sum())) or dark,
            lost=int(lost.sum()) / max(judged, 1),
            bare=int((lost & (look.fine < _BARE * usual.fine)).sum()) / gone,
            still=self._still(lost, now, look.edges) / gone if gone > 0.2 * judged else 0.0,
            alike=_correlation_of(look.tone, usual.tone),
            sharp=_ratio(look.fine, usual.fine, tell) / max(_ratio(look.coarse, usual.coarse, tell), 1e-3),
            level=float(look.level.mean()),
            dark=dark,
            same=same,
            stepped=now_s - self._stepped_s < _STEP_S,
        )

    @staticmethod
    def _still(lost: BoolArray, now: FloatArray, recent: FloatArray) -> int:
        """Count the lost tiles whose edges are those of the last seconds."""
        return int((lost & (correlation(now, recent, spread(recent, TILE)) >= _STILL)).sum())

    def _covered(self, covers: Tracks) -> BoolArray:
        """Return the tiles of which boxes hide a good part."""
        mask = np.zeros(self.size[::-1], np.bool_)
        kx, ky = self.size[0] / self.frame_size[0], self.size[1] / self.frame_size[1]
        for x0, y0, x1, y1 in covers.xyxy.tolist():
            mask[_cell(y0 * ky) : _cell(y1 * ky + 2), _cell(x0 * kx) : _cell(x1 * kx + 2)] = True
        return np.asarray(shrunk(mask, TILE) > _COVERED)


def _cell(value: float) -> int:
    return max(int(value), 0)


def _out_of_range(level: FloatArray, usual: FloatArray, kept: BoolArray) -> BoolArray:
    """Return the tiles that got too dark or too bright to tell, unless the light of the others is what it was."""
    if kept.any() and float(np.median(level[kept] / np.maximum(usual[kept], 1.0))) > 1 - (1 - _DARKER) / 2:
        dark = np.zeros(level.shape, np.bool_)
    else:
        dark = (level < DARK) & (level < _DARKER * usual)
    return np.asarray(dark | ((level > BRIGHT) & (usual < BRIGHT - 20)))


def slope(luma: FloatArray) -> FloatArray:
    """Return levels per cell, (h, w); the sum of both directions is good enough and cheap."""
    dx, dy = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(np.abs(dx, out=np.asarray(dx)) + np.abs(dy, out=np.asarray(dy)), dtype=np.float32)


def shrunk(values: FloatArray | BoolArray, cells: int) -> FloatArray:
    """Return the mean of each square of so many cells."""
    height, width = values.shape
    grid = values.astype(np.float32, copy=False)
    return np.asarray(cv2.resize(grid, (width // cells, height // cells), interpolation=cv2.INTER_AREA), np.float32)


def spread(values: FloatArray, cells: int) -> FloatArray:
    """Return the standard deviation in each square of so many cells."""
    return np.asarray(np.sqrt(np.maximum(shrunk(values * values, cells) - shrunk(values, cells) ** 2, 0)), np.float32)


def correlation(one: FloatArray, other: FloatArray, other_spread: FloatArray, cells: int = TILE) -> FloatArray:
    """Return the correlation in each square of so many cells, -1..1; 0 where one of them is flat."""
    both = shrunk(one * other, cells) - shrunk(one, cells) * shrunk(other, cells)
    return np.asarray(both / np.maximum(spread(one, cells) * other_spread, 1e-3), np.float32)


def _correlation_of(one: FloatArray, other: FloatArray) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / max(float(np.sqrt((a * a).sum() * (b * b).sum())), 1e-3))


def _ratio(now: FloatArray, usual: FloatArray, where: BoolArray) -> float:
    return float(now[where].sum()) / max(float(usual[where].sum()), 1e-3)


def _share(step_s: float, rate_s: float) -> float:
    return float(1 - np.exp(-step_s / max(rate_s, 1e-6)))
