"""How well and how fast the tracker follows people, beside `trackers`' ByteTrack on the same detections.

    CAMLOOM_MIRROR=FOLDER python benchmarks/tracking_accuracy.py [--json FILE] [--speed]

Needs TrackEval (`pip install trackeval`), and `labels/mot` of a mirror for the accuracy. The peer is left out
where `trackers` is not installed. Scores are HOTA (Luiten et al., IJCV 2021), MOTA (CLEAR MOT) and IDF1.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.detections import Detections
from camloom.tracking.bytetrack import ByteTrack

Array = npt.NDArray[np.float64]
HIGH_CONFIDENCE, NEW_CONFIDENCE = 0.6, 0.65
"""What our tracker takes where no card says otherwise; the peer is also run with these."""

Step = Callable[[Detections, float], Array]
"""One frame through a tracker: detections, s -> (N, 6) id, x1, y1, x2, y2, confidence."""


@dataclass(frozen=True)
class Sequence:
    """One labelled video.

    Args:
        fps: of the recording; both trackers are told.
        benchmark: TrackEval's name of the rules: MOT15 counts every label, MOT17 knows classes to leave out.
        logits: the detector's scores are no shares (DPM), so they go through the logistic function.
    """

    name: str
    fps: float
    frames: int
    detections: str
    benchmark: str
    logits: bool = False


SEQUENCES = (
    Sequence("PETS09-S2L1", 7, 795, "det/det_sort.txt", "MOT15"),
    Sequence("TUD-Stadtmitte", 25, 179, "det/det_sort.txt", "MOT15"),
    Sequence("MOT17-02", 30, 600, "det/det.txt", "MOT17", logits=True),
    Sequence("MOT17-04", 30, 1050, "det/det.txt", "MOT17", logits=True),
)


def main() -> int:
    """Print the tables; return the exit code."""
    parser = argparse.ArgumentParser(description="Accuracy and speed of the tracker beside `trackers`.")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    parser.add_argument("--speed", action="store_true", help="only time updates at 8 and 60 objects")
    options = parser.parse_args()
    document: dict[str, Any] = {"speed_ms": speed()}
    if not options.speed:
        folder = find_labels()
        if folder is None:
            print("no labels: name a folder that has labels/mot in CAMLOOM_MIRROR", file=sys.stderr)
            return 2
        document["accuracy"] = accuracy(folder)
    if options.json:
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


def find_labels() -> Path | None:
    """Return the folder of the sequences in the first mirror that has it."""
    mirrors = os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep)
    folders = (Path(mirror) / "labels" / "mot" for mirror in mirrors if mirror)
    return next((folder for folder in folders if folder.is_dir()), None)


# The trackers.


def ours(_fps: float) -> Step:
    """Return our tracker with its defaults; it takes time from the stream clock."""
    tracker = ByteTrack(ByteTrack.Config())

    def step(detections: Detections, pts_s: float) -> Array:
        tracks = tracker.update(detections, pts_s)
        return np.column_stack((tracks.track_id, tracks.xyxy, tracks.confidence)).astype(np.float64)

    return step


def peer(fps: float, **settings: float) -> Step:
    """Return ByteTrack of the `trackers` package for a video's frame rate; its defaults unless set."""
    supervision = import_module("supervision")
    tracker = import_module("trackers").ByteTrackTracker(frame_rate=fps, **settings)

    def step(detections: Detections, _pts_s: float) -> Array:
        found = tracker.update(
            supervision.Detections(detections.xyxy, None, detections.confidence, detections.class_id)
        )
        rows = np.column_stack((found.tracker_id, found.xyxy, found.confidence))
        return np.asarray(rows[rows[:, 0] >= 0], np.float64)

    return step


def peer_alike(fps: float) -> Step:
    """Return the peer with the thresholds and the memory of ours, so that only the method differs."""
    config = ByteTrack.Config()
    return peer(
        fps,
        high_conf_det_threshold=HIGH_CONFIDENCE,
        track_activation_threshold=NEW_CONFIDENCE,
        lost_track_buffer=round(config.max_lost_s * 30),  # it counts in frames of 1/30 s
    )


@cache
def contestants() -> dict[str, Callable[[float], Step]]:
    """Return the trackers that can run here, by name."""
    try:
        peer(30.0)
    except ImportError:
        print("`trackers` is not installed: no comparison (pip install trackers)", file=sys.stderr)
        return {"camloom": ours}
    return {"camloom": ours, "trackers": peer, "trackers, our settings": peer_alike}


# Accuracy.


