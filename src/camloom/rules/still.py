"""Regions that differ from the background and stand still: things put there, or places where a thing was."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from camloom.geometry import BoolArray, FloatArray
from camloom.rules.background import Background, Look

_SETTLE_S = 1.0
# The points of a thing come to a rest one after the other; it is judged when all have.
_WHOLE_S = 2.0
_MAX_REGIONS = 16
_GONE_S = 1.0
_MATCH_SHARE = 0.5
_TEMPLATE_RATE = 0.02
_MAX_GROWTH = 4
_GROWTH_SHARE = 0.1
# A shadow lets the texture of the ground through.
_SHADOW_CORRELATION = 0.85
_TEXTURE = 4.0
# The edge of a thing takes a cell or two; the edge of a shadow or of a lamp's light takes many.
_SOFT_EDGE = 0.25
_PENUMBRA = 4
_KERNEL = np.ones((3, 3), np.uint8)

CellBox = tuple[int, int, int, int]


class Kind(StrEnum):
    """What a region is, by what is seen at its outline."""

    THING = "thing"
    HOLE = "hole"
    LIGHT = "light"


@dataclass(slots=True, eq=False)
class StillRegion:
    """A place that changed and then stood still.

    Attributes:
        mask: (h, w), its cells.
        luma: (h, w) brightness of it when it was last seen.
        appeared_s: stream time since which it has stood still.
        found_s: stream time at which it was first seen in the open.
        seen_s: when it was last seen.
        gone_s: since when the background shows in its place; None: it does not.
        kind: None until it is seen whole.
        born_area, grown_s: its cells at first, and when it last grew.
        background_s: since when the background that it replaced had been there.
    """

    mask: BoolArray
    luma: FloatArray
    appeared_s: float
    found_s: float
    seen_s: float
    cells: CellBox
    background_s: float
    born_area: int
    grown_s: float
    gone_s: float | None = None
    kind: Kind | None = None

    @property
    def area(self) -> int:
        """Number of its cells."""
        return int(self.mask.sum())


class StillRegions:
    """Finds still regions, and follows each until it is gone, hidden for too long, or dropped. At most 16.

    Args:
        place: (h, w) where to look.
        min_area, max_area: share of the picture.
        bridge_s: a region hidden for no longer than this is still there.
    """

    def __init__(
        self, background: Background, place: BoolArray, min_area: float, max_area: float, bridge_s: float
    ) -> None:
        self.items: list[StillRegion] = []
        self._background = background
        self._place = place
        cells = place.size
        self._least, self._most = max(min_area * cells, 4), max_area * cells
        self._bridge_s = bridge_s

    def keep(self) -> BoolArray | None:
        """Return where the background must not be learnt; None: everywhere it may."""
        if not self.items:
            return None
        return np.asarray(np.logical_or.reduce([region.mask for region in self.items]))

    def update(self, look: Look) -> list[StillRegion]:
        """Take in a frame; return the regions that are over: gone, or hidden for too long."""
        for region in self.items:
            self._follow(region, look)
        over = [region for region in self.items if self._is_over(region, look.pts_s)]
        self.items = [region for region in self.items if not any(region is gone for gone in over)]
        self._find(look)
        for region in self.items:
            whole = look.pts_s - region.grown_s >= _WHOLE_S and not self._touches_cover(region, look)
            if region.kind is None and whole:
                region.kind = self._kind(region, look)
        return over

    def drop(self, region: StillRegion, look: Look) -> None:
        """Take a region for background from now on."""
        self.items = [item for item in self.items if item is not region]
        self._background.absorb(look, cv2.dilate(region.mask.astype(np.uint8), _KERNEL) > 0, region.appeared_s)

    def _is_over(self, region: StillRegion, now_s: float) -> bool:
        gone = region.gone_s is not None and now_s - region.gone_s >= _GONE_S
        return gone or now_s - region.seen_s > self._bridge_s

    def _follow(self, region: StillRegion, look: Look) -> None:
        gain, offset = look.light
        if look.light != (1.0, 0.0):
            region.luma = (region.luma * np.float32(gain) + np.float32(offset)).clip(0, 255)
        here = region.mask & ~look.covered
        visible = int(here.sum())
        if visible < _MATCH_SHARE * region.area:
            region.gone_s = None
            return
        now, tolerance = look.luma[here], self._background.tolerance()[here]
        if look.relearned:
            region.luma[here] = now
        same = np.abs(now - region.luma[here]) <= tolerance
        back = np.abs(now - self._background.slow[here]) <= tolerance
        if int(same.sum()) > _MATCH_SHARE * visible and int(same.sum()) >= int(back.sum()):
            region.seen_s, region.gone_s = look.pts_s, None
            region.luma[here] += (now - region.luma[here]) * _TEMPLATE_RATE
        elif int(back.sum()) > _MATCH_SHARE * visible:
            region.gone_s = look.pts_s if region.gone_s is None else region.gone_s

    def _find(self, look: Look) -> None:
        still = look.changed & self._place & (look.pts_s - self._background.still_s >= _SETTLE_S)
        if int(still.sum()) < self._least:
            return
        joined = cv2.morphologyEx(still.astype(np.uint8), cv2.MORPH_CLOSE, _KERNEL)
        joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _KERNEL)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        for index in range(1, count):
            if stats[index, cv2.CC_STAT_AREA] >= self._least:
                self._meet(np.asarray(labels == index), look)

    def _meet(self, mask: BoolArray, look: Look) -> None:
        """Add a component to the region that it belongs to, or make it one of its own."""
        known = [region for region in self.items if bool((region.mask & mask).any())]
        if not known:
            self._add(mask, look)
            return
        first = known[0]
        for other in [region for region in known[1:] if region.kind is None and first.kind is None]:
            self.items = [item for item in self.items if item is not other]
            mask = mask | other.mask
        if first.kind is None or int((first.mask | mask).sum()) <= _MAX_GROWTH * first.born_area:
            self._grow(first, mask, look)

    def _grow(self, region: StillRegion, mask: BoolArray, look: Look) -> None:
        added = mask & ~region.mask
        if int(added.sum()) > _GROWTH_SHARE * region.area:
            region.grown_s = look.pts_s
        region.luma[added] = look.luma[added]
        region.mask = region.mask | mask
        region.cells = _bounds(region.mask)

    def _add(self, mask: BoolArray, look: Look) -> None:
        area = int(mask.sum())
        if area > self._most:
            self._background.absorb(look, mask, look.pts_s)
        elif len(self.items) < _MAX_REGIONS:
            since, background = self._background.still_s[mask], self._background.since_s[mask]
            now_s, appeared_s = look.pts_s, float(np.median(since))
            luma, cells, then_s = look.luma.copy(), _bounds(mask), float(np.median(background))
            self.items.append(StillRegion(mask, luma, appeared_s, now_s, now_s, cells, then_s, area, now_s))

    def _touches_cover(self, region: StillRegion, look: Look) -> bool:
        x0, y0, x1, y1 = region.cells
        return bool(look.covered[max(y0 - 2, 0) : y1 + 2, max(x0 - 2, 0) : x1 + 2].any())

    def _kind(self, region: StillRegion, look: Look) -> Kind:
        x0, y0, x1, y1 = region.cells
        part = (slice(max(y0 - 4, 0), y1 + 4), slice(max(x0 - 4, 0), x1 + 4))
        mask, now, then = region.mask[part], look.luma[part], self._background.slow[part]
        if _is_light(mask, now, then):
            return Kind.LIGHT
        rim = _rim(mask)
        return Kind.THING if _slope(now)[rim].mean() >= _slope(then)[rim].mean() else Kind.HOLE


def _bounds(mask: BoolArray) -> CellBox:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1


def _rim(mask: BoolArray) -> BoolArray:
    """Return the cells on both sides of the outline."""
    grid = mask.astype(np.uint8)
    return np.asarray(cv2.dilate(grid, _KERNEL, iterations=2) != cv2.erode(grid, _KERNEL))


def _slope(luma: npt.NDArray[np.float32]) -> FloatArray:
    """Return levels per cell."""
    dx, dy = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(cv2.magnitude(dx, dy), dtype=np.float32)


def _heart(mask: BoolArray) -> BoolArray:
    """Return the inside of a region, as far from its outline as leaves a quarter of it: no penumbra."""
    heart = mask
    for _ in range(_PENUMBRA):
        smaller = cv2.erode(heart.astype(np.uint8), _KERNEL) > 0
        if int(smaller.sum()) < max(9, int(mask.sum()) // 4):
            break
        heart = np.asarray(smaller)
    return heart


def _is_light(mask: BoolArray, now: FloatArray, then: FloatArray) -> bool:
    """Tell whether only the light changed: the texture shows through, or the edge is soft."""
    inner = _heart(mask)
    a, b = now[inner], then[inner]
    if float(b.std()) > _TEXTURE and float(a.std()) > 0:
        return float(np.corrcoef(a, b)[0, 1]) > _SHADOW_CORRELATION
    step = now - then
    height = abs(float(np.median(step[inner])))
    return float(np.percentile(_slope(np.ascontiguousarray(step))[_rim(mask)], 90)) < _SOFT_EDGE * height
