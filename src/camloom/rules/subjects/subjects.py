"""Which tracks a rule looks at, where they stand, and which new id continues a lost one."""

from collections import deque
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Self

from pydantic import Field

from camloom.config import StrictModel
from camloom.frame import Frame
from camloom.geometry import Anchor, FloatArray, Zone
from camloom.rules.gate import GateConfig, exceeded
from camloom.rules.subjects.chosen import Chosen, TrackFilter
from camloom.rules.subjects.columns import Watch
from camloom.rules.subjects.handover import Handover
from camloom.rules.subjects.rows import Beside, Places, Reach, Rows, Viewpoint
from camloom.rules.subjects.sightings import Sighting, Sightings
from camloom.tracks import Tracks

__all__ = ["SeenRows", "Sighting", "Sightings", "Sources", "Subjects", "TrackRuleConfig"]

_CONFIDENCE_S = 1.0
_SPARE = 16


class TrackRuleConfig(StrictModel):
    """What every rule about tracks can be told."""

    id: str = Field(min_length=1, description="name of the rule, unique in its task; its events carry it")
    classes: tuple[str, ...] = Field(default=(), description="only objects of these classes; empty: all")
    min_confidence: float = Field(default=0, ge=0, lt=1, description="least median of the track's confidence over 1 s")
    min_height_share: float = Field(
        default=0, ge=0, lt=1, description="least height of the box, share of the picture's"
    )
    gap_s: float = Field(default=1.0, ge=0, le=60, description="an object away for no longer than this was never away")
    gate: GateConfig = Field(default_factory=GateConfig, description="when the rule may speak")


class SeenRows(Sightings):
    """The subjects among the rows of a frame. What a rule does not ask for is not made.

    Args:
        frame: all objects.
        chosen: those that pass the filter.
        rows: of the subjects; the very list of `chosen` if these are all.
        continuing: by row, the subjects that continue a lost track.
    """

    def __init__(self, frame: Rows, chosen: Chosen, rows: list[int], continuing: dict[int, Sighting]) -> None:
        self._frame = frame
        self._chosen = chosen
        self._rows = rows
        self._all = chosen.all and rows is chosen.rows
        self._by_row = continuing
        self._continuing = list(continuing.values()) if continuing else []
        self._every: list[Sighting] | None = None
        self._points: FloatArray | None = None
        self._missing: tuple[SeenRows, frozenset[int]] | None = None
        self.columns = chosen.columns
        same = rows is chosen.rows
        self.ids = chosen.id_set if same else frozenset([self.columns.ids[row] for row in rows])

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def items(self) -> list[Sighting]:
        """See `Sightings`."""
        if self._every is None:
            self._every = self.at(self._rows)
        return self._every

    @property
    def points_norm(self) -> FloatArray:
        """See `Sightings`."""
        if self._points is None:
            points = self._frame.points_norm
            self._points = points if self._all else points[self._rows]
        return self._points

    @property
    def continuing(self) -> list[Sighting]:
        """See `Sightings`."""
        return self._continuing

    def inside(self, zone: Zone) -> list[Sighting]:
        """See `Sightings`."""
        rows = self._frame.inside(zone)
        if rows and not self._all:
            mine = self._chosen.row_set() if self._rows is self._chosen.rows else frozenset(self._rows)
            rows = [row for row in rows if row in mine]
        return self.at(rows)

    def at(self, rows: Iterable[int]) -> list[Sighting]:
        """Return the subjects of some rows."""
        made = self._frame.sightings(rows)
        if not self._by_row:
            return made
        return [self._by_row.get(row, seen) for row, seen in zip(rows, made, strict=True)]

    def beside(self, reach: Reach) -> Beside:
        """Return where the rows of the frame are relative to a line."""
        return self._frame.beside(reach)

    def unlike(self, keys: list[int], known: Container[int]) -> list[int]:
        """Return the rows of those of which the key is not among those known.

        Args:
            keys: for each row of the frame.
        """
        return [row for row in self._rows if keys[row] not in known]

    def point_norm(self, row: int) -> tuple[float, float]:
        """Return the anchor of a row, 0..1."""
        return self._frame.point_norm(row)

    def row_of(self, track_id: int) -> int:
        """Return the row of a subject."""
        return self.columns.ids.index(track_id)

    def missing(self, before: "SeenRows") -> frozenset[int]:
        """Return who was there on a frame before and is not now."""
        if self._missing is None or self._missing[0] is not before:
            self._missing = before, before.ids - self.ids
            before._missing = None  # or all frames since the beginning would hang together
        return self._missing[1]


