"""What is lost where few frames are analysed: a weak machine, or one with many cameras, looks only now and then.

    CAMLOOM_MIRROR=FOLDER python -m benchmarks.low_rate [--json FILE]

Three kinds of input, each seen at several rates:

- moving shapes, whose truth is known: one to three rectangles that go to and fro through a zone and over a line, with
  the jitter of a detector, one box in 33 missed. Due is what the rules say of all 25 frames a second with the right
  identities; beside the tracker stands what they say of the few frames with these: the rest is not the tracker's;
- every n-th frame of labelled sequences with their own detections (HOTA, MOTA, IDF1; needs TrackEval and `labels/mot`);
- the street video with the default detector and `analysis_fps`: lines and visits against truth.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.accuracy import find_labels
from benchmarks.rules_accuracy import street
from benchmarks.tracking_accuracy import SEQUENCES, evaluate, ours, people, read_detections, summary
from tests.rules.labelled import NoPixels

from camloom.config import parse_task
from camloom.detections import Detections
from camloom.event import Event, Phase
from camloom.frame import Frame
from camloom.rules.base import Rule
from camloom.runner.build import build_rule
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource
from camloom.tracking.bytetrack import ByteTrack
from camloom.tracks import Tracks

FULL_FPS = 25
RATES = (25, 12, 8, 5, 3, 2, 1)
STREET_RATES = (10, 5, 3, 2)
STEPS = {"PETS09-S2L1": (1, 2, 3), "TUD-Stadtmitte": (1, 3, 5, 8, 12), "MOT17-02": (1, 6, 10, 15)}
"""By sequence, every which frame is seen."""
SECONDS = 60
SEEDS = range(8)
_JITTER, _MISSED_SHARE = 0.015, 0.03
_ZONE = {"name": "mid", "vertices": [[0.35, 0], [0.65, 0], [0.65, 1], [0.35, 1]]}
_LINE = {"name": "gate", "start": [0.5, 0], "end": [0.5, 1]}
_RULES = [{"type": "region", "id": "region", "zone": "mid"}, {"type": "line", "id": "line", "line": "gate"}]
_SLACK_S = 0.3
_BEGAN = datetime(2026, 3, 4, 12, tzinfo=UTC)
_Moments = dict[str, list[float]]


@dataclass(slots=True)
class Shapes:
    """What came of a rule on moving shapes at one rate.

    Attributes:
        identities: whose: `tracker`, or `truth`.
        due, came, right: numbers of events.
        ids: how many objects there were, by their ids.
    """

    fps: int
    identities: str
    rule: str
    due: int = 0
    came: int = 0
    right: int = 0
    ids: int = 0

    @property
    def recall(self) -> float:
        """Share of the events due that came."""
        return self.right / self.due if self.due else 1.0

    @property
    def precision(self) -> float:
        """Share of the events that came that were due."""
        return self.right / self.came if self.came else 1.0


def main() -> int:
    """Measure and print; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    options = parser.parse_args()
    document: dict[str, Any] = {"shapes": [asdict(row) for fps in RATES for row in shapes(fps)]}
    labels = find_labels()
    if labels is None:
        print("no folder of test assets in CAMLOOM_MIRROR: moving shapes only", file=sys.stderr)
    else:
        document["sequences"] = sequences(labels / "mot") if find_spec("trackeval") else None
        document["street"] = streets(labels)
    if options.json:
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0


# Moving shapes.


def shapes(fps: int) -> list[Shapes]:
    """Score the rules on moving shapes at a rate, with the tracker and with the right identities, and print it."""
    rows = {(who, rule): Shapes(fps, who, rule) for who in ("truth", "tracker") for rule in ("region", "line")}
    for seed in SEEDS:
        source = SyntheticSource(SyntheticConfig(seed=seed, objects=1 + seed % 3, seconds=SECONDS))
        due, _ = _moments(_true_tracks(source, FULL_FPS))
        for who, tracks in (("truth", _true_tracks(source, fps)), ("tracker", followed(source, fps, seed))):
            came, ids = _moments(tracks)
            for rule in due:
                _count(rows[who, rule], due[rule], came.get(rule, []), ids)
    for row in rows.values():
        print(
            f"shapes {fps:2} fps, {row.identities:8}{row.rule:7} due {row.due:4}  recall {row.recall:.3f}"
            f"  precision {row.precision:.3f}  ids {row.ids}"
        )
    return list(rows.values())


def followed(source: SyntheticSource, fps: int, seed: int) -> Iterator[tuple[float, Tracks]]:
    """Yield what the tracker makes of the boxes of a detector: s, tracks."""
    tracker, random = ByteTrack(ByteTrack.Config()), np.random.default_rng(seed)
    for pts_s in _times(fps):
        boxes = source.truth(pts_s)
        boxes = boxes + random.normal(0, _JITTER, boxes.shape) * (boxes[:, 3:] - boxes[:, 1:2])
        yield pts_s, tracker.update(_seen(boxes[random.random(len(boxes)) >= _MISSED_SHARE]), pts_s)


