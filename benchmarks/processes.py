"""Whole pipelines in this process, in one worker, or in several: what does each cost?

    python -m benchmarks.processes --video clip-1080p.mp4 [--streams 4 8 16] [--seconds 8] [--rounds 2]

Arrangements: `in-process` (no worker), `workers-N` (whole pipelines in N workers, each with its model). A looped 1080p
file plays as a camera, 5 analyses a second.

Each run is a process tree of its own: results, CPU time and PSS count what the whole tree does in the window. The runs
of a round follow each other and the ratios are taken within it. `restart` is the time from the death of the process
that decodes until every stream delivers again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from camloom.bench.process import LoadOfOthers, pss_mib
from camloom.config import TaskConfig, parse_task
from camloom.runner import Runner
from camloom.supervisor import Limits, Patience, Supervisor

ANALYSIS_FPS = 5.0
_FIELDS = ("in_time", "cpu_ms", "mib", "restart_s")
_TICKS = os.sysconf("SC_CLK_TCK")
_MOST_START_S = 90.0

Results = Callable[[], dict[str, int]]


def tasks(video: str, runtime: str, streams: int, out: Path) -> list[TaskConfig]:
    """Return cameras that do not tick together."""
    zone = {"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}
    return [
        parse_task(
            {
                "id": f"cam-{number}",
                "source": {
                    "type": "media",
                    "url": video,
                    "loop": True,
                    "pace": "realtime",
                    "phase_s": 2.2 * number / streams,
                },
                "model": "nanodet",
                "runtime": runtime,
                "analysis_fps": ANALYSIS_FPS,
                "idle": "off",
                "zones": [zone],
                "rules": [{"type": "region", "id": "inside", "zone": "all", "on": "enter"}],
                "sinks": ["jsonl", "mot"],
                "out": str(out / f"cam-{number}"),
            }
        )
        for number in range(streams)
    ]


@contextmanager
def in_process(cameras: list[TaskConfig]) -> Iterator[tuple[Results, Callable[[], None] | None]]:
    """Run everything here."""
    with Runner(cameras) as runner:
        yield lambda: {report.source_id: report.results for report in runner.reports}, None


@contextmanager
def in_workers(cameras: list[TaskConfig], count: int) -> Iterator[tuple[Results, Callable[[], None] | None]]:
    """Run whole pipelines in workers."""
    threads = max(1, (os.cpu_count() or 1) // count)
    patience = Patience(split=1, probation_s=1e6)  # who did it is not the question here
    # No worker in reserve: it loads its model beside the streams for a moment, and that is not the question here.
    limits = Limits(processes=count, threads=threads, spare_after_s=None)
    with Supervisor(cameras, limits=limits, patience=patience) as supervisor:

        def crash() -> None:
            processes = supervisor._running.staff.workers
            os.kill(next(each.pid for each in processes if each.pid), signal.SIGKILL)

        yield lambda: {report.source_id: report.results for report in supervisor.reports}, crash


def arrangement(name: str) -> Any:
    """Return what runs the cameras."""
    kind, _, count = name.rpartition("-")
    if kind == "workers":
        return lambda cameras: in_workers(cameras, int(count))
    return in_process


def tree_cpu_s(root: int) -> float:
    """Return the CPU time of a process, of all below it, and of those of them that are gone."""
    total = 0
    for pid in _tree(root):
        fields = _stat(pid)
        total += sum(int(value) for value in fields[11:15]) if fields else 0
    return total / _TICKS


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _tree(root: int) -> list[int]:
    parents = {int(path.name): _stat(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = [root]
    for pid in found:
        found += [child for child, fields in parents.items() if fields and int(fields[1]) == pid]
    return found


def measure(options: argparse.Namespace) -> dict[str, float]:
    """Run one arrangement for the window; return its figures."""
    with tempfile.TemporaryDirectory() as folder:
        cameras = tasks(options.video, options.runtime, options.count, Path(folder))
        with arrangement(options.arrangement)(cameras) as (results, crash):
            _wait(lambda: _all_moved(results(), {}))
            time.sleep(options.warm_up)
            load, before, cpu_s, began_s = LoadOfOthers(), results(), tree_cpu_s(os.getpid()), time.monotonic()
            time.sleep(options.seconds)
            wall_s, used_s, after = time.monotonic() - began_s, tree_cpu_s(os.getpid()) - cpu_s, results()
            done = sum(after.values()) - sum(before.values())
            figures = {
                "in_time": done / (wall_s * ANALYSIS_FPS * options.count),
                "cpu_ms": used_s / max(done, 1) * 1000,
                "mib": pss_mib(),
                "others": load.share(),
                "restart_s": _restart_s(results, crash) if crash is not None else float("nan"),
            }
    return figures


def _restart_s(results: Results, crash: Callable[[], None]) -> float:
    began_s = time.monotonic()
    crash()
    time.sleep(0.7)  # what was told before the crash has arrived by now
    before = results()
    _wait(lambda: _all_moved(results(), before))
    return time.monotonic() - began_s


def _all_moved(now: dict[str, int], before: dict[str, int]) -> bool:
    return bool(now) and all(count > before.get(name, 0) for name, count in now.items())


def _wait(condition: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + _MOST_START_S
    while not condition():
        if time.monotonic() > ends_s:
            raise SystemExit("the streams do not deliver")
        time.sleep(0.02)


def run_one(options: argparse.Namespace, name: str, count: int) -> dict[str, float]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.processes", "--video", options.video, "--runtime", options.runtime]
    command += ["--arrangement", name, "--count", str(count), "--seconds", str(options.seconds)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Measure all arrangements and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", required=True)
    parser.add_argument("--runtime", default="openvino")
    parser.add_argument("--streams", type=int, nargs="+", default=[4, 8, 16])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--warm-up", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--arrangements", nargs="+", default=["in-process", "workers-1", "workers-2"])
    parser.add_argument("--arrangement", help="run only this one, and print JSON")
    parser.add_argument("--count", type=int, default=4)
    options = parser.parse_args()
    if options.arrangement:
        print(json.dumps(measure(options)))
        return
    for count in options.streams:
        print(f"\n{count} cameras           in time   CPU ms   PSS MiB  restart s  load of others", flush=True)
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in options.arrangements}
        for _ in range(options.rounds):
            for name, rows in rounds.items():
                rows.append(run_one(options, name, count))
        _print(rounds, options.arrangements[0])


def _print(rounds: dict[str, list[dict[str, float]]], first: str) -> None:
    for name, rows in rounds.items():
        values = [median(row[field] for row in rows) for field in (*_FIELDS, "others")]
        ratios = [
            median(row[field] / base[field] for row, base in zip(rows, rounds[first], strict=True))
            for field in _FIELDS[:3]
        ]
        shown = "".join(f"{value:10.2f}" for value in values)
        print(f"{name:12}{shown}   by {first}: " + " ".join(f"{ratio:.2f}" for ratio in ratios), flush=True)


if __name__ == "__main__":
    main()
