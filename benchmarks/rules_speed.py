"""What the rules of one busy stream cost: 50 objects, 20 rules, 5 frames a second.

    python -m benchmarks.rules_speed [--tracks 50] [--frames 600] [--rounds 5] [--json]

People, cars and bicycles walk with the jitter of a detector, get lost for a moment, and some come back under another
id. CPU time, not wall; every number is the median of the rounds. `pass` is a bare loop over the same tracks as Python
numbers, for comparison with another machine. The bar is 0.2 ms a frame.
"""

import argparse
import gc
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import numpy as np

from camloom.backtest.picture import NoPicture
from camloom.config import TaskConfig, parse_task
from camloom.detections import Detections
from camloom.frame import Frame
from camloom.inference.card import InputSpec, ModelCard
from camloom.runner.build import build_rules
from camloom.tracks import Tracks

SIZE_PX = (1920, 1080)
FPS = 5.0
BEGAN = datetime(2026, 11, 2, 8, tzinfo=UTC)
BAR_MS = 0.2
CLASSES = ("person", "bicycle", "car", "truck")
_SHARES = (0.7, 0.1, 0.15, 0.05)
_WALK_S = (15.0, 60.0)
_LOST_SHARE = 0.02
_MOST_LOST_S = 1.6
_NEW_ID_SHARE = 0.25
_CARD = ModelCard(
    name="eyes",
    family="nanodet",
    class_names=CLASSES,
    input=InputSpec(width=64, height=64),
    licence="Apache-2.0",
    files={"any": "none"},
)

Shown = tuple[Tracks, Frame]


def places() -> dict[str, Any]:
    """Return ten zones, from small ones of four corners to one of twelve that fills half the picture, and six lines."""
    around = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    plaza = (np.array((0.5, 0.6)) + np.column_stack((np.cos(around) * 0.35, np.sin(around) * 0.3))).round(4).tolist()
    corners = [(0.02, 0.3), (0.2, 0.55), (0.4, 0.3), (0.62, 0.35), (0.8, 0.5), (0.1, 0.75), (0.45, 0.7), (0.7, 0.72)]
    boxes = [
        {
            "name": f"z{n}",
            "vertices": [[x, y], [x + 0.15, y + 0.02], [x + 0.17, y + 0.2], [x + 0.08, y + 0.24], [x, y + 0.2]],
        }
        for n, (x, y) in enumerate(corners)
    ]
    road = {"name": "road", "vertices": [[0, 0.45], [1, 0.4], [1, 0.7], [0, 0.75]], "anchor": "center"}
    ends = [
        (0.3, 0.2, 0.3, 0.95),
        (0.5, 0.25, 0.52, 0.9),
        (0.7, 0.2, 0.68, 1),
        (0, 0.5, 1, 0.5),
        (0.1, 0.8, 0.9, 0.7),
        (0.2, 0.3, 0.8, 0.9),
    ]
    lines = [{"name": f"l{n}", "start": [x0, y0], "end": [x1, y1]} for n, (x0, y0, x1, y1) in enumerate(ends)]
    return {"zones": [*boxes, {"name": "plaza", "vertices": plaza}, road], "lines": lines}