def _true_tracks(source: SyntheticSource, fps: int) -> Iterator[tuple[float, Tracks]]:
    for pts_s in _times(fps):
        found = _seen(source.truth(pts_s))
        yield pts_s, Tracks.of(found, np.arange(len(found)) + 1, np.zeros(len(found)))


def _times(fps: int) -> Iterator[float]:
    """Yield the times of the frames that are seen: of those of the camera, the first after each that is due."""
    yield from (round(np.ceil(index * FULL_FPS / fps)) / FULL_FPS for index in range(SECONDS * fps))


def _seen(boxes: Any) -> Detections:
    return people(boxes, np.full(len(boxes), 0.9))


def _moments(shown: Iterator[tuple[float, Tracks]]) -> tuple[_Moments, int]:
    """Return when each rule spoke, s, and how many ids there were."""
    rules, moments, ids = _rules(), _Moments(region=[], line=[]), set[int]()
    for index, (pts_s, tracks) in enumerate(shown):
        ids.update(tracks.track_id.tolist())
        frame = Frame("shapes", index, pts_s, _BEGAN + timedelta(seconds=pts_s), 0.0, False, NoPixels())
        for event in (event for rule in rules for event in rule.update(tracks, frame)):
            if event.phase in (Phase.START, Phase.INSTANT):
                moments[event.rule_id].append(_moment(event))
    return moments, len(ids)


def _rules() -> list[Rule]:
    task = parse_task({"source": "synthetic:", "zones": [_ZONE], "lines": [_LINE], "rules": _RULES})
    return [build_rule([block], task.scene()) for block in task.rules]


def _moment(event: Event) -> float:
    return next((gate.value for gate in event.why if gate.name == "crossed_at"), event.pts_s)


def _count(row: Shapes, due: Sequence[float], came: Sequence[float], ids: int) -> None:
    """Add one scene; an event is right within two looks and a little of the moment that was due."""
    within_s, waiting = 2 / row.fps + _SLACK_S, sorted(came)
    for at_s in sorted(due):
        waiting = [one for one in waiting if one >= at_s - within_s]
        if waiting and waiting[0] <= at_s + within_s:
            waiting.pop(0)
            row.right += 1
    row.due, row.came, row.ids = row.due + len(due), row.came + len(came), row.ids + ids


# Labelled sequences.


def sequences(folder: Path) -> list[dict[str, Any]]:
    """Score the tracker on every n-th frame of the labelled sequences, and print it."""
    rows = []
    for sequence in SEQUENCES:
        detections = list(read_detections(sequence, folder)) if sequence.name in STEPS else []
        for step in STEPS.get(sequence.name, ()):
            with tempfile.TemporaryDirectory() as scratch:
                frames = _thin_labels(folder, Path(scratch), sequence.name, step, sequence.frames)
                tracked = _track(detections[::step], sequence.fps / step)
                scores = summary(evaluate(tracked, replace(sequence, frames=frames), Path(scratch)))
            rows.append({"sequence": sequence.name, "fps": sequence.fps / step, **scores})
            figures = "  ".join(f"{name} {100 * scores[name]:.1f}" for name in ("HOTA", "MOTA", "IDF1"))
            print(f"{sequence.name:15}{sequence.fps / step:5.1f} fps  {figures}  id switches {scores['IDSW']:.0f}")
    return rows


def _track(detections: Sequence[Detections], fps: float) -> Any:
    step = ours(fps)
    found = [step(seen, index / fps) for index, seen in enumerate(detections)]
    return np.concatenate([np.column_stack((np.full(len(rows), n + 1.0), rows)) for n, rows in enumerate(found)])


def _thin_labels(folder: Path, target: Path, name: str, step: int, frames: int) -> int:
    """Write the labels of every n-th frame, counted from 1 again; return how many frames there are."""
    lines = [line.split(",", 1) for line in (folder / name / "gt" / "gt.txt").read_text(encoding="utf-8").split()]
    kept = [
        f"{index // step + 1},{rest}\n"
        for index, rest in ((int(at) - 1, rest) for at, rest in lines)
        if not index % step
    ]
    path = target / name / "gt" / "gt.txt"
    path.parent.mkdir(parents=True)
    path.write_text("".join(kept), encoding="utf-8")
    return len(range(0, frames, step))


# The street.


def streets(labels: Path) -> list[dict[str, Any]]:
    """Score lines and visits on the street video at several rates, and print it."""
    rows = []
    for fps in STREET_RATES:
        for row in street(labels, "nanodet", analysis_fps=fps):
            rows.append({"fps": fps, **asdict(row)})
            print(f"street {fps:2} fps, {row.rule} ({row.on}): recall {row.recall:.3f} precision {row.precision:.3f}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
