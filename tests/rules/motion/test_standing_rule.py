"""What stands still for long, and what only queues."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.rules.motion.standing import StandingConfig, StandingRule

Make = Callable[..., Any]

HERE = (0.5, 0.6)
LENGTH = 0.2 * 900 / 1600


@pytest.fixture
def standing(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with a rule about what stands on the lawn for a minute."""

    def make(fps: float = 5, **settings: object) -> Any:
        config = StandingConfig.model_validate({"id": "s", "zone": "lawn", "still_s": 60, **settings})
        return play(StandingRule(config, scene), fps)

    return make


def phases(events: list[Event]) -> list[Phase]:
    return [event.phase for event in events]


def drives_in_and_stands(play: Any, seconds: float, at: tuple[float, float] = HERE) -> Any:
    return play.walk((0.05, at[1]), at, 20) + [at] * round(seconds * play.fps)


def test_a_stop_of_a_minute_is_told_until_it_drives_off(standing: Make) -> None:
    play = standing()
    assert play({1: drives_in_and_stands(play, 58)}) == []
    play = standing()
    events = play({1: [*drives_in_and_stands(play, 80), *play.walk(HERE, (0.95, 0.6), 20)]})
    assert phases(events) == [Phase.START, Phase.END]
    start, end = events
    assert start.value == pytest.approx(60, abs=0.1)
    assert end.value == pytest.approx(80, abs=3)
    assert {gate.name for gate in start.why} == {"stood", "stood_within"}
    assert end.why[-1].name == "move"


def test_jitter_and_somebody_who_walks_past_do_not_restart_the_clock(standing: Make) -> None:
    play = standing()
    random = np.random.default_rng(1)
    spots = [(0.5 + float(off), 0.6) for off in random.normal(0, 0.015 * LENGTH, 330)]
    spots[100:104] = [(0.5, 0.5)] * 4
    spots[200:203] = [None] * 3  # type: ignore[list-item]
    assert phases(play({1: spots})) == [Phase.START]


def test_who_creeps_on_does_not_stand(standing: Make) -> None:
    play = standing()
    assert play({1: play.walk((0.35, 0.6), (0.65, 0.6), 600)}) == []


def test_standing_outside_is_silent(standing: Make) -> None:
    assert standing()({1: [(0.85, 0.6)] * 500, 2: [(0.5, 0.3)] * 500}) == []


def test_it_ends_when_the_vehicle_is_gone(standing: Make) -> None:
    events = standing()({1: [HERE] * 320 + [None] * 40})
    assert phases(events) == [Phase.START, Phase.END]
    assert events[1].why[-1].name == "gap"


def queue(play: Any, seconds: float) -> dict[int, Any]:
    return {n: drives_in_and_stands(play, seconds, (0.4 + 0.1 * n, 0.6)) for n in range(3)}


def test_a_queue_at_lights_is_ignored_if_asked_for(standing: Make) -> None:
    play = standing()
    assert len(play(queue(play, 90))) == 3
    play = standing(ignore_when_all_stop=True)
    assert play(queue(play, 90)) == []


def test_one_that_stands_while_others_pass_is_no_queue(standing: Make) -> None:
    play = standing(ignore_when_all_stop=True)
    passing = {n: [None] * (25 * n) + play.walk((0.05, 0.9), (0.95, 0.9), 30) for n in range(2, 20)}
    events = play({1: drives_in_and_stands(play, 80), **passing})
    assert [event.track_ids for event in events if event.phase is Phase.START] == [(1,)]


def test_one_alone_is_no_queue(standing: Make) -> None:
    play = standing(ignore_when_all_stop=True)
    assert phases(play({1: drives_in_and_stands(play, 65)})) == [Phase.START]


def test_no_queue_lasts_for_ever(standing: Make) -> None:
    play = standing(ignore_when_all_stop=True, queue_s=30)
    assert play(queue(play, 85)) == []
    assert len(play(queue(play, 12))) == 0
    play = standing(ignore_when_all_stop=True, queue_s=30)
    assert len(play(queue(play, 95))) == 3


def test_a_break_of_the_stream_begins_anew(standing: Make) -> None:
    play = standing()
    play({1: [HERE] * 290})
    assert play.finish() == []
    assert play({1: [HERE] * 290}) == []
