"""Every template becomes rules; those of today's blocks fire when they should and keep quiet when not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.rules.alarms.tasks import card, task

from camloom.config import TaskConfig, parse_task
from camloom.config.alarms import missing_blocks
from camloom.config.template import RESERVED, find_template, template_folders, template_names
from camloom.detections import Detections
from camloom.errors import ConfigError
from camloom.event import Event
from camloom.runner.build import build_rules
from camloom.tracks import Tracks

NAMES = template_names(template_folders())
GIVEN = {"zone": "lawn", "line": "gate", "choice": "a_to_b", "number": 10, "word": "bin", "words": ["full"]}


def stages(events: list[Event]) -> list[str]:
    return [f"{event.stage}.{event.phase}".lstrip(".") for event in events]


def needed(name: str) -> dict[str, Any]:
    parameters = find_template(name, template_folders()).parameters
    return {key: GIVEN[parameter.kind] for key, parameter in parameters.items() if parameter.required}


@pytest.mark.parametrize("name", NAMES)
def test_every_template_makes_rules_of_blocks_that_are_here(name: str) -> None:
    template = find_template(name, template_folders())
    if missing := missing_blocks(template):
        with pytest.raises(ConfigError, match=f"template '{name}' needs a block: rule '{missing[0]}'"):
            task({"template": name, **needed(name)})
        return
    rules = task({"template": name, **needed(name)}).rules
    assert [rule.config.id.split(".")[0] for rule in rules] == [name] * len(template.rules)
    assert {rule.alarm.template for rule in rules if rule.alarm} == {name}


@pytest.mark.parametrize("name", NAMES)
def test_every_bound_of_every_template_is_one_that_its_rules_take(name: str) -> None:
    template = find_template(name, template_folders())
    if missing_blocks(template):
        pytest.skip("its block is not here")
    for key, parameter in template.parameters.items():
        for value in (parameter.minimum, parameter.maximum):
            if value is not None:
                number = int(value) if parameter.kind == "integer" else value
                assert task({"template": name, **needed(name), key: number}).rules


@pytest.mark.parametrize("name", NAMES)
def test_templates_speak_both_languages(name: str) -> None:
    template = find_template(name, template_folders())
    texts = [template.name, template.description, *(one.description for one in template.parameters.values())]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text.zh) for text in texts)
    assert all(text.en.isascii() for text in texts)
    assert not RESERVED & set(template.parameters)


def test_intrusion_fires_inside_and_says_which_alarm_it_is(alarm: Callable[..., Any]) -> None:
    events = alarm("intrusion", zone="lawn")({1: [(0.5, 0.6)] * 30})
    assert stages(events) == ["start"]
    (event,) = events
    assert (event.template, event.rule_id, event.severity) == ("intrusion", "intrusion", "major")
    assert event.name == {"zh": "入侵检测", "en": "Intrusion"}


def test_intrusion_is_silent_about_one_who_stays_outside_with_the_feet(alarm: Callable[..., Any]) -> None:
    # The box is 0.2 of the picture tall: its head is in the zone, its feet are below.
    assert alarm("intrusion", zone="lawn")({1: [(0.5, 0.85)] * 60}) == []


def test_the_cooldown_is_about_one_object(alarm: Callable[..., Any]) -> None:
    stage = alarm("intrusion", zone="lawn")
    visit = [(0.5, 0.6)] * 20 + [(0.9, 0.6)] * 30
    first = stages(stage({1: visit}))
    assert first == ["start", "end"]
    assert stages(stage({1: visit})) == []
    assert stages(stage({2: visit})) == first


def test_lawn_trampling_warns_near_the_lawn_and_alarms_on_it(alarm: Callable[..., Any]) -> None:
    stage = alarm("lawn_trampling", zone="lawn")
    near = stage({1: [(0.285, 0.6)] * 30})
    assert stages(near) == ["warning.start"]
    assert (near[0].severity, near[0].name["en"]) == ("info", "Somebody near the lawn")
    on = stage({1: [(0.4, 0.6)] * 40})
    assert stages(on) == ["alarm.update"]
    assert (on[0].severity, on[0].rule_id, on[0].zone) == ("minor", "lawn_trampling", "lawn")
    assert on[0].incident_id == near[0].incident_id


def test_lawn_trampling_is_silent_about_people_on_the_path_beside_it(alarm: Callable[..., Any]) -> None:
    stage = alarm("lawn_trampling", zone="lawn")
    assert stage({1: stage.walk((0.25, 0.1), (0.25, 0.95), 60), 2: [(0.74, 0.6)] * 60}) == []


def test_loitering_takes_the_time_that_was_set(alarm: Callable[..., Any]) -> None:
    stay = {1: [(0.5, 0.6)] * 75}
    assert alarm("loitering", zone="lawn", dwell_s=10)(stay) == []
    assert stages(alarm("loitering", zone="lawn", dwell_s=5)(stay)) == ["start"]


def test_many_who_pass_do_not_loiter(alarm: Callable[..., Any]) -> None:
    stage = alarm("loitering", zone="lawn", dwell_s=5)
    script = {n: [None] * (15 * n) + stage.walk((0.2, 0.6), (0.8, 0.6), 40) for n in range(12)}
    assert stage(script) == []


@pytest.mark.parametrize(("people", "fires"), [(4, True), (3, False)])
def test_crowding_counts(alarm: Callable[..., Any], people: int, fires: bool) -> None:
    stage = alarm("crowding", zone="lawn", count=4, hold_s=2)
    spots = {n: [(0.35 + 0.08 * n, 0.6)] * 60 for n in range(people)}
    assert bool(stage(spots)) is fires


def test_a_tripwire_may_have_a_direction(alarm: Callable[..., Any]) -> None:
    stage = alarm("tripwire", line="gate", direction="a_to_b")
    to, fro = stage.walk((0.3, 0.6), (0.7, 0.6), 30), stage.walk((0.7, 0.6), (0.3, 0.6), 30)
    directions = [event.direction for event in stage({1: to + fro + to})]
    assert directions == ["A->B", "A->B"]
    assert len(alarm("tripwire", line="gate")({1: to + fro + to})) == 3


def test_walking_along_a_fence_is_no_crossing(alarm: Callable[..., Any]) -> None:
    stage = alarm("fence_crossing", line="gate", direction="both")
    assert stage({1: stage.walk((0.49, 0.3), (0.49, 0.95), 60)}) == []


def garbage(frames: int, seen: Callable[[int], bool], at: Callable[[int], float]) -> list[Tracks]:
    box = np.array([[0, 500, 40, 540]], np.float32)
    shift = np.array([1, 0, 1, 0], np.float32)
    shown = []
    for index in range(frames):
        count = int(seen(index))
        xyxy = (box + shift * np.float32(at(index)))[:count]
        found = Detections(
            xyxy.astype(np.float32), np.full(count, 0.7, np.float32), np.zeros(count, np.int64), ("garbage",)
        )
        shown.append(Tracks.of(found, np.full(count, 7, np.int64), np.zeros(count)))
    return shown


def test_garbage_that_lies_there_is_an_alarm_once(alarm: Callable[..., Any]) -> None:
    stage = alarm("exposed_garbage", zone="lawn", persist_s=10)
    # Seen on six of ten frames, in bursts: detectors lose such things for seconds.
    shown = garbage(300, lambda index: index % 50 < 30, lambda _: 800.0)
    events = [event for tracks in shown for event in stage.show(tracks)]
    assert stages(events) == ["start"]
    assert events[0].severity == "minor"


@pytest.mark.parametrize(
    ("seen", "at"),
    [
        (lambda _: True, lambda index: 10.0 * index),  # carried past
        (lambda index: index == 20, lambda _: 800.0),  # one frame
        (lambda _: True, lambda _: 100.0),  # lies outside
    ],
)
def test_other_garbage_is_none(
    alarm: Callable[..., Any], seen: Callable[[int], bool], at: Callable[[int], float]
) -> None:
    stage = alarm("exposed_garbage", zone="lawn", persist_s=10, gap_s=2)
    assert [event for tracks in garbage(300, seen, at) for event in stage.show(tracks)] == []


def test_a_schedule_stands_in_the_alarm_itself(alarm: Callable[..., Any]) -> None:
    night = {"zone": "lawn", "schedule": [{"start": "22:00", "end": "06:00"}], "timezone": "Asia/Shanghai"}
    stay = {1: [(0.5, 0.6)] * 30}
    assert alarm("intrusion", began=datetime(2026, 3, 4, 12, tzinfo=UTC), **night)(stay) == []
    assert stages(alarm("intrusion", began=datetime(2026, 3, 4, 16, tzinfo=UTC), **night)(stay)) == ["start"]


def test_the_severity_can_be_set(alarm: Callable[..., Any]) -> None:
    events = alarm("intrusion", zone="lawn", severity="critical")({1: [(0.5, 0.6)] * 30})
    assert [event.severity for event in events] == ["critical"]


def test_an_alarm_looks_for_the_labels_that_the_model_has() -> None:
    rules = build_rules(task({"template": "intrusion", "zone": "lawn"}), card("person", "truck", "cat"))
    assert len(rules) == 1
    with pytest.raises(ConfigError, match=r"'eyes' has none of the labels that template 'fire_smoke' needs: fire"):
        build_rules(task({"template": "fire_smoke", "zone": "lawn"}), card("person", "cat"))


def test_a_label_that_was_chosen_must_be_there() -> None:
    asked = task({"template": "fire_smoke", "zone": "lawn", "classes": ["flames"]})
    with pytest.raises(ConfigError, match="alarm 'fire_smoke': model 'eyes' does not know the class 'flames'"):
        build_rules(asked, card("fire", "smoke"))


def test_a_label_that_the_task_throws_away_is_refused() -> None:
    asked = task({"template": "fire_smoke", "zone": "lawn"}, classes=["person"])
    with pytest.raises(ConfigError, match=r"looks for fire, smoke, but the task keeps only person"):
        build_rules(asked, card("fire", "smoke", "person"))


MINE = """
name: {zh: 我的, en: Mine}
description: {zh: 我的, en: Two of mine}
severity: critical
parameters:
  zone: {kind: zone, description: {zh: 区域, en: where}}
  many: {kind: integer, minimum: 1, maximum: 5, default: 2, description: {zh: 几个, en: how many}}
