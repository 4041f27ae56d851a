"""How right the whole engine is on the street video: boxes, tracks and events against the truth.

    CAMLOOM_MIRROR=FOLDER python -m benchmarks.accuracy [--model nanodet] [--json FILE]

The truth (`labels/pets09`, research only) lies in a folder of test assets; without one there is nothing to
compare with. Track scores need TrackEval (`make bench-accuracy` installs it).
"""

import argparse
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.detection_accuracy import measure
from benchmarks.event_accuracy import SIZE_PX, document, score_events, truth_rules
from benchmarks.tracking_accuracy import Sequence, evaluate, summary
from rich.console import Console
from rich.table import Table

from camloom import assets, open_task
from camloom.event import FrameResult
from camloom.inference.load import load_model
from camloom.sinks.queue import without_pixels

FPS = 10.0
BARS = {
    "person AP50": 0.88,
    "line recall": 0.88,
    "line precision": 0.88,
    "lawn visits found": 1.0,
    "MOTA": 0.75,
    "IDF1": 0.70,
}
_LAWN = "Z2_grass"
_PETS = Sequence("PETS09-S2L1", FPS, 795, "", "MOT15")


def main() -> int:
    """Measure and print; the exit code is 1 if a bar is missed."""
    options = arguments()
    labels = find_labels()
    if labels is None:
        print("there is no truth here: name a folder of test assets in CAMLOOM_MIRROR", file=sys.stderr)
        return 2
    scores = everything(options.model, options.runtime, labels)
    show(scores)
    if options.json:
        options.json.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    return int(any(scores[name] < bar for name, bar in BARS.items() if scores[name] is not None))


def everything(model: str, runtime: str, labels: Path) -> dict[str, Any]:
    """Return every score by name; None where it could not be measured."""
    truth = labels / "pets09" / "events_vtest.json"
    loaded = load_model(model, runtime, picture_size=SIZE_PX)
    boxes = measure(loaded, assets.fetch("street"), labels / "pets09" / "gt.txt")
    results = run(model, loaded.runtime, truth)
    events = score_events(truth, [event for result in results for event in result.events], FPS)
    lines = events.all_lines
    tracks = track_scores(results, labels)
    return {
        "model": model,
        "runtime": loaded.runtime,
        "person AP50": boxes.person_ap50,
        "line recall": lines.recall,
        "line precision": lines.precision,
        "lawn visits found": events.zones[_LAWN].recall,
        "all visits found": events.visits_found,
        "MOTA": tracks.get("MOTA"),
        "IDF1": tracks.get("IDF1"),
        "HOTA": tracks.get("HOTA"),
        "id switches": tracks.get("IDSW"),
        "events": document(events),
    }


def run(model: str, runtime: str, truth: Path) -> list[FrameResult]:
    """Take the street video through the whole engine with a rule for every labelled place; keep no picture."""
    task = {"id": "street", "source": "sample:street", "model": model, "runtime": runtime, "classes": ["person"]}
    return [without_pixels(result) for result in open_task({**task, **truth_rules(truth)})]


def track_scores(results: list[FrameResult], labels: Path) -> dict[str, float]:
    """Return HOTA, MOTA, IDF1, IDSW; empty without TrackEval."""
    if not find_spec("trackeval"):
        print("TrackEval is not installed: no track scores (pip install --no-deps trackeval)", file=sys.stderr)
        return {}
    rows = [row for result in results for row in mot_rows(result)]
    return summary(evaluate(np.asarray(rows, np.float64), _PETS, labels / "mot"))


def mot_rows(result: FrameResult) -> list[list[float]]:
    """Return frame from 1, id, x1, y1, x2, y2, confidence of each track."""
    tracks = result.tracks
    return [
        [
            result.frame.index + 1,
            int(tracks.track_id[row]),
            *map(float, tracks.xyxy[row]),
            float(tracks.confidence[row]),
        ]
        for row in range(len(tracks))
    ]


def show(scores: dict[str, Any]) -> None:
    """Print the table."""
    table = Table(title=f"Street video, {scores['model']} on {scores['runtime']}", title_justify="left")
    for name in ("score", "measured", "wanted", ""):
        table.add_column(name, justify="right" if name in ("measured", "wanted") else "left")
    for name in (*BARS, "all visits found", "HOTA", "id switches"):
        value, bar = scores[name], BARS.get(name)
        verdict = "" if bar is None or value is None else ("[green]passed[/]" if value >= bar else "[red]missed[/]")
        shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) and value <= 1 else f"{value:g}"
        table.add_row(name, shown, f">= {bar:.2f}" if bar else "", verdict)
    Console().print(table)


def find_labels() -> Path | None:
    """Return the folder `labels` of the first mirror that has it."""
    for folder in filter(None, os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep)):
        if (Path(folder) / "labels" / "pets09" / "events_vtest.json").is_file():
            return Path(folder) / "labels"
    return None


def arguments() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="nanodet")
    parser.add_argument("--runtime", default="auto")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
