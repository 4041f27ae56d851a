"""camloom rules: what somebody who writes a task runs; and a task with alarms from end to end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Camloom = Callable[..., Any]
EXAMPLE = Path(__file__).parents[2] / "examples" / "alarms.yaml"


def test_templates_are_listed_in_both_languages(camloom: Camloom) -> None:
    outcome = camloom("rules", "list")
    assert outcome.code == 0
    for words in ("loitering", "徘徊检测", "Loitering", "fire_smoke", "lawn_trampling"):
        assert words in outcome.out


def test_a_template_is_shown_with_its_blocks(camloom: Camloom) -> None:
    outcome = camloom("rules", "show", "loitering")
    assert outcome.code == 0
    for words in ("dwell_s", "86400", "must be given", "rule visits", "needs: one of the labels person"):
        assert words in outcome.out


def test_an_unknown_template_is_one_line(camloom: Camloom) -> None:
    outcome = camloom("rules", "show", "loiterin")
    assert (outcome.code, outcome.out) == (2, "")
    assert "Did you mean 'loitering'" in outcome.err


def test_a_broken_template_of_a_vendor_is_listed_with_its_reason(camloom: Camloom, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broken.yaml").write_text("name: x\n")
    outcome = camloom("rules", "list", "--templates", "mine")
    assert outcome.code == 0
    assert "broken" in outcome.out
    assert "loitering" in outcome.out


def test_the_examples_are_right(camloom: Camloom) -> None:
    outcome = camloom("rules", "check", *sorted(EXAMPLE.parent.glob("*.yaml")))
    assert (outcome.code, outcome.err) == (0, "")
    assert "alarms.yaml: ok (lawn_trampling.warning, lawn_trampling.alarm" in outcome.out


def at(text: str, words: str) -> str:
    before = text[: text.index(words)]
    return f"task.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_everything_wrong_in_a_task_is_told_without_running_it(camloom: Camloom, tmp_path: Path) -> None:
    wrong = EXAMPLE.read_text().replace("dwell_s: 5", "dwell_s: 0").replace("direction: a_to_b", "direction: up")
    (tmp_path / "task.yaml").write_text(wrong)
    outcome = camloom("rules", "check", "task.yaml")
    assert outcome.code == 2
    assert [line.split(": ")[0] for line in outcome.out.splitlines()] == [at(wrong, "up}"), at(wrong, "0, severity")]
    assert "2 things to mend" in outcome.err


def test_a_label_that_the_model_lacks_is_told_without_loading_the_model(camloom: Camloom, tmp_path: Path) -> None:
    wrong = EXAMPLE.read_text().replace("template: intrusion", "template: fire_smoke")
    (tmp_path / "task.yaml").write_text(wrong)
    outcome = camloom("rules", "check", "task.yaml")
    assert outcome.code == 2
    assert outcome.out.startswith(
        f"{at(wrong, 'template: fire_smoke')}: alarm 'crossing_at_night': model 'nanodet' has none of the labels"
    )


def test_a_model_that_is_not_there_has_its_place(camloom: Camloom, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text("source: a.mp4\nmodel: nanodt\n")
    outcome = camloom("rules", "check", "task.yaml")
    assert outcome.code == 2
    assert outcome.out.startswith("task.yaml:2:8: model: unknown model 'nanodt'. Did you mean 'nanodet'?")


def test_a_model_of_crops_that_is_not_there_has_its_place(camloom: Camloom, tmp_path: Path) -> None:
    (tmp_path / "task.yaml").write_text("source: a.mp4\nsecondary:\n  - {model: nanodt}\n")
    outcome = camloom("rules", "check", "task.yaml")
    assert outcome.code == 2
    assert outcome.out.startswith("task.yaml:3:13: model: unknown model 'nanodt'.")


def test_the_schema_is_json(camloom: Camloom) -> None:
    outcome = camloom("rules", "schema")
    assert outcome.code == 0
    assert json.loads(outcome.out)["properties"]["alarms"]["items"]["anyOf"]


TASK = """
id: yard
source: "synthetic:seconds=4&objects=1"
model: {card}
analysis_fps: 5
zones:
  - {{name: all, vertices: [[0, 0], [1, 0], [1, 1], [0, 1]]}}
alarms:
  - {{template: loitering, zone: all, dwell_s: 1, severity: critical}}
sinks: [jsonl]
"""


def test_a_task_with_alarms_runs_and_its_events_carry_them(camloom: Camloom, tmp_path: Path, tiny_card: Path) -> None:
    (tmp_path / "task.yaml").write_text(TASK.format(card=tiny_card))
    outcome = camloom("run", "task.yaml", "--out", "out", "--runtime", "onnxruntime", "-q")
    assert (outcome.code, outcome.err) == (0, "")
    (path,) = (tmp_path / "out").rglob("*events*.jsonl")
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert [event["phase"] for event in events] == ["start", "end"]
    assert len({event["incident_id"] for event in events}) == 1
    assert {(event["template"], event["severity"], event["name"]["zh"]) for event in events} == {
        ("loitering", "critical", "徘徊检测")
    }


@pytest.mark.slow
def test_the_evidence_of_an_alarm_says_what_it_comes_from_and_verifies(
    camloom: Camloom, tmp_path: Path, tiny_card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMLOOM_EVIDENCE_KEY", str(tmp_path / "key.pem"))
    (tmp_path / "task.yaml").write_text(TASK.format(card=tiny_card).replace("[jsonl]", "[jsonl, evidence]"))
    assert camloom("run", "task.yaml", "--out", "out", "--runtime", "onnxruntime", "-q").code == 0
    (folder,) = (tmp_path / "out" / "media").iterdir()
    assert {path.suffix for path in folder.iterdir()} == {".jpg", ".mp4", ".json"}
    told = json.loads((folder / "alarm.json").read_text())
    (model,) = told["provenance"]["models"]
    assert (model["name"], model["version"], len(model["sha256"])) == ("tiny", "1", 64)
    assert len(told["provenance"]["rule"]["version"]) == 64
    assert told["provenance"]["camloom"]
    assert [gate["name"] for gate in told["events"][0]["why"]] == ["dwell"]
    assert told["ended"]
    assert camloom("evidence", "zip", folder).code == 0
    outcome = camloom("evidence", "verify", f"{folder.name}.zip")
    assert (outcome.code, outcome.err) == (0, "")
    assert "ok, 4 files" in outcome.out


@pytest.mark.mirror
@pytest.mark.slow
def test_the_example_raises_its_alarms_on_the_street(camloom: Camloom, tmp_path: Path) -> None:
    outcome = camloom("run", EXAMPLE, "--out", "out", "-q", "--fps", "7")
    assert outcome.code == 0
    (path,) = (tmp_path / "out").rglob("*events*.jsonl")
    events = [json.loads(line) for line in path.read_text().splitlines()]
    reached = {(event["template"], event.get("stage", "")) for event in events}
    assert reached >= {("lawn_trampling", "warning"), ("lawn_trampling", "alarm"), ("tripwire", ""), ("loitering", "")}
    assert all(event["name"]["zh"] and event["severity"] for event in events)