rules:
  - {type: region, settings: {zone: $zone, on: count, count: $many, hold_s: 1}}
"""


def test_a_vendor_adds_one_by_dropping_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text(MINE)
    asked = {"template": "mine", "zone": "lawn", "many": 3}
    assert task(asked, templates=str(tmp_path)).rules[0].config.count == 3
    with pytest.raises(ConfigError, match="unknown template 'mine'"):
        task(asked)
    monkeypatch.setenv("CAMLOOM_TEMPLATES", str(tmp_path))
    assert task(asked).rules[0].config.count == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("$many", "$mny", r"mine\.yaml.*`\$mny` is no parameter of this template. Did you mean 'many'"),
        ("minimum: 1", "minimum: 7", r"mine\.yaml:7:9: .*minimum 7 is above maximum 5"),
        ("default: 2", "default: 9", r"mine\.yaml:7:9: .*the default is 9; it must be between 1 and 5"),
        ("zh: 我的, en: Two", "en: Two", r"mine\.yaml:3:14: description.zh: is missing"),
        ("type: region", "type: regoin", r"needs a block: unknown rule 'regoin'. Did you mean 'region'"),
        ("hold_s: 1", "hold: 1", r"template 'mine', rule 'region', hold: unknown key"),
        ("severity: critical", "severty: critical", r"mine\.yaml:4:1: severty: unknown key. Did you mean 'severity'"),
    ],
)
def test_a_wrong_template_is_refused_with_the_place(old: str, new: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(MINE.replace(old, new))
    with pytest.raises(ConfigError, match=said):
        task({"template": "mine", "zone": "lawn"}, templates=str(tmp_path))


def test_a_task_that_is_checked_again_is_the_same() -> None:
    first = task({"template": "lawn_trampling", "zone": "lawn"}, rules=[{"type": "line", "id": "l", "line": "gate"}])
    again = parse_task({name: getattr(first, name) for name in TaskConfig.model_fields})
    assert again == first
    assert [rule.config.id for rule in again.rules] == ["l", "lawn_trampling.warning", "lawn_trampling.alarm"]


def test_the_template_of_the_documentation_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n# queue.yaml\n")[1].split("```")[0]
    (tmp_path / "queue.yaml").write_text(text, encoding="utf-8")
    rules = task({"template": "queue", "zone": "lawn"}, templates=str(tmp_path)).rules
    assert [(rule.config.id, rule.config.count) for rule in rules] == [("queue", 6)]
