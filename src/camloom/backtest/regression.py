"""Do edited rules keep every alarm that was marked true, and none that was marked false?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from camloom.backtest.alarms import Alarm, alarms_of
from camloom.backtest.compare import SAME_S, alike
from camloom.backtest.marks import Mark
from camloom.backtest.replay import Replay, lack_of, replay
from camloom.backtest.run import RUN_UP
from camloom.backtest.store import History, StoredFrame
from camloom.config import TaskConfig
from camloom.runner.build import id_of, rules_by_id

_SLACK = timedelta(seconds=SAME_S)


class Outcome(StrEnum):
    """What became of a marked alarm."""

    KEPT = "kept"
    GONE = "gone"
    LOST = "lost"
    FALSE_ALARM = "false alarm"
    UNKNOWN = "cannot tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mark, and whether the rules agree with it.

    Attributes:
        reason: why it cannot be told, or why it is lost, where more can be said.
    """

    mark: Mark
    outcome: Outcome
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether the rules disagree."""
        return self.outcome in (Outcome.LOST, Outcome.FALSE_ALARM)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "outcome": str(self.outcome),
            "failed": self.failed,
            "reason": self.reason,
            "mark": self.mark.model_dump(mode="json", exclude_defaults=True),
        }


def check_marks(task: TaskConfig, history: History, marks: Sequence[Mark]) -> list[Verdict]:
    """Play the stored tracks around each marked alarm to the rules of a task.

    Args:
        task: with the edited rules.
        history: of the stream; marks of other streams are passed over.

    Returns:
        A verdict for each mark of the stream, in the order of time.
    """
    mine = sorted((mark for mark in marks if mark.source_id == history.source_id), key=lambda mark: mark.began)
    known = rules_by_id(task.rules)
    asked = {mark.rule_id for mark in mine} & known.keys()
    blind = {name: lack for name in asked if (lack := lack_of(known[name]))}
    edited = task.model_copy(
        update={"rules": tuple(block for block in task.rules if id_of(block) in asked - blind.keys())}
    )
    verdicts: list[Verdict] = []
    for some in _close_together(mine):
        frames, alarms = _play(edited, history, some)
        verdicts += [_judge(mark, alarms, frames, known.keys(), blind) for mark in some]
    return verdicts


def _judge(
    mark: Mark, alarms: Sequence[Alarm], taken: Sequence[datetime], known: Iterable[str], blind: Mapping[str, str]
) -> Verdict:
    if mark.rule_id not in known:
        reason = "the task has no such rule"
        return Verdict(mark, Outcome.LOST if mark.verdict else Outcome.GONE, reason)
    if mark.rule_id in blind:
        return Verdict(mark, Outcome.UNKNOWN, f"it needs {blind[mark.rule_id]}, which are not kept")
    if not any(mark.began - _SLACK <= moment <= (mark.ended or mark.began) + _SLACK for moment in taken):
        return Verdict(mark, Outcome.UNKNOWN, "its tracks are not kept any more")
    is_there = any(alike(alarm, mark.alarm) for alarm in alarms)
    if mark.verdict:
        return Verdict(mark, Outcome.KEPT if is_there else Outcome.LOST)
    return Verdict(mark, Outcome.FALSE_ALARM if is_there else Outcome.GONE)


def _close_together(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Return the marks in groups that are played as one: each needs what came before it."""
    groups: list[list[Mark]] = []
    until: datetime | None = None
    for mark in marks:
        if until is not None and mark.began - RUN_UP <= until:
            groups[-1].append(mark)
        else:
            groups.append([mark])
        ended = mark.ended or mark.began
        until = ended if until is None else max(until, ended)
    return groups


def _play(task: TaskConfig, history: History, marks: Sequence[Mark]) -> tuple[list[datetime], list[Alarm]]:
    rules, taken = Replay(task), []
    until = max(mark.ended or mark.began for mark in marks) + 2 * _SLACK

    def noted(stored: StoredFrame) -> StoredFrame:
        taken.append(stored.frame.captured_at)
        return stored

    replay(map(noted, history.frames(marks[0].began - RUN_UP, until)), [rules])
    return taken, alarms_of(rules.events)
