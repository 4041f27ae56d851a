"""What a template needs of the models of a task: it is there, or one line says what is missing."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from camloom.cli.app import app
from camloom.config import TaskConfig, parse_task
from camloom.errors import ConfigError
from camloom.inference.card import InputSpec, ModelCard
from camloom.runner.alarms import fit_rules
from camloom.runner.build import build_rules, check_model

HEAD = """
name: {zh: 我的, en: Mine}
description: {zh: 我的, en: One of mine}
parameters:
  zone: {kind: zone, description: {zh: 区域, en: where}}
"""
RULES = """
rules:
  - {type: region, settings: {zone: $zone}}
"""
ATTRIBUTE = """
  lacking: {kind: attribute, default: "helmet=no", description: {zh: 属性, en: what it lacks}}
needs: {labels: {any: [person]}, attributes: [$lacking]}
"""
EITHER = """
  things: {kind: labels, default: [cell phone, phone], description: {zh: 电话, en: what a phone is}}
needs: {labels: {any: [person]}, one_of: [{labels: {any: [$things]}}, {pose: true}]}
"""


def card(name: str = "eyes", task: str = "detection", **changes: Any) -> ModelCard:
    family = {"pose": "movenet", "faces": "yunet", "embedding": "embedder"}.get(task, "nanodet")
    document = {
        "name": name,
        "task": task,
        "family": family,
        "class_names": ("person",),
        "input": InputSpec(width=64, height=64),
        "licence": "Apache-2.0",
        "files": {"any": "none"},
        **changes,
    }
    return ModelCard.model_validate(document)


def wearing(*labels: str) -> ModelCard:
    options = {"labels": [{"name": name} for name in labels]}
    return card("clothes", "attributes", family="attributes", class_names=(), options=options)


def task(folder: Path, needs: str, **settings: Any) -> TaskConfig:
    (folder / "mine.yaml").write_text(HEAD + needs.rstrip() + RULES, encoding="utf-8")
    zone = {"name": "yard", "vertices": [[0, 0], [1, 0], [1, 1]]}
    alarm = {"template": "mine", "zone": "yard", **settings}
    return parse_task({"source": "a.mp4", "templates": str(folder), "zones": [zone], "alarms": [alarm]})


@pytest.mark.parametrize(("need", "kind"), [("pose", "pose"), ("face", "faces"), ("embedding", "embedding")])
def test_an_ability_may_come_from_either_model(tmp_path: Path, need: str, kind: str) -> None:
    asked = task(tmp_path, f"needs: {{{need}: true}}")
    with pytest.raises(ConfigError, match=f"template 'mine' needs a {need} model; 'eyes' is for detection"):
        check_model(asked, card())
    check_model(asked, card(), [card("other", kind)])
    if kind != "embedding":
        check_model(asked, card("only", kind))


def test_an_attribute_must_be_said_with_its_value(tmp_path: Path) -> None:
    asked = task(tmp_path, ATTRIBUTE)
    with pytest.raises(ConfigError, match="needs the attribute 'helmet=no', which no model of the task says"):
        check_model(asked, card())
    with pytest.raises(ConfigError, match=r"The models say has_hat=yes\|no"):
        check_model(asked, card(), [wearing("has_hat")])
    check_model(asked, card(), [wearing("has_hat", "helmet")])
    check_model(task(tmp_path, ATTRIBUTE, lacking="has_hat=no"), card(), [wearing("has_hat")])
    with pytest.raises(ConfigError, match="attribute 'helmet=lost'"):
        check_model(task(tmp_path, ATTRIBUTE, lacking="helmet=lost"), card(), [wearing("helmet")])


def test_an_attribute_without_a_value_may_have_any(tmp_path: Path) -> None:
    asked = task(tmp_path, "needs: {attributes: [colour]}")
    painter = card("painter", "classification", family="classifier", class_names=("red", "blue"))
    with pytest.raises(ConfigError, match=r"attribute 'colour', .*The models say class=red\|blue"):
        check_model(asked, card(), [painter])
    check_model(asked, card(), [painter.model_copy(update={"options": {"attribute": "colour"}})])


@pytest.mark.parametrize("labels", [("person", "cell phone"), ("phone", "person")])
def test_one_of_several_needs_is_enough(tmp_path: Path, labels: tuple[str, ...]) -> None:
    asked = task(tmp_path, EITHER)
    check_model(asked, card(class_names=labels))
    check_model(asked, card("joints", "pose"))
    with pytest.raises(
        ConfigError, match="mine' needs one of the labels cell phone, phone or else a pose model; 'eyes' is for"
    ):
        check_model(asked, card())
    with pytest.raises(ConfigError, match="keeps only person"):
        check_model(asked.model_copy(update={"classes": ("person",)}), card(class_names=labels))


def test_what_the_user_calls_it_counts_instead(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs one of the labels telephone or else"):
        build_rules(task(tmp_path, EITHER, things=["telephone"]), card(class_names=("person", "phone")))
    assert build_rules(task(tmp_path, EITHER, things=["telephone"]), card(class_names=("person", "telephone")))


def test_a_need_that_names_no_parameter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"`\$lackin` is no parameter"):
        task(tmp_path, ATTRIBUTE.replace("$lacking", "$lackin"))


@pytest.mark.parametrize("value", ["helmet", "=no", "helmet=", 5])
def test_an_attribute_has_a_name_and_a_value(tmp_path: Path, value: Any) -> None:
    with pytest.raises(ConfigError, match="must be an attribute and its value, such as colour=red"):
        task(tmp_path, ATTRIBUTE, lacking=value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"type": "pose", "posture": "arms_up"}, "rule 'r': rule 'pose' needs a pose model; 'eyes' is for detection"),
        ({"type": "attribute", "attribute": "helmet=no"}, "rule 'attribute' needs the attribute 'helmet=no'"),
        ({"type": "relation", "things": ["phone"]}, "rule 'r': model 'eyes' does not know the class 'phone'"),
    ],
)
def test_a_rule_that_is_written_out_is_checked_too(rule: dict[str, Any], said: str) -> None:
    asked = parse_task({"source": "a.mp4", "rules": [{"id": "r", **rule}]})
    with pytest.raises(ConfigError, match=said):
        check_model(asked, card())
    check_model(asked, card(class_names=("person", "phone")), [card("joints", "pose"), wearing("helmet")])


@pytest.mark.parametrize(("read", "said"), [(["car"], True), (["person", "car"], False), ([], False)])
@pytest.mark.parametrize("more", [{"rules": [{"type": "pose", "id": "r"}]}, {"alarms": ["helmet"]}])
def test_a_model_of_crops_must_read_those_whom_the_rule_is_about(
    more: dict[str, Any], read: list[str], said: bool
) -> None:
    able, eyes = (wearing("helmet"), card("joints", "pose")), card(class_names=("person", "car"))
    secondary = [{"model": one.name, "classes": read} for one in able]
    rules = [{**rule, "classes": ["person"]} for rule in more.get("rules", [])]
    asked = parse_task({"source": "a.mp4", **more, "rules": rules, "secondary": secondary})
    if not said:
        check_model(asked, eyes, able)
        return
    blind = "clothes" if "alarms" in more else "joints"
    with pytest.raises(ConfigError, match=f"it is about person, but model '{blind}' reads only car"):
        check_model(asked, eyes, able)


def test_things_that_no_model_knows_or_the_task_throws_away_are_refused() -> None:
    eyes = card(class_names=("person", "phone"))
    asked = parse_task({"source": "a.mp4", "alarms": [{"template": "phone_call", "things": ["telephone"]}]})
    with pytest.raises(ConfigError, match="does not know the class 'telephone'"):
        check_model(asked, eyes, [card("joints", "pose")])
    rule = {"type": "relation", "id": "r", "things": ["phone"]}
    with pytest.raises(ConfigError, match="looks for phone, but the task keeps only person"):
        check_model(parse_task({"source": "a.mp4", "classes": ["person"], "rules": [rule]}), eyes)


PEOPLE = [
    ("fall", {}, card(), [], ""),
    ("climbing", {"zone": "yard"}, card(), [], ""),
    ("phone_call", {}, card(), [], "needs one of the labels cell phone, .* or else a pose model"),
    ("phone_call", {}, card(class_names=("person", "cell phone")), [], ""),
    ("phone_call", {}, card(), [card("joints", "pose")], ""),
    ("smoking", {}, card(class_names=("person", "smoke")), [], "or else one of the labels smoke and a pose model"),
    ("smoking", {}, card(class_names=("person", "smoke")), [card("joints", "pose")], ""),
    ("smoking", {}, card(), [card("joints", "pose")], "needs one of the labels cigarette"),
    ("helmet", {}, card(), [wearing("vest")], "needs the attribute 'helmet=no'"),
    ("helmet", {}, card(), [wearing("helmet")], ""),
    ("vest", {"attribute": "waistcoat=no"}, card(), [wearing("waistcoat")], ""),
    ("uncovered_truck", {}, card(), [wearing("load")], "needs the attribute 'load=uncovered'.*say load=yes"),
    ("uncovered_truck", {"attribute": "bare=yes"}, card(), [wearing("bare")], "has none of the labels .*: truck, dump"),
    ("uncovered_truck", {"attribute": "bare=yes"}, card(class_names=("truck",)), [wearing("bare")], ""),
]


@pytest.mark.parametrize(("template", "settings", "model", "readers", "said"), PEOPLE)
def test_what_the_templates_about_people_need(
    template: str, settings: dict[str, Any], model: ModelCard, readers: list[ModelCard], said: str
) -> None:
    zone = {"name": "yard", "vertices": [[0, 0], [1, 0], [1, 1]]}
    asked = parse_task({"source": "a.mp4", "zones": [zone], "alarms": [{"template": template, **settings}]})
    if not said:
        assert build_rules(asked, model, readers)
        return
    with pytest.raises(ConfigError, match=said):
        check_model(asked, model, readers)


def test_smoke_that_no_model_sees_does_not_make_the_gesture_enough() -> None:
    asked = parse_task({"source": "a.mp4", "alarms": ["smoking"]})
    (rule,) = fit_rules(asked, card(class_names=("person", "cigarette")), [card("joints", "pose")])
    assert (rule.config.things, rule.config.hints, rule.config.hint_needed) == (("cigarette",), (), True)


def test_the_task_of_the_documentation_works() -> None:
    page = (Path(__file__).parents[3] / "docs" / "rules-people.md").read_text(encoding="utf-8")
    asked = parse_task(yaml.safe_load(page.split("```yaml\n")[1].split("```")[0]))
    check_model(asked, card(class_names=("person", "cell phone")), [card("joints", "pose")])
    assert [rule.config.id for rule in asked.rules] == ["fall", "climbing", "phone_call"]


def test_what_may_be_left_out_is_not_needed_until_it_is_given() -> None:
    shown = CliRunner().invoke(app, ["rules", "show", "face_match"], catch_exceptions=False, env={"COLUMNS": "200"})
    assert "needs: a face model; an embedding model; the picture itself" in shown.output
    asked = parse_task({"source": "a.mp4", "alarms": [{"template": "face_match", "liveness": "liveness=live"}]})
    with pytest.raises(ConfigError, match="needs the attribute 'liveness=live', which no model of the task says"):
        check_model(asked, card("eyes", "faces", class_names=("face",)), [card("who", "embedding")])