@dataclass(frozen=True, slots=True)
class Sources:
    """What works out the tracks of a stream, for several kinds of subjects at once.

    Attributes:
        track_filter: chooses those of some classes.
        handover: says which of them continue others.
        viewpoint: says where they stand.
    """

    track_filter: TrackFilter
    handover: Handover
    viewpoint: Viewpoint

    @classmethod
    def own(cls, config: TrackRuleConfig, anchor: Anchor) -> Self:
        """Return those of one kind of subjects alone."""
        track_filter = TrackFilter(Watch(), frozenset(config.classes), config.min_height_share)
        return cls(track_filter, Handover(track_filter, config.gap_s), Viewpoint(anchor, Places()))


class Subjects:
    """Keeps the tracks that a rule is about, and remembers each a little beyond its last sighting.

    Args:
        config: the filter.
        anchor: the point of a box that stands for the object.
        shared: what others use too; all must be shown the same tracks.
    """

    def __init__(self, config: TrackRuleConfig, anchor: Anchor, shared: Sources | None = None) -> None:
        self._sources = shared or Sources.own(config, anchor)
        self._sureness = _Sureness(config.min_confidence) if config.min_confidence else None
        self._seen: SeenRows | None = None

    def observe(self, tracks: Tracks, frame: Frame) -> SeenRows:
        """Return the subjects among the tracks of a frame; of the same frame, the same."""
        seen = self._seen
        if seen is None or not seen.columns.show(tracks, frame):
            seen = self._seen = self._see(self._sources.track_filter.look(tracks, frame))
        return seen

    def forget(self) -> None:
        """Forget everybody: the stream is over or broke."""
        self._sources.track_filter.forget()
        self._sources.viewpoint.forget()
        self._sources.handover.forget()
        self._seen = None
        if self._sureness is not None:
            self._sureness.forget()

    def _see(self, chosen: Chosen) -> SeenRows:
        frame, rows = self._sources.viewpoint.look(chosen.columns), chosen.rows
        continued = self._sources.handover.update(chosen)
        if self._sureness is not None:
            rows = self._sureness.update(chosen, continued)
        fresh = [row for row in rows if row in continued] if continued else ()
        return SeenRows(frame, chosen, rows, {row: frame.make(row, continued[row]) for row in fresh})


@dataclass(slots=True)
class _Confidences:
    """The confidences of one track within the last second, and how many of them are enough."""

    values: deque[tuple[float, float]] = field(default_factory=deque)
    enough: int = 0


class _Sureness:
    """Tells of which tracks the detector is sure: by the median of their confidences over a second.

    Args:
        least: the least median.
    """

    def __init__(self, least: float) -> None:
        self._least = least
        self._tracks: dict[int, _Confidences] = {}

    def update(self, chosen: Chosen, continued: dict[int, int]) -> list[int]:
        """Take in the confidences of a frame; return the rows of sure tracks, the very list of `chosen` if all are.

        Args:
            continued: by row, the lost id that it continues.
        """
        columns, rows = chosen.columns, chosen.rows
        for row, old_id in continued.items():
            if old_id in self._tracks:
                self._tracks[columns.ids[row]] = self._tracks.pop(old_id)
        if len(self._tracks) > 2 * len(rows) + _SPARE:
            self._forget_old(columns.pts_s)
        ids, confidences, now_s = columns.ids, columns.confidences, columns.pts_s
        sure = [row for row in rows if self._is_sure(ids[row], now_s, confidences[row])]
        return rows if len(sure) == len(rows) else sure

    def forget(self) -> None:
        """Forget all tracks."""
        self._tracks.clear()

    def _is_sure(self, track_id: int, now_s: float, confidence: float) -> bool:
        track = self._tracks.get(track_id)
        if track is None:
            track = self._tracks[track_id] = _Confidences()
        values, least = track.values, self._least
        values.append((now_s, confidence))
        track.enough += confidence >= least
        while exceeded(now_s - values[0][0], _CONFIDENCE_S):
            track.enough -= values.popleft()[1] >= least
        surplus = 2 * track.enough - len(values)
        return surplus > 0 or (surplus == 0 and median(value for _, value in values) >= least)

    def _forget_old(self, now_s: float) -> None:
        old = [key for key, track in self._tracks.items() if exceeded(now_s - track.values[-1][0], _CONFIDENCE_S)]
        for key in old:
            del self._tracks[key]
