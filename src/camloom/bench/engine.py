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
from camloom.bench.scene import RULES, ZONES
from camloom.config import TaskConfig, parse_task
from camloom.event import FrameResult
from camloom.runner import Runner
from camloom.tracks import TimeArray

LATE_S = 0.3
_SOURCE_FPS = 25.0
_GROUP_S = 2.0
_LINE = "0.56,0.26,0.56,0.747"


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
    url = options.video[number % len(options.video)]
    line = [float(share) for share in options.line.split(",")]
    return {
        "id": f"stream-{number}",
        "source": {
            "type": "media",
            "url": url,
            "loop": True,
            "start_s": _start_s(options, number),
            "pace": "realtime" if live else "auto",
            "phase_s": _phase_s(options, number) if live else 0.0,
        },
        "model": options.model,
        "runtime": options.runtime,
        "analysis_fps": options.analysis_fps if live else None,
        "idle": options.idle,
        "lines": [{"name": "line", "start": line[:2], "end": line[2:]}],
        "zones": ZONES,
        "rules": RULES,
        "sinks": [{"type": "jsonl"}, {"type": "mot"}],
        "out": str(Path(options.out) / f"stream-{number}"),
    }


def _start_s(options: argparse.Namespace, number: int) -> float:
    """Streams that play the same video are spread over it, at whole seconds."""
    rounds = -(-options.streams // len(options.video))
    return float(options.video_s * (number // len(options.video)) // rounds)


def _phase_s(options: argparse.Namespace, number: int) -> float:
    """Cameras do not tick together: neither their keyframes nor their analysed frames come at once."""
    return float(number / options.streams * (_GROUP_S + 1 / options.analysis_fps))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run the engine for the warm-up and the window; return the figures."""
    window = Window()
    runner = Runner(tasks(options), consumer=window.take)
    with runner:
        time.sleep(options.warm_up)
        mib = [pss_mib()]
        window.clear()
        before, begin_s = _packets(runner), _stream_times(runner)
        ends_s = window.started_s + options.seconds
        while (left_s := ends_s - time.monotonic()) > 0:
            time.sleep(min(left_s, options.sample_memory_s))
            mib.append(pss_mib())
        wall_s, cpu_s = window.close()
        after, end_s = _packets(runner), _stream_times(runner)
        figures = _figures(options, window, wall_s, cpu_s)
        figures["shed_share"] = (after[0] - before[0]) / max(after[1] - before[1], 1)
        figures["idle_share"] = (after[2] - before[2]) / max(after[1] - before[1], 1)
        figures["level"] = runner.governor.level
    figures |= {"mib": mib[-1], "mib_start": mib[0], "mib_samples": mib}
    figures["window"] = {name: (begin_s[name], end_s[name]) for name in begin_s}
    figures["start_s"] = {f"stream-{n}": _start_s(options, n) for n in range(options.streams)}
    figures["errors"] = [line for report in runner.reports for line in report.errors]
    return figures


def _packets(runner: Runner) -> tuple[int, int, int]:
    """Return how many packets were shed, came, and were slept through."""
    counts = [stream.counts for stream in runner.streams]
    return (
        sum(each.shed_packets for each in counts),
        sum(each.packets for each in counts),
        sum(each.idle_packets for each in counts),
    )


def _stream_times(runner: Runner) -> dict[str, float]:
    """Return how far each stream is on its own clock."""
    return {stream.report.source_id: stream.counts.packets / _SOURCE_FPS for stream in runner.streams}


def _figures(options: argparse.Namespace, window: Window, wall_s: float, cpu_s: float) -> dict[str, Any]:
    frames = sum(window.per_stream.values())
    ages_s = np.asarray(window.ages_s or [0.0])
    halves = np.array_split(ages_s, 2)
    per_stream = [window.per_stream.get(f"stream-{n}", 0) for n in range(options.streams)]
    return {
        "name": "camloom",
        "mode": options.mode,
        "streams": options.streams,
        "frames": frames,
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "fps": frames / wall_s,
        "cpu_ms_per_frame": cpu_s / max(frames, 1) * 1000,
        "latency_p50_ms": float(np.percentile(ages_s, 50)) * 1000,
        "latency_p99_ms": float(np.percentile(ages_s, 99)) * 1000,
        "age_growth_ms": float(np.median(halves[1]) - np.median(halves[0])) * 1000,
        "late_share": _late_share(options, window, ages_s, wall_s),
        "slowest_to_fastest": min(per_stream) / (max(per_stream) or 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "events": window.events,
    }


def _late_share(options: argparse.Namespace, window: Window, ages_s: TimeArray, wall_s: float) -> float | None:
    """Return the share of the analyses due that were not there in time.

    A sleeping stream owes none while nothing moves, so with idle mode the share is that of the results there
    are; when it wakes it goes back by up to one group of pictures, and has a second to catch up.
    """
    if options.mode != "realtime":
        return None
    if options.idle == "off":
        due = float(options.streams) * float(options.analysis_fps) * wall_s
        return max(0.0, 1.0 - int(np.count_nonzero(ages_s <= LATE_S)) / due)
    return float(np.count_nonzero(ages_s > _GROUP_S + 1.0)) / max(len(window.ages_s), 1)


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
    parser.add_argument("--line", default=_LINE, help="x0,y0,x1,y1 of the line to watch, shares of the picture")
    parser.add_argument("--sample-memory-s", type=float, default=5.0, help="seconds between two looks at the memory")
    parser.add_argument("--out", default="out/bench")
    return parser


def main() -> None:
    """Measure and print."""
    sys.stdout.write(json.dumps(measure(options_parser().parse_args())) + "\n")


if __name__ == "__main__":
    main()
