"""Which alarms are the same, and what the differences add up to."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from camloom.backtest.alarms import Alarm
from camloom.backtest.compare import compare

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def alarm(at_s: float, lasts_s: float = 0.0, tracks: tuple[int, ...] = (1,), **changes: Any) -> Alarm:
    began = NOON + timedelta(seconds=at_s)
    fields: dict[str, Any] = {
        "rule_id": "lawn",
        "type": "region.entered",
        "place": "lawn",
        "direction": "",
        "began": began,
        "ended": began + timedelta(seconds=lasts_s),
        "pts_s": at_s,
        "value": 1.0,
        "unit": "s",
        "track_ids": frozenset(tracks),
    }
    return Alarm(**{**fields, **changes})


@pytest.mark.parametrize(
    "other",
    [
        alarm(0.9),
        alarm(-1.0),
        alarm(0.2, tracks=(1, 2)),
        alarm(0.2, tracks=()),
        alarm(4.0, 10.0),
        alarm(-4.0, 6.0),
    ],
)
def test_these_are_the_same(other: Alarm) -> None:
    difference = compare([alarm(0.0, 5.0)], [other])
    assert len(difference.kept) == 1
    assert (difference.added, difference.removed) == ([], [])


@pytest.mark.parametrize(
    "other",
    [
        alarm(6.1),
        alarm(0.0, tracks=(2,)),
        alarm(0.0, place="road"),
        alarm(0.0, rule_id="other"),
        alarm(0.0, direction="A->B"),
        alarm(-3.0, 1.5),
    ],
)
def test_these_are_not(other: Alarm) -> None:
    first = alarm(0.0, 5.0)
    difference = compare([first], [other])
    assert (difference.added, difference.removed, difference.kept) == ([first], [other], [])


def test_each_is_paired_once_nearest_first() -> None:
    new, old = [alarm(0.0), alarm(0.8)], [alarm(0.7)]
    difference = compare(new, old)
    assert difference.kept == [(new[1], old[0])]
    assert difference.added == [new[0]]


def test_counts_per_rule_and_per_hour_of_the_day_there() -> None:
    new = [alarm(0.0), alarm(3600.0), alarm(86400.0, rule_id="gate")]
    difference = compare(new, [alarm(0.0), alarm(7200.0)])
    assert difference.per_rule() == {
        "gate": {"added": 1, "removed": 0, "kept": 0},
        "lawn": {"added": 1, "removed": 1, "kept": 1},
    }
    assert difference.per_hour(ZoneInfo("Asia/Shanghai")) == {
        20: {"added": 1, "removed": 0, "kept": 1},
        21: {"added": 1, "removed": 0, "kept": 0},
        22: {"added": 0, "removed": 1, "kept": 0},
    }


def test_many_alarms_at_once_are_paired_with_their_own() -> None:
    new = [alarm(index * 0.3, 2.0, (index,)) for index in range(300)]
    old = [alarm(index * 0.3 + 0.1, 2.0, (index,)) for index in range(300) if index % 3]
    difference = compare(new, old)
    assert [one.track_ids for one in difference.added] == [frozenset({index}) for index in range(0, 300, 3)]
    assert all(left.track_ids == right.track_ids for left, right in difference.kept)


def test_an_alarm_of_a_template_is_the_same_in_another_place_or_stage() -> None:
    old = alarm(0.0, 9.0, template="lawn_trampling", stage="alarm")
    new = alarm(2.0, 9.0, template="lawn_trampling", stage="warning", place="near of lawn")
    difference = compare([new], [old])
    assert difference.kept == difference.changed == [(new, old)]


def test_an_alarm_that_is_about_others_now_is_changed() -> None:
    old = alarm(0.0, 60.0, (1, 2, 3), template="loitering", count=3)
    new = alarm(2.0, 50.0, (1, 3), template="loitering", count=2)
    assert compare([new], [old]).changed == [(new, old)]
    assert compare([old], [old]).changed == []
    assert compare([alarm(0.0, 1.0, (1, 2))], [alarm(0.0, 1.0)]).changed == []
