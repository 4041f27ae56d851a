"""What the results of a task come from: the version of a rule changes with all that decides what it says."""

from pathlib import Path
from typing import Any

import pytest

from camloom.config import parse_task
from camloom.inference.base import LoadedModel
from camloom.runner.build import rules_by_id
from camloom.runner.provenance import provenance, rule_version

LAWN = [[0.3, 0.4], [0.7, 0.4], [0.7, 0.8]]
BASE: dict[str, Any] = {
    "source": "a.mp4",
    "zones": [{"name": "lawn", "vertices": LAWN}, {"name": "road", "vertices": LAWN}],
    "rules": [{"type": "region", "id": "plain", "zone": "lawn"}],
    "alarms": [{"template": "loitering", "id": "alarm", "zone": "lawn", "classes": ["box"]}],
}


def versions(**changes: Any) -> dict[str, str]:
    task = parse_task({**BASE, **changes})
    return {name: rule_version(task, blocks) for name, blocks in rules_by_id(task.rules).items()}


def zones(**vertices: Any) -> list[dict[str, Any]]:
    return [{"name": name, "vertices": vertices.get(name, LAWN)} for name in ("lawn", "road")]


def test_the_same_rules_have_the_same_version_wherever_they_run() -> None:
    assert versions() == versions(id="other", source="b.mp4", out="elsewhere", model="yolox_nano")
    assert versions() == versions(zones=zones(road=[[0, 0], [1, 0], [1, 1]]))
    assert len(set(versions().values())) == 2


@pytest.mark.parametrize(
    ("changes", "other"),
    [
        ({"zones": zones(lawn=[[0, 0], [1, 0], [1, 1]])}, {"plain", "alarm"}),
        ({"rules": [{"type": "region", "id": "plain", "zone": "lawn", "min_time_s": 1}]}, {"plain"}),
        ({"alarms": [{**BASE["alarms"][0], "dwell_s": 21}]}, {"alarm"}),
        ({"alarms": [{**BASE["alarms"][0], "merge_s": 0}]}, {"alarm"}),
        ({"alarms": [{**BASE["alarms"][0], "severity": "critical"}]}, {"alarm"}),
        ({"alarms": [{**BASE["alarms"][0], "schedule": [{"days": ["mon"]}]}]}, {"alarm"}),
    ],
)
def test_whatever_decides_makes_another_version(changes: dict[str, Any], other: set[str]) -> None:
    was, now = versions(), versions(**changes)
    assert {name for name in was if was[name] != now[name]} == other


def test_another_text_of_the_template_is_another_version(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "src/camloom/rules/templates/loitering.yaml").read_text(encoding="utf-8")
    for name, own in (("a", text), ("b", text.replace("Loitering", "Idling"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "loitering.yaml").write_text(own, encoding="utf-8")
    told = [versions(templates=str(tmp_path / name))["alarm"] for name in ("a", "b")]
    assert told[0] == versions()["alarm"] != told[1]


def test_a_model_without_a_file_has_no_sum(blob_model: LoadedModel) -> None:
    told = provenance(parse_task(BASE), [blob_model])
    assert [(model["name"], model["sha256"]) for model in told["models"]] == [("blob", "")]
    assert set(told["rules"]) == {"plain", "alarm"}
    assert told["rules"]["alarm"]["template"] == "loitering"