def rules() -> list[dict[str, Any]]:
    """Return 20 rules as people set them: most watch people, some all, some vehicles."""
    people, vehicles = {"classes": ["person"]}, {"classes": ["car", "truck"]}
    night = {"gate": {"schedule": [{"start": "22:00", "end": "06:00"}]}}
    return [
        {"type": "region", "id": "enter0", "zone": "z0", **people},
        {"type": "region", "id": "enter1", "zone": "z1", **people, "gate": {"cooldown_s": 30}},
        {"type": "region", "id": "enter2", "zone": "z2", **people, **night},
        {"type": "region", "id": "enter3", "zone": "plaza", **people, "min_confidence": 0.5},
        {"type": "region", "id": "enter4", "zone": "road", **vehicles},
        {"type": "region", "id": "exit0", "zone": "z0", "on": "exit", **people},
        {"type": "region", "id": "exit1", "zone": "z3", "on": "exit", **people, "gate": {"debounce_s": 1}},
        {"type": "region", "id": "exit2", "zone": "z4", "on": "exit"},
        {"type": "region", "id": "dwell0", "zone": "plaza", "on": "dwell", "dwell_s": 20, **people},
        {"type": "region", "id": "dwell1", "zone": "z5", "on": "dwell", "dwell_s": 5, **people},
        {"type": "region", "id": "dwell2", "zone": "road", "on": "dwell", "dwell_s": 10, **vehicles},
        {"type": "region", "id": "count0", "zone": "z6", "on": "count", "count": 4, "hold_s": 2, **people},
        {"type": "region", "id": "count1", "zone": "plaza", "on": "count", "count": 12, **people},
        {
            "type": "region",
            "id": "count2",
            "zone": "z7",
            "on": "count",
            "comparison": "at_most",
            "count": 0,
            "hold_s": 5,
        },
        {"type": "line", "id": "line0", "line": "l0", **people},
        {"type": "line", "id": "line1", "line": "l1", **people, "direction": "a_to_b"},
        {"type": "line", "id": "line2", "line": "l2"},
        {"type": "line", "id": "line3", "line": "l3", **people, "gate": {"cooldown_s": 10}},
        {"type": "line", "id": "line4", "line": "l4", **vehicles},
        {"type": "line", "id": "line5", "line": "l5", **people, **night},
    ]


def task_with(wanted: Sequence[dict[str, Any]]) -> TaskConfig:
    """Return the task of the benchmark with some of its rules."""
    return parse_task({"id": "busy", "source": "busy.mp4", **places(), "rules": list(wanted)})


@dataclass(slots=True)
class _Crowd:
    """Objects that walk to and fro, a row each; columns as numpy arrays."""

    rng: np.random.Generator
    start: np.ndarray
    end: np.ndarray
    began_s: np.ndarray
    lasts_s: np.ndarray
    lost_until_s: np.ndarray
    height: np.ndarray
    class_id: np.ndarray
    track_id: np.ndarray
    next_id: int

    @classmethod
    def of(cls, count: int, seed: int) -> "_Crowd":
        rng = np.random.default_rng(seed)
        lasts_s = rng.uniform(*_WALK_S, count)
        return cls(
            rng,
            rng.uniform(0.03, 0.97, (count, 2)),
            rng.uniform(0.03, 0.97, (count, 2)),
            rng.uniform(-1, 0, count) * lasts_s,
            lasts_s,
            np.zeros(count),
            rng.uniform(0.08, 0.25, count),
            rng.choice(len(CLASSES), count, p=_SHARES),
            np.arange(count),
            count,
        )

    def step(self, now_s: float) -> np.ndarray:
        """Let everybody live on until now; return the rows that a tracker shows, in the order of a detector."""
        for row in np.flatnonzero(now_s - self.began_s >= self.lasts_s):
            self.start[row], self.end[row] = self.rng.uniform(0.03, 0.97, (2, 2))
            self.began_s[row], self.lasts_s[row] = now_s, self.rng.uniform(*_WALK_S)
            self._new_id(int(row))
        for row in np.flatnonzero((self.rng.random(len(self.start)) < _LOST_SHARE) & (self.lost_until_s <= now_s)):
            self.lost_until_s[row] = now_s + self.rng.uniform(1 / FPS, _MOST_LOST_S)
            if self.rng.random() < _NEW_ID_SHARE:
                self._new_id(int(row))
        return self.rng.permutation(np.flatnonzero(self.lost_until_s <= now_s))

    def tracks(self, now_s: float) -> Tracks:
        rows = self.step(now_s)
        rng, count = self.rng, len(rows)
        share = ((now_s - self.began_s[rows]) / self.lasts_s[rows])[:, None]
        feet = self.start[rows] + share * (self.end[rows] - self.start[rows])
        tall = self.height[rows] * (
            1 + rng.normal(0, 0.012, count) + (rng.random(count) < 0.05) * rng.normal(0, 0.04, count)
        )
        wide = tall * np.array((0.4, 0.9, 1.8, 2.2))[self.class_id[rows]] * SIZE_PX[1] / SIZE_PX[0]
        xyxy = np.column_stack((feet[:, 0] - wide / 2, feet[:, 1] - tall, feet[:, 0] + wide / 2, feet[:, 1]))
        found = Detections(
            (xyxy * np.array(SIZE_PX * 2)).astype(np.float32),
            rng.uniform(0.4, 0.95, count).astype(np.float32),
            self.class_id[rows],
            CLASSES,
        )
        return Tracks.of(found, self.track_id[rows], self.began_s[rows])

    def _new_id(self, row: int) -> None:
        self.track_id[row], self.next_id = self.next_id, self.next_id + 1


