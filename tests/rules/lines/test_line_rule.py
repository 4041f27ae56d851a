"""The line rule: when it must fire, and when it must not. Side A of the gate is the left of the picture."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from camloom.config import Scene
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.geometry import Line
from camloom.rules.lines.line import LineConfig, LineRule

Make = Callable[..., Any]

LEFT, RIGHT = (0.3, 0.6), (0.7, 0.6)


def crossings(events: list[Event]) -> list[tuple[str, float | None]]:
    return [(event.direction, event.value) for event in events]


def test_walking_over_the_line_fires_once_in_the_right_direction(line: Make) -> None:
    play = line()
    events = play({4: play.walk(LEFT, RIGHT, 41)})

    assert crossings(events) == [("A->B", 1)]
    event = events[0]
    assert (event.type, event.phase, event.zone, event.rule_id) == ("line.crossed", Phase.INSTANT, "gate", "l")
    assert event.track_ids == (4,)
    assert event.objects[0].track_id == 4
    assert crossings(play({5: play.walk(RIGHT, LEFT, 41)})) == [("B->A", 1)]


def test_why_tells_the_way_and_the_interpolated_moment(line: Make) -> None:
    play = line()
    event = play({4: play.walk(LEFT, RIGHT, 41)})[0]
    gates = {gate.name: gate for gate in event.why}

    assert gates["crossed_at"].value == pytest.approx(2.0, abs=0.01)
    assert gates["crossed_at"].value <= event.pts_s < 2.5
    assert gates["min_travel"].unit == "height"
    assert all(gate.margin >= 0 for gate in event.why)


def test_both_directions_are_counted(line: Make) -> None:
    play = line()
    there, back = play.walk(LEFT, RIGHT, 20), play.walk(RIGHT, LEFT, 20)
    events = play({1: there + back + there})

    assert crossings(events) == [("A->B", 1), ("B->A", 1), ("A->B", 2)]
    assert play.rule.counts == {"A->B": 2, "B->A": 1}


@pytest.mark.parametrize(("direction", "told"), [("a_to_b", "A->B"), ("b_to_a", "B->A")])
def test_only_the_wanted_direction_is_told_and_both_are_counted(line: Make, direction: str, told: str) -> None:
    play = line(direction=direction)
    events = play({1: play.walk(LEFT, RIGHT, 20) + play.walk(RIGHT, LEFT, 20)})

    assert crossings(events) == [(told, 1)]
    assert play.rule.counts == {"A->B": 1, "B->A": 1}


def test_a_jump_over_the_line_in_one_step_fires(line: Make) -> None:
    assert crossings(line()({1: [LEFT, RIGHT]})) == [("A->B", 1)]


def test_a_track_that_was_lost_on_the_line_fires_when_it_is_back(line: Make) -> None:
    assert crossings(line()({1: [LEFT] * 5 + [None] * 30 + [RIGHT] * 5})) == [("A->B", 1)]


def test_a_new_id_behind_the_line_goes_on_with_the_lost_one(line: Make) -> None:
    play = line()
    path = play.walk((0.4, 0.6), (0.6, 0.6), 41)
    events = play({1: path[:17], 2: [None] * 24 + path[24:]})

    assert crossings(events) == [("A->B", 1)]
    assert events[0].track_ids == (2,)


def test_a_new_id_on_the_line_does_not_fire_twice(line: Make) -> None:
    play = line()
    path = play.walk((0.4, 0.6), (0.6, 0.6), 41)
    events = play({1: path[:26], 2: [None] * 28 + path[28:]})
    assert crossings(events) == [("A->B", 1)]


def test_somebody_new_far_behind_the_line_did_not_cross(line: Make) -> None:
    play = line()
    assert play({1: play.walk((0.3, 0.6), (0.45, 0.6), 20), 2: [None] * 22 + [(0.68, 0.6)] * 20}) == []


def test_an_object_first_seen_behind_the_line_did_not_cross(line: Make) -> None:
    play = line()
    assert play({1: play.walk((0.505, 0.6), RIGHT, 20)}) == []


@pytest.mark.parametrize("fps", [5.0, 10.0, 25.0])
def test_standing_on_the_line_under_a_jittering_box_is_silent(line: Make, fps: float) -> None:
    """Jitter as measured: 1.2 % of the box height, and 10 % in one frame of a hundred."""
    play = line(fps=fps)
    random = np.random.default_rng(7)
    height = 0.2
    sigma = np.where(random.random(1500) < 0.01, 0.04, 0.012) * height * 9 / 16
    standing = [(0.5 + float(off), 0.6) for off in random.normal(0, sigma)]
    events = play({1: play.walk(LEFT, (0.5, 0.6), 20) + standing}, height=height)
    assert len(events) <= 1


def test_a_box_that_grows_and_shrinks_is_silent(play: Make) -> None:
    """The feet stay below a level line; a box resized by 8 % of its height does not cross it."""
    level = Scene(lines=(Line("gate", (0.1, 0.6), (0.9, 0.6)),))
    stage = play(LineRule(LineConfig(id="l", line="gate"), level))
    random = np.random.default_rng(3)
    feet = [(0.5, 0.612 + 0.08 * 0.3 * float(off)) for off in random.uniform(-1, 1, 400)]
    assert stage({1: feet}, height=0.3) == []


def test_the_jitter_of_a_near_and_large_box_is_silent(line: Make) -> None:
    """6 % of a box over most of the picture is far more than the least way."""
    play = line()
    random = np.random.default_rng(5)
    feet = [(0.5 + 0.06 * 0.8 * 9 / 16 * float(off), 0.85) for off in random.uniform(-1, 1, 300)]
    assert len(play({1: play.walk((0.3, 0.85), (0.5, 0.85), 20) + feet}, height=0.8)) <= 1


def test_the_least_way_is_a_share_of_the_height_whatever_the_aspect(line: Make) -> None:
    """0.1 of the height is 0.05625 of the width of this picture."""
    settings = {"min_travel_share": 0.1, "settle_s": 60}
    play = line(**settings)
    assert play({1: play.walk(LEFT, (0.555, 0.6), 20)}, height=0.1) == []
    play = line(**settings)
    assert len(play({1: play.walk(LEFT, (0.558, 0.6), 20)}, height=0.1)) == 1


def test_being_clear_of_the_line_must_be_without_a_break(line: Make) -> None:
    """Half of the time beyond the line, never for long: no crossing."""
    play = line(settle_s=0.5)
    beyond, on = (0.506, 0.6), (0.5005, 0.6)
    assert play({1: [LEFT] * 10 + [beyond, beyond, on] * 20}) == []


def test_touching_the_line_and_going_back_is_silent(line: Make) -> None:
    play = line()
    touch = (0.5005, 0.6)
    assert play({1: play.walk(LEFT, touch, 20) + play.walk(touch, LEFT, 20)}) == []


def test_a_slow_step_over_the_line_counts_after_the_settle_time(line: Make) -> None:
    behind = (0.5065, 0.6)
    play = line(settle_s=0.5)
    events = play({1: [LEFT] * 10 + [behind] * 30})
    assert crossings(events) == [("A->B", 1)]
    assert events[0].pts_s == pytest.approx(1.5)


@pytest.mark.parametrize("height", [0.1, 0.25, 0.95])
def test_going_around_the_ends_is_silent(line: Make, height: float) -> None:
    play = line()
    start, end = (0.3, height), (0.7, height)
    expected = [("A->B", 1)] if 0.3 <= height <= 0.9 else []
    assert crossings(play({1: play.walk(start, end, 20)})) == expected


def test_the_ends_reach_as_much_farther_as_feet_jitter(line: Make) -> None:
    """3 % of a box of 0.2 of the picture is 0.006 of it; the line ends at 0.9."""
    play = line()
    assert len(play({1: play.walk((0.3, 0.904), (0.7, 0.904), 20)}, height=0.2)) == 1
    assert play({2: play.walk((0.3, 0.91), (0.7, 0.91), 20)}, height=0.2) == []


def test_around_the_end_and_back_through_the_line_is_one_crossing(line: Make) -> None:
    play = line()
    around = play.walk((0.3, 0.1), (0.7, 0.1), 20) + play.walk((0.7, 0.1), RIGHT, 20)
    assert crossings(play({1: around + play.walk(RIGHT, LEFT, 20)})) == [("B->A", 1)]


def test_a_step_from_beyond_one_end_to_beyond_the_other_side_is_judged_where_it_crosses(line: Make) -> None:
    """The straight way from above the end at the left to below at the right meets the segment."""
    assert crossings(line()({1: [(0.2, 0.1), (0.8, 0.9)]})) == [("A->B", 1)]
    assert line()({1: [(0.2, 0.1), (0.8, 0.3)]}) == []


def test_directions_alternate_whatever_an_object_does(line: Make) -> None:
    play = line()
    random = np.random.default_rng(11)
    x = 0.5 + 0.1 * np.cumsum(random.normal(0, 0.15, 2000)) % 0.3 - 0.15
    events = play({1: [(float(value), 0.6) for value in x]})

    told = [event.direction for event in events]
    assert len(told) > 20
    assert all(a != b for a, b in pairwise(told))


def test_people_side_by_side_all_count(line: Make) -> None:
    play = line()
    script = {n: play.walk((0.3, 0.35 + 0.1 * n), (0.7, 0.35 + 0.1 * n), 30) for n in range(5)}
    assert crossings(play(script)) == [("A->B", n + 1) for n in range(5)]


def test_a_debounce_forgives_who_turns_back(line: Make) -> None:
    play = line(gate={"debounce_s": 2})
    turns_back = play.walk(LEFT, RIGHT, 20) + play.walk(RIGHT, LEFT, 10) + [LEFT] * 30
    assert play({1: turns_back}) == []
    assert crossings(play({2: play.walk(LEFT, RIGHT, 20) + [RIGHT] * 30})) == [("A->B", 1)]


def test_a_debounce_forgives_who_comes_back_around_the_end(line: Make) -> None:
    play = line(gate={"debounce_s": 5})
    around = play.walk(RIGHT, (0.7, 0.1), 8) + play.walk((0.7, 0.1), (0.3, 0.1), 10)
    assert play({1: play.walk(LEFT, RIGHT, 20) + around + [(0.3, 0.1)] * 60}) == []


def test_counts_outlive_a_break_of_the_stream_and_paths_do_not(line: Make) -> None:
    play = line()
    play({1: play.walk(LEFT, RIGHT, 20) + play.walk(RIGHT, LEFT, 20)})
    assert play.finish() == []

    assert play({1: [RIGHT] * 5}) == []
    assert play.rule.counts == {"A->B": 1, "B->A": 1}


def test_a_break_of_the_stream_forgets_cooldowns(line: Make) -> None:
    play = line(gate={"cooldown_s": 100})
    assert len(play({1: play.walk(LEFT, RIGHT, 20)})) == 1
    play.finish()
    assert len(play({1: play.walk(LEFT, RIGHT, 20)})) == 1


def test_it_holds_only_for_somebody_on_the_line(line: Make) -> None:
    play = line(gap_s=1)
    play({1: [LEFT] * 5})
    assert not play.rule.holding
    play({1: [(0.499, 0.6)] * 5})
    assert play.rule.holding
    play.nobody(2)
    assert not play.rule.holding


def test_only_the_subjects_count(line: Make) -> None:
    play = line(classes=["car"])
    path = play.walk(LEFT, RIGHT, 20)
    assert play({1: path}) == []
    assert crossings(play({2: path}, class_name="car")) == [("A->B", 1)]
    assert line(min_height_share=0.3)({1: path}) == []
    assert line(min_confidence=0.5)({1: path}, confidence=0.4) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"direction": "up"}, "'both', 'a_to_b' or 'b_to_a'"),
        ({"min_travel_share": 0.9}, "less than or equal to 0.5"),
        ({"zone": "lawn"}, "unknown key"),
        ({"id": ""}, "at least 1 character"),
    ],
)
def test_bad_settings_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        LineConfig.model_validate({"id": "l", "line": "gate", **settings})


def test_an_unknown_line_is_named(scene: Scene) -> None:
    with pytest.raises(ConfigError, match=re.escape("no line 'fence'. Known: gate, back")):
        LineRule(LineConfig(id="l", line="fence"), scene)
