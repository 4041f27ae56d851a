"""Score the events of a run against the truth of the street video (PETS2009 S2.L1, `vtest.avi`).

    python benchmarks/event_accuracy.py events_vtest.json out/events.jsonl [--fps 10] [--json FILE]

The truth names 49 crossings of three lines and 44 visits of three zones, as the foot points of the
labelled boxes give them, frame by frame: no hysteresis, no least time, labelled identities. An engine has
its own identities, so only place, direction and time are compared.

Line crossings. A reported crossing is right if a labelled one of the same line and direction lies within
the tolerance of the frame on which it was reported; each is matched once, so that a doubled or a missing
event costs precision or recall. With `crossed_at` the moment that the event gives for the crossing itself is
compared instead: somebody who crosses behind a post is reported when he comes out.

Zone visits. A visit lasts from the first to the last labelled frame inside. It counts as
  `entered`   if an incident of that zone starts inside it, the tolerance added on both sides; each
              incident serves one visit;
  `occupied`  if it is not entered but some incident of that zone is open at a moment of it: somebody is
              known to be in the zone, yet the second visitor was not told apart from the first;
  missed      otherwise.
Recall of visits counts entered and occupied. An incident is `false` if no visit of its zone lies within
the tolerance of it, and `repeated` if it is not false but its visit was entered by another incident.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

TOLERANCE_S = 1.0
SIZE_PX = (768, 576)

Points = tuple[tuple[float, float], ...]
Span = tuple[float, float]
Row = Mapping[str, Any]


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
    return _shares(truth["zones"]), _shares(truth["lines"])


def truth_rules(truth_json: Path, person: str = "person") -> dict[str, Any]:
    """Return the labelled places and a rule about people for each, to be merged into a task document.

    Args:
        truth_json: `events_vtest.json`.
        person: what the model calls a person; only people are labelled.
    """
    zones, lines = truth_places(truth_json)
    return {
        "zones": [{"name": name, "vertices": points} for name, points in zones.items()],
        "lines": [{"name": name, "start": start, "end": end} for name, (start, end) in lines.items()],
        "rules": [{"type": "region", "id": name, "zone": name, "on": "enter", "classes": [person]} for name in zones]
        + [{"type": "line", "id": name, "line": name, "classes": [person]} for name in lines],
    }


def score_events(
    truth_json: Path,
    events: Iterable[Any],
    fps: float,
    *,
    crossed_at: bool = False,
    within_s: float = TOLERANCE_S,
) -> EventScore:
    """Compare the events of a run with the truth.

    Args:
        truth_json: `events_vtest.json`.
        events: `Event`s, or mappings with the same keys (lines of `events.jsonl`); those of lines and
            zones that the truth does not know are left out.
        fps: frames per second of the container (10 for `vtest.avi`): the truth counts frames from 0.
        crossed_at: compare the moment that a crossing gives in its `why`, not that of its report.
        within_s: how far a crossing may be from the labelled one.
    """
    truth = _read(truth_json)
    rows = [asdict(event) if is_dataclass(event) and not isinstance(event, type) else event for event in events]
    moment = _crossed_s if crossed_at else _reported_s
    lines = {name: _score_line(name, truth["line_events"], rows, fps, moment, within_s) for name in truth["lines"]}
    zones = {name: _score_zone(name, truth["zone_visits"], rows, fps) for name in truth["zones"]}
    return EventScore(lines, zones)


def _shares(places: Mapping[str, Any]) -> dict[str, Points]:
    width, height = SIZE_PX
    return {name: tuple((x / width, y / height) for x, y in points) for name, points in places.items()}


def _reported_s(row: Row) -> float:
    return float(row["pts_s"])


def _crossed_s(row: Row) -> float:
    return next((float(gate["value"]) for gate in row["why"] if gate["name"] == "crossed_at"), _reported_s(row))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _score_line(
    name: str,
    truth: Sequence[Any],
    rows: Sequence[Row],
    fps: float,
    moment: Callable[[Row], float],
    within_s: float,
) -> LineScore:
    score = LineScore(0, 0, 0)
    for direction in ("A->B", "B->A"):
        labelled = sorted(t["frame"] / fps for t in truth if (t["line"], t["direction"]) == (name, direction))
        reported = sorted(
            moment(row)
            for row in rows
            if row["type"] == "line.crossed" and (row["zone"], row["direction"]) == (name, direction)
        )
        score += LineScore(len(labelled), len(reported), _pairs(labelled, reported, within_s))
    return score


def _pairs(labelled: Sequence[float], reported: Sequence[float], within_s: float) -> int:
    """Return the most pairs within the tolerance; both sorted, so taking the first that fits is best."""
    waiting = list(reported)
    pairs = 0
    for moment in labelled:
        while waiting and waiting[0] < moment - within_s - 1e-6:
            waiting.pop(0)
        if waiting and waiting[0] <= moment + within_s + 1e-6:
            waiting.pop(0)
            pairs += 1
    return pairs


def _score_zone(name: str, truth: Sequence[Any], rows: Sequence[Row], fps: float) -> ZoneScore:
    visits = [(v["enter"] / fps, v["leave"] / fps) for v in truth if v["zone"] == name]
    incidents = _incidents([row for row in rows if row["zone"] == name])
    entered, used = _match_entries(visits, incidents)
    missed = [visit for index, visit in enumerate(visits) if index not in entered]
    occupied = sum(any(_overlap(visit, incident, 0.0) for incident in incidents) for visit in missed)
    known = [any(_overlap(visit, incident, TOLERANCE_S) for visit in visits) for incident in incidents]
    false = known.count(False)
    return ZoneScore(len(visits), len(incidents), len(entered), occupied, len(incidents) - len(used) - false, false)


def _incidents(rows: Sequence[Row]) -> list[Span]:
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


def document(score: EventScore) -> dict[str, Any]:
    """Return the score as plain data."""
    total = score.all_lines
    return {
        "line_recall": total.recall,
        "line_precision": total.precision,
        "visits_found": score.visits_found,
        "lines": {name: asdict(line) for name, line in score.lines.items()},
        "zones": {name: asdict(zone) for name, zone in score.zones.items()},
    }


def main() -> int:
    """Print the scores; return the exit code."""
    parser = argparse.ArgumentParser(description="Score the events of a run against labelled ones.")
    parser.add_argument("truth", type=Path, help="events_vtest.json")
    parser.add_argument("events", type=Path, help="events.jsonl of a run with the labelled lines and zones")
    parser.add_argument("--fps", type=float, default=10.0, help="of the container")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    options = parser.parse_args()
    try:
        rows = [json.loads(line) for line in options.events.read_text(encoding="utf-8").splitlines()]
        score = score_events(options.truth, rows, options.fps)
        dated = score_events(options.truth, rows, options.fps, crossed_at=True)
    except OSError as error:
        print(f"cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    print_scores(score, dated)
    if options.json:
        options.json.write_text(json.dumps(document(score), indent=2) + "\n", encoding="utf-8")
    return 0


def print_scores(score: EventScore, dated: EventScore) -> None:
    """Print a table: by the moment of the report, and by the moment given for the crossing."""
    for name, line in (*score.lines.items(), ("all lines", score.all_lines)):
        other = dated.lines.get(name, dated.all_lines)
        print(
            f"{name:14} crossings {line.matched:3}/{line.truth:<3} reported {line.reported:3}  recall {line.recall:.3f}"
            f"  precision {line.precision:.3f}  (by moment of crossing {other.recall:.3f}, {other.precision:.3f})"
        )
    for name, zone in score.zones.items():
        print(
            f"{name:14} visits {zone.visits:3}: entered {zone.entered}, occupied {zone.occupied}, missed"
            f" {zone.visits - zone.entered - zone.occupied}; incidents repeated {zone.repeated}, false {zone.false}"
        )


if __name__ == "__main__":
    raise SystemExit(main())