def accuracy(folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Run and score every tracker on every sequence, and on all of them together."""
    results: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{'sequence':<16}{'tracker':<24}{'HOTA':>7}{'MOTA':>7}{'IDF1':>7}{'IDSW':>6}{'ms/frame':>10}")
    for name, build in contestants().items():
        raw: dict[str, dict[str, Any]] = {}
        for sequence in SEQUENCES:
            rows, ms = run(build(sequence.fps), sequence, folder)
            raw[sequence.name] = evaluate(rows, sequence, folder)
            scores = results.setdefault(sequence.name, {})[name] = summary(raw[sequence.name]) | {"ms_per_frame": ms}
            print_row(sequence.name, name, scores)
        scores = results.setdefault("all", {})[name] = summary(combine(raw))
        print_row("all", name, scores)
    return results


def print_row(sequence: str, tracker: str, scores: dict[str, float]) -> None:
    """Print one line of the table."""
    shares = "".join(f"{100 * scores[key]:7.1f}" for key in ("HOTA", "MOTA", "IDF1"))
    ms = f"{scores['ms_per_frame']:10.3f}" if "ms_per_frame" in scores else ""
    print(f"{sequence:<16}{tracker:<24}{shares}{int(scores['IDSW']):6d}{ms}")


def run(step: Step, sequence: Sequence, folder: Path) -> tuple[Array, float]:
    """Track a sequence: (N, 7) frame from 1, id, x1, y1, x2, y2, confidence; and CPU ms per frame."""
    rows: list[Array] = []
    spent_s = 0.0
    for index, detections in enumerate(read_detections(sequence, folder)):
        start = time.process_time()
        found = step(detections, index / sequence.fps)
        spent_s += time.process_time() - start
        rows.append(np.column_stack((np.full(len(found), index + 1.0), found)))
    return np.concatenate(rows), 1000 * spent_s / sequence.frames


def read_detections(sequence: Sequence, folder: Path) -> Iterator[Detections]:
    """Yield the detections of each frame, empty ones included."""
    table = np.loadtxt(folder / sequence.name / sequence.detections, delimiter=",")
    score = 1 / (1 + np.exp(-table[:, 6])) if sequence.logits else table[:, 6]
    corners = np.concatenate((table[:, 2:4], table[:, 2:4] + table[:, 4:6]), axis=1)
    for frame in range(1, sequence.frames + 1):
        here = table[:, 0] == frame
        yield people(corners[here], score[here])


def people(xyxy: Array, confidence: Array) -> Detections:
    """Return detections of the one class `person`."""
    class_id = np.zeros(len(xyxy), np.int64)
    return Detections(xyxy.astype(np.float32), confidence.astype(np.float32), class_id, ("person",))


def evaluate(rows: Array, sequence: Sequence, folder: Path) -> dict[str, Any]:
    """Return TrackEval's raw results of one sequence by metric."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
        target = Path(scratch) / "t" / "data" / f"{sequence.name}.txt"
        target.parent.mkdir(parents=True)
        target.write_text("".join(mot_line(row) for row in rows), encoding="utf-8")
        dataset = import_module("trackeval").datasets.MotChallenge2DBox(
            {
                "GT_FOLDER": str(folder),
                "TRACKERS_FOLDER": scratch,
                "TRACKERS_TO_EVAL": ["t"],
                "BENCHMARK": sequence.benchmark,
                "SKIP_SPLIT_FOL": True,
                "SEQ_INFO": {sequence.name: sequence.frames},
                "PRINT_CONFIG": False,
            }
        )
        data = dataset.get_preprocessed_seq_data(dataset.get_raw_seq_data("t", sequence.name), "pedestrian")
        return {name: metric.eval_sequence(data) for name, metric in metrics().items()}


def mot_line(row: Array) -> str:
    """Return one line of the MOT Challenge format."""
    frame, track_id, x1, y1, x2, y2, confidence = row
    return f"{frame:.0f},{track_id:.0f},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{confidence:.3f},-1,-1,-1\n"


def metrics() -> dict[str, Any]:
    """Return TrackEval's metrics by name."""
    known = import_module("trackeval").metrics
    quiet = {"PRINT_CONFIG": False}
    return {"HOTA": known.HOTA(), "CLEAR": known.CLEAR(quiet), "Identity": known.Identity(quiet)}


def combine(raw: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the results over all sequences, every box counting the same."""
    return {
        name: metric.combine_sequences({sequence: results[name] for sequence, results in raw.items()})
        for name, metric in metrics().items()
    }


def summary(raw: dict[str, Any]) -> dict[str, float]:
    """Return the four numbers that matter."""
    return {
        "HOTA": float(np.mean(raw["HOTA"]["HOTA"])),
        "MOTA": float(raw["CLEAR"]["MOTA"]),
        "IDF1": float(raw["Identity"]["IDF1"]),
        "IDSW": float(raw["CLEAR"]["IDSW"]),
    }


# Speed.


def speed(frames: int = 300, rounds: int = 3) -> dict[str, dict[str, float]]:
    """Time an update at 8 and 60 objects: CPU ms, the best of interleaved rounds."""
    results: dict[str, dict[str, float]] = {}
    print(f"{'objects':<10}{'tracker':<24}{'ms/update':>10}")
    for objects in (8, 60):
        scene = list(walk(objects, frames))
        times: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, build in contestants().items():
                times.setdefault(name, []).append(time_updates(build(25.0), scene))
        for name, found in times.items():
            results.setdefault(name, {})[str(objects)] = min(found)
            print(f"{objects:<10}{name:<24}{min(found):10.3f}")
    return results


def walk(objects: int, frames: int) -> Iterator[Detections]:
    """Yield people who walk straight on, seen with noise, one in ten missed."""
    random = np.random.default_rng(7)
    centre = random.uniform((0, 0), (1920, 1080), (objects, 2))
    velocity = random.normal(0, 3, (objects, 2))
    half = np.array([20.0, 45.0])
    for _ in range(frames):
        centre += velocity
        seen = random.random(objects) > 0.1
        noisy = centre[seen] + random.normal(0, 1, (int(seen.sum()), 2))
        yield people(np.concatenate((noisy - half, noisy + half), axis=1), random.uniform(0.3, 1, len(noisy)))


def time_updates(step: Step, scene: list[Detections]) -> float:
    """Return the CPU ms of one update."""
    start = time.process_time()
    for index, detections in enumerate(scene):
        step(detections, index / 25)
    return 1000 * (time.process_time() - start) / len(scene)


if __name__ == "__main__":
    sys.exit(main())
