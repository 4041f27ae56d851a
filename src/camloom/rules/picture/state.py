"""The rule about a place that can be in one of several states, told apart by a model that a user taught."""

from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, Field

from camloom.config import Scene
from camloom.detections import Attribute
from camloom.errors import ConfigError
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import FloatArray, Zone
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.subjects import Sighting, TrackRuleConfig
from camloom.taught.look import look_of, zone_box, zone_crop
from camloom.taught.state_model import Judgement, StateModel, read_state_model, state_model_file, told_states
from camloom.tracks import Tracks

_PLACE_ID = -1  # of the place as an object of an event; trackers count from 0 up
_GRID = 32
_RECENT = 30


class StateConfig(TrackRuleConfig):
    """A rule about the state of a place."""

    zone: str = Field(min_length=1, description="name of a zone of the task: the place")
    model: str = Field(min_length=1, description="name of a place that `camloom state` trained, or the path of a .json")
    states: tuple[str, ...] = Field(min_length=1, description="states of that model that are of interest")
    persist_s: float = Field(
        default=120.0, ge=0, le=86400, description="least time in such a state; unknown time apart"
    )
    min_probability: float = Field(default=0.8, gt=0, le=1, description="least probability with which a look counts")
    clear_s: float = Field(
        default=10.0, ge=0, le=86400, description="it has left such a state when others were seen for this time"
    )
    forget_s: float = Field(
        default=600.0, gt=0, le=86400, description="what was seen before counts no more after this time of unknown"
    )
    every_s: float = Field(default=1.0, gt=0, le=60, description="time between two looks")
    max_cover: float = Field(
        default=0.3, gt=0, le=1, description="unknown while objects (of `classes`) cover more than this share of it"
    )


@dataclass(slots=True)
class _Spell:
    """The time in a state of interest, from the first look that said so.

    Attributes:
        held_s: time in the state so far, see `StateRule._gained_s`.
        seen_s: when it was last told.
        left_s: since when looks say another state; None: they do not.
        last: whether the last look said so.
    """

    state: str
    seen_s: float
    held_s: float = 0.0
    left_s: float | None = None
    last: bool = True
    looks: deque[tuple[Judgement, float]] = field(default_factory=lambda: deque(maxlen=_RECENT))
    incident: Incident | None = None


