"""What rules about things share: the place they look at, its background, and the still regions on it."""

import numpy as np
from pydantic import Field, field_validator, model_validator

from camloom.config import Scene
from camloom.frame import Frame
from camloom.geometry import BoolArray, Zone
from camloom.rules.gate import reached
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.rules.things.background import Background, Look
from camloom.rules.things.still import StillRegion, StillRegions
from camloom.tracks import Tracks

# Ids older than this may come again as new ones; what a tracker forgets it forgets sooner.
_KNOWN_S = 20.0
# Things do not come and go faster than this can see: about eight times a second.
_LOOK_S = 0.12
MOVERS = ("person", "bicycle", "motorcycle", "car", "bus", "truck", "train", "dog", "cat", "horse", "bird")


class ThingRuleConfig(TrackRuleConfig):
    """What every rule about things left or taken can be told."""

    classes: tuple[str, ...] = Field(default=("person",), min_length=1, description="who may bring or take a thing")
    hiding: tuple[str, ...] = Field(
        default=MOVERS, description="objects of these classes hide the ground and are never a thing; empty: all"
    )
    zone: str | None = Field(default=None, min_length=1, description="name of a zone of the task; none: the picture")
    min_area: float = Field(default=0.0008, gt=0, lt=1, description="least size of a thing, share of the picture")
    max_area: float = Field(default=0.1, gt=0, le=1, description="largest size of a thing, share of the picture")
    bridge_s: float = Field(default=10.0, ge=0, le=600, description="a thing hidden for no longer is still there")
    update_s: float | None = Field(
        default=None, ge=0.1, le=86400, description="seconds between updates; none: no updates"
    )

    @field_validator("hiding")
    @classmethod
    def _sorted(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))

    @model_validator(mode="after")
    def _sizes_agree(self) -> "ThingRuleConfig":
        if self.min_area >= self.max_area:
            raise ValueError(f"`min_area` {self.min_area:g} must be below `max_area` {self.max_area:g}")
        return self


class Ground:
    """The background of one stream and its still regions; begins with the first frame, and anew after `clear`."""

    def __init__(self, config: ThingRuleConfig, zone: Zone | None) -> None:
        self._config = config
        self._zone = zone
        self.background: Background | None = None
        self.regions: StillRegions | None = None
        self._look: Look | None = None
        self._known: dict[int, float] = {}

    def update(self, tracks: Tracks, frame: Frame) -> tuple[Look, list[StillRegion]]:
        """Take in a frame; return how the ground looks, and the regions that are over.

        Frames that come faster than `_LOOK_S` are passed over: the last look is returned again.
        """
        last = self._look
        if last is not None and frame.pts_s >= last.pts_s and not reached(frame.pts_s - last.pts_s, _LOOK_S):
            return last, []
        if self.background is None or self.background.frame_size != (frame.width, frame.height):
            self._begin(frame)
        assert self.background is not None
        assert self.regions is not None
        covers = self.covers(tracks)
        look = self.background.look(frame, covers, self.regions.keep())
        self.background.doubt(look, self._newborn(covers, frame.pts_s))
        self._look = look
        return look, self.regions.update(look)

    def _newborn(self, covers: Tracks, now_s: float) -> list[list[float]]:
        """Return the boxes of those who are seen for the first time."""
        ids = covers.track_id.tolist()
        fresh = [row for row, key in enumerate(ids) if key not in self._known]
        self._known.update((key, now_s) for key in ids)
        self._known = {key: at_s for key, at_s in self._known.items() if now_s - at_s <= _KNOWN_S}
        return [covers.xyxy[row].tolist() for row in fresh]

    def covers(self, tracks: Tracks) -> Tracks:
        """Return those of the tracks that hide the ground."""
        names = set(self._config.hiding) | set(self._config.classes)
        if not self._config.hiding:
            return tracks
        return tracks.select(np.array([tracks.name_of(row) in names for row in range(len(tracks))], np.bool_))

    def clear(self) -> None:
        """Forget the scene: the stream is over or broke."""
        self.background = self.regions = self._look = None
        self._known.clear()

    def items(self) -> list[StillRegion]:
        """Return the regions that are there."""
        return [] if self.regions is None else list(self.regions.items)

    def drop(self, region: StillRegion, look: Look) -> None:
        """Take a region for background."""
        assert self.regions is not None
        self.regions.drop(region, look)

    def box_px(self, region: StillRegion) -> tuple[float, float, float, float]:
        """Return the box of a region, px of the source frame."""
        assert self.background is not None
        kx, ky = self.background.scale()
        x0, y0, x1, y1 = region.cells
        return x0 / kx, y0 / ky, x1 / kx, y1 / ky

    def share(self, region: StillRegion) -> float:
        """Return the area of a region, share of the picture."""
        return region.area / region.mask.size

    def sighting(self, region: StillRegion, number: int, pts_s: float) -> Sighting:
        """Return a region as an object of an event; things have negative ids, tracks count from 0 up."""
        box = self.box_px(region)
        foot = (box[0] + box[2]) / 2, box[3]
        return Sighting(-number, "thing", 1.0, box, foot, pts_s)

    def _begin(self, frame: Frame) -> None:
        config = self._config
        self.background = Background(frame.width, frame.height)
        place = place_mask(self._zone, self.background.size)
        self.regions = StillRegions(self.background, place, config.min_area, config.max_area, config.bridge_s)


def place_mask(zone: Zone | None, size: tuple[int, int]) -> BoolArray:
    """Return which cells of a grid of (w, h) lie in a zone, (h, w); all where there is none."""
    width, height = size
    if zone is None:
        return np.ones((height, width), np.bool_)
    ys, xs = np.mgrid[0:height, 0:width]
    points = np.column_stack(((xs.ravel() + 0.5) / width, (ys.ravel() + 0.5) / height)).astype(np.float32)
    return zone.contains(points).reshape(height, width)


def zone_of(config: ThingRuleConfig, scene: Scene) -> Zone | None:
    """Return the zone of a rule; ConfigError if there is none of that name."""
    return None if config.zone is None else scene.zone(config.zone)
