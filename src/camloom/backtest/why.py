"""Why a rule did not fire for a track: the first gate that failed, by how much, and what would have let it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from camloom.backtest.counterfactual import Remedy, joint_remedy, single_remedies
from camloom.backtest.life import Life, find_life
from camloom.backtest.replay import lack_of, only_classes
from camloom.backtest.settings import numbers
from camloom.backtest.sight import Missed, Sight, first_missed, see
from camloom.backtest.store import History, StoredFrame
from camloom.backtest.trial import Trial
from camloom.backtest.written import written_as
from camloom.config import Block, TaskConfig
from camloom.config.model import suggestion
from camloom.errors import ConfigError
from camloom.event import Event, Gate
from camloom.runner.build import id_of

# Frames before and after a life that a rule may need: as long as its longest time, within these.
_LEAST_AROUND_S = 30.0
_MOST_AROUND_S = 600.0
_LONGEST_S = 1800.0
# Who asks about a moment may be this late.
_BEFORE = timedelta(seconds=10)
_HOPELESS = frozenset({"zone", "line", "classes of the task"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule made of a track.

    Attributes:
        life: when the track was there; `span` is the part of it that was looked at.
        event: the first that the rule gave about it; None: it kept silent.
        missed: what the track never met, whatever the numbers.
        singles: settings each of which alone would have let it fire, nearest miss first.
        together: the smallest set that does where no single one does.
        unable: why it cannot be told; empty if it can.
    """

    rule_id: str
    life: Life
    span: tuple[datetime, datetime]
    sight: Sight | None = None
    event: Event | None = None
    missed: Missed | None = None
    singles: list[Remedy] = field(default_factory=list)
    together: list[Remedy] = field(default_factory=list)
    unable: str = ""
    frames: int = 0
    replays: int = 0

    @property
    def failed(self) -> Gate | None:
        """The first gate that failed, where it is a number; None if it fired or nothing can be measured."""
        if self.missed is not None:
            return self.missed.gate
        nearest = [one for one in (*self.singles, *self.together) if one.value is not None]
        return nearest[0].gate() if nearest else None

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        told: dict[str, Any] = {
            "schema": "camloom.why/1",
            "rule_id": self.rule_id,
            "track_id": self.life.track_id,
            "first": self.life.first.isoformat(),
            "last": self.life.last.isoformat(),
            "fired": self.event is not None,
            "frames": self.frames,
            "replays": self.replays,
        }
        if self.unable:
            return {**told, "unable": self.unable}
        if self.event is not None:
            return {**told, "at": self.event.occurred_at.isoformat(), "why": [_plain(gate) for gate in self.event.why]}
        failed = None if self.failed is None else _plain(self.failed)
        missed = None if self.missed is None else _missed_to_dict(self.missed)
        remedies = {"any_of": [str(one) for one in self.singles], "all_of": [str(one) for one in self.together]}
        fixed = {one.name: one.fixed for one in (*self.singles, *self.together) if one.fixed}
        return {**told, "failed": failed, "missed": missed, "would_have_fired_with": remedies, "fixed": fixed}


def why(task: TaskConfig, history: History, rule_id: str, track_id: int, at: datetime | None = None) -> list[Answer]:
    """Ask a rule, or each rule of an alarm, about a track.

    Args:
        task: with its rules fitted to the model.
        rule_id: of a rule, of an alarm, or of one rule of it.
        at: when the track is there, and about what time it is asked; None: the newest of that id, its whole life.

    Raises:
        ConfigError: there is no such rule or track.
    """
    blocks, life = rules_named(task, rule_id), find_life(history, track_id, at)
    return [_ask(task, history, block, life, at) for block in blocks]


def rules_named(task: TaskConfig, rule_id: str) -> list[Block]:
    """Return a rule, or those of an alarm. ConfigError: there is none of that name."""
    found = [block for block in task.rules if rule_id in (id_of(block), block.config.id)]
    if not found:
        known = sorted({id_of(block) for block in task.rules})
        raise ConfigError(f"'{task.id}' has no rule or alarm '{rule_id}'", suggestion(rule_id, known))
    return found


def _ask(task: TaskConfig, history: History, block: Block, life: Life, at: datetime | None) -> Answer:
    span = _span(life, at)
    name: str = block.config.id
    if lack := lack_of([block]):
        return Answer(name, life, span, unable=f"it needs {lack}, which a history does not keep")
    around = timedelta(seconds=_around_s(block.config))
    frames = [stored for stored in history.frames(span[0] - around, span[1] + around) if stored.run == life.run]
    scene = task.scene()
    sight = see(frames, life.track_id, block.config, scene)
    kept = [_kept(stored, task.classes) for stored in frames]
    trial = Trial(block.type, scene, kept, sight.ids, None if at is None else at - _BEFORE)
    event, missed, *remedies = _answer(trial, block.config, first_missed(sight, block.config, scene, task.classes))
    singles, together = ([_as_written(task, block, one) for one in some] for some in remedies)
    singles.sort(key=lambda one: bool(one.fixed))
    return Answer(name, life, span, sight, event, missed, singles, together, frames=len(frames), replays=trial.replays)


def _as_written(task: TaskConfig, block: Block, remedy: Remedy) -> Remedy:
    name, fixed = written_as(task, block, remedy.path)
    return replace(remedy, name=name, fixed=fixed)


def _answer(
    trial: Trial, config: BaseModel, missed: Missed | None
) -> tuple[Event | None, Missed | None, list[Remedy], list[Remedy]]:
    if (event := trial.fires(config)) is not None:
        return event, None, [], []
    if missed is not None and missed.name in _HOPELESS:
        return None, missed, [], []
    singles = single_remedies(trial, config)
    return None, missed, singles, [] if singles else joint_remedy(trial, config)


def _kept(stored: StoredFrame, classes: Sequence[str]) -> StoredFrame:
    return StoredFrame(stored.run, stored.frame, only_classes(stored.tracks, classes))


def _span(life: Life, at: datetime | None) -> tuple[datetime, datetime]:
    """Return the life, or half an hour of it: around a moment, or its beginning."""
    if life.lasts_s <= _LONGEST_S:
        return life.first, life.last
    first = life.first if at is None else max(life.first, at - timedelta(seconds=_LONGEST_S / 2))
    return first, min(life.last, first + timedelta(seconds=_LONGEST_S))


def _around_s(config: BaseModel) -> float:
    longest_s = max((one.value for one in numbers(config) if one.path[-1].endswith("_s")), default=0.0)
    return min(longest_s + _LEAST_AROUND_S, _MOST_AROUND_S)


def _missed_to_dict(missed: Missed) -> dict[str, Any]:
    told = {"name": missed.name, "words": missed.words}
    return told if missed.at is None else {**told, "nearest_at": missed.at.isoformat()}


def _plain(gate: Gate) -> dict[str, Any]:
    return {
        "name": gate.name,
        "value": round(gate.value, 3),
        "threshold": round(gate.threshold, 3),
        "margin": round(gate.margin, 3),
        "unit": gate.unit,
    }
