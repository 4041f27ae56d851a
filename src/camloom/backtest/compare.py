"""Which alarms an edit of the rules adds, removes and keeps."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from heapq import merge
from typing import Any

from camloom.backtest.alarms import Alarm

SAME_S = 1.0
"""Alarms that begin within this time of each other may be the same."""
KINDS = ("added", "removed", "kept")


@dataclass(frozen=True, slots=True)
class Difference:
    """What an edit does.

    Attributes:
        added: alarms that only the new rules give.
        removed: alarms that only the old ones gave.
        kept: pairs of new and old.
    """

    added: list[Alarm]
    removed: list[Alarm]
    kept: list[tuple[Alarm, Alarm]]

    @property
    def changed(self) -> list[tuple[Alarm, Alarm]]:
        """Alarms of templates that are kept, but reach another stage or are about others: new and old."""
        return [(new, old) for new, old in self.kept if new.template and _inside(new) != _inside(old)]

    def all(self) -> list[tuple[str, Alarm]]:
        """Return every alarm with its kind; of those that are kept the new one."""
        return [
            *(("added", alarm) for alarm in self.added),
            *(("removed", alarm) for alarm in self.removed),
            *(("kept", new) for new, _ in self.kept),
        ]

    def per_rule(self) -> dict[str, dict[str, int]]:
        """Return how many of each kind, by rule."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for kind, alarm in self.all():
            counts[alarm.rule_id][kind] += 1
        return {rule: {kind: counts[rule][kind] for kind in KINDS} for rule in sorted(counts)}

    def per_hour(self, zone: tzinfo) -> dict[int, dict[str, int]]:
        """Return how many of each kind, by hour of the day; hours without any are left out."""
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for kind, alarm in self.all():
            counts[alarm.began.astimezone(zone).hour][kind] += 1
        return {hour: {kind: counts[hour][kind] for kind in KINDS} for hour in sorted(counts)}

    def to_dict(self, zone: tzinfo) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "counts": {"added": len(self.added), "removed": len(self.removed), "kept": len(self.kept)},
            "per_rule": self.per_rule(),
            "per_hour": {str(hour): counts for hour, counts in self.per_hour(zone).items()},
            "added": [alarm.to_dict() for alarm in self.added],
            "removed": [alarm.to_dict() for alarm in self.removed],
            "kept": [
                {"new": new.to_dict(), "old": old.to_dict(), "shift_s": _shift_s(new, old)} for new, old in self.kept
            ],
            "changed": [
                {"new": new.to_dict(), "old": old.to_dict(), "shift_s": _shift_s(new, old)} for new, old in self.changed
            ],
        }


def compare(new: Sequence[Alarm], old: Sequence[Alarm]) -> Difference:
    """Pair the alarms of two sets of rules, one to one, nearest in time first.

    Two are the same if their rule, place and direction are (of a template: if it is the same alarm), if they share
    an object (or one of them has none), and if they begin within 1 s of each other or last at the same time: a dwell
    of 6 s in the place of 10 s gives the same alarm earlier.

    Args:
        new, old: in the order in which they began.
    """
    added, removed, kept = [], [], []
    groups = _grouped(new), _grouped(old)
    for key in sorted(groups[0].keys() | groups[1].keys()):
        fresh, past = groups[0].get(key, []), groups[1].get(key, [])
        pairs = _pairs(fresh, past)
        kept += [(fresh[left], past[right]) for left, right in pairs.items()]
        added += [alarm for index, alarm in enumerate(fresh) if index not in pairs]
        taken = set(pairs.values())
        removed += [alarm for index, alarm in enumerate(past) if index not in taken]
    return Difference(
        sorted(added, key=_began), sorted(removed, key=_began), sorted(kept, key=lambda pair: pair[0].began)
    )


def _inside(alarm: Alarm) -> tuple[object, ...]:
    """Return what may change within an alarm that is the same."""
    return alarm.stage, alarm.count, alarm.track_ids


def _grouped(alarms: Sequence[Alarm]) -> dict[tuple[str, str, str], list[Alarm]]:
    groups: dict[tuple[str, str, str], list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        groups[alarm.key].append(alarm)
    return groups


def _pairs(new: list[Alarm], old: list[Alarm]) -> dict[int, int]:
    """Return which new alarm is which old one, by their places in the lists."""
    fits = sorted(
        (abs(_shift_s(new[left], old[right])), left, right)
        for left, right in _neighbours(new, old)
        if _same_objects(new[left], old[right])
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, left, right in fits:
        if left not in pairs and right not in taken:
            pairs[left] = right
            taken.add(right)
    return pairs


def _neighbours(new: list[Alarm], old: list[Alarm]) -> list[tuple[int, int]]:
    """Return all pairs that last at the same time, give or take: a sweep over the time line."""
    slack = timedelta(seconds=SAME_S)
    open_now: tuple[list[int], list[int]] = ([], [])
    sides, found = (new, old), []
    moments = merge(
        ((alarm.began, 0, index) for index, alarm in enumerate(new)),
        ((alarm.began, 1, index) for index, alarm in enumerate(old)),
    )
    for now, side, index in moments:
        other = 1 - side
        open_now[other][:] = [place for place in open_now[other] if sides[other][place].ended + slack >= now]
        found += [(index, place) if side == 0 else (place, index) for place in open_now[other]]
        open_now[side].append(index)
    return [(left, right) for left, right in found if _meet(new[left], old[right])]


def alike(one: Alarm, other: Alarm) -> bool:
    """Tell whether two alarms may be the same: rule and place, an object, and the time."""
    return one.key == other.key and _same_objects(one, other) and _meet(one, other)


def _meet(one: Alarm, other: Alarm) -> bool:
    if abs(_shift_s(one, other)) <= SAME_S:
        return True
    return one.began <= other.ended and other.began <= one.ended


def _same_objects(one: Alarm, other: Alarm) -> bool:
    return not one.track_ids or not other.track_ids or bool(one.track_ids & other.track_ids)


def _shift_s(new: Alarm, old: Alarm) -> float:
    return round((new.began - old.began).total_seconds(), 3)


def _began(alarm: Alarm) -> Any:
    return alarm.began
