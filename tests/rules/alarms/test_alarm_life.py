"""One alarm is one incident: its stages, what joins it, and when it is over."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from camloom.config import AlarmLabel, parse_task
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.frame import Frame
from camloom.overlay import Alarms
from camloom.rules.alarm import AlarmPart, AlarmRule
from camloom.runner.build import build_rule, rules_by_id

IN, OUT, NEAR = (0.5, 0.6), (0.9, 0.6), (0.285, 0.6)
VISIT = [IN] * 20
Life = Callable[..., Any]


@pytest.fixture
def life(play: Callable[..., Any]) -> Life:
    """Return a maker of a play with one alarm as its template makes it."""

    def make(template: str, folder: str | None = None, **settings: Any) -> Any:
        place = {"line": "gate"} if template in ("tripwire", "counting") else {"zone": "lawn"}
        task = parse_task(
            {
                "source": "a.mp4",
                "zones": [{"name": "lawn", "vertices": [[0.3, 0.4], [0.7, 0.4], [0.7, 0.8], [0.3, 0.8]]}],
                "lines": [{"name": "gate", "start": [0.5, 0.3], "end": [0.5, 0.9]}],
                "templates": folder,
                "alarms": [{"template": template, **place, **settings}],
            }
        )
        ((_, blocks),) = rules_by_id(task.rules).items()
        return play(build_rule(blocks, task.scene()))

    return make


def told(events: list[Event]) -> list[str]:
    return [f"{event.phase} {event.change}".strip() for event in events]


def one_incident(events: list[Event]) -> bool:
    return len({event.incident_id for event in events}) == 1


def test_a_stage_is_an_update_of_the_same_alarm(life: Life) -> None:
    stage = life("lawn_trampling")
    events = stage({1: [NEAR] * 20 + [IN] * 40 + [OUT] * 20})
    assert told(events) == ["start", "update stage", "update", "update left"]
    assert [event.ongoing for event in events] == [1, 1, 1, 0]
    assert [event.stage for event in events] == ["warning", "alarm", "alarm", "alarm"]
    assert [event.severity for event in events] == ["info", "minor", "minor", "minor"]
    assert {event.count for event in events} == {1}
    assert {event.rule_id for event in events} == {"lawn_trampling"}
    assert one_incident(events + stage.finish())
    assert [gate.name for gate in events[1].why] == ["min_time"]
    assert events[1].why[0].threshold == 2.0


LADDER = """
name: {zh: 逐级, en: Ladder}
description: {zh: 逐级报警, en: Warns and then calls for help}
parameters:
  zone: {kind: zone, description: {zh: 区域, en: where}}
stages:
  warning: {severity: info, name: {zh: 预警, en: Warning}}
  alarm: {severity: major, name: {zh: 报警, en: Alarm}}
  escalation: {severity: critical, name: {zh: 升级, en: Escalation}}
rules:
  - {type: region, stage: escalation, settings: {zone: $zone, on: dwell, dwell_s: 6}}
  - {type: region, stage: warning, settings: {zone: $zone, on: dwell, dwell_s: 1}}
  - {type: region, stage: alarm, settings: {zone: $zone, on: dwell, dwell_s: 3}}
