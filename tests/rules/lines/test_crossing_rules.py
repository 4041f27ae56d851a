"""Two lines one after the other, a fence, and how many are inside. Side A of the gate is the left of the picture."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from camloom.config import Scene, parse_task
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.geometry import Line
from camloom.rules.lines.fence import FenceConfig, FenceRule
from camloom.rules.lines.inside import OccupancyConfig, OccupancyRule
from camloom.rules.lines.tripwire import TripwireConfig, TripwireRule

Make = Callable[..., Any]

LEFT, RIGHT = (0.2, 0.6), (0.8, 0.6)
LINES = (Line("first", (0.4, 0.3), (0.4, 0.9)), Line("second", (0.6, 0.3), (0.6, 0.9)))


@pytest.fixture
def tripwire(play: Make) -> Make:
    """Return a maker of a play with two upright lines, at 0.4 and 0.6 of the width."""

    def make(fps: float = 10, **settings: object) -> Any:
        told = {"id": "t", "line": "first", "second_line": "second", **settings}
        return play(TripwireRule(TripwireConfig.model_validate(told), Scene((), LINES)), fps)

    return make


def ids(events: list[Event]) -> list[tuple[int, ...]]:
    return [event.track_ids for event in events]


def gates(event: Event) -> dict[str, float]:
    return {gate.name: gate.value for gate in event.why}


def test_both_lines_in_order_within_the_time(tripwire: Make) -> None:
    play = tripwire()
    (event,) = play({1: play.walk(LEFT, RIGHT, 60)})
    assert (event.type, event.zone, event.direction, event.value) == ("tripwire.crossed", "first", "A->B", 1)
    assert event.phase is Phase.INSTANT
    assert gates(event)["sooner_than_within"] == pytest.approx(3, abs=0.1)
    assert all(gate.margin >= 0 for gate in event.why)


def test_the_other_order_is_silent(tripwire: Make) -> None:
    play = tripwire()
    assert play({1: play.walk(RIGHT, LEFT, 60)}) == []


def test_one_line_only_is_silent(tripwire: Make) -> None:
    play = tripwire()
    to = play.walk(LEFT, (0.5, 0.6), 30)
    assert play({1: to + to[::-1], 2: play.walk((0.5, 0.6), RIGHT, 30)}) == []


def test_too_slow_is_silent(tripwire: Make) -> None:
    wait = [(0.5, 0.6)] * 40
    play = tripwire()
    path = play.walk(LEFT, (0.5, 0.6), 20) + wait + play.walk((0.5, 0.6), RIGHT, 20)
    assert play({1: path}) == []
    assert ids(tripwire(within_s=10)({1: path})) == [(1,)]


def test_two_people_are_not_one(tripwire: Make) -> None:
    play = tripwire()
    first, second = play.walk(LEFT, (0.5, 0.35), 30), play.walk((0.5, 0.85), RIGHT, 30)
    assert play({1: first, 2: [None] * 5 + second}) == []


def test_an_id_that_changes_between_the_lines_goes_on(tripwire: Make) -> None:
    play = tripwire()
    path = play.walk(LEFT, RIGHT, 60)
    assert ids(play({1: path[:29], 2: [None] * 31 + path[31:]})) == [(2,)]


def test_over_both_in_one_step(tripwire: Make) -> None:
    assert ids(tripwire()({1: [LEFT, LEFT, RIGHT, RIGHT]})) == [(1,)]
    assert tripwire()({1: [RIGHT, RIGHT, LEFT, LEFT]}) == []


def test_the_direction_holds_for_both_lines(tripwire: Make) -> None:
    play = tripwire(direction="a_to_b")
    there = play.walk(LEFT, RIGHT, 50)
    assert ids(play({1: there + there[::-1] + there})) == [(1,), (1,)]
    assert tripwire(direction="b_to_a")({1: there + there[::-1]}) == []


def test_cooldown_and_debounce_hold(tripwire: Make) -> None:
    there = tripwire().walk(LEFT, RIGHT, 50)
    assert len(tripwire(gate={"cooldown_s": 60})({1: there + there[::-1] + there})) == 1
    turns_back = there[:35] + there[:35][::-1] + [LEFT] * 30
    assert tripwire(gate={"debounce_s": 2})({1: turns_back}) == []
    assert len(tripwire(gate={"debounce_s": 2})({1: there + [RIGHT] * 30})) == 1


def test_a_second_line_that_is_not_there_is_named() -> None:
    line = {"name": "first", "start": [0.4, 0.3], "end": [0.4, 0.9]}
    wired = {"source": "a.mp4", "lines": [line]}
    alarm = {"template": "tripwire", "line": "first", "second_line": "secnd"}
    with pytest.raises(ConfigError, match="there is no line 'secnd'"):
        parse_task({**wired, "alarms": [alarm]})
    with pytest.raises(ConfigError, match=r"rule 't': there is no line 'secnd'\. Known: first"):
        parse_task({**wired, "rules": [{"type": "tripwire", "id": "t", "line": "first", "second_line": "secnd"}]})
    with pytest.raises(ValidationError, match="both 'first': draw a second line"):
        TripwireConfig(id="t", line="first", second_line="first")


@pytest.fixture
def fence(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with a fence along the gate."""

    def make(fps: float = 10, place: Scene = scene, **settings: object) -> Any:
        return play(FenceRule(FenceConfig.model_validate({"id": "f", "line": "gate", **settings}), place), fps)

    return make


