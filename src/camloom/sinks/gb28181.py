"""Alarms to the national-standard platform above, through the GB/T 28181 service of this machine."""

import json
import logging
import time
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, Field, field_validator

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.event import Event, FrameResult
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.path import default_control_path
from camloom.sinks.base import SinkContext
from camloom.sinks.document import event_to_dict, to_json
from camloom.sinks.paths import OutPath, writing
from camloom.sinks.put_aside import PutAside
from camloom.sinks.spool import Spool

_log = logging.getLogger(__name__)
_ANSWER_S = 15.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_REFUSALS = 5
# What the platform above is told of an event; boxes and margins stay here.
_TOLD = (
    "schema",
    "id",
    "type",
    "source_id",
    "rule_id",
    "phase",
    "incident_id",
    "occurred_at",
    "zone",
    "value",
    "unit",
    "detail",
    "template",
    "name",
    "severity",
    "stage",
    "change",
)


class _Verdict(Enum):
    """What became of an alarm: taken; not now; not taken, which may be its own fault; not taken, now and ever."""

    TAKEN = auto()
    LATER = auto()
    REFUSED = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class _Answer:
    """`told`: the platform above took it now; much is taken that it never hears of."""

    verdict: _Verdict
    why: str = ""
    told: bool = False


# By reason of the service's error; all others pass. `fault`: it failed at this question, or at all of them.
_BY_REASON = {"refused": _Verdict.NEVER, "fault": _Verdict.REFUSED, "usage": _Verdict.REFUSED}


