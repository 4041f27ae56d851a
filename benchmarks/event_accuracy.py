"""Score the events of a run against the truth of the street video (PETS2009 S2.L1, `vtest.avi`).

The truth names 49 crossings of three lines and 44 visits of three zones, as the foot points of the
labelled boxes give them, frame by frame: no hysteresis, no least time, labelled identities. An engine has
its own identities, so only place, direction and time are compared.

Line crossings. A reported crossing is right if a labelled one of the same line and direction lies within
the tolerance; each is matched once, so that a doubled or a missing event costs precision or recall.

Zone visits. A visit lasts from the first to the last labelled frame inside. It counts as
  `entered`   if an incident of that zone starts inside it, the tolerance added on both sides; each
              incident serves one visit;
  `occupied`  if it is not entered but some incident of that zone is open at a moment of it: somebody is
              known to be in the zone, yet the second visitor was not told apart from the first;
  missed      otherwise.
Recall of visits counts entered and occupied. An incident is `false` if no visit of its zone lies within
the tolerance of it, and `repeated` if it is not false but its visit was entered by another incident.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

TOLERANCE_S = 1.0
SIZE_PX = (768, 576)

Points = tuple[tuple[float, float], ...]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class LineScore:
    """How well crossings were reported.

    Attributes:
        truth, reported, matched: numbers of crossings.
    """

    truth: int
    reported: int
    matched: int

    @property
    def recall(self) -> float:
        """Share of the labelled crossings that were reported."""
        return self.matched / self.truth if self.truth else 1.0

    @property
    def precision(self) -> float:
        """Share of the reported crossings that are right."""
        return self.matched / self.reported if self.reported else 1.0

    def __add__(self, other: "LineScore") -> "LineScore":
        return LineScore(self.truth + other.truth, self.reported + other.reported, self.matched + other.matched)


@dataclass(frozen=True, slots=True)
class ZoneScore:
    """How well visits were reported; the numbers are explained at the top."""

    visits: int
    incidents: int
    entered: int
    occupied: int
    repeated: int
    false: int

    @property
    def recall(self) -> float:
        """Share of the visits that were entered or occupied."""
        return (self.entered + self.occupied) / self.visits if self.visits else 1.0

    @property
    def precision(self) -> float:
        """Share of the incidents that were about a visit."""
        return 1.0 - self.false / self.incidents if self.incidents else 1.0


@dataclass(frozen=True, slots=True)
class EventScore:
    """Scores by name of line and zone."""

    lines: dict[str, LineScore]
    zones: dict[str, ZoneScore]

    @property
    def all_lines(self) -> LineScore:
        """The crossings of all lines together."""
        return sum(self.lines.values(), LineScore(0, 0, 0))

    @property
    def visits_found(self) -> float:
        """Share of the visits of all zones that were found."""
        visits = sum(zone.visits for zone in self.zones.values())
        return sum(zone.entered + zone.occupied for zone in self.zones.values()) / max(visits, 1)


def truth_places(truth_json: Path) -> tuple[dict[str, Points], dict[str, Points]]:
    """Return the labelled zones and lines: names and points as shares of the picture."""
    truth = _read(truth_json)
    return tuple(  # type: ignore[return-value]
        {name: tuple((x / SIZE_PX[0], y / SIZE_PX[1]) for x, y in points) for name, points in truth[kind].items()}
        for kind in ("zones", "lines")
    )


def score_events(truth_json: Path, events: Iterable[Any], fps: float) -> EventScore:
    """Compare the events of a run with the truth.

    Args:
        truth_json: `events_vtest.json`.
        events: `Event`s, or mappings with the same keys (lines of `events.jsonl`); those of lines and
            zones that the truth does not know are left out.
        fps: frames per second of the container (10 for `vtest.avi`): the truth counts frames from 0.
    """
    truth = _read(truth_json)
    rows = [asdict(event) if is_dataclass(event) and not isinstance(event, type) else event for event in events]
    lines = {name: _score_line(name, truth["line_events"], rows, fps) for name in truth["lines"]}
    zones = {name: _score_zone(name, truth["zone_visits"], rows, fps) for name in truth["zones"]}
    return EventScore(lines, zones)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _score_line(name: str, truth: Sequence[Any], rows: Sequence[Mapping[str, Any]], fps: float) -> LineScore:
    score = LineScore(0, 0, 0)
    for direction in ("A->B", "B->A"):
        labelled = sorted(t["frame"] / fps for t in truth if (t["line"], t["direction"]) == (name, direction))
        reported = sorted(
            row["pts_s"]
            for row in rows
            if row["type"] == "line.crossed" and (row["zone"], row["direction"]) == (name, direction)
        )
        score += LineScore(len(labelled), len(reported), _pairs(labelled, reported))
    return score


def _pairs(labelled: Sequence[float], reported: Sequence[float]) -> int:
    """Return the most pairs within the tolerance; both sorted, so taking the first that fits is best."""
    waiting = list(reported)
    pairs = 0
    for moment in labelled:
        while waiting and waiting[0] < moment - TOLERANCE_S - 1e-6:
            waiting.pop(0)
        if waiting and waiting[0] <= moment + TOLERANCE_S + 1e-6:
            waiting.pop(0)
            pairs += 1
    return pairs


def _score_zone(name: str, truth: Sequence[Any], rows: Sequence[Mapping[str, Any]], fps: float) -> ZoneScore:
    visits = [(v["enter"] / fps, v["leave"] / fps) for v in truth if v["zone"] == name]
    incidents = _incidents([row for row in rows if row["zone"] == name])
    entered, used = _match_entries(visits, incidents)
    missed = [visit for index, visit in enumerate(visits) if index not in entered]
    occupied = sum(any(_overlap(visit, incident, 0.0) for incident in incidents) for visit in missed)
    known = [any(_overlap(visit, incident, TOLERANCE_S) for visit in visits) for incident in incidents]
    false = known.count(False)
    return ZoneScore(len(visits), len(incidents), len(entered), occupied, len(incidents) - len(used) - false, false)


def _incidents(rows: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Return start and end of each incident; one that never ended lasts for ever."""
    rows = [row for row in rows if row["type"] in ("region.entered", "region.dwelled")]
    ends = {row["incident_id"]: row["pts_s"] for row in rows if row["phase"] == "end"}
    return [(row["pts_s"], ends.get(row["incident_id"], float("inf"))) for row in rows if row["phase"] == "start"]


def _match_entries(visits: Sequence[Span], incidents: Sequence[Span]) -> tuple[set[int], set[int]]:
    """Match visits and starts one to one, the visit that ends first choosing first; return both sides' indices."""
    entered, used = set(), set()
    for index in sorted(range(len(visits)), key=lambda i: visits[i][1]):
        first, last = visits[index]
        fitting = [
            k
            for k, (start, _) in enumerate(incidents)
            if k not in used and first - TOLERANCE_S <= start <= last + TOLERANCE_S
        ]
        if fitting:
            entered.add(index)
            used.add(min(fitting, key=lambda k: incidents[k][0]))
    return entered, used


def _overlap(a: Span, b: Span, tolerance_s: float) -> bool:
    return a[0] - tolerance_s <= b[1] and b[0] <= a[1] + tolerance_s
