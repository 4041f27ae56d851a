"""The gate: armed, schedule, debounce and cooldowns."""

import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from camloom.event import Event, Phase
from camloom.rules.gate import GateConfig, exceeded, reached

Make = Callable[..., Any]

INSIDE, OUTSIDE = (0.5, 0.6), (0.1, 0.6)


def starts(events: list[Event]) -> list[float]:
    return [round(event.pts_s, 1) for event in events if event.phase == Phase.START]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def night(**more: object) -> dict[str, Any]:
    """22:00 to 06:00 in Shanghai, which is 14:00 to 22:00 UTC."""
    return {"timezone": "Asia/Shanghai", "schedule": [{"start": "22:00", "end": "06:00", **more}]}


@pytest.mark.parametrize(
    ("began", "open_"),
    [
        ("2026-03-04T13:59:00", False),
        ("2026-03-04T14:00:00", True),
        ("2026-03-04T16:30:00", True),
        ("2026-03-04T21:59:50", True),
        ("2026-03-04T22:00:00", False),
        ("2026-03-04T02:00:00", False),
    ],
)
def test_a_schedule_over_midnight_in_the_cameras_time_zone(region: Make, began: str, open_: bool) -> None:
    events = region(began=utc(began), gate=night())({1: [INSIDE] * 8})
    assert bool(events) is open_


@pytest.mark.parametrize(
    ("began", "open_"),
    [
        ("2026-03-06T14:30:00", True),  # Friday 22:30 in Shanghai
        ("2026-03-06T20:00:00", True),  # Saturday 04:00: the night that began on Friday
        ("2026-03-07T15:00:00", False),  # Saturday 23:00
        ("2026-03-05T20:00:00", False),  # Friday 04:00: the night that began on Thursday
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(region: Make, began: str, open_: bool) -> None:
    events = region(began=utc(began), gate=night(days=["fri"]))({1: [INSIDE] * 8})
    assert bool(events) is open_


def test_who_is_inside_when_the_schedule_opens_is_told_then(region: Make) -> None:
    play = region(began=utc("2026-03-04T13:59:55"), gate=night())
    events = play({1: [INSIDE] * 100})

    assert starts(events) == [5.0]
    assert [(gate.name, gate.value) for gate in events[0].why] == [("min_time", 5.0), ("schedule", 0.0)]


def test_an_incident_still_ends_after_the_schedule_closed(region: Make) -> None:
    play = region(began=utc("2026-03-04T21:59:58"), gate=night())
    events = play({1: [INSIDE] * 50 + [OUTSIDE] * 20})
    assert [str(event.phase) for event in events] == ["start", "end"]


def test_a_whole_day_and_several_windows(region: Make) -> None:
    whole = {"schedule": [{"days": ["wed"]}]}
    assert region(began=utc("2026-03-04T23:59:50"), gate=whole)({1: [INSIDE] * 8})
    assert not region(began=utc("2026-03-05T00:00:10"), gate=whole)({1: [INSIDE] * 8})

    two = {"schedule": [{"start": "08:00", "end": "09:00"}, {"start": "17:00", "end": "24:00"}]}
    told = [
        bool(region(began=utc(f"2026-03-04T{hour}:30:00"), gate=two)({1: [INSIDE] * 8}))
        for hour in ("08", "09", "17", "23")
    ]
    assert told == [True, False, True, True]


def test_daylight_saving_time_moves_the_window(region: Make) -> None:
    gate = {"timezone": "Europe/Berlin", "schedule": [{"start": "08:00", "end": "09:00"}]}
    winter, summer = utc("2026-01-15T07:30:00"), utc("2026-07-15T06:30:00")
    assert region(began=winter, gate=gate)({1: [INSIDE] * 8})
    assert region(began=summer, gate=gate)({1: [INSIDE] * 8})
    assert not region(began=summer.replace(hour=7), gate=gate)({1: [INSIDE] * 8})


def opens(region: Make, began: str, zone: str, **gate: Any) -> bool:
    """Tell whether a rule speaks about one who is inside at a local time (with its offset from UTC)."""
    moment = datetime.fromisoformat(began).astimezone(UTC)
    return bool(region(began=moment, min_time_s=0, gate={"timezone": zone, **gate})({1: [INSIDE]}))


@pytest.mark.parametrize(
    ("began", "open_"),
    [
        # The clock goes from 2:00 to 3:00.
        ("2026-03-28T21:59:59+01:00", False),
        ("2026-03-28T22:00:00+01:00", True),
        ("2026-03-29T01:59:59+01:00", True),
        ("2026-03-29T03:00:00+02:00", True),
        ("2026-03-29T05:59:59+02:00", True),
        ("2026-03-29T06:00:00+02:00", False),
        # The clock goes from 3:00 to 2:00.
        ("2026-10-25T02:30:00+02:00", True),
        ("2026-10-25T02:30:00+01:00", True),
        ("2026-10-25T05:59:59+01:00", True),
        ("2026-10-25T06:00:00+01:00", False),
    ],
)
def test_a_night_in_which_the_clock_is_put_ends_when_the_clock_says_so(region: Make, began: str, open_: bool) -> None:
    assert opens(region, began, "Europe/Berlin", schedule=[{"start": "22:00", "end": "06:00"}]) is open_


@pytest.mark.parametrize(
    ("began", "open_"), [("2026-03-29T03:10:00+02:00", True), ("2026-03-29T04:00:00+02:00", False)]
)
def test_a_span_that_begins_in_the_hour_that_is_left_out(region: Make, began: str, open_: bool) -> None:
    assert opens(region, began, "Europe/Berlin", schedule=[{"start": "02:30", "end": "04:00"}]) is open_


@pytest.mark.parametrize(
    ("began", "open_"),
    [
        ("2026-03-04T23:59:59.9", False),
        ("2026-03-05T00:00:00", True),
        ("2026-03-05T23:59:59.9", True),
        ("2026-03-06T00:00:00", False),
    ],
)
def test_a_whole_day_is_from_midnight_to_midnight(region: Make, began: str, open_: bool) -> None:
    assert opens(region, f"{began}+08:00", "Asia/Shanghai", schedule=[{"days": ["thu"]}]) is open_


# The National Day of China in 2026: 1 to 7 October off; Sunday 27 September and Saturday 10 October are worked.
CHINA = {"holidays": ["2026-10-01..2026-10-07"], "workdays": ["2026-09-27", "2026-10-10"]}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-09-25", True),  # Friday
        ("2026-09-26", False),  # Saturday
        ("2026-09-27", True),
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
    ],
)
def test_workdays_and_holidays(region: Make, day: str, worked: bool) -> None:
    for name, wanted in (("workday", worked), ("holiday", not worked)):
        for hour in ("00:00:00", "23:59:59"):
            span = [{"days": [name]}]
            assert opens(region, f"{day}T{hour}+08:00", "Asia/Shanghai", schedule=span, **CHINA) is wanted


