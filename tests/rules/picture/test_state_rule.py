"""A bin that was taught empty and full: full for long is an alarm, and nothing else is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.rules.picture.bins import ZONE, ZONE_PX, Box, Corner

from camloom import parse_task
from camloom.config import Scene
from camloom.detections import Detections
from camloom.errors import ConfigError
from camloom.event import Event
from camloom.frame import Frame
from camloom.geometry import Zone
from camloom.inference.card import InputSpec, ModelCard
from camloom.rules.base import Rule
from camloom.rules.picture.state import StateConfig, StateRule
from camloom.runner.build import build_rules
from camloom.taught.state_model import STATES_VARIABLE, read_state_model, write_state_model
from camloom.toolchain.teaching.states import Place, save, train
from camloom.tracks import Tracks

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
STEP_S = 2.5
IN_FRONT: Box = (285, 90, 355, 300)
CLASSES = ("person", "car")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a model that was taught by day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(STATES_VARIABLE, str(tmp_path_factory.mktemp("states")))
        place, corner = Place("bin"), Corner()
        for index in range(12):
            corner.gain = (1.0, 0.9, 1.1, 0.8)[index % 4]
            for state in ("empty", "full"):
                place.add(state, corner.buffer(state), ZONE, f"{index:03d}")
        save(place, train(place))
        return place.model_file


class Street:
    """Shows the corner to the rule, a look each 2.5 s."""

    def __init__(self, model: Path, corner: Corner, **settings: Any) -> None:
        given = {"id": "bin", "zone": "bin", "model": str(model), "states": ["full"], "persist_s": 20, **settings}
        config = StateConfig.model_validate(given)
        self.rule: Rule = StateRule(config, Scene((Zone("bin", ZONE),)))
        self.corner = corner
        self.pts_s = 0.0
        self.events: list[Event] = []

    def show(self, state: str, seconds: float, seen: Sequence[Box] = (), cls: str = "person", **look: Any) -> None:
        """Let time go by; `seen` is what the detector finds, `people` who is drawn."""
        for _ in range(round(seconds / STEP_S)):
            frame = self._frame(self.corner.buffer(state, **look))
            self.events += self.rule.update(boxes([tuple(value // 2 for value in box) for box in seen], cls), frame)
            self.pts_s += STEP_S

    def end(self) -> None:
        self.events += self.rule.finish(self._frame(self.corner.buffer("empty")))

    @property
    def phases(self) -> list[str]:
        return [str(event.phase) for event in self.events]

    def _frame(self, buffer: Any) -> Frame:
        moment = NOON + timedelta(seconds=self.pts_s)
        return Frame("yard", round(self.pts_s * 5), self.pts_s, moment, 0.0, False, buffer)


def street_card() -> ModelCard:
    """Return the card of a detector that knows people and cars."""
    spec = InputSpec(width=64, height=64)
    return ModelCard(
        name="any", family="nanodet", class_names=CLASSES, input=spec, licence="Apache-2.0", files={"any": "none"}
    )


def boxes(seen: Sequence[Sequence[int]], cls: str) -> Tracks:
    count = len(seen)
    found = Detections(
        np.array(seen, np.float32).reshape(-1, 4),
        np.full(count, 0.9, np.float32),
        np.full(count, CLASSES.index(cls), np.int64),
        CLASSES,
    )
    return Tracks.of(found, np.arange(count, dtype=np.int64), np.zeros(count))


@pytest.fixture
def street(model: Path) -> Any:
    """Return a maker of a street whose noise and waste the model has not seen."""

    def make(gain: float = 1.0, tint: tuple[float, float, float] = (1.0, 1.0, 1.0), **settings: Any) -> Street:
        return Street(model, Corner(np.random.default_rng(99), gain, tint), **settings)

    return make


@pytest.mark.slow
def test_a_bin_that_is_full_for_long_is_an_alarm(street: Any) -> None:
    stage = street(persist_s=120)
    stage.show("empty", 5)
    stage.show("full", 120)
    assert stage.events == []
    stage.show("full", 30)
    (event,) = stage.events
    assert (event.type, str(event.phase), event.zone, event.unit) == ("state.held", "start", "bin", "s")
    assert 120 <= event.value <= 135
    assert [gate.name for gate in event.why] == ["persist", "min_probability", "below_max_cover", "below_unlike"]
    assert all(gate.margin >= 0 for gate in event.why)
    (thing,) = event.objects
    assert (thing.attributes[0].name, thing.attributes[0].value) == ("state", "full")
    assert thing.xyxy == tuple(map(float, ZONE_PX))
    stage.show("empty", 12)
    assert stage.phases == ["start", "end"]
    assert stage.events[0].incident_id == stage.events[1].incident_id


@pytest.mark.parametrize(
    "template",
    ["bin_overflow", *(pytest.param(name, marks=pytest.mark.slow) for name in ("dirty_road", "state_alarm"))],
)
def test_the_templates_of_states_fire_when_they_should_and_only_then(model: Path, template: str) -> None:
    alarm = {"template": template, "zone": "bin", "model": str(model), "states": ["full"], "persist_s": 20}
    zone = {"name": "bin", "vertices": ZONE}
    asked = parse_task({"source": "synthetic:", "zones": [zone], "alarms": [alarm]})
    fires, quiet = Street(model, Corner()), Street(model, Corner())
    for street in (fires, quiet):
        (street.rule,) = build_rules(asked, street_card())
    fires.show("full", 60)
    quiet.show("empty", 60)
    assert [event.template for event in fires.events] == [template]
    assert quiet.events == []


@pytest.mark.parametrize("light", [{"gain": 0.75}, {"gain": 1.25}, {"tint": (0.92, 1.0, 1.08)}])
def test_another_light_of_the_day_changes_nothing(street: Any, light: dict[str, Any]) -> None:
    full, empty = street(**light), street(**light)
    full.show("full", 40)
    empty.show("empty", 40)
    assert (full.phases, empty.phases) == (["start"], [])


@pytest.mark.parametrize(
    ("state", "look"),
    [
        ("empty", {}),
        ("empty", {"shadow": (200, 80, 330, 300)}),
        ("empty", {"shadow": (100, 60, 500, 340)}),
        ("empty", {"people": (IN_FRONT,)}),
        ("empty", {"people": ((225, 90, 262, 300),)}),
        ("full", {"people": (IN_FRONT,)}),  # whom the detector misses: it looks like no example
        ("gone", {}),
        ("gone", {"people": (IN_FRONT,)}),
    ],
)
def test_no_bin_that_is_not_seen_full_is_an_alarm(street: Any, state: str, look: dict[str, Any]) -> None:
    stage = street()
    stage.show(state, 60, **look)
    stage.end()
    assert stage.events == []


@pytest.mark.parametrize("night", [{"gain": 0.3}, {"gain": 0.25}, {"gain": 0.12}])
@pytest.mark.parametrize("colour", [True, False])
def test_by_night_a_model_of_the_day_says_nothing(street: Any, night: dict[str, Any], colour: bool) -> None:
    stage = street(**night)
    stage.show("full", 60, colour=colour)
    assert stage.events == []


def test_infrared_by_day_is_a_light_that_it_does_not_know(street: Any) -> None:
    stage = street()
    stage.show("full", 60, colour=False)
    assert stage.events == []


def test_while_somebody_stands_before_it_nothing_is_known(street: Any) -> None:
    stage = street()
    stage.show("full", 60, seen=(IN_FRONT,))  # the box hides it, whatever the picture shows
    assert stage.events == []


def test_a_box_beside_it_hides_nothing(street: Any) -> None:
    stage = street()
    stage.show("full", 40, seen=((100, 90, 270, 300),))
    assert stage.phases == ["start"]


def test_only_what_is_of_the_classes_hides_it(street: Any) -> None:
    person, car = street(classes=["car"]), street(classes=["car"])
    person.show("full", 40, seen=(IN_FRONT,), cls="person")
    car.show("full", 40, seen=(IN_FRONT,), cls="car")
    assert (person.phases, car.phases) == (["start"], [])


def test_passers_by_do_not_break_the_time_and_add_none_to_it(street: Any) -> None:
    stage = street(persist_s=20)
    for _ in range(2):
        stage.show("full", 9)
        stage.show("full", 30, seen=(IN_FRONT,), people=(IN_FRONT,))
    assert stage.events == []
    stage.show("full", 20)
    assert stage.phases == ["start"]
    assert stage.events[0].value < 25


def test_a_box_that_flickers_does_not_stop_the_time(street: Any) -> None:
    stage = street(persist_s=20, every_s=STEP_S)
    for _ in range(6):
        stage.show("full", STEP_S)
        stage.show("full", STEP_S, seen=(IN_FRONT,))
    assert stage.phases == ["start"]


def test_a_stream_that_slept_goes_on_where_it_was(street: Any) -> None:
    stage = street(persist_s=120)
    stage.show("full", 10)
    stage.pts_s += 120  # nothing moved, and so nothing was analysed
    stage.show("full", 5)
    assert stage.phases == ["start"]


def test_what_was_seen_before_a_long_time_of_unknown_counts_no_more(street: Any) -> None:
    stage = street(persist_s=20, forget_s=60)
    stage.show("full", 15)
    stage.show("full", 70, seen=(IN_FRONT,))
    assert not stage.rule.holding
    stage.show("full", 15)
    assert stage.events == []


def test_emptied_in_time_is_no_alarm(street: Any) -> None:
    stage = street(persist_s=20, clear_s=5)
    for _ in range(3):
        stage.show("full", 15)
        stage.show("empty", 10)
    assert stage.events == []


def test_a_look_that_errs_does_not_end_the_alarm(street: Any) -> None:
    stage = street(persist_s=10, clear_s=5)
    stage.show("full", 30)
    stage.show("empty", 3)
    stage.show("full", 10)
    assert stage.phases == ["start"]
    stage.end()
    assert stage.phases == ["start", "end"]


def test_an_open_alarm_keeps_no_stream_awake(street: Any) -> None:
    stage = street()
    assert not stage.rule.holding
    stage.show("full", 10)
    assert stage.rule.holding
    stage.show("full", 30)
    assert stage.phases == ["start"]
    assert not stage.rule.holding


def test_it_looks_no_more_often_than_it_was_told(street: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    monkeypatch.setattr("camloom.rules.picture.state.look_of", lambda _: looks.append(1))
    monkeypatch.setattr("camloom.taught.state_model.StateModel.judge", lambda *_: _Nothing)
    stage = street(every_s=5)
    stage.show("full", 50)
    assert len(looks) == 10


class _Nothing:
    state = ""


def settings(model: Path, **more: Any) -> StateConfig:
    return StateConfig.model_validate({"id": "b", "zone": "bin", "model": str(model), "states": ["full"], **more})


@pytest.mark.slow
def test_a_model_that_is_trained_anew_counts_from_the_next_look_on(model: Path, tmp_path: Path) -> None:
    own = tmp_path / "bin.json"
    trained = read_state_model(model)
    write_state_model(own, replace(trained, states=("full", "empty")))  # it has learnt them the wrong way round
    stage = Street(own, Corner(np.random.default_rng(99)), persist_s=5)
    stage.show("full", 20)
    assert stage.events == []
    own.write_text("damaged")
    stage.show("full", 5)
    assert stage.events == []  # what cannot be read does not count
    write_state_model(own, trained)
    stage.show("full", 20)
    assert stage.phases == ["start"]


def test_a_model_that_cannot_say_it_is_refused(model: Path, tmp_path: Path) -> None:
    StateRule.check_taught(settings(model), frozenset())
    with pytest.raises(ConfigError, match=r"does not know the state 'burning'\. It knows empty, full"):
        StateRule.check_taught(settings(model, states=["burning"]), frozenset())
    with pytest.raises(ConfigError, match="all states"):
        StateRule.check_taught(settings(model, states=["full", "empty"]), frozenset())
    with pytest.raises(ConfigError, match="camloom state train"):
        StateRule.check_taught(settings(tmp_path / "bin_9" / "model.json"), frozenset())
