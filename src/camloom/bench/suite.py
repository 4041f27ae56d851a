"""The whole benchmark: what is run, in which order, and into which figures it goes.

Throughput runs in interleaved rounds (parts, engine, peers, again), so that a busy moment of the machine
meets all of them. Every program runs in a process of its own.
"""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from camloom import assets
from camloom.bench.figures import MAX_LATE_SHARE, Figures, Measured, Overload, Realtime, Round, Soak, limit_streams
from camloom.bench.process import LoadOfOthers, run_measured
from camloom.bench.videos import WALK_LINE, QuietClip, main_clip, quiet_clips
from camloom.errors import CamloomError
from camloom.inference.library import find_card, model_file

PARTS = ("throughput", "realtime", "idle", "overload", "memory")
SOURCE_FPS, ANALYSIS_FPS = 25.0, 5.0
_ENGINE_STREAMS = (1, 4, 8, 16)
_PEER_STREAMS = (1, 4)
_WARM_UP_S = 3.0
_SETTLE_S = 8.0
_REALTIME_S = 10.0
_START_S = 60.0
_MAX_CAMERAS = 64

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        peers: folder of the peers' scripts, if there is one.
        peer_python: the interpreter they run under.
        only: parts to run; all of `PARTS` when empty.
    """

    model: str
    rounds: int
    seconds: float
    peers: Path | None
    peer_python: Path
    only: tuple[str, ...]
    engine_streams: tuple[int, ...] = _ENGINE_STREAMS
    soak_minutes: float = 10.0

    @classmethod
    def of(
        cls, *, model: str, rounds: int, seconds: float, quick: bool, peers: Path | None, only: tuple[str, ...]
    ) -> "Plan":
        """Make a plan from what the user asked for. CamloomError for an unknown part."""
        if unknown := set(only) - set(PARTS):
            raise CamloomError(f"there is no part '{min(unknown)}'", f"Known: {', '.join(PARTS)}")
        folder = peers or Path("benchmarks/peers")
        python = Path(".venv-peers/bin/python")
        plan = cls(model, rounds, seconds, folder if folder.is_dir() else None, python, only or PARTS)
        if not quick:
            return plan
        return cls(model, 1, min(seconds, 4.0), None, python, ("throughput",), (1, 4))


class Bench:
    """Runs the programs of a plan."""

    def __init__(self, plan: Plan, say: Say) -> None:
        self.plan = plan
        self._say = say
        self._sample = assets.fetch("street")
        self._video = main_clip(self._sample)
        card, card_path = find_card(plan.model)
        self._onnx = model_file(card, card_path, "onnxruntime") if {"any", "onnxruntime"} & set(card.files) else None
        self.peers = self._usable_peers()

    def parts(self) -> dict[str, float]:
        """Time the parts alone."""
        document = self._run([*_module("parts"), "--video", str(self._video), "--model", self.plan.model])
        return cast("dict[str, float]", document["parts_ms"])

    def engine(self, streams: int, *, videos: Iterable[Path] | None = None, **options: Any) -> dict[str, Any]:
        """Run the engine; options as in `python -m camloom.bench.engine --help`."""
        with TemporaryDirectory() as out:
            extra = [text for name, value in options.items() for text in (f"--{name.replace('_', '-')}", str(value))]
            command = [*_module("engine"), "--video", *map(str, videos or [self._video])]
            command += ["--model", self.plan.model, "--streams", str(streams), "--out", out, *extra]
            if "seconds" not in options:
                command += ["--seconds", str(self.plan.seconds), "--warm-up", str(_WARM_UP_S)]
            measured = self._run(command)
        if measured["errors"]:
            raise CamloomError(f"the engine failed on {streams} streams: {measured['errors'][0]}")
        self._tell(measured)
        return measured

    def peer(self, name: str, streams: int, *, videos: Iterable[Path] | None = None, **options: Any) -> Measured:
        """Run a peer; options as the scripts take them."""
        assert self.plan.peers is not None
        extra = [text for key, value in options.items() for text in (f"--{key.replace('_', '-')}", str(value))]
        command = [str(self.plan.peer_python), str(self.plan.peers / f"{name}.py"), "--video"]
        command += [*map(str, videos or [self._video]), "--model", str(self._onnx), "--streams", str(streams)]
        if "seconds" not in options:
            extra += ["--seconds", str(self.plan.seconds), "--warm-up", str(_WARM_UP_S)]
        measured = self._run([*command, *extra])
        self._tell(measured)
        return cast("Measured", measured)

    def quiet_clips(self) -> list[QuietClip]:
        """Return the videos in which three of four streams are still."""
        return quiet_clips(self._sample)

    def _usable_peers(self) -> list[str]:
        if self.plan.peers is None or self._onnx is None:
            return []
        if not self.plan.peer_python.exists():
            self._say(f"peers are left out: run `python {self.plan.peers}/install.py` first")
            return []
        names = ["naive", "supervision_openvino", "gstreamer_openvino", "ultralytics_track"]
        return [name for name in names if self._peer_starts(name)]

    def _peer_starts(self, name: str) -> bool:
        try:
            self._run(self._short_try(name))
        except CamloomError as error:
            self._say(f"{name} is left out: {error}")
            return False
        return True

    def _short_try(self, name: str) -> list[str]:
        script = str(cast("Path", self.plan.peers) / f"{name}.py")
        command = [str(self.plan.peer_python), script, "--video", str(self._video), "--model", str(self._onnx)]
        return [*command, "--seconds", "0.5", "--warm-up", "0.5"]

    def _run(self, command: list[str]) -> dict[str, Any]:
        return run_measured(command, timeout_s=_START_S + 20 * self.plan.seconds + self.plan.soak_minutes * 60).json()

    def _tell(self, measured: dict[str, Any]) -> None:
        late = measured.get("late_share")
        text = f"{measured['name']:22} {measured['streams']:3} streams  {measured['fps']:6.1f} fps"
        text += f"  {measured['cpu_ms_per_frame']:6.1f} ms CPU/frame  {measured['mib']:5.0f} MiB"
        self._say(text + (f"  {late:6.1%} late" if measured.get("mode") == "realtime" and late is not None else ""))


def measure_all(plan: Plan, say: Say) -> Figures:
    """Run everything that the plan names."""
    bench = Bench(plan, say)
    figures = Figures(rounds=[])
    if "throughput" in plan.only:
        figures.rounds = [_round(bench, number, say) for number in range(plan.rounds)]
        figures.overhead_ms = figures.parts_ms()["follow"]
    if "realtime" in plan.only:
        figures.realtime = _realtime(bench, figures, say)
    if "idle" in plan.only:
        figures.quiet = _quiet(bench, say)
    if "overload" in plan.only:
        figures.overload = _overload(bench, figures, say)
    if "memory" in plan.only:
        figures.soak = _soak(bench, say)
    return figures


def _round(bench: Bench, number: int, say: Say) -> Round:
    say(f"round {number + 1} of {bench.plan.rounds}")
    load = LoadOfOthers()
    parts = bench.parts()
    engine = [cast("Measured", bench.engine(streams)) for streams in bench.plan.engine_streams]
    peers = {name: [bench.peer(name, streams) for streams in _PEER_STREAMS] for name in bench.peers}
    return Round(parts_ms=parts, engine=engine, peers=peers, load_of_others=load.share())


def _realtime(bench: Bench, figures: Figures, say: Say) -> Realtime:
    say("cameras in real time")
    parts = figures.parts_ms() or bench.parts()
    limit = limit_streams(parts, os.cpu_count() or 1, SOURCE_FPS, ANALYSIS_FPS)
    first = max(2, round(limit * 0.75))
    options: dict[str, Any] = {"mode": "realtime", "seconds": _REALTIME_S, "warm_up": _SETTLE_S}
    engine = _climb(lambda n: cast("Measured", bench.engine(n, **options)), first)
    peers = {name: _climb(_peer_run(bench, name, options), max(2, first - 3)) for name in bench.peers}
    return Realtime(limit_streams=limit, engine=engine, peers=peers)


def _peer_run(bench: Bench, name: str, options: dict[str, Any]) -> Callable[[int], Measured]:
    return lambda streams: bench.peer(name, streams, **options)


def _climb(run: Callable[[int], Measured], first: int, step: int = 1) -> list[Measured]:
    """Go up in streams until a number is too many twice, then down if none was carried."""
    rows: list[Measured] = []
    streams, failures = first, 0
    while failures < 2 and streams <= _MAX_CAMERAS:
        rows.append(run(streams))
        if _carried(rows[-1]):
            streams, failures = streams + step, 0
        else:
            failures += 1  # once more: a busy moment of the machine must not decide
    lower = first - step
    while lower >= 1 and not any(_carried(row) for row in rows):
        rows.append(run(lower))
        lower -= step
    return rows


def _carried(row: Measured) -> bool:
    late = row.get("late_share")
    return late is not None and late < MAX_LATE_SHARE


def _quiet(bench: Bench, say: Say) -> Realtime:
    say("cameras of which three in four are quiet")
    clips = bench.quiet_clips()
    videos = [clip.path for clip in clips]
    seconds = clips[0].duration_s + 5
    line = ",".join(str(value) for point in WALK_LINE for value in point)
    runs: list[dict[str, Any]] = []

    def engine(streams: int) -> Measured:
        run = bench.engine(
            streams,
            videos=videos,
            video_s=clips[0].duration_s,
            mode="realtime",
            idle="on",
            seconds=seconds,
            warm_up=_SETTLE_S,
            line=line,
        )
        runs.append(run)
        found, expected = _crossings(run, clips)
        say(f"  {found} of {expected} events found, {run['shed_share']:.1%} of the packets shed")
        # Quiet cameras are carried if nothing that happens is missed.
        run["late_share"] = max(run["late_share"], 1 - found / max(expected, 1))
        return cast("Measured", run)

    rows = _climb(engine, 16, step=4)
    best = max((run for run in runs if _carried(cast("Measured", run))), key=lambda run: run["streams"], default=None)
    found, expected = _crossings(best, clips) if best else (0, 0)
    options: dict[str, Any] = {"videos": videos, "mode": "realtime", "seconds": _REALTIME_S, "warm_up": _SETTLE_S}
    peers = {name: _climb(_peer_run(bench, name, options), 5) for name in bench.peers}
    return Realtime(engine=rows, peers=peers, events_expected=expected, events_found=found)


def _crossings(run: dict[str, Any], clips: list[QuietClip]) -> tuple[int, int]:
    """Count the crossings of the walk line that the engine reported, and those there were, per stream."""
    found = expected = 0
    for number in range(run["streams"]):
        clip = clips[number % len(clips)]
        begin_s, end_s = run["window"][f"stream-{number}"]
        rounds = range(-1, int(end_s // clip.duration_s) + 2)
        start_s = run["start_s"][f"stream-{number}"]
        due = [clip.crossing_s - start_s + k * clip.duration_s for k in rounds]
        due = [time_s for time_s in due if begin_s + 2 <= time_s <= end_s - 4]
        seen = [pts_s for source, rule, pts_s in run["events"] if source == f"stream-{number}" and rule == "crossed"]
        expected += len(due)
        found += sum(any(abs(pts_s - time_s) <= 2 for pts_s in seen) for time_s in due)
    return found, expected


def _overload(bench: Bench, figures: Figures, say: Say) -> Overload:
    say("twice the load that it can carry")
    rows = (figures.realtime or {}).get("engine", [])
    carried = [row for row in rows if _carried(row)]
    best = max(carried, key=lambda row: row["streams"]) if carried else None
    if best is None:
        best = cast("Measured", bench.engine(6, mode="realtime"))
    seconds = max(40.0, bench.plan.seconds)  # some twenty groups of pictures: chance evens out
    over = bench.engine(2 * best["streams"], mode="realtime", seconds=seconds, warm_up=3 * _SETTLE_S)
    return Overload(carried=best, overloaded=cast("Measured", over), mib_start=over["mib_start"], mib_end=over["mib"])


def _soak(bench: Bench, say: Say) -> Soak:
    minutes = bench.plan.soak_minutes
    say(f"memory over {minutes:g} minutes")
    run = bench.engine(4, mode="realtime", seconds=minutes * 60, warm_up=10, sample_memory_s=10)
    return Soak(minutes=minutes, mib=run["mib_samples"])


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", f"camloom.bench.{name}"]