def test_the_night_after_a_workday_goes_on_into_the_holiday(region: Make) -> None:
    span = [{"days": ["workday"], "start": "22:00", "end": "06:00"}]
    told = [
        opens(region, f"{moment}+08:00", "Asia/Shanghai", schedule=span, **CHINA)
        for moment in ("2026-10-01T05:00:00", "2026-10-01T23:00:00", "2026-10-08T05:00:00", "2026-10-08T23:00:00")
    ]
    assert told == [True, False, False, True]


@pytest.mark.parametrize(
    "text",
    [
        "holidays: [2026-10-01..2026-10-07]\nworkdays: [2026-09-27, 2026-10-10]\n",
        "- 2026-10-01..2026-10-07\n",
    ],
)
def test_a_calendar_in_a_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "cn.yaml").write_text(text)
    span = [{"days": ["holiday"]}]
    read = GateConfig.model_validate(
        {"holidays": str(tmp_path / "cn.yaml"), "workdays": ["2026-10-11"], "schedule": span}
    )
    assert (len(read.holidays), read.holidays[-1]) == (7, date(2026, 10, 7))
    assert date(2026, 10, 11) in read.workdays
    assert GateConfig.model_validate(read.model_dump()) == read


def test_a_disarmed_rule_is_silent_until_it_is_armed(region: Make) -> None:
    play = region(gate={"armed": False})
    assert play({1: [INSIDE] * 30}) == []
    play.rule.gate.armed = True
    assert starts(play({1: [INSIDE] * 5})) == [3.0]


def test_a_disarmed_line_does_not_count(line: Make) -> None:
    play = line(gate={"armed": False})
    assert play({1: play.walk((0.3, 0.6), (0.7, 0.6), 20)}) == []
    assert play.rule.counts == {"A->B": 0, "B->A": 0}


def test_debounce_comes_on_top_of_the_condition(region: Make) -> None:
    events = region(min_time_s=1, gate={"debounce_s": 2})({1: [INSIDE] * 50})
    assert starts(events) == [3.0]
    assert [(gate.name, gate.threshold) for gate in events[0].why] == [("min_time", 1.0), ("debounce", 2.0)]


