"""Regions that differ from the background and stand still: things put there, or places where a thing was."""

from dataclasses import dataclass

import cv2
import numpy as np

from camloom.geometry import BoolArray, FloatArray
from camloom.rules.things.background import Background, Look
from camloom.rules.things.outline import Kind, flow, kind_of

_SETTLE_S = 1.0
_FIND_S = 0.35
_UNREST_S = 4.0
# The points of a thing come to a rest one after the other; it is judged when all have.
_WHOLE_S = 2.0
_MAX_REGIONS = 16
_GONE_S = 1.0
_MATCH_SHARE = 0.5
_TEMPLATE_RATE = 0.02
_MAX_GROWTH = 4
_GROWTH_SHARE = 0.1
# For so long after the camera was moved nothing is told: it may still be moving.
_PAUSE_S = 3.0
_KNOWN_AROUND, _WAIT_S = 0.95, 10.0
_TILES, _TILE_SHARE, _MOVED_SHARE = (16, 9), 0.05, 0.45
_COMPLETE_S, _FARTHEST, _MOST_HIDDEN = 0.8, 48, 8
_KERNEL = np.ones((3, 3), np.uint8)

CellBox = tuple[int, int, int, int]
Part = tuple[slice, slice]


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
        area: number of its cells.
        completed: what goes on from it over ground never seen was added.
        unrest: share of its visible cells that moved, over the last seconds; of a thing 0, of somebody who sits more.
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
    area: int
    followed_s: float
    gone_s: float | None = None
    kind: Kind | None = None
    unrest: float = 0.0
    completed: bool = False

    def part(self, margin: int = 0) -> Part:
        """Return the slices of the grid that hold it."""
        x0, y0, x1, y1 = self.cells
        return slice(max(y0 - margin, 0), y1 + margin), slice(max(x0 - margin, 0), x1 + margin)

    def reshape(self, mask: BoolArray) -> None:
        """Give it other cells."""
        self.mask, self.cells, self.area = mask, _bounds(mask), int(np.count_nonzero(mask))


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
        self._found_s = self._moved_s = -np.inf

    def keep(self) -> BoolArray | None:
        """Return where the background must not be learnt; None: everywhere it may."""
        if not self.items:
            return None
        kept = np.zeros(self._place.shape, np.bool_)
        for region in self.items:
            kept[region.part()] |= region.mask[region.part()]
        return kept

    def update(self, look: Look) -> list[StillRegion]:
        """Take in a frame; return the regions that are over: gone, or hidden for too long."""
        for region in self.items:
            self._follow(region, look)
        over = [region for region in self.items if self._is_over(region, look.pts_s)]
        self.items = [region for region in self.items if not any(region is gone for gone in over)]
        if look.pts_s - self._found_s >= _FIND_S or look.pts_s < self._found_s:
            self._found_s = look.pts_s
            self._find(look)
        for region in self.items:
            if region.kind is None and self._is_bare(region, look):
                self._judge(region, look)
        return over

    def _judge(self, region: StillRegion, look: Look) -> None:
        """Say what a region is, when it no longer grows."""
        rest_s = look.pts_s - region.grown_s
        if not region.completed and rest_s >= _COMPLETE_S:
            self._complete(region, look)
        if region.completed and rest_s >= _WHOLE_S:
            region.kind = self._kind(region, look)

    def _is_bare(self, region: StillRegion, look: Look) -> bool:
        """Tell whether a region and what is around it can be seen, and is known; after a while the latter is waived."""
        part = region.part(2)
        if look.covered[part].any():
            return False
        known = np.isfinite(self._background.since_s[part])
        around = (cv2.dilate(region.mask[part].astype(np.uint8), _KERNEL, iterations=2) > 0) & ~region.mask[part]
        seen, most = int(np.count_nonzero(known & around)), int(np.count_nonzero(around))
        return seen >= _KNOWN_AROUND * most or look.pts_s - region.found_s >= _WAIT_S

    def drop(self, region: StillRegion, look: Look) -> None:
        """Take a region for background from now on."""
        self.items = [item for item in self.items if item is not region]
        self._background.absorb(look, cv2.dilate(region.mask.astype(np.uint8), _KERNEL) > 0, region.appeared_s)

    def _is_over(self, region: StillRegion, now_s: float) -> bool:
        gone = region.gone_s is not None and now_s - region.gone_s >= _GONE_S
        return gone or now_s - region.seen_s > self._bridge_s

    def _follow(self, region: StillRegion, look: Look) -> None:
        part, (gain, offset) = region.part(), look.light
        if look.light != (1.0, 0.0):
            region.luma[part] = (region.luma[part] * np.float32(gain) + np.float32(offset)).clip(0, 255)
        here = region.mask[part] & ~look.covered[part]
        visible = int(np.count_nonzero(here))
        step_s, region.followed_s = look.pts_s - region.followed_s, look.pts_s
        if visible < _MATCH_SHARE * region.area:
            region.gone_s = None
            return
        moving = int(np.count_nonzero(look.moving[part] & here)) / visible
        region.unrest += (moving - region.unrest) * min(step_s / _UNREST_S, 1.0)
        self._match(region, look, here, visible)

    def _match(self, region: StillRegion, look: Look, here: BoolArray, visible: int) -> None:
        """Tell whether the region is what is seen in its place, or the background: whichever is more like it."""
        part = region.part()
        now, tolerance = look.luma[part][here], look.tolerance[part][here]
        template = region.luma[part]
        if look.relearned:
            template[here] = now
        off_region, off_ground = np.abs(now - template[here]), np.abs(now - self._background.slow[part][here])
        same, back = int(np.count_nonzero(off_region <= tolerance)), int(np.count_nonzero(off_ground <= tolerance))
        alike = same > _MATCH_SHARE * visible
        if alike and (same > back or (same == back and float(off_region.sum()) <= float(off_ground.sum()))):
            region.seen_s, region.gone_s = look.pts_s, None
            template[here] += (now - template[here]) * _TEMPLATE_RATE
        elif back > _MATCH_SHARE * visible:
            region.gone_s = look.pts_s if region.gone_s is None else region.gone_s

    def _find(self, look: Look) -> None:
        rest_s = look.pts_s - np.maximum(self._background.still_s, self._background.shown_s)
        still = look.changed & self._place & (rest_s >= _SETTLE_S)
        if int(np.count_nonzero(still)) < self._least:
            return
        if _everywhere(look.changed):
            self._moved_s = look.pts_s
        if look.pts_s - self._moved_s < _PAUSE_S:
            self._begin_anew(look)
            return
        x, y, width, height = cv2.boundingRect(still.view(np.uint8))
        x0, y0 = max(x - 2, 0), max(y - 2, 0)
        part = np.s_[y0 : y + height + 2, x0 : x + width + 2]
        joined = cv2.morphologyEx(np.ascontiguousarray(still[part]).view(np.uint8), cv2.MORPH_CLOSE, _KERNEL)
        joined = cv2.morphologyEx(joined, cv2.MORPH_OPEN, _KERNEL)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        for index in range(1, count):
            if stats[index, cv2.CC_STAT_AREA] >= self._least:
                mask = np.zeros(still.shape, np.bool_)
                mask[part] = labels == index
                self._meet(mask, look)

    def _begin_anew(self, look: Look) -> None:
        """Take all for background: the camera was moved; of what it shows now nothing was put there."""
        self.items = [region for region in self.items if region.kind is not None]
        self._background.absorb(look, ~look.covered, look.pts_s)

    def _meet(self, mask: BoolArray, look: Look) -> None:
        """Add a component to the region that it belongs to, or make it one of its own."""
        known = [region for region in self.items if bool((region.mask & mask)[region.part()].any())]
        if not known:
            self._add(mask, look)
            return
        first = known[0]
        for other in [region for region in known[1:] if region.kind is None and first.kind is None]:
            self.items = [item for item in self.items if item is not other]
            mask = mask | other.mask
        if first.kind is None or np.count_nonzero(first.mask | mask) <= _MAX_GROWTH * first.born_area:
            self._grow(first, mask, look)

    def _grow(self, region: StillRegion, mask: BoolArray, look: Look) -> None:
        added = mask & ~region.mask
        count = int(np.count_nonzero(added))
        if not count:
            return
        if count > _GROWTH_SHARE * region.area:
            region.grown_s = look.pts_s
        np.copyto(region.luma, look.luma, where=added)
        region.reshape(region.mask | mask)

    def _add(self, mask: BoolArray, look: Look) -> None:
        area = int(np.count_nonzero(mask))
        if area > self._most:
            self._background.absorb(look, mask, look.pts_s)
        elif len(self.items) < _MAX_REGIONS:
            self.items.append(self._region(mask, area, look))

    def _region(self, mask: BoolArray, area: int, look: Look) -> StillRegion:
        """Make a region. What changed without having moved, no thing came there: the light did it."""
        still_s, shown_s, since_s = (
            float(np.median(times[mask]))
            for times in (self._background.still_s, self._background.shown_s, self._background.since_s)
        )
        now_s, kind = look.pts_s, Kind.LIGHT if still_s <= shown_s else None
        return StillRegion(
            mask, look.luma.copy(), still_s, now_s, now_s, _bounds(mask), since_s, area, now_s, area, now_s, kind=kind
        )

    def _complete(self, region: StillRegion, look: Look) -> None:
        """Add what looks like the region and goes on from it over ground that was hidden until it was there."""
        region.completed = True
        x0, y0, x1, y1 = region.cells
        part = region.part(min(max(x1 - x0, y1 - y0), _FARTHEST))
        since_s = self._background.since_s[part]
        young = (since_s >= region.appeared_s - _SETTLE_S) & np.isfinite(since_s) & ~look.covered[part]
        whole = flow(region.mask[part], young & self._place[part], look.luma[part])
        if whole is None or np.count_nonzero(whole) > _MOST_HIDDEN * region.area:
            return
        since_s[whole & young] = np.inf  # it was never ground
        mask = region.mask.copy()
        mask[part] |= whole
        region.reshape(mask)

    def _kind(self, region: StillRegion, look: Look) -> Kind:
        part = region.part(8)
        known = cv2.erode(np.isfinite(self._background.since_s[part]).astype(np.uint8), _KERNEL) > 0
        other = look.changed[part] | look.covered[part]
        return kind_of(region.mask[part], known, look.luma[part], self._background.slow[part], other)


def _everywhere(changed: BoolArray) -> bool:
    """Tell whether edges changed all over the picture, as they do when the camera moves a little."""
    tiles = cv2.resize(changed.astype(np.float32), _TILES, interpolation=cv2.INTER_AREA)
    return float((tiles > _TILE_SHARE).mean()) > _MOVED_SHARE


def _bounds(mask: BoolArray) -> CellBox:
    ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1
