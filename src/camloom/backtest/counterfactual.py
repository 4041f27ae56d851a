"""Which settings would have let a rule fire: found by bisection, proven by replay."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pydantic import BaseModel

from camloom.backtest.settings import Number, Path, Switch, changed, numbers, switches
from camloom.backtest.trial import Trial
from camloom.event import Gate

_SHARES = (1.0, 0.5, 0.2, 0.05)  # of the way to a bound: a setting may help halfway and hurt at the end
_TOLERANCE = 0.005
_LEAST_TOLERANCE = 1e-5
_MAX_DECIMALS = 5
_MOST_TOGETHER = 3
_MOST_REPLAYS = 600
_MOST_FRAMES = 1_500_000
_MOST_SETTLED = 4
_Change = tuple[Number | Switch, Any]


@dataclass(frozen=True, slots=True)
class Remedy:
    """One setting that would have to be otherwise.

    Attributes:
        value: the nearest to the present one that does; None where it is no number.
        asked: what is set now.
        words: of what is no number, what it would have to be.
        fixed: why the user cannot set it, if so.
    """

    name: str
    path: Path
    value: float | None = None
    asked: float | None = None
    words: str = ""
    fixed: str = ""

    @property
    def margin(self) -> float:
        """By how much the setting was missed, not above 0."""
        return 0.0 if self.value is None or self.asked is None else -abs(self.value - self.asked)

    @property
    def strain(self) -> float:
        """How far it is from what is set, 0 to 1: a share of the larger of the two."""
        if self.value is None or self.asked is None:
            return 1.0
        return abs(self.margin) / max(abs(self.value), abs(self.asked), 1e-9)

    def __str__(self) -> str:
        """As a condition: `dwell_s <= 6.2`."""
        if self.value is None or self.asked is None:
            return self.words
        return f"{self.name} {'<=' if self.value < self.asked else '>='} {self.value:g}"

    def gate(self) -> Gate:
        """Return it as the gate that failed: what was reached, what is asked for."""
        return Gate(self.name, self.value or 0.0, self.asked or 0.0, unit_of(self.name))


def unit_of(name: str) -> str:
    """Return the unit that a setting's name ends in; empty for none."""
    return next((unit for unit in ("s", "px", "norm", "fps") if name.endswith(f"_{unit}")), "")


def single_remedies(trial: Trial, config: BaseModel) -> list[Remedy]:
    """Return the settings each of which alone would have done, nearest miss first."""
    found = [remedy for number in numbers(config) for remedy in _alone(trial, config, number)]
    found += [
        Remedy(".".join(switch.path), switch.path, words=switch.words)
        for switch in switches(config)
        if trial.fires(changed(config, {switch.path: switch.value}))
    ]
    return sorted(found, key=lambda one: one.strain)


def joint_remedy(trial: Trial, config: BaseModel) -> list[Remedy]:
    """Return the smallest set of settings that together would have done; empty: none of up to three was found.

    Thresholds that go down and switches come first: most of what keeps a rule silent is one of them.
    """
    ways = _ways(config)
    likely = [way for way in ways if isinstance(way[0], Switch) or way[1] < way[0].value]
    most = trial.replays + min(_MOST_REPLAYS, _MOST_FRAMES // max(len(trial.frames), 1))
    for together in range(2, _MOST_TOGETHER + 1):
        for some in (likely, ways):
            found = list(_that_do(trial, config, some, together, most))
            if found:
                settled = [_settle(trial, config, list(changes)) for changes in found[:_MOST_SETTLED]]
                return min(settled, key=lambda remedies: sum(one.strain for one in remedies))
    return []


def _that_do(
    trial: Trial, config: BaseModel, ways: Sequence[_Change], together: int, most: int
) -> Iterator[tuple[_Change, ...]]:
    for some in combinations(ways, together):
        if trial.replays >= most:
            return
        if len({way[0].path for way in some}) == together and trial.fires(_with(config, some)):
            yield some


def _ways(config: BaseModel) -> list[_Change]:
    """Return each setting at each end of its range that the rule takes, and other values of what is no number."""
    ends: list[_Change] = [(number, end) for number in numbers(config) for end in _ends(number)]
    return [way for way in [*ends, *((one, one.value) for one in switches(config))] if _with(config, [way]) is not None]


def _ends(number: Number) -> Iterator[float]:
    yield from (end for end in (number.least, number.most) if end is not None and end != number.value)


def _with(config: BaseModel, changes: Sequence[_Change]) -> BaseModel | None:
    return changed(config, {one.path: value for one, value in changes})


def _alone(trial: Trial, config: BaseModel, number: Number) -> Iterator[Remedy]:
    for end in _ends(number):
        # What is off (0) is rarely in the way: one look at the far end is enough.
        for share in _SHARES[:1] if number.value == number.least else _SHARES:
            value = _near(number, number.value + share * (end - number.value))
            if value != number.value and trial.fires(changed(config, {number.path: value})):
                yield _nearest(trial, config, number, value, {})
                break


def _settle(trial: Trial, config: BaseModel, changes: list[_Change]) -> list[Remedy]:
    """Bring each number back as near to what is set as the others allow, one after the other."""
    remedies = []
    values: dict[Path, Any] = {one.path: value for one, value in changes}
    for one, value in changes:
        if isinstance(one, Switch):
            remedies.append(Remedy(".".join(one.path), one.path, words=one.words))
            continue
        others = {path: other for path, other in values.items() if path != one.path}
        remedies.append(_nearest(trial, config, one, value, others))
        values[one.path] = remedies[-1].value
    return remedies


def _nearest(trial: Trial, config: BaseModel, number: Number, works: float, others: Mapping[Path, Any]) -> Remedy:
    """Return the value nearest to the present one that does, by bisection from one that does."""
    fails = number.value
    while abs(works - fails) > _tolerance(number, works):
        middle = _near(number, (works + fails) / 2)
        if middle in (works, fails):
            break
        if trial.fires(changed(config, {**others, number.path: middle})):
            works = middle
        else:
            fails = middle
    return Remedy(number.name, number.path, _rounded(trial, config, number, works, others), number.value)


def _rounded(trial: Trial, config: BaseModel, number: Number, works: float, others: Mapping[Path, Any]) -> float:
    """Return a value with few digits that does as well, proven by replay."""
    toward = math.floor if works < number.value else math.ceil
    for decimals in range(_MAX_DECIMALS):
        scale = 10**decimals
        for short in (round(works, decimals), toward(works * scale) / scale):
            near = abs(short - works) <= _tolerance(number, works)
            if near and trial.fires(changed(config, {**others, number.path: _near(number, short)})):
                return short
    return works


def _tolerance(number: Number, value: float) -> float:
    return 0 if number.whole else max(_TOLERANCE * min(abs(value), abs(number.value) or abs(value)), _LEAST_TOLERANCE)


def _near(number: Number, value: float) -> float:
    return round(value) if number.whole else value
