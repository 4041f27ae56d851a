"""How right the rules are: precision, recall and delay, on truth boxes and on the boxes of the default detector.

    CAMLOOM_MIRROR=FOLDER python -m benchmarks.rules_accuracy [--model nanodet] [--json FILE]

Truth boxes: crowds in scripted scenes, whose events are computed from their paths, and the labelled people of the
street video with the hysteresis of the rules off, as the labels have none. An event counts within one frame of the
moment that was due. Detector: the labelled clips of a folder of test assets, within a second. Without such a folder
only the scripted scenes are scored. A crossing and its undoing by the same person within a second are jitter of the
label on the line: `netted` leaves them out, as any rule with a hysteresis must.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.accuracy import find_labels
from benchmarks.event_accuracy import score_events, truth_rules
from benchmarks.rule_scenes import FPS, KINDS, score
from rich.console import Console
from rich.table import Table
from tests.rules.labelled import labelled_tracks

from camloom import open_task
from camloom.config import parse_task
from camloom.event import Event, Phase
from camloom.runner.build import build_rule

SEEDS = range(8)
STREET_FPS = 10.0
JITTER_S = 1.0
# The labelled clips look straight down on cars and people, as this detector was trained to and those of COCO were not.
FROM_ABOVE = "pvb-2003"
VEHICLES = (["car", "truck", "bus"], ["vehicle"])
CARS, TABLE = "videos/intel_car-detection.mp4", "videos/intel_one-by-one-person-detection.mp4"


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one rule on one kind of input.

    Attributes:
        due, came, right: numbers of events.
        delay_s: median of how much later than due the right ones came; None where the score does not say.
        bar: least precision and recall; None: shown only.
    """

    rule: str
    on: str
    due: int
    came: int
    right: int
    delay_s: float | None
    bar: float | None

    @property
    def recall(self) -> float:
        """Share of the events due that came."""
        return self.right / self.due if self.due else 1.0

    @property
    def precision(self) -> float:
        """Share of the events that came that were due."""
        return self.right / self.came if self.came else 1.0

    @property
    def passed(self) -> bool:
        """Whether both reach the bar."""
        return self.bar is None or min(self.recall, self.precision) >= self.bar


def main() -> int:
    """Measure and print; the exit code is 1 if a bar is missed."""
    options = arguments()
    rows = [scripted(kind) for kind in KINDS]
    labels = find_labels()
    if labels is None:
        print("no folder of test assets in CAMLOOM_MIRROR: scripted scenes only", file=sys.stderr)
    else:
        rows += [labelled(labels), *street(labels, options.model)]
        rows += [row for model in (options.model, FROM_ABOVE) for row in clips(labels.parent, model)]
    show(rows)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return int(not all(row.passed for row in rows))


def scripted(kind: Any) -> Row:
    """Score a rule on truth boxes of scripted crowds, within one frame."""
    due, came = score(kind, SEEDS)
    return _row(kind.name, "truth boxes, scripted", due, came, 1 / FPS + 1e-6, 1.0)


def labelled(labels: Path) -> Row:
    """Score lines on the labelled boxes of the street video, by the moment of each crossing, within one frame."""
    folder = labels / "pets09"
    document = truth_rules(folder / "events_vtest.json")
    sharp = {"min_travel_share": 0, "settle_s": 0, "classes": ["person"]}
    lines = [{"type": "line", "id": one["name"], "line": one["name"], **sharp} for one in document["lines"]]
    task = parse_task({"source": "sample:street", "lines": document["lines"], "rules": lines})
    rules = [build_rule([block], task.scene()) for block in task.rules]
    shown = labelled_tracks(folder / "gt.txt")
    events = [event for frame, tracks in shown for rule in rules for event in rule.update(tracks, frame)]
    score = score_events(folder / "events_vtest.json", events, STREET_FPS, crossed_at=True, within_s=1 / STREET_FPS)
    lines_score = score.all_lines
    return Row("line", "labelled boxes", lines_score.truth, lines_score.reported, lines_score.matched, None, 1.0)


def street(labels: Path, model: str, analysis_fps: float | None = None) -> list[Row]:
    """Score lines and zones on the street video, with the detector.

    Args:
        analysis_fps: frames a second to look at; None: all.
    """
    truth = labels / "pets09" / "events_vtest.json"
    task = {"id": "street", "source": "sample:street", "model": model, "classes": ["person"], **truth_rules(truth)}
    events = _events({**task, "analysis_fps": analysis_fps})
    scores = score_events(truth, events, STREET_FPS)
    lines = scores.all_lines
    zones = scores.zones.values()
    entered = sum(zone.entered for zone in zones)
    found = entered + sum(zone.occupied for zone in zones)
    incidents, false = sum(zone.incidents for zone in zones), sum(zone.false for zone in zones)
    net, visits = lines.truth - jitter(truth), sum(zone.visits for zone in zones)
    return [
        Row("line", f"street video, {model}", lines.truth, lines.reported, lines.matched, None, 0.93),
        Row("line", "the same, netted", net, lines.reported, min(lines.matched, net), None, 0.93),
        Row("region enter", f"street video, {model}: visits entered", visits, entered, entered, None, None),
        Row("region enter", "the same: entered, or occupied all along", visits, found, found, None, 0.93),
        Row("region enter", "the same: incidents about a visit", incidents, incidents, incidents - false, None, 0.93),
    ]


