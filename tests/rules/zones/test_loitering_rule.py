"""Who hangs about: long all in all, or again and again; and who is taken for whom."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.rules.conftest import Spot, tracks_of

from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.rules.zones.loitering import VisitsConfig, VisitsRule

Make = Callable[..., Any]

IN, OUT = (0.5, 0.6), (0.9, 0.6)
RED, BLUE, GREEN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


@pytest.fixture
def visits(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with a rule about visits on the lawn: 20 s, or 3 visits in 10 min."""

    def make(**settings: object) -> Any:
        config = VisitsConfig.model_validate({"id": "v", "zone": "lawn", "dwell_s": 20, **settings})
        return play(VisitsRule(config, scene))

    return make


def starts(events: list[Event]) -> list[Event]:
    return [event for event in events if event.phase is Phase.START]


def gates(event: Event) -> dict[str, float]:
    return {gate.name: gate.value for gate in event.why}


def shown(stage: Any, spots: Mapping[int, Spot], looks: Mapping[int, tuple[float, ...]], frames: int) -> list[Event]:
    """Show people who stand still, each with a look."""
    tracks = tracks_of(spots)
    if len(tracks):
        vectors = [looks.get(track_id, (0.0, 0.0, 0.0)) for track_id in tracks.track_id.tolist()]
        tracks = replace(tracks, embedding=np.array(vectors, np.float32))
    return [event for _ in range(frames) for event in stage.show(tracks)]


def test_time_of_all_visits_counts_together(visits: Make) -> None:
    play = visits()
    assert play({1: [IN] * 120 + [OUT] * 80}) == []
    (event,) = play({1: [IN] * 90})
    assert event.value == pytest.approx(20, abs=0.2)
    assert gates(event)["dwell"] == event.value


def test_the_third_visit_is_told_once(visits: Make) -> None:
    play = visits()
    visit = [IN] * 20 + [OUT] * 60
    assert play({1: visit + visit}) == []
    events = play({1: visit})
    assert [event.phase for event in events] == [Phase.START, Phase.END]
    assert gates(events[0])["visits"] == 3
    assert events[0].type == "visits.loitered"


def test_one_alarm_whichever_comes_first(visits: Make) -> None:
    play = visits()
    visit = [IN] * 20 + [OUT] * 60
    events = play({1: visit + visit + [IN] * 300 + [OUT] * 20})
    assert [event.phase for event in events] == [Phase.START, Phase.END]
    assert events[-1].value > 30


def test_an_alarm_uses_up_what_was_counted(visits: Make) -> None:
    play = visits()
    visit = [IN] * 20 + [OUT] * 60
    assert len(starts(play({1: visit * 5}))) == 1
    assert len(starts(play({1: visit}))) == 1


def test_visits_before_the_period_do_not_count(visits: Make) -> None:
    visit = [IN] * 20 + [OUT] * 200
    assert visits(period_s=40)({1: visit * 5}) == []
    assert len(starts(visits(period_s=60)({1: visit * 3}))) == 1


def test_stepping_out_for_a_moment_is_no_new_visit(visits: Make) -> None:
    step_out = [IN] * 15 + [OUT] * 25
    assert visits()({1: step_out * 6}) == []
    assert len(starts(visits(away_s=2)({1: step_out * 6}))) == 2


def test_a_flicker_is_no_visit(visits: Make) -> None:
    glance = [IN] * 2 + [OUT] * 100
    assert visits()({1: glance * 6}) == []


def test_many_different_people_do_not_loiter(visits: Make) -> None:
    play = visits()
    script = {n: [None] * (25 * n) + play.walk((0.2, 0.6), (0.8, 0.6), 60) for n in range(30)}
    assert play(script) == []


def test_who_stays_outside_does_not_loiter(visits: Make) -> None:
    play = visits()
    assert play({1: [OUT] * 600, 2: play.walk((0.28, 0.1), (0.28, 0.9), 600)}) == []


