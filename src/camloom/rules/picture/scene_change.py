"""The rule about what is built: a place looks lastingly different from what it looked like."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from camloom.config import Scene, StrictModel
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import BoolArray
from camloom.rules.gate import GateConfig, RuleGate, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.picture.scene_file import SceneFile
from camloom.rules.picture.scenery import Scenery, grid_of
from camloom.rules.subjects.subjects import Sighting
from camloom.rules.things.ground import MOVERS, place_mask
from camloom.tracks import Tracks

_LOOK_S = 5.0
_SAVE_S = 300.0
_END_SHARE = 0.5
# What is gone again is forgotten four times as fast as it was noticed.
_MOST = 1.25
_RULE = 0


class SceneChangeConfig(StrictModel):
    """A rule about lasting changes of a place."""

    id: str = Field(min_length=1, description="name of the rule, unique in its task; its events carry it")
    zone: str | None = Field(default=None, min_length=1, description="name of a zone of the task; none: the picture")
    persist_s: float = Field(
        default=21600.0, ge=60, le=2592000, description="for how long the change must have been seen, all in all"
    )
    min_share: float = Field(default=0.05, ge=0.005, le=1, description="least size of what changed, share of the zone")
    learn_s: float = Field(
        default=600.0, ge=30, le=86400, description="how long the usual look is learnt, of the day and of the night"
    )
    hiding: tuple[str, ...] = Field(
        default=MOVERS, description="objects of these classes hide the place and are no change; empty: all"
    )
    gate: GateConfig = Field(default_factory=GateConfig, description="when the rule may speak")


@dataclass(frozen=True, slots=True)
class _Change:
    """What an incident is about: all its squares, and those of them whose edges were seen to be new."""

    squares: BoolArray
    edges: BoolArray


class SceneChangeRule:
    """Something was built, or heaped up, in a place.

    Edges that were not there before are there for `persist_s`, over `min_share` of the place; see `scenery`. The
    time counts while the change can be seen, so a break of the stream, or of the process, costs no more than
    itself: the memory is stored in the output folder of the task every five minutes. A change is told once. The
    incident ends when most of it is gone again. The value is its share of the place.

    Cost: 3 to 6 ms every 5 s.

    Attributes:
        peek_s: a stream that sleeps while nothing moves is woken for a look after so long.
    """

    needs_pixels: ClassVar = True
    peek_s: ClassVar = 60.0
    Config: ClassVar[type[BaseModel]] = SceneChangeConfig

    def __init__(self, config: SceneChangeConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._zone = None if config.zone is None else scene.zone(config.zone)
        self._reporter = Reporter(config.id, "scene.changed", config.zone or "", "share of the zone")
        corners = "" if self._zone is None else repr(self._zone.vertices_norm)
        self._file = SceneFile(scene.memory, config.id, corners)
        self._scenery: Scenery | None = None
        self._looked_s: float | None = None
        self._saved_s = 0.0
        self._incident: Incident | None = None
        self._what: _Change | None = None

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        if self._looked_s is not None and not reached(frame.pts_s - self._looked_s, _LOOK_S):
            return []
        scenery = self._scenery_of(frame)
        if self._looked_s is None:
            self._saved_s = frame.pts_s
        self._looked_s = frame.pts_s
        scenery.look(frame, self._hiding(tracks))
        if frame.pts_s - self._saved_s >= _SAVE_S:
            self._save(frame.pts_s)
        return self._start(scenery, frame) if self._incident is None else self._go_on(scenery, self._incident, frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. What the place looks like, and for how long it has been different, is kept."""
        events = (
            [] if self._incident is None or self._scenery is None else self._end(self._scenery, self._incident, frame)
        )
        if self._scenery is not None:
            self._save(frame.pts_s)
            self._scenery.pause()
        self._looked_s = None
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: never; it takes hours, and a stream may sleep meanwhile."""
        return False

    def _scenery_of(self, frame: Frame) -> Scenery:
        size = frame.width, frame.height
        if self._scenery is None or self._scenery.frame_size != size:
            place = place_mask(self._zone, grid_of(*size))
            self._scenery = Scenery(*size, place, self._config.learn_s, _MOST * self._config.persist_s)
            self._file.restore(self._scenery)
        return self._scenery

    def _save(self, now_s: float) -> None:
        self._saved_s = now_s
        if self._scenery is not None:
            self._file.save(self._scenery)

    def _hiding(self, tracks: Tracks) -> Tracks:
        if not self._config.hiding:
            return tracks
        return tracks.select(np.isin([tracks.name_of(row) for row in range(len(tracks))], self._config.hiding))

    def _start(self, scenery: Scenery, frame: Frame) -> list[Event]:
        what = scenery.different(self._config.persist_s)
        share = scenery.share(what)
        if share < self._config.min_share:
            return []
        edges = what & (scenery.changed_s >= self._config.persist_s)
        lasted_s = float(np.median(scenery.changed_s[edges]))
        gates = self.gate.check(frame, _RULE, lasted_s - self._config.persist_s)
        if gates is None:
            return []
        why = (
            Gate("persist", lasted_s, self._config.persist_s, "s"),
            Gate("min_share", share, self._config.min_share, "share of the zone"),
            *gates,
        )
        self._what = _Change(what, edges)
        self._incident, event = self._reporter.start(frame, self._seen(scenery, frame), share, why)
        scenery.told |= what
        self._save(frame.pts_s)
        self.gate.spoke(_RULE, frame.pts_s)
        return [event]

    def _go_on(self, scenery: Scenery, incident: Incident, frame: Frame) -> list[Event]:
        edges = np.zeros(0, np.bool_) if self._what is None else scenery.changed_s[self._what.edges] > 0
        return [] if edges.any() and edges.mean() >= _END_SHARE else self._end(scenery, incident, frame)

    def _end(self, scenery: Scenery, incident: Incident, frame: Frame) -> list[Event]:
        seen = self._seen(scenery, frame)
        share = 0.0 if self._what is None else scenery.share(self._what.squares)
        self._incident = self._what = None
        self.gate.spoke(_RULE, frame.pts_s)
        return [self._reporter.end(incident, frame, seen, share)]

    def _seen(self, scenery: Scenery, frame: Frame) -> list[Sighting]:
        if self._what is None:
            return []
        box = scenery.box_px(self._what.squares)
        return [Sighting(-1, "change", 1.0, box, ((box[0] + box[2]) / 2, box[3]), frame.pts_s)]
