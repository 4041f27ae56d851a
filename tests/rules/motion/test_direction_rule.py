"""Against the arrow: the arrow "back" points to the left of the picture."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.rules.motion.direction import DirectionConfig, DirectionRule

Make = Callable[..., Any]

# A body of 0.2 of the height of the picture is 0.1125 of its width long.
LENGTH = 0.2 * 900 / 1600


@pytest.fixture
def direction(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with a rule about the arrow."""

    def make(fps: float = 10, **settings: object) -> Any:
        config = DirectionConfig.model_validate({"id": "d", "line": "back", **settings})
        return play(DirectionRule(config, scene), fps)

    return make


def phases(events: list[Event]) -> list[Phase]:
    return [event.phase for event in events]


def way(lengths: float, angle_deg: float = 180) -> tuple[float, float]:
    """Return the end of a way from the middle, at an angle to the arrow (180 deg: to the right)."""
    dx, dy = -math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    return 0.4 + dx * lengths * LENGTH, 0.6 + dy * lengths * 0.2


def test_going_against_the_arrow_is_told_after_one_and_a_half_lengths(direction: Make) -> None:
    play = direction()
    assert play({1: play.walk(way(0), way(1.4), 20)}) == []
    (event,) = direction()({1: play.walk(way(0), way(2), 21)})
    assert (event.type, event.phase, event.zone, event.unit) == ("direction.wrong", Phase.START, "back", "lengths")
    assert event.value == pytest.approx(1.5, abs=0.11)
    assert {gate.name: gate.unit for gate in event.why} == {"deviation": "deg", "way": "lengths"}


@pytest.mark.parametrize(("angle_deg", "fires"), [(0, False), (90, False), (115, False), (125, True), (-150, True)])
def test_the_angle_decides(direction: Make, angle_deg: float, fires: bool) -> None:
    play = direction()
    assert bool(play({1: play.walk(way(0), way(2, angle_deg), 30)})) is fires


def test_it_ends_when_somebody_turns_round_or_is_gone(direction: Make) -> None:
    play = direction()
    to = play.walk(way(0), way(3), 30)
    events = play({1: to + to[::-1]})
    assert phases(events) == [Phase.START, Phase.END]
    assert events[1].why[-1].name == "turned_round"
    events = play({2: to + [None] * 20})
    assert phases(events) == [Phase.START, Phase.END]
    assert events[1].value == pytest.approx(3, abs=0.1)


def test_turning_once_and_stopping_are_silent(direction: Make) -> None:
    play = direction()
    back = play.walk(way(0), way(1), 10)
    on = play.walk(way(1), way(-3), 40)
    assert play({1: on[::-1][30:] + [way(0)] * 50 + back + [way(1)] * 50 + on}) == []


def test_standing_under_a_jittering_box_is_silent(direction: Make) -> None:
    play = direction()
    random = np.random.default_rng(2)
    sigma = np.where(random.random(1500) < 0.02, 0.3, 0.015) * LENGTH
    assert play({1: [(0.5 + float(off), 0.6) for off in random.normal(0, sigma)]}) == []


def test_a_jump_of_an_id_from_one_to_another_is_silent(direction: Make) -> None:
    play = direction()
    first, second = play.walk((0.5, 0.6), (0.3, 0.6), 20), play.walk((0.8, 0.6), (0.4, 0.6), 40)
    assert play({1: first + second}) == []


def test_slow_and_fast_and_rarely_seen_are_told(direction: Make) -> None:
    play = direction()
    assert phases(play({1: play.walk((0.2, 0.6), (0.6, 0.6), 600)})) == [Phase.START]
    play = direction(fps=5)
    assert phases(play({1: play.walk((0.1, 0.6), (0.9, 0.6), 8)})) == [Phase.START]


def test_only_the_way_inside_the_zone_counts(direction: Make) -> None:
    play = direction(zone="lawn")
    assert play({1: play.walk((0.05, 0.6), (0.45, 0.6), 40)}) == []
    (event,) = direction(zone="lawn")({1: play.walk((0.05, 0.6), (0.5, 0.6), 45)})
    assert event.zone == "lawn"
    assert direction(zone="lawn")({1: play.walk((0.1, 0.3), (0.9, 0.3), 60)}) == []


def test_a_new_id_goes_on(direction: Make) -> None:
    play = direction()
    path = play.walk(way(0), way(2), 31)
    assert phases(play({1: path[:15], 2: [None] * 17 + path[17:]})) == [Phase.START]


def test_updates_come_if_asked_for(direction: Make) -> None:
    play = direction(update_s=1)
    events = play({1: play.walk((0.1, 0.6), (0.9, 0.6), 80)})
    assert phases(events)[:3] == [Phase.START, Phase.UPDATE, Phase.UPDATE]
