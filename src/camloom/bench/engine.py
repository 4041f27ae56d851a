"""Runs the engine on N streams for a while and prints one line of JSON: what it did and what it cost.

A process of its own (`python -m camloom.bench.engine --help`), so that CPU time and memory are its alone.
"""

import argparse
import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from camloom.bench.process import pss_mib
from camloom.config import TaskConfig, parse_task
from camloom.event import FrameResult
from camloom.runner import Runner

LATE_S = 0.3
_LINES = [{"name": "line", "start": [0.56, 0.26], "end": [0.56, 0.747]}]
_ZONES = [{"name": "lawn", "vertices": [[0, 0.52], [0.55, 0.66], [1, 0.9], [1, 1], [0, 1]]}]
_RULES = [
    {"type": "line", "id": "crossed", "line": "line"},
    {"type": "region", "id": "lawn", "zone": "lawn", "on": "enter"},
]


class Window:
    """Counts what is finished inside the measured window; a consumer of the runner."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Begin to count."""
        with self._lock:
            self.started_s = time.monotonic()
            self.cpu_started_s = time.process_time()
            self.ages_s: list[float] = []
            self.per_stream: dict[str, int] = {}
            self.events: list[tuple[str, str, float]] = []

    def take(self, result: FrameResult, done: Callable[[], None]) -> None:
        """Count a result."""
        source_id = result.frame.source_id
        with self._lock:
            self.ages_s.append(result.age_s)
            self.per_stream[source_id] = self.per_stream.get(source_id, 0) + 1
            self.events += [(source_id, event.rule_id, event.pts_s) for event in result.events]
        done()

    def close(self) -> tuple[float, float]:
        """Return wall and CPU seconds of the window."""
        return time.monotonic() - self.started_s, time.process_time() - self.cpu_started_s


def tasks(options: argparse.Namespace) -> list[TaskConfig]:
    """Return one task per stream, spread over the videos and over the place in each."""
    return [parse_task(_task(options, number)) for number in range(options.streams)]


def _task(options: argparse.Namespace, number: int) -> dict[str, Any]:
    live = options.mode == "realtime"
    rounds = -(-options.streams // len(options.video))
    start_s = options.video_s * (number // len(options.video)) / rounds
    url = options.video[number % len(options.video)]
    return {
        "id": f"stream-{number}",
        "source": {
            "type": "media",
            "url": url,
            "loop": True,
            "start_s": start_s,
            "pace": "realtime" if live else "auto",
        },
        "model": options.model,
        "runtime": options.runtime,
        "analysis_fps": options.analysis_fps if live else None,
        "idle": options.idle,
        "lines": _LINES,
        "zones": _ZONES,
        "rules": _RULES,
        "sinks": [{"type": "jsonl"}, {"type": "mot"}],
        "out": str(Path(options.out) / f"stream-{number}"),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run the engine for the warm-up and the window; return the figures."""
    window = Window()
    runner = Runner(tasks(options), consumer=window.take)
    with runner:
        time.sleep(options.warm_up)
        window.clear()
        shed_before, due_before = _packets(runner)
        time.sleep(options.seconds)
        wall_s, cpu_s = window.close()
        shed, due = _packets(runner)
        figures = _figures(options, window, wall_s, cpu_s)
        figures["shed_share"] = (shed - shed_before) / max(due - due_before, 1)
        figures["level"] = runner.governor.level
        figures["mib"] = pss_mib()
    figures["errors"] = [line for report in runner.reports for line in report.errors]
    return figures


def _packets(runner: Runner) -> tuple[int, int]:
    counts = [stream.pipeline.counts for stream in runner.streams]
    return sum(each.shed_packets for each in counts), sum(each.packets for each in counts)


def _figures(options: argparse.Namespace, window: Window, wall_s: float, cpu_s: float) -> dict[str, Any]:
    frames = sum(window.per_stream.values())
    ages_s = np.asarray(window.ages_s or [0.0])
    halves = np.array_split(ages_s, 2)
    per_stream = [window.per_stream.get(f"stream-{n}", 0) for n in range(options.streams)]
    due = options.streams * options.analysis_fps * wall_s
    return {
        "name": "camloom",
        "streams": options.streams,
        "frames": frames,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "fps": frames / wall_s,
        "cpu_ms_per_frame": cpu_s / max(frames, 1) * 1000,
        "latency_p50_ms": float(np.percentile(ages_s, 50)) * 1000,
        "latency_p99_ms": float(np.percentile(ages_s, 99)) * 1000,
        "age_growth_ms": float(np.median(halves[1]) - np.median(halves[0])) * 1000,
        "late_share": max(0.0, 1 - float(np.count_nonzero(ages_s <= LATE_S)) / due),
        "slowest_to_fastest": min(per_stream) / max(max(per_stream), 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "events": window.events,
    }


def options_parser() -> argparse.ArgumentParser:
    """Return the options of this program."""
    parser = argparse.ArgumentParser(prog="python -m camloom.bench.engine", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", nargs="+", required=True, help="stream k plays the k-th, round and round")
    parser.add_argument("--video-s", type=float, default=30.0, help="length of the videos")
    parser.add_argument("--model", default="nanodet")
    parser.add_argument("--runtime", default="auto")
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the measured window")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before the window")
    parser.add_argument("--mode", choices=("file", "realtime"), default="file")
    parser.add_argument("--analysis-fps", type=float, default=5.0, help="of each camera in realtime mode")
    parser.add_argument("--idle", choices=("off", "on", "auto"), default="off")
    parser.add_argument("--out", default="out/bench")
    return parser


def main() -> None:
    """Measure and print."""
    sys.stdout.write(json.dumps(measure(options_parser().parse_args())) + "\n")


if __name__ == "__main__":
    main()
