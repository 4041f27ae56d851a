"""Alarms of several places, and of everywhere but one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.rules.alarms.tasks import LINES, ZONES, Together, card, task

from camloom.config import ZoneConfig
from camloom.errors import ConfigError
from camloom.event import Event, Phase
from camloom.runner.build import build_rules

Make = Callable[..., Any]

YARD = {"name": "yard", "vertices": [[0.8, 0.5], [0.95, 0.5], [0.95, 0.95], [0.8, 0.95]]}
STREET = {"name": "street", "start": [0.8, 0.3], "end": [0.8, 0.9]}


@pytest.fixture
def alarm_at(play: Make) -> Make:
    """Return a maker of a play with one alarm, in a scene of two zones and two lines."""

    def make(template: str, **settings: Any) -> Any:
        asked = task({"template": template, "merge_s": 0, **settings}, zones=[*ZONES, YARD], lines=[*LINES, STREET])
        return play(Together(build_rules(asked, card("person", "car"))))

    return make


def begun(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.rule_id, event.zone) for event in events if event.phase in (Phase.START, Phase.INSTANT)]


def test_several_zones_are_as_many_alarms(alarm_at: Make) -> None:
    play = alarm_at("intrusion", zone=["lawn", "yard"])
    events = play({1: [(0.5, 0.6)] * 20, 2: [(0.9, 0.8)] * 20, 3: [(0.1, 0.9)] * 20})
    assert sorted(begun(events)) == [("intrusion.lawn", "lawn"), ("intrusion.yard", "yard")]


def test_several_lines_and_stages(alarm_at: Make) -> None:
    play = alarm_at("tripwire", id="wires", line=["gate", "street"])
    assert begun(play({1: play.walk((0.4, 0.6), (0.9, 0.6), 40)})) == [
        ("wires.gate", "gate"),
        ("wires.street", "street"),
    ]
    play = alarm_at("lawn_trampling", zone=["lawn", "yard"])
    assert "yard+0.03" in {event.zone for event in play({1: [(0.79, 0.7)] * 20})}


def test_outside_is_everywhere_but_there(alarm_at: Make) -> None:
    play = alarm_at("intrusion", zone="lawn", outside=True)
    assert play({1: [(0.5, 0.6)] * 30, 2: play.walk((0.35, 0.45), (0.65, 0.75), 30)}) == []
    events = play({n: [spot] * 30 for n, spot in enumerate([(0.1, 0.2), (0.5, 0.9), (0.29, 0.6), (0.9, 0.99)])})
    assert begun(events) == [("intrusion", "outside lawn")] * 4


@pytest.mark.parametrize(
    "vertices",
    [
        ((0.3, 0.4), (0.7, 0.4), (0.7, 0.8), (0.3, 0.8)),
        ((0.3, 0.8), (0.7, 0.8), (0.7, 0.4), (0.3, 0.4)),
        ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),
        ((0.2, 0.2), (0.5, 0.7), (0.8, 0.2), (0.8, 0.9), (0.2, 0.9)),
        ((0.1, 0.5), (0.4, 0.1), (0.2, 0.5), (0.4, 0.9)),
    ],
)
def test_a_point_is_in_the_zone_or_outside_of_it(vertices: tuple[tuple[float, float], ...]) -> None:
    zone = ZoneConfig(name="z", vertices=vertices)
    points = np.random.default_rng(5).uniform(0.001, 0.999, (4000, 2)).astype(np.float32)
    assert (zone.build().contains(points) != zone.outside().build().contains(points)).all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"template": "intrusion", "zone": ["lawn", "yrd"]}, "there is no zone 'yrd'. Did you mean 'yard'"),
        ({"template": "intrusion", "zone": []}, r"must be the name of a zone, or a list of names, not \[\]"),
        ({"template": "intrusion", "zone": ["lawn", "lawn"]}, "must be the name of a zone, or a list"),
        ({"template": "intrusion", "zone": ["lawn", "yard"], "outside": True}, "outside: goes with one zone"),
        ({"template": "intrusion", "zone": "lawn", "outside": "yes"}, "outside: must be true or false, not 'yes'"),
        ({"template": "tripwire", "line": "gate", "outside": True}, "'tripwire' has no zone to be outside of"),
        ({"template": "wrong_way", "line": ["gate", "street"], "zone": ["lawn", "yard"]}, "only one of line and zone"),
        ({"template": "occupancy", "line": "gate", "reset_at": "25:00"}, "reset_at: must be a time of day"),
    ],
)
def test_what_makes_no_sense_has_its_line(alarm_at: Make, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        alarm_at(**settings)