def test_cooldown_is_for_each_object(region: Make) -> None:
    play = region(min_time_s=0, gap_s=0.5, gate={"cooldown_s": 10})
    visit = [INSIDE] * 10 + [OUTSIDE] * 10
    events = play({1: visit * 5, 2: [None] * 40 + [(0.4, 0.5)] * 10})

    assert [event.track_ids for event in events if event.phase == Phase.START] == [(1,), (2,)]


def test_who_stays_is_told_again_when_the_cooldown_is_over(region: Make) -> None:
    play = region(min_time_s=0, gap_s=0.5, gate={"cooldown_s": 10})
    events = play({1: [INSIDE] * 10 + [OUTSIDE] * 10 + [INSIDE] * 100})

    assert starts(events) == [0.0, 10.9]
    assert [gate.name for gate in events[-1].why] == ["min_time", "cooldown"]
    assert all(gate.margin >= -1e-6 for gate in events[-1].why)


def test_a_cooldown_goes_over_to_the_id_that_continues(line: Make) -> None:
    play = line(gate={"cooldown_s": 60})
    there, back = play.walk((0.4, 0.6), (0.6, 0.6), 30), play.walk((0.6, 0.6), (0.4, 0.6), 30)
    events = play({1: there, 2: [None] * 33 + back[2:]})

    assert [event.direction for event in events] == ["A->B"]
    assert play.rule.counts == {"A->B": 1, "B->A": 1}


def test_the_cooldown_of_the_rule_is_for_everybody(line: Make) -> None:
    play = line(gate={"rule_cooldown_s": 5})
    path = play.walk((0.3, 0.6), (0.7, 0.6), 11)
    events = play({n: [None] * (20 * n) + path for n in range(5)})

    assert [event.track_ids for event in events] == [(0,), (3,)]
    assert [event.value for event in events] == [1, 4]


def test_a_break_of_the_stream_forgets_cooldowns(region: Make) -> None:
    play = region(min_time_s=0, gate={"cooldown_s": 100})
    play({1: [INSIDE] * 10})
    play.finish()
    assert len(play({1: [INSIDE] * 10})) == 1


def test_thresholds_are_met_in_spite_of_the_rounding_of_times() -> None:
    assert 10.6 - 10.0 < 0.6
    assert reached(10.6 - 10.0, 0.6)
    assert 1.1 - 0.1 <= 1.0 < 10.1 - 9.1 + 1e-12
    assert not exceeded(8.2 - 7.2 + 1e-9, 1.0)
    assert not reached(0.59, 0.6)
    assert exceeded(1.01, 1.0)


def test_cooldowns_that_are_over_are_forgotten(region: Make) -> None:
    play = region(min_time_s=0, gap_s=0.5, gate={"cooldown_s": 5})
    visits = {n: [None] * (30 * n) + [INSIDE] * 5 for n in range(40)}
    play(visits)
    early = len(pickle.dumps(play.rule.gate))
    play({n + 100: spots for n, spots in visits.items()})
    assert len(pickle.dumps(play.rule.gate)) < early + 100


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"timezone": "Shanghai"}, "unknown time zone 'Shanghai': give a name such as Asia/Shanghai"),
        ({"timezone": "../etc/passwd"}, "unknown time zone"),
        ({"schedule": [{"days": []}]}, "at least 1 item"),
        ({"schedule": [{"days": ["monday"]}]}, "'mon'"),
        ({"schedule": [{"start": "25:00"}]}, "time"),
        ({"schedule": [{"start": "22:00+08:00"}]}, "plain time of day"),
        ({"holidays": ["1 October"]}, "valid date"),
        ({"holidays": ["2026-10-07..2026-10-01"]}, "ends before it begins"),
        ({"holidays": ["0001-01-01..9999-12-31"]}, "too long"),
        ({"holidays": {"a": 1}}, "needs a list of dates"),
        ({"holidays": "nothing.yaml"}, "cannot read nothing.yaml"),
        ({"holidays": ["2026-10-01"], "workdays": ["2026-10-01"]}, "2026-10-01 is among the holidays and the workdays"),
        (
            {"holidays": ["2026-10-01"], "schedule": [{"days": ["mon"]}]},
            r"count only for spans with `days: \[workday\]`",
        ),
        ({"cooldown_s": -1}, "greater than or equal to 0"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        GateConfig.model_validate(settings)