def test_getting_over_the_fence_is_told(fence: Make) -> None:
    play = fence(direction="a_to_b")
    over = play.walk(LEFT, RIGHT, 60)
    events = play({1: over + over[::-1]})
    assert [(event.type, event.direction, event.value) for event in events] == [("fence.crossed", "A->B", 1)]
    assert gates(events[0])["across"] == pytest.approx(90, abs=1)
    assert gates(events[0])["looks_at_fence"] >= 1


def test_climbing_slowly_with_a_stop_on_top_is_told(fence: Make) -> None:
    play = fence()
    to, top, on = play.walk(LEFT, (0.495, 0.6), 30), [(0.5, 0.58)] * 40, play.walk((0.505, 0.6), RIGHT, 30)
    assert len(play({1: to + top + on})) == 1


def test_walking_along_it_and_swaying_over_it_is_silent(fence: Make) -> None:
    """People of 0.2 of the picture walk 0.16 of it in a second; the line alone would tell of some of these."""
    for period in (4, 8, 12):
        sway = [(0.5 + 0.02 * np.sin(index / period), 0.3 + index * 0.016) for index in range(38)]
        assert fence()({1: sway, 2: [(x - 0.01, y) for x, y in sway]}) == []


def test_a_box_that_only_jumps_over_is_silent(fence: Make) -> None:
    """Lost far on one side and found far on the other: nobody saw a body at the fence."""
    assert fence()({1: [(0.3, 0.6)] * 10 + [(0.7, 0.6)] * 10}) == []


def test_around_the_end_of_the_fence_is_silent(fence: Make) -> None:
    play = fence()
    around = play.walk(LEFT, (0.45, 0.15), 20) + play.walk((0.45, 0.15), (0.55, 0.15), 10)
    assert play({1: around + play.walk((0.55, 0.15), RIGHT, 20)}) == []


@pytest.fixture
def occupancy(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with people who come in over the gate, from the left to the right."""

    def make(began: datetime = datetime(2026, 3, 4, 12, tzinfo=UTC), **settings: object) -> Any:
        config = OccupancyConfig.model_validate({"id": "o", "line": "gate", **settings})
        return play(OccupancyRule(config, scene), 10, began)

    return make


def passes(play: Any, *ways: str) -> list[Event]:
    """Let people pass one after the other, in or out."""
    to = play.walk((0.3, 0.6), (0.7, 0.6), 20)
    first = play.index
    script = {
        first + n: [None] * (25 * n) + (to if way == "in" else to[::-1]) + [None] * 5 for n, way in enumerate(ways)
    }
    return list(play(script))


def test_who_came_in_less_who_went_out(occupancy: Make) -> None:
    events = passes(occupancy(), "in", "in", "out", "in")
    assert [(event.type, event.value) for event in events] == [("occupancy.changed", n) for n in (1, 2, 1, 2)]
    assert events[2].direction == "B->A"


def test_never_fewer_than_nobody(occupancy: Make) -> None:
    play = occupancy()
    assert [event.value for event in passes(play, "out", "out", "in")] == [0, 0, 1]
    assert [event.value for event in passes(occupancy(in_direction="b_to_a", first_inside=5), "in", "out")] == [4, 5]


def test_an_id_that_changes_on_the_line_counts_once(occupancy: Make) -> None:
    play = occupancy()
    path = play.walk((0.4, 0.6), (0.6, 0.6), 41)
    assert [event.value for event in play({1: path[:20], 2: [None] * 22 + path[22:]})] == [1]


def test_while_more_are_inside_than_allowed(occupancy: Make) -> None:
    play = occupancy(limit=1)
    events = passes(play, "in", "in", "in", "out", "out")
    assert [(event.phase, event.value) for event in events] == [
        (Phase.START, 2),
        (Phase.UPDATE, 3),
        (Phase.UPDATE, 2),
        (Phase.END, 3),
    ]
    assert {event.type for event in events} == {"occupancy.over"}
    assert gates(events[0]) == {"inside": 2}


def test_nobody_is_inside_after_the_daily_reset(occupancy: Make) -> None:
    # 03:59:57 in Shanghai.
    began = datetime(2026, 3, 3, 19, 59, 57, tzinfo=UTC)
    play = occupancy(began=began, reset_at="04:00", gate={"timezone": "Asia/Shanghai"})
    assert [event.value for event in passes(play, "in", "in", "in")] == [1, 1, 2]
    assert [event.value for event in passes(play, "in")] == [3]
    play = occupancy(began=began, reset_at="04:00", limit=0, gate={"timezone": "Asia/Shanghai"})
    assert [event.phase for event in passes(play, "in")] == [Phase.START]
    assert [event.phase for event in play.nobody(2)] == [Phase.END]


def test_crossings_that_are_not_told_count_all_the_same(occupancy: Make) -> None:
    play = occupancy(gate={"rule_cooldown_s": 60})
    assert [event.value for event in passes(play, "in", "in", "in")] == [1]
    assert play.rule.inside == 3
    play.finish()
    assert play.rule.inside == 3
