"""The region rule: when it must fire, and when it must not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from camloom.config import Scene
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.geometry import Zone
from camloom.rules.zones.region import RegionConfig, RegionRule

Make = Callable[..., Any]

INSIDE = (0.5, 0.6)
OUTSIDE = (0.1, 0.6)


def phases(events: list[Event]) -> list[str]:
    return [str(event.phase) for event in events]


def test_entering_is_one_incident_from_start_to_end(region: Make) -> None:
    play = region(min_time_s=0.6)
    events = play({7: [OUTSIDE] * 5 + [INSIDE] * 30 + [OUTSIDE] * 20})

    start, end = events
    assert (start.type, start.phase, end.phase) == ("region.entered", Phase.START, Phase.END)
    assert (start.source_id, start.rule_id, start.zone, start.track_ids) == ("gate", "r", "lawn", (7,))
    assert start.incident_id == end.incident_id != ""
    assert start.id != end.id
    assert start.pts_s == pytest.approx(1.1)
    assert (start.value, start.unit) == (pytest.approx(0.6), "s")
    assert (end.value, end.unit) == (pytest.approx(2.9), "s")
    assert start.objects[0].xyxy[3] == pytest.approx(0.6 * 900)


def test_why_names_the_time_inside_and_what_ended_it(region: Make) -> None:
    play = region(min_time_s=0.5, gap_s=1)
    start, end = play({1: [INSIDE] * 20 + [OUTSIDE] * 15})

    assert [(gate.name, gate.threshold, gate.unit) for gate in start.why] == [("min_time", 0.5, "s")]
    assert all(gate.margin >= -1e-6 for gate in start.why)
    assert [gate.name for gate in end.why] == ["min_time", "gap"]


@pytest.mark.parametrize("fps", [2, 5, 7.5, 10, 25, 30])
def test_time_inside_is_stream_time_whatever_the_frame_rate(region: Make, fps: float) -> None:
    play = region(fps=fps, min_time_s=2)
    start = play({1: [INSIDE] * round(4 * fps)})[0]

    assert 2.0 - 1e-6 <= start.pts_s < 2.0 + 1 / fps


def test_too_short_a_visit_is_silent(region: Make) -> None:
    assert region(min_time_s=0.6)({1: [OUTSIDE] * 5 + [INSIDE] * 6 + [OUTSIDE] * 20}) == []


def test_a_head_in_the_zone_is_silent(region: Make) -> None:
    feet_below = (0.5, 0.85)
    assert region()({1: [feet_below] * 30}) == []


def test_walking_past_is_silent(region: Make) -> None:
    play = region(min_time_s=0)
    assert play({1: play.walk((0.25, 0.1), (0.25, 1.0), 50), 2: play.walk((0.0, 0.35), (1.0, 0.35), 50)}) == []


@pytest.mark.parametrize("away", [None, OUTSIDE])
def test_a_short_absence_changes_nothing(region: Make, away: tuple[float, float] | None) -> None:
    play = region(gap_s=1)
    events = play({1: [INSIDE] * 20 + [away] * 9 + [INSIDE] * 20 + [away] * 20})

    assert phases(events) == ["start", "end"]
    assert events[1].value == pytest.approx(4.8)


@pytest.mark.parametrize("away", [None, OUTSIDE])
def test_a_long_absence_makes_two_visits(region: Make, away: tuple[float, float] | None) -> None:
    events = region(gap_s=1)({1: [INSIDE] * 20 + [away] * 15 + [INSIDE] * 20})

    assert phases(events) == ["start", "end", "start"]
    assert events[0].incident_id != events[2].incident_id


def test_a_slow_frame_rate_alone_is_no_absence(region: Make) -> None:
    play = region(fps=0.5, gap_s=1, min_time_s=1)
    assert phases(play({1: [INSIDE] * 5})) == ["start"]


def test_a_new_id_goes_on_with_the_visit_of_a_lost_one(region: Make) -> None:
    play = region()
    events = play({1: [INSIDE] * 20, 2: [None] * 24 + [(0.51, 0.61)] * 20})
    events += play.nobody(2)

    assert phases(events) == ["start", "end"]
    assert events[1].incident_id == events[0].incident_id
    assert events[1].track_ids == (2,)
    assert events[1].value == pytest.approx(4.3)


def test_a_walker_lost_behind_a_post_is_met_where_he_must_be_by_now(region: Make) -> None:
    play = region()
    path = play.walk((0.32, 0.6), (0.68, 0.6), 60)
    events = play({1: path[:30], 2: [None] * 38 + path[38:]})

    assert phases(events) == ["start"]


def test_a_new_id_elsewhere_is_somebody_else(region: Make) -> None:
    events = region()({1: [(0.35, 0.5)] * 20, 2: [None] * 24 + [(0.65, 0.7)] * 20})
    assert [event.track_ids for event in events if event.phase == Phase.START] == [(1,), (2,)]


def test_a_new_id_beside_a_track_still_in_view_is_somebody_else(region: Make) -> None:
    events = region()({1: [INSIDE] * 40, 2: [None] * 20 + [(0.51, 0.6)] * 20})
    assert [event.track_ids for event in events] == [(1,), (2,)]


def test_a_passer_by_does_not_take_over_a_lost_visit(region: Make) -> None:
    """His id was known outside before the other was lost."""
    play = region(min_time_s=0)
    events = play({1: [INSIDE] * 20, 2: [(0.1, 0.6)] * 20 + [(0.5, 0.61)] * 10})
    assert [event.track_ids for event in events if event.phase == Phase.START] == [(1,), (2,)]


def test_two_people_are_two_incidents(region: Make) -> None:
    events = region()({1: [INSIDE] * 20 + [OUTSIDE] * 20, 2: [(0.4, 0.5)] * 40})
    starts = [event for event in events if event.phase == Phase.START]
    ends = [event for event in events if event.phase == Phase.END]

    assert {event.incident_id for event in starts} > {event.incident_id for event in ends}
    assert len(starts) == 2
    assert ends[0].track_ids == (1,)


def test_nobodys_end_waits_for_that_of_another(region: Make) -> None:
    places = {1: (0.35, 0.6), 2: (0.5, 0.6), 3: (0.65, 0.6), 4: (0.5, 0.75)}
    stays = {key: [place] * (12 + 4 * key) + [None] * (30 - 4 * key) for key, place in places.items()}

    def ends(events: list[Event]) -> list[tuple[int, float]]:
        return [(event.track_ids[0], round(event.pts_s, 3)) for event in events if event.phase is Phase.END]

    assert ends(region()(stays)) == [end for key, spots in stays.items() for end in ends(region()({key: spots}))]


def test_updates_come_at_their_interval(region: Make) -> None:
    events = region(min_time_s=1, update_s=2)({1: [INSIDE] * 80})

    assert phases(events) == ["start", "update", "update", "update"]
    assert [round(event.pts_s, 1) for event in events] == [1.0, 3.0, 5.0, 7.0]
    assert events[-1].value == pytest.approx(7.0)


def test_feet_cut_off_by_the_edge_are_in_a_zone_drawn_to_the_edge(play: Make) -> None:
    scene = Scene((Zone("lawn", ((0.0, 0.8), (1.0, 0.8), (1.0, 1.0), (0.0, 1.0))),))
    stage = play(RegionRule(RegionConfig(id="r", zone="lawn"), scene))
    assert phases(stage({1: [(0.5, 1.0)] * 20})) == ["start"]


def test_leaving_is_told_once_with_the_time_inside(region: Make) -> None:
    play = region(on="exit", min_time_s=1)
    events = play({1: [INSIDE] * 25 + [OUTSIDE] * 30})

    assert [(event.type, event.phase) for event in events] == [("region.exited", Phase.INSTANT)]
    assert events[0].value == pytest.approx(2.4)
    assert [gate.name for gate in events[0].why] == ["min_time", "gap"]


def test_leaving_needs_a_stay_and_an_absence(region: Make) -> None:
    play = region(on="exit", min_time_s=1)
    assert play({1: [INSIDE] * 5 + [OUTSIDE] * 30}) == []
    assert play({1: [INSIDE] * 30 + [OUTSIDE] * 8 + [INSIDE] * 30}) == []


def test_the_end_of_the_stream_is_not_an_exit(region: Make) -> None:
    play = region(on="exit")
    play({1: [INSIDE] * 30})
    assert play.finish() == []


def test_an_exit_waits_for_the_debounce(region: Make) -> None:
    settings = {"on": "exit", "gap_s": 1, "gate": {"debounce_s": 1}}
    assert region(**settings)({1: [INSIDE] * 30 + [OUTSIDE] * 15 + [INSIDE] * 30}) == []
    assert len(region(**settings)({1: [INSIDE] * 30 + [OUTSIDE] * 25})) == 1


def test_dwelling_takes_ten_seconds_unless_told_otherwise(region: Make) -> None:
    assert region(on="dwell")({1: [INSIDE] * 100}) == []
    events = region(on="dwell")({1: [INSIDE] * 101})
    assert [(event.type, event.phase) for event in events] == [("region.dwelled", Phase.START)]
    assert events[0].value == pytest.approx(10.0)


def test_pacing_up_and_down_is_dwelling_too(region: Make) -> None:
    play = region(on="dwell", dwell_s=5)
    there = play.walk((0.35, 0.5), (0.65, 0.7), 20)
    assert phases(play({1: (there + there[::-1]) * 2})) == ["start"]


def test_many_people_passing_is_not_dwelling(region: Make) -> None:
    play = region(on="dwell", dwell_s=5)
    path = play.walk((0.1, 0.6), (0.9, 0.6), 40)
    script = {person: [None] * (person * 15) + path for person in range(12)}
    assert play(script) == []


def test_a_count_must_hold_for_its_time(region: Make) -> None:
    play = region(on="count", count=2, hold_s=2, min_time_s=0.3, gap_s=0.5)
    both, left, right = [None] * 10, (0.4, 0.6), (0.6, 0.6)
    events = play({1: both + [left] * 60, 2: both + [right] * 40, 3: [None] * 40 + [(0.5, 0.5)] * 5})
    events += play.nobody(3)

    start, end = events
    assert (start.type, start.value, start.unit) == ("region.count", 2, "objects")
    assert start.pts_s == pytest.approx(3.3)
    assert start.track_ids == (1, 2)
    assert end.value == 3
    assert end.incident_id == start.incident_id
    assert ("count", 2, 2) in [(gate.name, gate.value, gate.threshold) for gate in start.why]


def test_a_flicker_does_not_restart_a_count(region: Make) -> None:
    play = region(on="count", count=2, hold_s=3, gap_s=1)
    shaky = ([(0.6, 0.6)] * 8 + [None] * 6) * 3
    assert phases(play({1: [(0.4, 0.6)] * 42, 2: shaky})) == ["start"]


def test_a_crowd_that_is_too_small_or_too_short_is_silent(region: Make) -> None:
    play = region(on="count", count=3, hold_s=2, gap_s=0.5)
    pair = {1: [(0.4, 0.6)] * 60, 2: [(0.6, 0.6)] * 60}
    assert play({**pair, 3: [(0.5, 0.5)] * 15}) == []


def test_a_ghost_does_not_end_a_count_and_a_person_does(region: Make) -> None:
    settings = {"on": "count", "count": 2, "comparison": "exactly", "hold_s": 2}
    pair = {1: [(0.4, 0.6)] * 90, 2: [(0.6, 0.6)] * 90}
    assert phases(region(**settings)({**pair, 3: [None] * 40 + [(0.5, 0.5)] * 5})) == ["start"]
    assert phases(region(**settings)({**pair, 3: [None] * 40 + [(0.5, 0.5)] * 30})) == ["start", "end"]


def test_at_most_is_true_of_fewer_too(region: Make) -> None:
    play = region(on="count", count=2, comparison="at_most", hold_s=2)
    events = play({1: [INSIDE] * 30})
    assert phases(events) == ["start"]
    assert [(gate.name, gate.margin) for gate in events[0].why] == [("below_limit", 1), ("hold", pytest.approx(0.0))]


def test_a_cooldown_goes_over_to_the_id_that_continues(region: Make) -> None:
    play = region(min_time_s=0, gap_s=0.3, gate={"cooldown_s": 60})
    events = play({1: [INSIDE] * 10 + [OUTSIDE] * 20, 2: [None] * 32 + [OUTSIDE] * 3 + [INSIDE] * 20})
    assert phases(events) == ["start", "end"]


def test_a_break_of_the_stream_forgets_who_was_lost(region: Make) -> None:
    """Without a break the new id would go on with the lost one, and its visit."""
    play = region(on="exit", min_time_s=1)
    play({1: [INSIDE] * 20})
    play.finish()
    assert play({2: [None] * 2 + [INSIDE] * 5 + [OUTSIDE] * 20}) == []


def test_an_empty_post_is_an_incident_until_somebody_comes(region: Make) -> None:
    play = region(on="count", count=0, comparison="at_most", hold_s=5, gap_s=1)
    events = play({1: [INSIDE] * 20}) + play.nobody(8) + play({1: [INSIDE] * 20})
    assert phases(events) == ["start", "end"]
    assert events[0].track_ids == ()


def test_finish_ends_what_is_open_and_forgets(region: Make) -> None:
    play = region(min_time_s=1)
    opened = play({1: [INSIDE] * 30})
    ended = play.finish()

    assert phases(ended) == ["end"]
    assert ended[0].incident_id == opened[0].incident_id
    assert ended[0].value == pytest.approx(2.9)
    assert play.finish() == []
    assert not play.rule.holding
    assert phases(play({1: [INSIDE] * 30})) == ["start"]


@pytest.mark.parametrize("on", ["enter", "exit", "dwell", "count"])
def test_it_holds_while_somebody_is_in_and_for_the_gap(region: Make, on: str) -> None:
    play = region(on=on, gap_s=1)
    play({1: [OUTSIDE] * 5})
    assert not play.rule.holding
    play({1: [INSIDE] * 5 + [None] * 8})
    assert play.rule.holding
    play.nobody(1)
    assert not play.rule.holding


def test_one_doubtful_frame_does_not_hide_a_sure_track(region: Make) -> None:
    play = region(min_confidence=0.5, gap_s=0)
    events = play({1: [INSIDE] * 12}, confidence=0.8) + play({1: [INSIDE] * 3}, confidence=0.2)
    events += play({1: [INSIDE] * 12}, confidence=0.8)
    assert phases(events) == ["start"]


def test_one_sure_frame_does_not_make_a_doubtful_track(region: Make) -> None:
    play = region(min_confidence=0.5, min_time_s=0)
    events = play({1: [OUTSIDE] * 12}, confidence=0.3)
    events += play({1: [INSIDE] * 4}, confidence=0.9)
    assert events == []


def test_only_the_subjects_count(region: Make) -> None:
    assert region(classes=["car"])({1: [INSIDE] * 20}) == []
    assert region(min_height_share=0.25)({1: [INSIDE] * 20}, height=0.2) == []
    assert len(region(classes=["person"], min_height_share=0.15)({1: [INSIDE] * 20}, height=0.2)) == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"on": "enter", "dwell_s": 5}, "`dwell_s` has no effect with `on: enter`; it goes with dwell"),
        ({"on": "exit", "update_s": 5}, "it goes with enter or dwell or count"),
        ({"on": "count", "count": 0}, "give `count: 1` or more"),
        ({"on": "leave"}, "'enter', 'exit', 'dwell' or 'count'"),
        ({"on": "dwell", "dwell_s": 0}, "greater than 0"),
        ({"gap_s": -1}, "greater than or equal to 0"),
        ({"min_time": 3}, "unknown key"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        RegionConfig.model_validate({"id": "r", "zone": "lawn", **settings})


def test_an_unknown_zone_is_named(scene: Scene) -> None:
    with pytest.raises(ConfigError, match=re.escape("no zone 'pond'. Known: lawn")):
        RegionRule(RegionConfig(id="r", zone="pond"), scene)