"""


@pytest.mark.parametrize("merge_s", [0, 30])
def test_three_stages_rise_one_after_the_other_and_never_fall(life: Life, tmp_path: Path, merge_s: float) -> None:
    (tmp_path / "ladder.yaml").write_text(LADDER, encoding="utf-8")
    stage = life("ladder", folder=str(tmp_path), merge_s=merge_s)
    events = stage({1: [IN] * 80}) + stage({2: [(0.35, 0.5)] * 20}) + stage.finish()
    first = [event for event in events if event.incident_id == events[0].incident_id]
    assert [event.stage for event in first[:3]] == ["warning", "alarm", "escalation"]
    assert [event.severity for event in first[:3]] == ["info", "major", "critical"]
    assert told(first[:3]) == ["start", "update stage", "update stage"]
    assert {event.stage for event in first[3:]} == {"escalation"}
    assert (len({event.incident_id for event in events}) == 1) is (merge_s > 0)


def test_the_severity_that_was_asked_for_is_that_of_the_last_stage(life: Life) -> None:
    events = life("lawn_trampling", severity="critical")({1: [NEAR] * 20 + [IN] * 40})
    assert [event.severity for event in events] == ["info", "critical"]
    assert {event.severity for event in life("lawn_trampling", severity="info")({1: [NEAR] * 9 + [IN] * 40})} == {
        "info"
    }


def test_whoever_comes_within_the_time_joins_and_the_end_comes_after_it(life: Life) -> None:
    stage = life("intrusion", merge_s=10)
    events = stage({1: [IN] * 25, 2: [None] * 15 + [IN] * 25, 3: [None] * 100 + VISIT})
    assert told(events) == ["start", "update joined", "update left", "update left", "update joined"]
    assert [event.count for event in events] == [1, 2, 2, 2, 3]
    assert [event.ongoing for event in events] == [1, 2, 1, 0, 1]
    assert [event.track_ids for event in events] == [(1,), (1, 2), (2,), (), (3,)]
    later = stage.nobody(30)
    assert told(later) == ["update left", "end"]
    assert later[1].pts_s - later[0].pts_s == pytest.approx(10, abs=0.11)
    assert set(later[1].track_ids) == {1, 2, 3}
    assert later[1].count == 3
    assert later[1].why[-1].name == "merge"
    assert one_incident(events + later)
    assert len({event.id for event in events + later}) == 7


def test_after_that_time_it_is_another(life: Life) -> None:
    stage = life("intrusion", merge_s=10)
    first = stage({1: VISIT}) + stage.nobody(15)
    second = stage({2: VISIT})
    assert told(first) == ["start", "update left", "end"]
    assert told(second) == ["start"]
    assert second[0].count == 1
    assert not one_incident(first + second)


def test_a_new_start_after_frames_far_apart_is_not_merged(life: Life) -> None:
    stage = life("intrusion", merge_s=5, min_time_s=0)
    stage({1: VISIT})
    stage.nobody(3)
    stage.index += 600
    events = stage({2: [IN]})
    assert told(events) == ["end", "start"]
    assert not one_incident(events)


def test_nothing_is_merged_where_that_is_off(life: Life) -> None:
    stage = life("intrusion", merge_s=0)
    events = stage({1: VISIT, 2: [None] * 15 + VISIT}) + stage.nobody(5)
    assert told(events) == ["start", "start", "end", "end"]
    assert [event.track_ids for event in events] == [(1,), (2,), (1,), (2,)]
    assert {event.count for event in events} == {1}


def test_stages_belong_together_where_merging_is_off(life: Life) -> None:
    stage = life("lawn_trampling", merge_s=0)
    script = {1: [NEAR] * 10 + [IN] * 40, 2: [(0.6, 0.82)] * 30}
    events = stage(script) + stage.nobody(5)
    first = next(event.incident_id for event in events if 1 in event.track_ids)
    mine = [event for event in events if event.incident_id == first]
    assert told(mine) == ["start", "update stage", "update", "end"]
    assert mine[-1].track_ids == (1,)
    assert len({event.incident_id for event in events}) == 2


def test_crossings_of_a_line_are_one_alarm_and_countings_are_not(life: Life) -> None:
    wire, counter = life("tripwire"), life("counting")
    script = {n: [None] * (20 * n) + wire.walk((0.3, 0.6), (0.7, 0.6), 30) for n in range(3)}
    events = wire(script)
    assert told(events) == ["start", "update joined", "update joined"]
    assert [event.count for event in events] == [1, 2, 3]
    assert told(counter(script)) == ["instant"] * 3


def test_a_break_ends_it_at_once(life: Life) -> None:
    stage = life("intrusion")
    stage({1: VISIT, 2: VISIT})
    assert told(stage.finish()) == ["end"]
    assert not stage.rule.holding
    assert stage.finish() == []


def test_it_keeps_the_stream_awake_until_it_is_over(life: Life) -> None:
    stage = life("intrusion", merge_s=5)
    stage({1: VISIT})
    stage.nobody(4)
    assert stage.rule.holding
    stage.nobody(4)
    assert not stage.rule.holding


def test_boxes_are_where_their_objects_are_now(life: Life) -> None:
    stage = life("intrusion")
    events = stage({1: stage.walk((0.35, 0.6), (0.65, 0.6), 40), 2: [None] * 20 + VISIT, 3: [None] * 30 + VISIT})
    joined = [event for event in events if event.change == "joined"]
    assert [event.track_ids for event in joined] == [(1, 2), (1, 2, 3)]
    # Number 1 goes on walking; it is on each frame until the last, 0.03 of the width per 0.4 s.
    at = [event.objects[0].xyxy[0] for event in events]
    assert at[0] < at[1] - 100 < at[2] - 200
    # Number 3 is in it still, but not on this frame.
    later = stage({2: [IN] * 20, 4: [(0.35, 0.5)] * 20})
    assert [event.track_ids for event in later if event.change == "joined"] == [(2, 4)]


def test_red_is_who_is_in_it_now(life: Life) -> None:
    stage, alarms = life("intrusion"), Alarms()
    script = {1: VISIT, 2: [None] * 15 + VISIT}
    for event in stage(script):
        alarms.update([event], event.pts_s)
    assert alarms.track_ids == {2}
    assert alarms.places == {"lawn"}
    for event in stage.nobody(5):
        alarms.update([event], event.pts_s)
    alarms.update([], 100)
    assert not alarms.track_ids
    assert not alarms.places


def test_two_rules_of_one_alarm_that_see_the_same_are_one(play: Callable[..., Any], life: Life) -> None:
    stage = life("loitering", dwell_s=1, merge_s=0)
    (part,) = stage.rule.parts
    again = life("loitering", dwell_s=3).rule.parts[0].rule
    both = play(AlarmRule([part, AlarmPart(again, part.label)]))
    events = both({1: [IN] * 50}) + both.nobody(5)
    assert told(events) == ["start", "update", "update", "end"]
    assert {(event.count, event.ongoing) for event in events[:-1]} == {(1, 1)}


class Steps:
    """A rule that says what it is told to, about nobody."""

    holding = False

    def __init__(self, events: dict[int, Event]) -> None:
        self.events = events

    def update(self, tracks: object, frame: Frame) -> list[Event]:
        event = self.events.get(frame.index)
        return [replace(event, pts_s=frame.pts_s)] if event else []

    def finish(self, frame: Frame) -> list[Event]:
        return []


def test_what_is_about_nobody_rises_too(play: Callable[..., Any], life: Life) -> None:
    (start,) = life("intrusion")({1: VISIT})
    bare = replace(start, objects=(), track_ids=())
    label = AlarmLabel(alarm_id="smog", template="smog", name={}, severity="minor", stage="a")
    first = Steps({1: replace(bare, incident_id="x"), 40: replace(bare, incident_id="x", phase=Phase.END)})
    second = Steps({20: replace(bare, incident_id="y"), 30: replace(bare, incident_id="y", phase=Phase.END)})
    higher = label.model_copy(update={"stage": "b", "rank": 1, "severity": "major"})
    events = play(AlarmRule([AlarmPart(first, label), AlarmPart(second, higher)]))({0: [None] * 50})  # type: ignore[arg-type]
    assert told(events) == ["start", "update stage", "update", "end"]
    assert [event.severity for event in events] == ["minor", "major", "major", "major"]


def test_its_memory_is_bounded(life: Life) -> None:
    stage = life("tripwire")
    script = {n: [None] * (3 * n) + stage.walk((0.3, 0.6), (0.7, 0.6), 20) for n in range(100)}
    events = stage(script) + stage.finish()
    assert events[-1].count == 100
    assert len(events[-1].objects) == 64


@pytest.mark.parametrize("wrong", [-1, 4000, "long", True])
def test_a_wrong_time_is_refused(life: Life, wrong: Any) -> None:
    with pytest.raises(ConfigError, match=r"merge_s: is .*between 0 and 3600 s"):
        life("intrusion", merge_s=wrong)


def test_two_alarms_of_one_name_are_refused_once() -> None:
    zone = {"name": "lawn", "vertices": [[0, 0], [1, 0], [1, 1]]}
    alarms = [{"template": "lawn_trampling", "zone": "lawn"}] * 2
    with pytest.raises(ConfigError, match="two rules are called 'lawn_trampling'") as error:
        parse_task({"source": "a.mp4", "zones": [zone], "alarms": alarms})
    assert "more" not in str(error.value)