def test_without_a_look_a_new_track_is_somebody_new(visits: Make) -> None:
    play = visits()
    for track_id in range(4):
        assert shown(play, {track_id: IN}, {}, 30) == []
        play.nobody(40)


def test_the_same_look_is_the_same_person(visits: Make) -> None:
    play = visits()
    events: list[Event] = []
    for track_id in range(3):
        play.nobody(60)
        events += shown(play, {track_id: IN}, {track_id: RED}, 30)
    (event,) = events
    assert gates(event)["visits"] == 3
    assert gates(event)["similarity"] == pytest.approx(1)
    assert event.track_ids == (2,)


def test_a_look_that_is_read_late_still_tells(visits: Make) -> None:
    play = visits()
    for track_id in range(2):
        shown(play, {track_id: IN}, {track_id: RED}, 30)
        play.nobody(60)
    assert shown(play, {2: IN}, {}, 20) == []
    assert len(starts(shown(play, {2: IN}, {2: RED}, 5))) == 1


def test_other_looks_are_other_people(visits: Make) -> None:
    play = visits()
    for track_id, look in enumerate((RED, BLUE, GREEN, (0.75, 0.66, 0.0))):
        assert shown(play, {track_id: IN}, {track_id: look}, 30) == []
        play.nobody(60)


def test_two_in_view_at_once_are_two(visits: Make) -> None:
    play = visits(visits=2, away_s=0)
    shown(play, {1: IN, 2: OUT}, {1: RED}, 10)
    shown(play, {1: OUT, 2: IN}, {1: RED}, 20)
    assert shown(play, {1: OUT, 2: IN}, {1: RED, 2: RED}, 10) == []


def test_who_might_be_either_of_two_is_neither(visits: Make) -> None:
    play = visits(visits=2)
    shown(play, {1: IN, 2: (0.6, 0.6)}, {1: RED, 2: (0.99, 0.14, 0.0)}, 30)
    play.nobody(60)
    assert shown(play, {3: IN}, {3: (0.995, 0.1, 0.0)}, 30) == []
    assert len(starts(shown(play, {4: IN}, {4: (0.7, 0.0, 0.714)}, 30))) == 0


def test_looks_are_forgotten_after_the_period(visits: Make) -> None:
    play = visits(visits=2, period_s=100)
    shown(play, {1: IN}, {1: RED}, 30)
    play.nobody(110)
    assert shown(play, {2: IN}, {2: RED}, 30) == []


def test_the_number_of_those_remembered_is_bounded(visits: Make) -> None:
    play = visits()
    random = np.random.default_rng(4)
    sizes = []
    for track_id in range(400):
        look = random.normal(size=64)
        shown(play, {track_id: IN}, {track_id: tuple(look / np.linalg.norm(look))}, 2)
        play.nobody(1.2)
        if track_id in (270, 399):
            sizes.append(len(pickle.dumps(play.rule)))
    assert sizes[1] < 1.05 * sizes[0]


def test_an_id_that_changes_all_the_time_leaves_nothing_behind(visits: Make) -> None:
    play = visits(dwell_s=None)
    play({n: [None] * n + [IN] for n in range(20)})
    early = len(pickle.dumps(play.rule))
    play({n: [None] * (n - 20) + [IN] for n in range(20, 200)})
    assert len(pickle.dumps(play.rule)) < early + 500


def test_an_id_that_goes_on_as_a_new_one_keeps_its_account(visits: Make) -> None:
    play = visits()
    assert len(starts(play({1: [IN] * 120, 2: [None] * 125 + [IN] * 90}))) == 1


def test_why_tells_only_what_is_passed(visits: Make) -> None:
    event = visits(dwell_s=None)({1: ([IN] * 20 + [OUT] * 60) * 3})[0]
    assert "dwell" not in gates(event)
    assert all(gate.margin >= 0 for gate in event.why)
    event = visits()({1: [IN] * 210})[0]
    assert set(gates(event)) == {"dwell"}