def crowd(count: int, frames: int, seed: int = 7) -> Iterator[Shown]:
    """Yield tracks and frames."""
    people, picture = _Crowd.of(count, seed), NoPicture(*SIZE_PX)
    for index in range(frames):
        now_s = index / FPS
        frame = Frame("busy", index, now_s, BEGAN + timedelta(seconds=now_s), 0.0, index == 0, picture)
        yield people.tracks(now_s), frame


def spent_ms(task: TaskConfig, shown: Sequence[Shown]) -> tuple[list[float], int]:
    """Return the CPU time of each frame, and how many events there were."""
    built, spent, events = build_rules(task, _CARD), [], 0
    gc.collect()
    for tracks, frame in shown:
        began_s = time.process_time()
        events += len([event for rule in built for event in rule.update(tracks, frame)])
        spent.append((time.process_time() - began_s) * 1000)
    return spent, events


def pass_ms(shown: Sequence[Shown]) -> list[float]:
    """Return the CPU time that it takes to look at every track of each frame once."""
    spent = []
    for tracks, _ in shown:
        began_s = time.process_time()
        for track_id, box in zip(tracks.track_id.tolist(), tracks.xyxy.tolist(), strict=True):
            assert box, track_id
        spent.append((time.process_time() - began_s) * 1000)
    return spent


def measure(tracks: int, frames: int, rounds: int) -> dict[str, Any]:
    """Return ms a frame: all rules, the bare loop, and each kind of rule by itself."""
    shown = list(crowd(tracks, frames))
    kinds = ("enter", "exit", "dwell", "count", "line")
    of_kind = {kind: [rule for rule in rules() if rule["id"].startswith(kind)] for kind in kinds}
    tasks = {"all": task_with(rules()), **{kind: task_with(some) for kind, some in of_kind.items()}}
    medians: dict[str, list[float]] = {name: [] for name in (*tasks, "pass")}
    high, events = [], 0
    for _ in range(rounds):
        for name, task in tasks.items():
            spent, count = spent_ms(task, shown)
            medians[name].append(median(spent))
            if name == "all":
                high.append(float(np.percentile(spent, 99)))
                events = count
        medians["pass"].append(median(pass_ms(shown)))
    ms = {name: round(median(values), 4) for name, values in medians.items()}
    return {
        "tracks": tracks,
        "frames": frames,
        "rules": len(rules()),
        "events": events,
        "ms": ms["all"],
        "p99_ms": round(median(high), 4),
        "pass_ms": ms["pass"],
        "by_pass": round(ms["all"] / ms["pass"], 1),
        "kinds_ms": {f"{len(of_kind[kind])} {kind}": ms[kind] for kind in kinds},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=50)
    parser.add_argument("--frames", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.tracks, options.frames, options.rounds)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['rules']} rules, {found['tracks']} tracks, {found['frames']} frames, {found['events']} events")
    print(
        f"a frame: median {found['ms']:.3f} ms, p99 {found['p99_ms']:.3f} ms CPU,"
        f" {found['by_pass']} passes over the tracks"
    )
    for kind, ms in found["kinds_ms"].items():
        print(f"  {kind:8} alone {ms:.3f} ms")
    print(f"bar {BAR_MS} ms: {'ok' if found['ms'] <= BAR_MS else 'TOO SLOW'}")


if __name__ == "__main__":
    main()
