"""What every registered rule keeps to."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.rules.people.figures import arms_up

from camloom import plugins, rules
from camloom.config import AlarmLabel, Scene
from camloom.detections import Attribute, Vote
from camloom.event import Event, Phase
from camloom.rules.alarm import AlarmPart, AlarmRule, gates_of
from camloom.tracks import Tracks

Make = Callable[..., Any]

PLACES = {"zone": "lawn", "line": "gate"}
# What must be given, and what makes something of the busy scene.
SETTINGS: dict[str, dict[str, Any]] = {
    "attribute": {"attribute": "helmet=no"},
    "persist": {"persist_s": 5.0},
    "crowd": {"count": 3},
    "direction": {"line": "back"},
    "pose": {"posture": "arms_up"},
    "relation": {"things": ["person"]},
    "speed": {"width_m": 20, "length_m": 10, "limit_kmh": 2},
}
NO_HELMET = Attribute("helmet", "no", 0.9, "clothes", (Vote("no", 0.9, 100),) * 3)


@pytest.fixture(params=plugins.names("rules"), scope="module")
def make_rule(request: pytest.FixtureRequest, scene: Scene, state_model: Path) -> Make:
    """Return a maker of the rule with its defaults."""
    implementation = plugins.load("rules", request.param)
    place = {key: name for key, name in PLACES.items() if key in implementation.Config.model_fields}
    needed = {"id": "mine", **place, **SETTINGS.get(request.param, {})}
    if request.param == "state":
        needed |= {"model": str(state_model), "states": ["full"]}

    def make(**settings: object) -> Any:
        return implementation(implementation.Config.model_validate({**needed, **settings}), scene)

    return make


@dataclass
class Life:
    """What a rule made of an empty stream, of a busy one, and of the same again after a break."""

    rule: Any
    of_nothing: list[Event]
    events: list[Event]
    after_the_end: list[Event]
    held_on: bool
    again: list[Event]


@pytest.fixture(scope="module")
def life(make_rule: Make, play: Make) -> Life:
    stage = play(make_rule())
    of_nothing = stage.finish()
    events = busy(stage)
    return Life(stage.rule, of_nothing, events, stage.finish(), bool(stage.rule.holding), busy(stage))


def busy(play: Any) -> list[Event]:
    """People come in from the left, stay, and go out to the right; one climbs; one falls."""
    there, on = play.walk((0.05, 0.6), (0.5, 0.6), 25), play.walk((0.5, 0.6), (0.95, 0.6), 25)
    script = {n: [None] * (7 * n) + there + [(0.5, 0.6)] * 120 + on for n in range(4)}
    script[4] = [*play.walk((0.35, 0.79), (0.35, 0.6), 20), *[(0.35, 0.6)] * 30]
    events = list(play(script, joints=arms_up(), attributes=(NO_HELMET,)))
    events += play({5: [(0.5, 0.6)] * 20}) + play({5: [(0.5, 0.6)] * 80}, height=0.06, width=3)
    return events + list(play.finish())


def test_its_class_is_public_wherever_it_lives() -> None:
    ours = [plugins.load("rules", name) for name in plugins.names("rules")]
    public = {getattr(rules, name) for name in rules.__all__}
    assert {rule for rule in ours if rule.__module__.startswith("camloom.rules.")} == public - {rules.Rule}
    with pytest.raises(AttributeError, match="NoSuchRule"):
        getattr(rules, "NoSuchRule")  # noqa: B009  # mypy knows that there is none


def test_its_config_is_described_and_strict(make_rule: Make) -> None:
    fields = type(make_rule()).Config.model_fields
    assert "id" in fields
    assert [name for name, field in fields.items() if not field.description] == []
    assert type(make_rule()).Config.model_config["extra"] == "forbid"


def test_nothing_comes_of_nothing(make_rule: Make, play: Make, no_tracks: Tracks) -> None:
    stage = play(make_rule())
    assert [event for _ in range(100) for event in stage.show(no_tracks)] == []
    assert not stage.rule.holding
    assert stage.finish() == []


def test_finish_may_come_first_and_twice(life: Life) -> None:
    assert life.of_nothing == life.after_the_end == []
    assert not life.held_on


def test_events_say_who_where_when_and_why(life: Life) -> None:
    if getattr(life.rule, "needs_pixels", False):
        pytest.skip("it reads the picture, which is plain grey here; its own tests show scenes")
    assert life.events
    assert len({event.id for event in life.events}) == len(life.events)
    for event in life.events:
        assert (event.source_id, event.rule_id) == ("gate", "mine")
        assert event.zone in PLACES.values()
        assert event.occurred_at.tzinfo is not None
        assert event.incident_id
        assert event.why
        assert event.value is not None
        assert event.track_ids == tuple(item.track_id for item in event.objects)
        assert all(isinstance(track_id, int) for track_id in event.track_ids)


def test_every_incident_has_one_start_and_one_end(life: Life) -> None:
    for incident in {event.incident_id for event in life.events}:
        phases = [event.phase for event in life.events if event.incident_id == incident]
        assert phases == [Phase.INSTANT] or (phases[0], phases[-1]) == (Phase.START, Phase.END)
        assert set(phases[1:-1]) <= {Phase.UPDATE}
    assert all(gate.margin >= -1e-6 for event in life.events for gate in event.why), "it passed what it says it passed"


def test_it_does_the_same_again_after_a_break(life: Life) -> None:
    first, again = (
        [(event.type, event.phase, event.track_ids) for event in part] for part in (life.events, life.again)
    )
    assert first == again


def test_it_says_nothing_disarmed_and_can_be_armed_while_it_runs(make_rule: Make, play: Make) -> None:
    rule = make_rule(gate={"armed": False})
    (gate,) = gates_of(rule)
    stage = play(rule)
    assert busy(stage) == []
    gate.armed = True
    assert bool(busy(stage)) is not getattr(rule, "needs_pixels", False)


@pytest.mark.parametrize("merge_s", [pytest.param(0.0, marks=pytest.mark.slow), 60.0])
def test_an_alarm_made_of_it_is_told_as_one(make_rule: Make, play: Make, merge_s: float) -> None:
    label = AlarmLabel(alarm_id="a", template="t", name={"en": "T"}, severity="major", merge_s=merge_s)
    stage = play(AlarmRule([AlarmPart(make_rule(), label)]))
    events = busy(stage)
    for incident in {event.incident_id for event in events}:
        life = [event for event in events if event.incident_id == incident]
        phases = [event.phase for event in life]
        assert phases == [Phase.INSTANT] or (phases[0], phases[-1]) == (Phase.START, Phase.END)
        assert set(phases[1:-1]) <= {Phase.UPDATE}
        assert [event.count for event in life] == sorted(event.count for event in life)
    assert {event.rule_id for event in events} <= {"a"}
    assert len({event.id for event in events}) == len(events)
    assert all(event.track_ids == tuple(item.track_id for item in event.objects) for event in events)
    assert all(gate.margin >= -1e-6 for event in events for gate in event.why)
    assert not stage.rule.holding


@pytest.mark.slow
def test_its_memory_does_not_grow_with_the_tracks_that_passed(make_rule: Make, play: Make) -> None:
    stage = play(make_rule())
    stage({n: [None] * (5 * n) + stage.walk((0.1, 0.6), (0.9, 0.6), 20) for n in range(20)})
    stage.nobody(60)
    early = len(pickle.dumps(stage.rule))
    stage({n: [None] * (5 * n) + stage.walk((0.1, 0.6), (0.9, 0.6), 20) for n in range(100, 300)})
    stage.nobody(60)
    assert len(pickle.dumps(stage.rule)) < early + 1000
