"""Attributes by vote: what fires, and what is unknown or somebody else's."""

from collections.abc import Callable
from typing import Any

import pytest

from camloom.config import Scene
from camloom.detections import Attribute, Vote
from camloom.event import Event, Phase
from camloom.rules.conditions.attribute import AttributeConfig, AttributeRule

Make = Callable[..., Any]


@pytest.fixture
def stage(scene: Scene, play: Make) -> Make:
    def make(**settings: Any) -> Any:
        document = {"id": "a", "attribute": "load=uncovered", "min_readings": 5, "min_height_px": 80, **settings}
        return play(AttributeRule(AttributeConfig.model_validate(document), scene), 5.0)

    return make


def load(*values: str, height_px: float = 100.0, confidence: float = 0.8, name: str = "load") -> Attribute:
    votes = tuple(Vote(value, confidence, height_px) for value in values)
    return Attribute(name, values[-1], confidence, "loads", votes)


def show(stage: Any, *read: Attribute, seconds: float = 2, **look: Any) -> list[Event]:
    return list(stage({1: [(0.5, 0.6)] * round(seconds * stage.fps)}, attributes=read, **look))


def test_a_load_that_most_readings_call_uncovered_is_told(stage: Make) -> None:
    scene = stage(classes=["car"])
    (event,) = show(scene, load(*["uncovered"] * 4, "covered", "uncovered"), class_name="car")
    assert (event.type, event.phase) == ("attribute.found", Phase.START)
    gates = {gate.name: (gate.value, gate.threshold) for gate in event.why}
    assert (gates["readings"], gates["height"]) == ((6, 5), (100, 80))
    assert gates["share"] == pytest.approx((5 / 6, 0.6))
    assert [one.phase for one in show(scene, load(*["covered"] * 6), class_name="car")] == [Phase.END]


@pytest.mark.parametrize(
    "read",
    [
        load(*["uncovered"] * 4),  # too few readings
        load(*["uncovered"] * 9, height_px=79),  # too small
        load(*["uncovered"] * 5, *["empty"] * 4),  # no majority of 60 %
        load(*["empty"] * 9),
        load(*["covered"] * 9),
        load(*["uncovered"] * 9, name="cover"),
    ],
)
def test_other_readings_are_not(stage: Make, read: Attribute) -> None:
    assert show(stage(), read, seconds=20) == []


def test_unknown_is_not_missing(stage: Make) -> None:
    assert show(stage(), seconds=20) == []


def test_small_crops_do_not_spoil_the_vote_of_large_ones(stage: Make) -> None:
    far, near = load(*["covered"] * 4, height_px=50), load(*["uncovered"] * 5)
    both = Attribute("load", "uncovered", 0.8, "loads", far.votes + near.votes)
    assert show(stage(), both)


def test_a_sure_reading_weighs_more(stage: Make) -> None:
    unsure = load(*["covered"] * 4, confidence=0.3).votes
    assert show(stage(), Attribute("load", "x", 0.8, "loads", load(*["uncovered"] * 3).votes + unsure))


def test_it_holds_on_when_the_tracker_gives_a_new_id_that_is_not_read_yet(stage: Make) -> None:
    scene = stage()
    assert [event.phase for event in show(scene, load(*["uncovered"] * 5))] == [Phase.START]
    assert scene({2: [(0.5, 0.6)] * 40}, attributes=(load("uncovered"),)) == []
    assert scene({2: [(0.5, 0.6)] * 40}, attributes=(load(*["uncovered"] * 6),)) == []
    (end,) = scene({2: [(0.5, 0.6)] * 40}, attributes=(load(*["covered"] * 9),))
    assert end.track_ids == (2,)


def test_other_classes_are_not(stage: Make) -> None:
    assert show(stage(classes=["car"]), load(*["uncovered"] * 9)) == []


def test_only_in_the_zone_and_for_long_enough(stage: Make) -> None:
    read = load(*["uncovered"] * 9)
    assert stage(zone="lawn")({1: [(0.1, 0.6)] * 50}, attributes=(read,)) == []
    assert show(stage(min_time_s=3), read) == []
    assert show(stage(min_time_s=3), read, seconds=4)


def test_a_model_of_whole_pictures_counts_once(stage: Make) -> None:
    read = Attribute("load", "uncovered", 0.9, "all-seeing")
    assert show(stage(), read) == []
    assert show(stage(min_readings=1), read)


@pytest.mark.parametrize("attribute", ["load", "=x", "load=", "load= "])
def test_an_attribute_has_a_name_and_a_value(stage: Make, attribute: str) -> None:
    with pytest.raises(ValueError, match="attribute"):
        stage(attribute=attribute)
