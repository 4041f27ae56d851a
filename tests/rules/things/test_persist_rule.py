"""Things with a label that lie somewhere."""

from collections.abc import Callable
from typing import Any

import pytest

from camloom.config import Scene
from camloom.event import Event
from camloom.rules.things.persist import PersistConfig, PersistRule

SPOT = (0.5, 0.6)


@pytest.fixture
def persist(scene: Scene, play: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of a play with a persist rule on the lawn."""

    def make(**settings: object) -> Any:
        config = PersistConfig.model_validate({"id": "p", "zone": "lawn", "persist_s": 6, "gone_s": 20, **settings})
        return play(PersistRule(config, scene))

    return make


def told(events: list[Event]) -> list[tuple[str, float]]:
    return [(str(event.phase), round(event.pts_s, 1)) for event in events]


def test_it_counts_from_the_first_sighting_whatever_ids_it_has(persist: Callable[..., Any]) -> None:
    stage = persist()
    script = {1: [SPOT] * 20, 2: [None] * 25 + [SPOT] * 20, 3: [None] * 50 + [SPOT] * 30}
    assert told(stage(script)) == [("start", 6.0)]


def test_why_has_the_share_of_frames_on_which_it_was_seen(persist: Callable[..., Any]) -> None:
    stage = persist()
    (event,) = stage({1: [SPOT if index % 4 else None for index in range(80)]})
    share = next(gate for gate in event.why if gate.name == "share")
    assert share.value == pytest.approx(0.75, abs=0.03)
    assert share.threshold == 0.6


def test_what_is_seen_on_too_few_frames_is_nothing(persist: Callable[..., Any]) -> None:
    assert persist()({1: [SPOT if index % 2 else None for index in range(200)]}) == []


def test_it_is_one_incident_until_it_was_gone_for_long_enough(persist: Callable[..., Any]) -> None:
    stage = persist()
    there, gone = [SPOT] * 100, [None] * 150
    assert told(stage({1: [*there, *gone, *there]})) == [("start", 6.0)]
    assert told(stage.nobody(25)) == [("end", 55.0)]


def test_it_may_fire_again_afterwards(persist: Callable[..., Any]) -> None:
    stage = persist()
    events = stage({1: [*([SPOT] * 100), *([None] * 250), *([SPOT] * 100)]})
    assert [phase for phase, _ in told(events)] == ["start", "end", "start"]


def test_two_things_are_two_incidents(persist: Callable[..., Any]) -> None:
    events = persist()({1: [(0.4, 0.6)] * 100, 2: [(0.6, 0.6)] * 100})
    assert len({event.incident_id for event in events}) == 2


def test_what_moves_on_is_not_the_same_thing(persist: Callable[..., Any]) -> None:
    stage = persist()
    assert stage({1: stage.walk((0.3, 0.6), (0.7, 0.6), 100)}) == []
    slow = persist(reach=5)
    assert told(slow({1: slow.walk((0.31, 0.6), (0.69, 0.6), 100)})) == [("start", 6.0)]


def test_a_change_of_size_can_be_asked_for(persist: Callable[..., Any]) -> None:
    assert persist(min_change=0.05)({1: [SPOT] * 100}) == []


def test_a_model_of_crops_may_have_to_confirm_it(persist: Callable[..., Any]) -> None:
    assert persist(confirmed="fire=yes")({1: [SPOT] * 100}) == []


def test_it_does_not_keep_more_places_than_it_can_hold(persist: Callable[..., Any]) -> None:
    stage = persist(reach=0.01)
    crowd = {number: [(0.31 + 0.001 * (number % 380), 0.41 + 0.01 * (number // 380))] * 3 for number in range(600)}
    stage(crowd)
    assert len(stage.rule._spots.items) <= 256
