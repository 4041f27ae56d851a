"""The bars that the engine sets itself, and whether a run cleared them.

All are ratios inside one run or shares of a limit measured in it, so that a slow or shared machine does not
decide. A ratio is taken in each round and the median of the rounds counts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from camloom.bench.figures import PARTS, Figures, Measured, Realtime, Round, carried, limit_fps

_PEER_BARS = {"naive": 1.5, "supervision_openvino": 1.45, "gstreamer_openvino": 1.3}
_PEER_STREAMS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise with a number.

    Attributes:
        name: what is promised, in words.
        value: what was measured; None: it was not.
        threshold: the number that it must reach, or must not pass.
        at_least: whether the value must be at least the threshold; else at most.
        unit: of both numbers; empty for ratios.
    """

    name: str
    value: float | None
    threshold: float
    at_least: bool
    unit: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether it is cleared; None when it was not measured."""
        if self.value is None:
            return None
        return self.value >= self.threshold if self.at_least else self.value <= self.threshold

    def document(self) -> dict[str, Any]:
        """Return it as plain data."""
        sense = "at least" if self.at_least else "at most"
        return {
            "bar": self.name,
            "value": self.value,
            "sense": sense,
            "threshold": self.threshold,
            "unit": self.unit,
            "passed": self.passed,
        }


def bars(figures: Figures) -> list[Bar]:
    """Hold a run against every bar."""
    groups = (_throughput(figures), _against_peers(figures), _realtime(figures), _overload(figures), _cost(figures))
    return [bar for group in groups for bar in group]


def _throughput(figures: Figures) -> Iterator[Bar]:
    for streams, threshold in ((1, 0.80), (4, 0.92), (8, 0.92), (16, 0.92)):
        share = _median(_limit_share(r, streams, figures.cores) for r in figures.rounds)
        yield Bar(f"fps by limit, {_streams(streams)}", share, threshold, at_least=True)
    for streams in (1, 4, 8, 16):
        cost = _median(_cost_share(r, streams) for r in figures.rounds)
        yield Bar(f"CPU per frame by the sum of the parts, {_streams(streams)}", cost, 1.08, at_least=False)
    growth = _median(_ratio(_engine(r, 16), _engine(r, 4), "cpu_ms_per_frame") for r in figures.rounds)
    yield Bar("CPU per frame at 16 streams by 4", growth, 1.05, at_least=False)


def _against_peers(figures: Figures) -> Iterator[Bar]:
    for name, threshold in _PEER_BARS.items():
        ratio = _median(_ratio(_engine(r, _PEER_STREAMS), _peer(r, name), "fps") for r in figures.rounds)
        yield Bar(f"fps by {name}, {_streams(_PEER_STREAMS)}", ratio, threshold, at_least=True)


def _realtime(figures: Figures) -> Iterator[Bar]:
    busy, quiet = figures.realtime or {}, figures.quiet or {}
    limit = busy.get("limit_streams")
    ours = carried(busy.get("engine", []))
    yield Bar("cameras carried by limit", ours / limit if limit else None, 0.88, at_least=True)
    yield Bar("cameras carried by best peer", _by_best_peer(busy), 1.2, at_least=True)
    yield Bar("quiet cameras carried in idle mode by best peer", _by_best_peer(quiet), 3.0, at_least=True)
    expected = quiet.get("events_expected")
    found = quiet.get("events_found", 0) / expected if expected else None
    yield Bar("events found in idle mode", found, 1.0, at_least=True)


def _overload(figures: Figures) -> Iterator[Bar]:
    run = figures.overload
    over = run["overloaded"] if run else Measured()
    rate = over["fps"] / run["carried"]["fps"] if run and run["carried"]["fps"] else None
    growth = run["mib_end"] / run["mib_start"] - 1 if run and run["mib_start"] else None
    yield Bar("overload: age of a result, p99", over.get("latency_p99_ms"), 1000, at_least=False, unit="ms")
    yield Bar("overload: growth of the age", over.get("age_growth_ms"), 100, at_least=False, unit="ms")
    yield Bar("overload: analysed rate by its best", rate, 0.85, at_least=True)
    yield Bar("overload: slowest stream by fastest", over.get("slowest_to_fastest"), 0.9, at_least=True)
    yield Bar("overload: growth of memory", growth, 0.03, at_least=False)


def _cost(figures: Figures) -> Iterator[Bar]:
    mib = {row["streams"]: row["mib"] for row in figures.engine() if "mib" in row}
    more = max(mib, default=1)
    further = (mib[more] - mib[1]) / (more - 1) if 1 in mib and more > 1 else None
    yield Bar("memory of the first stream", mib.get(1), 220, at_least=False, unit="MiB")
    yield Bar("memory of each further stream", further, 25, at_least=False, unit="MiB")
    yield Bar("growth of memory over a long run", _soak_growth(figures), 0.03, at_least=False)
    yield Bar("rules, tracking, queues, sinks per frame", figures.overhead_ms, 1.5, at_least=False, unit="ms")


def _soak_growth(figures: Figures) -> float | None:
    """Return by what share the last quarter's median is above the second quarter's, after all is warm."""
    samples = figures.soak["mib"] if figures.soak else []
    quarter = len(samples) // 4
    if not quarter:
        return None
    return median(samples[-quarter:]) / median(samples[quarter : 2 * quarter]) - 1


def _median(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return median(found) if found else None


def _engine(r: Round, streams: int) -> Measured | None:
    return _at(r["engine"], streams)


def _peer(r: Round, name: str) -> Measured | None:
    return _at(r["peers"].get(name, []), _PEER_STREAMS)


def _at(rows: Iterable[Measured], streams: int) -> Measured | None:
    return next((row for row in rows if row["streams"] == streams), None)


def _ratio(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None, key: str) -> float | None:
    return a[key] / b[key] if a and b and b.get(key) else None


def _limit_share(r: Round, streams: int, cores: int) -> float | None:
    row = _engine(r, streams)
    return row["fps"] / limit_fps(r["parts_ms"], cores, streams) if row else None


def _cost_share(r: Round, streams: int) -> float | None:
    row = _engine(r, streams)
    return row["cpu_ms_per_frame"] / sum(r["parts_ms"][name] for name in PARTS) if row else None


def _by_best_peer(run: Realtime) -> float | None:
    best = max((carried(rows) for rows in run.get("peers", {}).values()), default=0)
    return carried(run.get("engine", [])) / best if best else None


def _streams(count: int) -> str:
    return "1 stream" if count == 1 else f"{count} streams"
