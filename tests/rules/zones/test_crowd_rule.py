"""Crowds: by number, and by density where the area is known."""

from collections.abc import Callable
from typing import Any

import pytest

from camloom.config import Scene
from camloom.event import Phase
from camloom.rules.zones.crowd import CrowdConfig, CrowdRule

Make = Callable[..., Any]


@pytest.fixture
def crowd(scene: Scene, play: Make) -> Make:
    """Return a maker of a play with a rule about crowds on the lawn."""

    def make(**settings: object) -> Any:
        config = CrowdConfig.model_validate({"id": "c", "zone": "lawn", "hold_s": 2, **settings})
        return play(CrowdRule(config, scene))

    return make


def people(count: int, frames: int = 60) -> dict[int, Any]:
    return {n: [(0.32 + 0.07 * (n % 5), 0.5 + 0.1 * (n // 5))] * frames for n in range(count)}


@pytest.mark.parametrize(("count", "fires"), [(6, True), (5, False)])
def test_so_many_are_a_crowd(crowd: Make, count: int, fires: bool) -> None:
    events = crowd(count=6)(people(count))
    assert [event.phase for event in events] == ([Phase.START] if fires else [])
    assert [event.why[0].name for event in events] == ["count"] * fires


@pytest.mark.parametrize(("area_m2", "fires"), [(1.9, True), (2.0, False), (None, False)])
def test_more_than_so_many_per_square_metre_are_a_crowd_too(crowd: Make, area_m2: float | None, fires: bool) -> None:
    events = crowd(area_m2=area_m2, max_per_m2=2)(people(4))
    assert [event.phase for event in events] == ([Phase.START] if fires else [])
    for event in events:
        assert (event.why[0].name, event.why[0].unit, event.value) == ("density", "per m2", 4)
        assert event.why[0].value == pytest.approx(4 / 1.9)


def test_one_incident_until_they_have_gone(crowd: Make) -> None:
    events = crowd(count=6, area_m2=2.5)(people(7, 100) | {9: [None] * 130})
    assert [(event.phase, event.value) for event in events] == [(Phase.START, 7), (Phase.END, 7)]


def test_a_moment_and_those_outside_are_no_crowd(crowd: Make) -> None:
    assert crowd(count=4)(people(6, 9) | {9: [None] * 60}) == []
    assert crowd(count=4)({n: [(0.1 + 0.03 * n, 0.9)] * 90 for n in range(8)}) == []
