"""What `camloom bench` found out: the shape of its JSON, and medians over rounds."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypedDict

from camloom.errors import SinkError

MAX_LATE_SHARE = 0.01
"""A program carries a number of cameras if fewer of its analyses than this are late."""

PARTS = ("decode", "convert", "infer", "post")
"""The parts that every analysed frame must pass; their CPU ms add up to the limit."""


class Measured(TypedDict, total=False):
    """One program on some streams in one measured window: the line that engine and peers print.

    Keys:
        name, mode: the program; `file` or `realtime`.
        streams, frames: how many streams; frames analysed in the window.
        wall_s, cpu_s: length of the window; CPU time of the program in it.
        fps: frames analysed per second, all streams together.
        cpu_ms_per_frame: CPU time per analysed frame.
        mib: PSS of the process tree at the end.
        latency_p50_ms, latency_p99_ms: age of a result when it is there.
        age_growth_ms: how much older results are at the window's end than at its start, by medians.
        late_share: realtime: share of the analyses due that were not there within 0.3 s.
        slowest_to_fastest: frames of the slowest stream by those of the fastest.
    """

    name: str
    mode: str
    streams: int
    frames: int
    wall_s: float
    cpu_s: float
    fps: float
    cpu_ms_per_frame: float
    mib: float
    latency_p50_ms: float | None
    latency_p99_ms: float | None
    age_growth_ms: float | None
    late_share: float | None
    slowest_to_fastest: float


class Round(TypedDict):
    """One interleaved round on one video and model.

    Keys:
        parts_ms: CPU ms per frame of each of `PARTS`, and of others that explain.
        engine: the engine, an entry per number of streams.
        peers: the same of each peer by name.
        load_of_others: CPU time of other processes as a share of all cores.
    """

    parts_ms: dict[str, float]
    engine: list[Measured]
    peers: dict[str, list[Measured]]
    load_of_others: float


class Realtime(TypedDict, total=False):
    """Engine and peers on more and more cameras.

    Keys:
        limit_streams: what the parts allow, see `limit_streams`.
        engine, peers: an entry per number of streams tried, any order.
        events_expected, events_found: of the engine, for the quiet set.
    """

    limit_streams: float
    engine: list[Measured]
    peers: dict[str, list[Measured]]
    events_expected: int
    events_found: int


class Overload(TypedDict):
    """The engine at twice the cameras that it carries.

    Keys:
        carried: at the most that it carries; its `fps` is its best.
        overloaded: at twice as many.
        mib_start, mib_end: memory at both ends of the overloaded window.
    """

    carried: Measured
    overloaded: Measured
    mib_start: float
    mib_end: float


class Soak(TypedDict):
    """Memory over a long run, in MiB, evenly sampled."""

    minutes: float
    mib: list[float]


@dataclass(slots=True)
class Figures:
    """All that was measured in one run. Parts that were not measured are None or empty.

    Attributes:
        overhead_ms: CPU ms per analysed frame of rules, tracking, queues and sinks together.
    """

    rounds: list[Round]
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    realtime: Realtime | None = None
    quiet: Realtime | None = None
    overload: Overload | None = None
    soak: Soak | None = None
    overhead_ms: float | None = None

    def parts_ms(self) -> dict[str, float]:
        """Return the median of each part over the rounds."""
        names = dict.fromkeys(name for each in self.rounds for name in each["parts_ms"])
        return {name: median(r["parts_ms"][name] for r in self.rounds if name in r["parts_ms"]) for name in names}

    def engine(self) -> list[dict[str, Any]]:
        """Return the engine's rows, one per number of streams: medians, and the range of fps."""
        return summarise(row for each in self.rounds for row in each["engine"])

    def peers(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each peer by name."""
        names = dict.fromkeys(name for each in self.rounds for name in each["peers"])
        return {name: summarise(row for r in self.rounds for row in r["peers"].get(name, [])) for name in names}

    def document(self) -> dict[str, Any]:
        """Return everything as plain data for JSON; the single rounds come last."""
        parts = self.parts_ms()
        return {
            "cores": self.cores,
            "limit_fps": limit_fps(parts, self.cores) if _complete(parts) else None,
            "parts_ms": parts,
            "engine": self.engine(),
            "peers": self.peers(),
            "realtime": self.realtime,
            "quiet": self.quiet,
            "overload": self.overload,
            "soak": self.soak,
            "overhead_ms": self.overhead_ms,
            "load_of_others": median(r["load_of_others"] for r in self.rounds) if self.rounds else None,
            "rounds": self.rounds,
        }


def write_json(document: Mapping[str, Any], path: Path) -> None:
    """Write plain data as JSON.

    Raises:
        SinkError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise SinkError(f"cannot write {path}: {error.strerror}", "Give another place to --json") from error


def limit_fps(parts_ms: Mapping[str, float], cores: int, streams: int = 0) -> float:
    """Return the analysed frames/s that no program of these parts can exceed on this machine.

    All cores busy with nothing but the parts; one stream is also bound by its one decoding thread.
    """
    limit = 1000 * cores / sum(parts_ms[name] for name in PARTS)
    return min(limit, 1000 / (parts_ms["decode"] + parts_ms["convert"])) if streams == 1 else limit


def limit_streams(parts_ms: Mapping[str, float], cores: int, source_fps: float, analysis_fps: float) -> float:
    """Return the cameras that no program which decodes every frame can exceed on this machine."""
    analysis_ms = sum(parts_ms[name] for name in PARTS if name != "decode")
    return 1000 * cores / (source_fps * parts_ms["decode"] + analysis_fps * analysis_ms)


def summarise(rows: Iterable[Measured]) -> list[dict[str, Any]]:
    """Return one row per number of streams: the median of every number, and the range of fps."""
    by_streams: dict[int, list[Measured]] = {}
    for row in rows:
        by_streams.setdefault(row["streams"], []).append(row)
    return [_median_row(by_streams[streams]) for streams in sorted(by_streams)]


def _median_row(rows: Sequence[Measured]) -> dict[str, Any]:
    fps = [row["fps"] for row in rows]
    merged: dict[str, Any] = {"streams": rows[0]["streams"], "rounds": len(rows), "fps_min": min(fps)}
    merged["fps_max"] = max(fps)
    for key in dict.fromkeys(key for row in rows for key in row):
        values = [value for row in rows if isinstance(value := row.get(key), int | float)]
        if key != "streams" and values:
            merged[key] = median(values)
    return merged


def carried(rows: Iterable[Measured]) -> int:
    """Return the most streams at which fewer than 1 % of the analyses were late (median if repeated); 0: none."""
    kept_up = [
        row["streams"]
        for row in summarise(row for row in rows if row.get("late_share") is not None)
        if row["late_share"] < MAX_LATE_SHARE
    ]
    return max(kept_up, default=0)


def _complete(parts: Mapping[str, float]) -> bool:
    return all(name in parts for name in PARTS)