class StateRule:
    """A place is in a state of interest, such as a bin that is full, for `persist_s`.

    Each `every_s` it looks at the zone. Nothing is known while objects cover more than `max_cover` of it, in a light
    that no example had (night, for a model taught by day), and while it looks like none of the examples (somebody
    whom the detector misses); that time neither counts nor breaks what was seen before. The incident ends when other
    states have been seen for `clear_s`. The value is the time in the state, in s.

    Cost: 2 ms for each look.
    """

    needs_pixels: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StateConfig

    def __init__(self, config: StateConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._zone = scene.zone(config.zone)
        self._place = _Place(self._zone)
        self._reporter = Reporter(config.id, "state.held", config.zone, "s")
        self._taught = _Taught(state_model_file(config.model))
        self._looked_s: float | None = None
        self._spell: _Spell | None = None

    @staticmethod
    def check_taught(config: StateConfig, models: frozenset[str]) -> None:
        """Check that the model is there and knows the states. ConfigError: it is not, or does not."""
        del models
        known = read_state_model(state_model_file(config.model)).states
        if unknown := sorted(set(config.states) - set(known)):
            raise ConfigError(f"model '{config.model}' does not know the state '{unknown[0]}'", told_states(known))
        if set(config.states) == set(known):
            raise ConfigError(
                f"all states of model '{config.model}' are of interest, and so it is always in one", told_states(known)
            )

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        if self._looked_s is not None and not reached(frame.pts_s - self._looked_s, self._config.every_s):
            return []
        self._looked_s = frame.pts_s
        cover = self._place.cover(self._hiding(tracks), frame)
        if cover > self._config.max_cover:
            return self._unknown(frame)
        said = self._judge(frame)
        if not said.state or said.probability < self._config.min_probability:
            return self._unknown(frame)
        if said.state not in self._config.states:
            return self._elsewhere(frame)
        return self._hold(said, cover, frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = self._end(frame)
        self._looked_s = None
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: it seems to be in a state of interest, and the time runs. An open alarm waits for nobody."""
        return self._spell is not None and self._spell.incident is None

    def _judge(self, frame: Frame) -> Judgement:
        return self._taught.model().judge(look_of(zone_crop(frame.buffer, self._zone.vertices_norm)))

    def _hiding(self, tracks: Tracks) -> FloatArray:
        if not self._config.classes:
            return tracks.xyxy
        names = [tracks.name_of(row) in self._config.classes for row in range(len(tracks))]
        return tracks.xyxy[np.array(names, np.bool_)]

    def _unknown(self, frame: Frame) -> list[Event]:
        spell = self._spell
        if spell is None:
            return []
        spell.last = False
        return self._end(frame) if exceeded(frame.pts_s - spell.seen_s, self._config.forget_s) else []

    def _elsewhere(self, frame: Frame) -> list[Event]:
        spell = self._spell
        if spell is None:
            return []
        spell.last = False
        spell.left_s = frame.pts_s if spell.left_s is None else spell.left_s
        return self._end(frame) if reached(frame.pts_s - spell.left_s, self._config.clear_s) else []

    def _hold(self, said: Judgement, cover: float, frame: Frame) -> list[Event]:
        if self._spell is None:
            self._spell = _Spell(said.state, frame.pts_s)
        spell = self._spell
        spell.held_s += self._gained_s(spell, frame.pts_s)
        spell.state, spell.seen_s, spell.left_s, spell.last = said.state, frame.pts_s, None, True
        spell.looks.append((said, cover))
        return self._start(spell, frame) if spell.incident is None else []

    def _gained_s(self, spell: _Spell, now_s: float) -> float:
        """Return the time since the last look that said so, of which unknown looks in between leave two looks' time."""
        gap_s = now_s - spell.seen_s
        if spell.left_s is not None:
            return 0.0
        return gap_s if spell.last else min(gap_s, 2 * self._config.every_s)

    def _start(self, spell: _Spell, frame: Frame) -> list[Event]:
        held_s = spell.held_s - self._config.persist_s
        gates = self.gate.check(frame, _PLACE_ID, held_s) if reached(held_s, 0) else None
        if gates is None:
            return []
        why = (*self._why(spell), *gates)
        spell.incident, event = self._reporter.start(frame, [self._seen(spell, frame)], spell.held_s, why)
        self.gate.spoke(_PLACE_ID, frame.pts_s)
        return [event]

    def _why(self, spell: _Spell) -> tuple[Gate, ...]:
        """Return what was asked: of the last looks the median probability, the rest of the weakest."""
        config = self._config
        return (
            Gate("persist", spell.held_s, config.persist_s, "s"),
            Gate("min_probability", _chance(spell), config.min_probability),
            Gate("below_max_cover", config.max_cover - max(cover for _, cover in spell.looks), 0, "zone"),
            Gate("below_unlike", 1 - max(said.unlikeness for said, _ in spell.looks), 0, "reach"),
        )

    def _end(self, frame: Frame) -> list[Event]:
        spell, self._spell = self._spell, None
        if spell is None or spell.incident is None:
            return []
        self.gate.spoke(_PLACE_ID, spell.seen_s)
        return [self._reporter.end(spell.incident, frame, [self._seen(spell, frame)], spell.held_s)]

    def _seen(self, spell: _Spell, frame: Frame) -> Sighting:
        """Return the place as an object of an event."""
        x0, y0, x1, y1 = zone_box(self._zone.vertices_norm, frame.width, frame.height)
        foot = ((x0 + x1) / 2 / frame.width, y1 / frame.height)
        said = (Attribute("state", spell.state, _chance(spell), self._config.model),)
        box = (float(x0), float(y0), float(x1), float(y1))
        return Sighting(_PLACE_ID, self._config.zone, _chance(spell), box, foot, spell.seen_s, None, said)


def _chance(spell: _Spell) -> float:
    return median(said.probability for said, _ in spell.looks)


class _Taught:
    """The model in a file. One that is trained anew counts from the next look on; what cannot be read, not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._model: StateModel | None = None
        self._seen: tuple[int, int] | None = None

    def model(self) -> StateModel:
        seen = self._stamp()
        if self._model is None:
            self._model = read_state_model(self._path)
        elif seen != self._seen:
            with suppress(ConfigError):
                self._model = read_state_model(self._path)
        self._seen = seen
        return self._model

    def _stamp(self) -> tuple[int, int] | None:
        try:
            told = self._path.stat()
        except OSError:
            return None
        return told.st_mtime_ns, told.st_ino


class _Place:
    """The cells of a zone, to tell how much of it is hidden."""

    def __init__(self, zone: Zone) -> None:
        corners = np.asarray(zone.vertices_norm, np.float32)
        low, high = corners.min(axis=0), corners.max(axis=0)
        steps = (np.arange(_GRID, dtype=np.float32) + np.float32(0.5)) / _GRID
        x, y = np.meshgrid(low[0] + steps * (high[0] - low[0]), low[1] + steps * (high[1] - low[1]))
        points = np.column_stack((x.ravel(), y.ravel())).astype(np.float32)
        inside = zone.contains(points)
        self._points: FloatArray = points[inside] if inside.any() else points

    def cover(self, xyxy: FloatArray, frame: Frame) -> float:
        """Return the share of the zone that boxes cover, (N, 4) px."""
        if not len(xyxy):
            return 0.0
        points = self._points * np.array((frame.width, frame.height), np.float32)
        hidden = (points[:, None] >= xyxy[None, :, :2]) & (points[:, None] <= xyxy[None, :, 2:])
        return float(np.any(np.all(hidden, axis=2), axis=1).mean())
