"""The product at work on cameras that misbehave, and what it says of them: driven and read as a user would.

A `Site` runs task documents in a `Runner` and notes every result and every event with its time. A case says what
happens, what must be noticed, and when the camera is well again; the site measures, and looks for what leaked.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.faults.baseline import Baseline

from camloom import Runner, parse_task
from camloom.bench.process import LoadOfOthers
from camloom.config import TaskConfig
from camloom.event import Event, FrameResult

CAMERA = "camera"
NEIGHBOUR = "neighbour"
# `make test` runs other tests beside these, on the other core: what must be in time alone may take longer there.
BESIDE_OTHERS = "PYTEST_XDIST_WORKER" in os.environ
PATIENCE = 5 if BESIDE_OTHERS else 1
DETECT_BAR_S, RECOVER_BAR_S = 10.0 * PATIENCE, 5.0 * PATIENCE
_START_S = 20.0
_SPARE_S = 5.0
# A machine that is busy with other things leaves out frames of every stream, on purpose, and threads wait for a core.
_BUSY_SHARE = 0.4
_GAP_BAR_S, _BUSY_GAP_BAR_S = 3.0, 10.0
_LOSS_BAR, _BUSY_LOSS_BAR = 0.05, 0.6


@dataclass(frozen=True, slots=True)
class Seen:
    """One result of a stream."""

    at_s: float
    index: int
    pts_s: float
    width: int
    discont: bool
    usable: bool
    age_s: float


@dataclass(slots=True)
class Outcome:
    """What came of one case; times in s, None where there was nothing to measure."""

    case: str
    what: str
    noticed: str = ""
    detected_s: float | None = None
    recovered_s: float | None = None
    neighbours: str = ""
    leaks: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        times = ("" if one is None else f"{one:.1f} s" for one in (self.detected_s, self.recovered_s))
        return (self.case, self.what, self.noticed, *times, self.neighbours, self.leaks)


class Site:
    """Some cameras, and the product that watches them.

    Args:
        card: of the model.
        out: folder for what sinks write.
        neighbour: a clip that a well-behaved camera plays.
        outcome: of the case; filled in.
        timeout_s: of each camera, unless the case says otherwise.
    """

    def __init__(self, card: Path, out: Path, neighbour: Path, outcome: Outcome, timeout_s: float) -> None:
        self.outcome = outcome
        self.outcomes = [outcome]
        self.timeout_s = timeout_s
        self._load = LoadOfOthers()
        self.seen: dict[str, list[Seen]] = {}
        self.told: list[tuple[float, Event]] = []
        self._card = card
        self._out = out
        self._neighbour = neighbour
        self._changed = threading.Condition()
        self._fault_s = 0.0
        self._before: Baseline | None = None

    @contextmanager
    def watching(self, url: str, *, others: Mapping[str, str] | None = None, **source: Any) -> Iterator[Runner]:
        """Watch the camera and a neighbour of it; at the end look at what the neighbour lost and at what leaked.

        What is wrong from the beginning counts from the start of the product.

        Args:
            url: of the camera.
            others: more cameras by name.
            source: settings of the source, such as its type.
        """
        nothing = Baseline.take()
        tasks = [self._task(CAMERA, {"url": url, "timeout_s": self.timeout_s, **source})]
        tasks += [self._task(name, {"url": each, "timeout_s": self.timeout_s}) for name, each in (others or {}).items()]
        tasks.append(self._task(NEIGHBOUR, {"url": str(self._neighbour), "pace": "realtime", "loop": True}))
        self._load, self._fault_s = LoadOfOthers(), time.monotonic()
        with Runner(tasks, workers=2, consumer=self._take, on_event=self._hear) as runner:
            self.wait(lambda: len(self.frames(NEIGHBOUR)) > 5, _START_S)
            self.wait(lambda: len(self.frames()) > 5, _START_S)
            yield runner
            self.lost_nothing()
        self._check_leaks(nothing)

    def happens(self, fault: Callable[[], object]) -> None:
        """Let a fault happen now."""
        self._before = Baseline.take()
        self._fault_s = time.monotonic()
        fault()

    def row(self, case: str, what: str) -> Outcome:
        """Begin one more row of the table; it is filled in from here on."""
        self.outcome = Outcome(case, what)
        self.outcomes.append(self.outcome)
        return self.outcome

    def notices(self, condition: str, *reasons: str, source_id: str = CAMERA, within_s: float = DETECT_BAR_S) -> Event:
        """Wait for the change of state that must be told of, within ten seconds of the fault.

        Args:
            within_s: longer where a fault is one only when it lasts: a picture that stands still, a lossy line.
        """
        self.wait(lambda: self._event(condition, source_id) is not None, within_s + _SPARE_S)
        found = self._event(condition, source_id)
        assert found is not None
        at_s, event = found
        detected_s = at_s - self._fault_s
        self.outcome.noticed = f"{condition} ({event.reason})" if event.reason else condition
        self.outcome.detected_s = max(detected_s, self.outcome.detected_s or 0.0)
        assert detected_s <= within_s
        assert not reasons or event.reason in reasons, f"{event.reason}: {event.detail}"
        return event

    def recovers(
        self,
        mend: Callable[[], object],
        until: Callable[[Seen], bool] = lambda _seen: True,
        *,
        source_id: str = CAMERA,
        all_well: bool = True,
    ) -> None:
        """Let the camera be well again; results must come within five seconds, and nothing of the fault be held.

        What was on its way before the break does not count: it must have been told that the camera is back.

        Args:
            mend: makes it well.
            until: which results count.
            source_id: of the camera.
            all_well: no other camera is still away, so that what is held can be compared.
        """
        mend()
        mended_s = time.monotonic()

        def new() -> list[Seen]:
            back = self._event("online", source_id)
            late = [] if back is None else self.frames(source_id)[-200:]
            return [seen for seen in late if back and seen.at_s > max(mended_s, back[0]) and until(seen)]

        self.wait(new, RECOVER_BAR_S + _SPARE_S)
        recovered_s = new()[0].at_s - mended_s
        self.outcome.recovered_s = max(recovered_s, self.outcome.recovered_s or 0.0)
        assert recovered_s <= RECOVER_BAR_S
        if all_well and self._before is not None:
            assert not (left := self._before.leaks(spare=_its_own)), f"the fault left behind: {left}"

    def goes_on(self, seconds: float) -> list[Seen]:
        """Let some time pass in which results must come; return them."""
        began_s = time.monotonic()
        self.wait(lambda: time.monotonic() - began_s > seconds, seconds + _SPARE_S)
        return [seen for seen in self.frames() if seen.at_s > began_s]

    def undisturbed(self, source_id: str) -> None:
        """Make sure that nothing was told about a source since the fault."""
        since = [event for at_s, event in self.told if at_s > self._fault_s and event.source_id == source_id]
        assert not since, f"{source_id}: {since}"

    def wait(self, what: Callable[[], object], timeout_s: float) -> None:
        """Wait until something is so."""
        with self._changed:
            assert self._changed.wait_for(what, timeout_s), f"not within {timeout_s:g} s; {self._so_far()}"

    def frames(self, source_id: str = CAMERA) -> list[Seen]:
        """Return the results of a stream so far."""
        return self.seen.get(source_id, [])

    def conditions(self, source_id: str = CAMERA) -> list[str]:
        """Return what was told about a source so far."""
        events = [event for _, event in self.told if event.source_id == source_id]
        return [f"{event.type.removeprefix('source.')} {event.reason}".strip() for event in events]

    def _so_far(self) -> str:
        names = {CAMERA, *self.seen, *(event.source_id for _, event in self.told)}
        return "; ".join(f"{name}: {len(self.frames(name))} results, {self.conditions(name)}" for name in sorted(names))

    def _task(self, name: str, source: dict[str, Any]) -> TaskConfig:
        document = {
            "id": name,
            "source": {"type": "media", **source},
            "model": str(self._card),
            "runtime": "onnxruntime",
            "idle": "off",
            "out": str(self._out / name),
            "sinks": ["jsonl"],
        }
        return parse_task(document)

    def _take(self, result: FrameResult, done: Callable[[], None]) -> None:
        frame = result.frame
        seen = Seen(time.monotonic(), frame.index, frame.pts_s, frame.width, frame.discont, frame.usable, result.age_s)
        with self._changed:
            self.seen.setdefault(frame.source_id, []).append(seen)
            self._changed.notify_all()
        done()

    def _hear(self, event: Event) -> None:
        with self._changed:
            self.told.append((time.monotonic(), event))
            self._changed.notify_all()

    def _event(self, condition: str, source_id: str) -> tuple[float, Event] | None:
        for at_s, event in self.told:
            if at_s >= self._fault_s and event.source_id == source_id and event.type == f"source.{condition}":
                return at_s, event
        return None

    def lost_nothing(self, source_id: str = NEIGHBOUR) -> None:
        """Count what another stream lost since it ran; it must not have stood still."""
        seen = self.frames(source_id)
        due = seen[-1].index - seen[0].index + 1
        lost = due - len(seen)
        gap_s = max(later.at_s - earlier.at_s for earlier, later in pairwise(seen))
        busy_share = self._load.share()
        busy = BESIDE_OTHERS or busy_share > _BUSY_SHARE
        self.outcomes[0].neighbours = f"lost {lost} of {due}" + (f", others took {busy_share:.0%}" if busy else "")
        assert lost <= max(5, due * (_BUSY_LOSS_BAR if busy else _LOSS_BAR)), f"{source_id} lost {lost} of {due} frames"
        assert gap_s <= (_BUSY_GAP_BAR_S if busy else _GAP_BAR_S), f"{source_id} stood still for {gap_s:.1f} s"

    def _check_leaks(self, before: Baseline) -> None:
        leaks = before.leaks(spare=_its_own)
        self.outcomes[0].leaks = ", ".join(leaks) or "none"
        assert not leaks


def _its_own(name: str) -> bool:
    """Tell what ONNX Runtime opens and closes when it likes, and the threads of a camera that is a stub of ours."""
    return "onnxruntime.db" in name or "(_talk)" in name