def jitter(truth: Path) -> int:
    """Return how many labelled crossings are undone by the same person within a second, with their undoing."""
    rows = json.loads(truth.read_text(encoding="utf-8"))["line_events"]
    rows.sort(key=lambda row: (row["line"], row["gt_id"], row["frame"]))
    count, index = 0, 0
    while index + 1 < len(rows):
        one, other = rows[index], rows[index + 1]
        same = (one["line"], one["gt_id"]) == (other["line"], other["gt_id"]) and one["direction"] != other["direction"]
        undone = same and other["frame"] - one["frame"] <= JITTER_S * STREET_FPS
        count, index = count + 2 * undone, index + 1 + undone
    return count


def clips(assets: Path, model: str) -> list[Row]:
    """Score the cars over a line, and the visits to a table."""
    half = {"name": "half", "start": [0, 0.5], "end": [1, 0.5]}
    cars = _events(
        {
            "id": "cars",
            "source": str(assets / CARS),
            "model": model,
            "lines": [half],
            "rules": [{"type": "line", "id": "cars", "line": "half", "classes": VEHICLES[model == FROM_ABOVE]}],
        }
    )
    table = {"name": "table", "vertices": [[0.4, 0.7], [0.75, 0.7], [0.75, 1], [0.4, 1]]}
    visits = _events(
        {
            "id": "table",
            "source": str(assets / TABLE),
            "model": model,
            "zones": [table],
            "rules": [
                {"type": "region", "id": "at", "zone": "table", "on": "dwell", "dwell_s": 5, "classes": ["person"]}
            ],
        }
    )
    labelled = json.loads((assets / "labels" / "events" / "video_events.json").read_text(encoding="utf-8"))
    return [
        _overlapping("line", f"cars over a line, {model}", _spans(labelled, CARS, "vehicle"), cars),
        _overlapping("region dwell", f"visits to a table, {model}", _spans(labelled, TABLE, "dwell"), visits),
    ]


def _spans(labelled: Any, clip: str, kind: str) -> list[tuple[float, float]]:
    entry = labelled[Path(clip).name]
    return [
        (event["frames"][0] / entry["fps"], event["frames"][1] / entry["fps"])
        for event in entry["events"]
        if event["type"] == kind
    ]


def _overlapping(rule: str, on: str, spans: Sequence[tuple[float, float]], events: Sequence[Event]) -> Row:
    """Score events that are due somewhere in a span, one for each."""
    came = sorted(event.pts_s for event in events if event.phase in (Phase.START, Phase.INSTANT))
    free, right = list(came), 0
    for start_s, end_s in sorted(spans, key=lambda span: span[1]):
        hit = next((at_s for at_s in free if start_s - 1 <= at_s <= end_s + 1), None)
        if hit is not None:
            free.remove(hit)
            right += 1
    return Row(rule, on, len(spans), len(came), right, None, 1.0)


def _row(rule: str, on: str, due: Sequence[float], came: Sequence[float], within_s: float, bar: float) -> Row:
    waiting, delays = list(came), []
    for at_s in due:
        while waiting and waiting[0] < at_s - within_s:
            waiting.pop(0)
        if waiting and waiting[0] <= at_s + within_s:
            delays.append(waiting.pop(0) - at_s)
    return Row(rule, on, len(due), len(came), len(delays), median(delays) if delays else None, bar)


def _events(task: dict[str, Any]) -> list[Event]:
    return [event for result in open_task(task) for event in result.events]


def show(rows: Iterable[Row]) -> None:
    """Print the table."""
    table = Table(title="Rules", title_justify="left")
    for name in ("rule", "on", "due", "came", "recall", "precision", "delay s", "wanted", ""):
        table.add_column(name, justify="left" if name in ("rule", "on", "") else "right")
    for row in rows:
        verdict = "" if row.bar is None else "[green]passed[/]" if row.passed else "[red]missed[/]"
        delay = "-" if row.delay_s is None else f"{row.delay_s:.2f}"
        figures = (str(row.due), str(row.came), f"{row.recall:.3f}", f"{row.precision:.3f}", delay)
        table.add_row(row.rule, row.on, *figures, "" if row.bar is None else f">= {row.bar:.2f}", verdict)
    Console(width=int(os.environ.get("COLUMNS", "120"))).print(table)


def arguments() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="nanodet")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