class Gb28181SinkConfig(StrictModel):
    """Which camera of the platform above, and where the service is."""

    channel: str = Field(
        default="", max_length=128, description="id of the camera there; empty: the one whose `streams` name this task"
    )
    control: Path = Field(default_factory=default_control_path, description="socket of the GB/T 28181 service")
    rules: tuple[str, ...] = Field(
        default=(), description="only of these rules and alarms of the task; none given: all"
    )
    spool: OutPath = Field(default="gb28181-spool.jsonl", description="where alarms wait while the service is away")
    max_waiting: int = Field(
        default=10_000, ge=1, le=1_000_000, description="alarms that may wait; the oldest go first"
    )

    @field_validator("channel", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        if isinstance(value, int):
            raise ValueError('write it in quotes, as in "34020000001310000001"')
        return value


class Gb28181Sink:
    """Alarms to a superior GB/T 28181 platform; what it cannot take now waits on disk."""

    Config: ClassVar[type[BaseModel]] = Gb28181SinkConfig
    needs_pixels: ClassVar = False
    events_only: ClassVar = True

    def __init__(self, config: Gb28181SinkConfig) -> None:
        self._config = config
        self._spool: Spool | None = None
        self._aside: PutAside | None = None
        self._refused, self._refusals = "", 0
        self._client: ControlClient | None = None
        self._pause_s = 0.0
        self._again_s = 0.0
        self._said = ""
        self._unsafe = self._losing = False
        self.delivered = 0

    def open(self, context: SinkContext) -> None:
        """Look for what waits from before; the service need not run yet."""
        place = context.out / self._config.spool
        with writing(place):
            place.parent.mkdir(parents=True, exist_ok=True)
        self._spool = Spool(place, self._config.max_waiting)
        self._aside = PutAside(place.with_name(f"{place.stem}-refused{place.suffix}"))

    def write(self, result: FrameResult) -> None:
        """Hand over the events of a frame, after those that wait."""
        for event in result.events:
            self.take_event(event)

    def take_event(self, event: Event) -> None:
        """Hand over one event."""
        if self._spool is None or not self._wants(event):
            return
        document = event_to_dict(event)
        told = {key: document[key] for key in _TOLD if key in document}
        self._spool.put(to_json(told))
        self._look_at_disk(self._spool)
        self._flush()

    def _wants(self, event: Event) -> bool:
        """Tell whether it is one of the rules that were picked; whether a camera is there concerns all."""
        rules = self._config.rules
        return not rules or event.rule_id in rules or event.type.startswith("source.")

    def idle(self) -> None:
        """Try again."""
        self._flush()

    def close(self) -> None:
        """Try once more; the rest waits on disk for the next run."""
        if self._spool is None:
            return
        self._again_s = 0.0 if not self._said else self._again_s
        self._flush()
        if self._client is not None:
            self._client.close()
            self._client = None
        if len(self._spool):
            _log.warning("%d alarms wait in %s for the platform above", len(self._spool), self._config.spool)
        spool, self._spool = self._spool, None
        spool.close()

    def _look_at_disk(self, spool: Spool) -> None:
        """Say once that what waits is no longer safe, and once that some of it had to go."""
        if spool.problem is not None and not self._unsafe:
            _log.error("alarms that wait for the platform above would not survive an end: %s", spool.problem)
        if spool.lost and not self._losing:
            _log.error("more than %d alarms wait: the oldest are being lost", self._config.max_waiting)
        self._unsafe, self._losing = spool.problem is not None, bool(spool.lost)

    def _flush(self) -> None:
        spool = self._spool
        assert spool is not None
        if time.monotonic() < self._again_s:
            return
        while len(spool):
            answer = self._deliver(spool[0])
            if answer.verdict is _Verdict.REFUSED:
                answer = self._look_again(answer)
            if answer.verdict is _Verdict.TAKEN:
                self._done(0)
            elif answer.verdict is _Verdict.NEVER:
                self._put_aside(answer.why)
            else:
                self._wait(answer.why)
                return

    def _done(self, index: int) -> None:
        assert self._spool is not None
        self._spool.take(index)
        self.delivered += 1
        self._pause_s, self._said = 0.0, ""

    def _put_aside(self, why: str) -> None:
        assert self._spool is not None
        assert self._aside is not None
        self._aside.keep(self._spool[0], why)
        self._spool.take()

    def _look_again(self, answer: _Answer) -> _Answer:
        """Return what is to become of the first alarm, which was refused.

        If that was so again and again, another one is tried. As long as none passes it is not the alarm's fault, and
        all of them wait; if one passes and the first is refused even then, it will never be taken.
        """
        spool = self._spool
        assert spool is not None
        self._refusals = self._refusals + 1 if spool[0] == self._refused else 1
        self._refused = spool[0]
        beyond = self._refusals - _REFUSALS
        if beyond < 0 or len(spool) < 2:
            return answer
        another = len(spool) - 1 - beyond % (len(spool) - 1)
        found = self._deliver(spool[another])
        if found.verdict is _Verdict.TAKEN:
            self._done(another)
        if not found.told:
            return answer
        answer = self._deliver(spool[0])
        return replace(answer, verdict=_Verdict.NEVER) if answer.verdict is _Verdict.REFUSED else answer

    def _deliver(self, line: str) -> _Answer:
        """Hand over one document."""
        document = _document(line)
        if not document:
            return _Answer(_Verdict.NEVER, "it cannot be read")
        try:
            if self._client is None:
                self._client = ControlClient(self._config.control, _ANSWER_S)
            answer = self._client.ask("cascade.alarm", event=document, channel=self._config.channel)
        except SourceError as error:
            verdict = _BY_REASON.get(error.reason, _Verdict.LATER)
            if verdict is _Verdict.LATER:
                self._hang_up()
            return _Answer(verdict, str(error))
        return self._read(answer)

    def _read(self, answer: Any) -> _Answer:
        outcome = str(answer.get("outcome", "")) if isinstance(answer, dict) else ""
        if outcome == "rejected":
            return _Answer(_Verdict.NEVER, "the platform above takes no alarm of this kind")
        if outcome == "unknown channel":
            why = f"the cascade knows no channel '{self._config.channel}'; add it there"
            return _Answer(_Verdict.LATER, why)
        if isinstance(answer, dict) and answer.get("again"):
            verdict = _Verdict.REFUSED if outcome == "refused" else _Verdict.LATER
            return _Answer(verdict, f"the platform above: {outcome}")
        return _Answer(_Verdict.TAKEN, told=outcome == "delivered")

    def _wait(self, why: str) -> None:
        self._pause_s = min(max(self._pause_s * 2, _FIRST_PAUSE_S), _LONGEST_PAUSE_S)
        self._again_s = time.monotonic() + self._pause_s
        if why != self._said:
            _log.warning("alarms wait for the platform above: %s", why)
            self._said = why

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _document(line: str) -> dict[str, Any]:
    """Return the event of a line; what a crash left of one is an event that nobody takes."""
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
