"""The gate in front of every event: armed, schedule, debounce, cooldown.

All of it runs on the stream clock but the schedule, which asks what time it is where the camera hangs.
"""

from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from camloom.config import StrictModel
from camloom.event import Gate
from camloom.frame import Frame
from camloom.rules.schedule import Calendar, Dates, WindowConfig, read_calendar, seconds_into

# Times of frames are sums and differences of fractions: 0.3 s may come out as 0.29999999.
_TIME_TOLERANCE_S = 1e-6


def reached(value_s: float, threshold_s: float) -> bool:
    """Tell whether a duration has come to a threshold, up to the rounding of frame times."""
    return value_s >= threshold_s - _TIME_TOLERANCE_S


def exceeded(value_s: float, threshold_s: float) -> bool:
    """Tell whether a duration is over a threshold, up to the rounding of frame times."""
    return value_s > threshold_s + _TIME_TOLERANCE_S


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


class GateConfig(StrictModel):
    """When a rule may speak."""

    armed: bool = Field(default=True, description="off: the rule watches but says nothing")
    schedule: tuple[WindowConfig, ...] = Field(default=(), description="only inside one of these spans; empty: always")
    holidays: Dates = Field(
        default=(), description="no workdays: dates, spans 2026-10-01..2026-10-07, or the path of a file with them"
    )
    workdays: Dates = Field(default=(), description="workdays on a weekend, such as those that make up for a holiday")
    timezone: str = Field(default="UTC", description="of the schedule: a name such as Asia/Shanghai")
    debounce_s: float = Field(
        default=0, ge=0, le=3600, description="the condition must hold for this many seconds more"
    )
    cooldown_s: float = Field(default=0, ge=0, le=86400, description="silence about one object after an event of it")
    rule_cooldown_s: float = Field(default=0, ge=0, le=86400, description="silence of the whole rule after any event")

    @model_validator(mode="before")
    @classmethod
    def _read_calendar(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not isinstance(value.get("holidays"), str):
            return value
        read = read_calendar(value["holidays"])
        both = [*(read.get("workdays") or ()), *(value.get("workdays") or ())]
        return {**value, "holidays": read.get("holidays") or [], **({"workdays": both} if both else {})}

    @model_validator(mode="after")
    def _calendar_fits(self) -> "GateConfig":
        if both := sorted(set(self.holidays) & set(self.workdays)):
            raise ValueError(f"{both[0]} is among the holidays and the workdays")
        named = {day for window in self.schedule for day in window.days}
        if self.schedule and (self.holidays or self.workdays) and not named & {"workday", "holiday"}:
            raise ValueError("holidays count only for spans with `days: [workday]` or `days: [holiday]`")
        return self

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            _zone(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone '{value}': give a name such as Asia/Shanghai or UTC") from error
        return value


class RuleGate:
    """Decides whether a condition that holds becomes an event, and says why.

    Args:
        config: what the user set.

    Attributes:
        armed: may be switched while the rule runs.
    """

    def __init__(self, config: GateConfig) -> None:
        self.armed = config.armed
        self._config = config
        self._zone = _zone(config.timezone)
        self._calendar = Calendar(frozenset(config.holidays), frozenset(config.workdays))
        self._rule_spoke_s: float | None = None
        self._spoke_s: dict[int, float] = {}

    def active(self, frame: Frame) -> bool:
        """Tell whether the rule is armed and inside its schedule."""
        return self.armed and (not self._config.schedule or self._seconds_into_schedule(frame) is not None)

    def check(self, frame: Frame, track_id: int, held_s: float) -> tuple[Gate, ...] | None:
        """Return the gates that an event about this object passes now; None if one is shut.

        Gates that are set to their neutral value (no schedule, no debounce...) are not listed.

        Args:
            frame: now.
            track_id: whom the event is about; any fixed number where it is about no single object.
            held_s: for how long the condition has been true.
        """
        if not self.active(frame):
            return None
        asked = (self._config.debounce_s, self._config.cooldown_s, self._config.rule_cooldown_s)
        measured = (held_s, _since(self._spoke_s.get(track_id), frame), _since(self._rule_spoke_s, frame))
        gates = [
            Gate(name, value, threshold, "s")
            for name, value, threshold in zip(("debounce", "cooldown", "rule_cooldown"), measured, asked, strict=True)
            if threshold > 0 and value is not None
        ]
        if not all(reached(gate.value, gate.threshold) for gate in gates):
            return None
        into_s = self._seconds_into_schedule(frame)
        return (*(() if into_s is None else (Gate("schedule", into_s, 0.0, "s"),)), *gates)

    def spoke(self, track_id: int, pts_s: float) -> None:
        """Start the cooldowns: an event about this object was just given out."""
        self._rule_spoke_s = pts_s
        if self._config.cooldown_s > 0:
            self._spoke_s[track_id] = pts_s
            horizon_s = pts_s - self._config.cooldown_s
            self._spoke_s = {key: at_s for key, at_s in self._spoke_s.items() if at_s >= horizon_s}

    def inherit(self, old_id: int, new_id: int) -> None:
        """Let the cooldown of one id go on under another: it is the same object."""
        if old_id in self._spoke_s:
            self._spoke_s[new_id] = self._spoke_s.pop(old_id)

    def forget(self) -> None:
        """Forget all cooldowns: the stream clock starts anew."""
        self._rule_spoke_s = None
        self._spoke_s.clear()

    def _seconds_into_schedule(self, frame: Frame) -> float | None:
        if not self._config.schedule:
            return None
        local = frame.captured_at.astimezone(self._zone)
        spans = (seconds_into(window, self._calendar, local) for window in self._config.schedule)
        return next((into_s for into_s in spans if into_s is not None), None)


def _since(at_s: float | None, frame: Frame) -> float | None:
    return None if at_s is None else frame.pts_s - at_s
