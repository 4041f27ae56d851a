"""How fast a day of stored tracks goes through a backtest on one core, and what it takes on disk.

    python -m benchmarks.backtest_speed [--hours 24] [--fps 5] [--tracks 8] [--json]

Synthetic walkers with the jitter of a detector, in two zones and over one line; the bar is a day in a minute. The 20
rules are those of `benchmarks.rules_speed`. CPU time, on one core.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks import rules_speed

from camloom.backtest.picture import NoPicture
from camloom.backtest.run import Backtest, backtest
from camloom.backtest.store import History
from camloom.config import TaskConfig, parse_task
from camloom.detections import Detections
from camloom.event import FrameResult
from camloom.frame import Frame
from camloom.sinks.history_files import HistoryFiles, hour_of
from camloom.sinks.history_rows import Rows
from camloom.tracks import Tracks

SIZE_PX = (1280, 720)
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
WALK_S = 40.0
BAR_S = 60.0


def rules(dwell_s: float) -> dict[str, Any]:
    lawn = [[0.2, 0.4], [0.5, 0.4], [0.5, 0.9], [0.2, 0.9]]
    road = [[0.5, 0.3], [0.9, 0.3], [0.9, 0.8], [0.5, 0.8]]
    return {
        "id": "day",
        "source": "day.mp4",
        "zones": [{"name": "lawn", "vertices": lawn}, {"name": "road", "vertices": road}],
        "lines": [{"name": "gate", "start": [0.5, 0.1], "end": [0.5, 0.95]}],
        "rules": [
            {"type": "region", "id": "lawn", "zone": "lawn"},
            {"type": "region", "id": "loiter", "zone": "road", "on": "dwell", "dwell_s": dwell_s},
            {"type": "line", "id": "gate", "line": "gate"},
        ],
    }


def walkers(hours: float, fps: float, count: int, seed: int = 7) -> Iterator[FrameResult]:
    """Yield frames on which so many people walk; each is followed by another when over."""
    rng = np.random.default_rng(seed)
    picture, size = NoPicture(*SIZE_PX), np.array(SIZE_PX, np.float64)
    starts, ends = rng.uniform(0.1, 0.95, (count, 2)), rng.uniform(0.1, 0.95, (count, 2))
    began_s, ids, next_id = rng.uniform(-WALK_S, 0, count), np.arange(count), count
    for index in range(round(hours * 3600 * fps)):
        now_s = index / fps
        for row in np.flatnonzero(now_s - began_s >= WALK_S):
            starts[row], ends[row] = rng.uniform(0.1, 0.95, 2), rng.uniform(0.1, 0.95, 2)
            began_s[row], ids[row], next_id = now_s, next_id, next_id + 1
        share = ((now_s - began_s) / WALK_S)[:, None]
        feet = (starts + share * (ends - starts)) * size + rng.normal(0, 1, (count, 2))
        xyxy = np.column_stack((feet - (25, 120), feet + np.array((25, 0)))).astype(np.float32)
        found = Detections(
            xyxy, rng.uniform(0.5, 0.95, count).astype(np.float32), np.zeros(count, np.int64), ("person",)
        )
        frame = Frame("day", index, now_s, BEGAN + timedelta(seconds=now_s), 0.0, index == 0, picture)
        yield FrameResult(frame, found, Tracks.of(found, ids.copy(), began_s.copy()), (), 0.0)


def store(folder: Path, results: Iterator[FrameResult], flush_s: float = 120.0) -> int:
    """Write frames as the sink does; return the bytes that they take."""
    folder.mkdir(parents=True)
    files, rows, hour = HistoryFiles(folder), Rows("run"), ""
    for result in results:
        now = hour_of(result.frame.captured_at)
        if len(rows) and (now != hour or rows.span_s >= flush_s):
            files.add_part(hour, rows.to_table())
            rows = Rows("run")
        if hour and now != hour:
            files.merge(hour)
        hour = now
        rows.add(result)
    files.add_part(hour, rows.to_table())
    files.merge(hour)
    return sum(path.stat().st_size for path in folder.iterdir())


def measure(hours: float, fps: float, tracks: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = store(folder / "day", walkers(hours, fps, tracks))
        history, plain, edited = History(folder, "day"), parse_task(rules(10.0)), parse_task(rules(6.0))
        read_s, _ = spent(parse_task({**rules(10.0), "rules": []}), history)
        once_s, once = spent(plain, history)
        both_s, _ = spent(edited, history, plain)
        twenty_s, _ = spent(rules_speed.task_with(rules_speed.rules()), history)
    return {
        "hours": hours,
        "frames": once.frames,
        "alarms": len(once.alarms),
        "bytes_per_s": round(size / hours / 3600, 1),
        "read_s": round(read_s, 2),
        "three_rules_s": round(once_s, 2),
        "compared_with_three_more_s": round(both_s, 2),
        "twenty_rules_s": round(twenty_s, 2),
        "times_real_time": round(hours * 3600 / once_s),
    }


def spent(task: TaskConfig, history: History, against: TaskConfig | None = None) -> tuple[float, Backtest]:
    """Run a backtest; return the CPU time that it took, and what came of it."""
    began_s = time.process_time()
    found = backtest(task, history, against=against)
    return time.process_time() - began_s, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--tracks", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = measure(options.hours, options.fps, options.tracks)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:28} {value:,}")
    day_s = found["three_rules_s"] * 24 / options.hours
    print(f"a day with three rules: {day_s:.1f} s of {BAR_S:g} s: {'ok' if day_s <= BAR_S else 'TOO SLOW'}")


if __name__ == "__main__":
    main()
