"""A mistake in a task file is told with its line and column, and with what to do."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camloom.config import ZoneConfig, load_task, parse_task, task_problems
from camloom.config.schema import task_schema
from camloom.errors import ConfigError

GOOD = """\
source: a.mp4
zones:
  - name: lawn
    vertices: [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]
lines:
  - {name: gate, start: [0, 0.5], end: [1, 0.5]}
alarms:
  - template: loitering
    zone: lawn
    dwell_s: 30
rules:
  - {type: region, id: in, zone: lawn}
sinks: [console]
"""

WRONG = [
    ("source: a.mp4", "sorce: a.mp4", "1:1", "unknown key. Did you mean 'source'?"),
    ("zone: lawn\n    dwell_s", "zone: lwan\n    dwell_s", "9:11", "there is no zone 'lwan'. Did you mean 'lawn'?"),
    ("    zone: lawn\n    dwell_s", "    dwell_s", "8:5", "needs `zone: ...`, where (drawn: lawn)"),
    ("dwell_s: 30", "dwel_s: 30", "10:5", "unknown key. Did you mean 'dwell_s'?"),
    ("dwell_s: 30", "dwell_s: 0.1", "10:14", "it must be between 1 and 86400 s"),
    ("dwell_s: 30", "dwell_s: long", "10:14", "must be a number s, not 'long'"),
    ("dwell_s: 30", "severity: bad", "10:15", "must be one of info, minor, major, critical"),
    ("dwell_s: 30", "timezone: Asia/Shangai", "10:15", "unknown time zone 'Asia/Shangai'"),
    ("dwell_s: 30", "schedule: [{start: 22:00, end: noon}]", "10:36", "schedule.0.end"),
    ("template: loitering", "template: loiter", "8:15", "unknown template 'loiter'. Did you mean 'loitering'?"),
    ("dwell_s: 30", "dwell_s: 30\n  - {template: object_removed, box: [0, 0, 0, 1]}", "11:37", "[x0, y0, x1, y1]"),
    ("template: loitering", "id: x", "8:5", "needs the form {template: name, ...}"),
    ("type: region", "type: regoin", "12:5", "unknown rule 'regoin'. Did you mean 'region'?"),
    ("zone: lawn}", "zone: nowhere}", "12:34", "there is no zone 'nowhere'"),
    ("zone: lawn}", "zoen: lawn}", "12:28", "unknown key. Did you mean 'zone'?"),
    ("id: in", "id: loitering", "8:5", "two rules are called 'loitering': give one of them an `id` of its own"),
    ("[0.9, 0.1], [0.9, 0.9]", "[0.9, 0.9], [0.9, 0.1]", "3:5", "crosses itself: its edge from corner 1 to 2 cuts"),
    ("[0.9, 0.1], [0.9, 0.9], [0.1, 0.9]", "[0.2, 0.2], [0.3, 0.3]", "3:5", "has no area"),
    ("[0.9, 0.9]", "[0.9, 1.9]", "4:40", "is outside the picture"),
    ("sinks: [console]", "sinks: {a: 1}", "13:8", "sinks: must be a list"),
    ("sinks: [console]", "sinks: [consol]", "13:9", "Did you mean 'console'?"),
    ("    dwell_s: 30", "    zone: lawn", "10:5", "'zone' is written twice here"),
    ("sinks: [console]", "sinks: [console", "14:1", "not YAML"),
]


@pytest.fixture
def task_file(tmp_path: Path) -> Path:
    return tmp_path / "task.yaml"


def test_the_file_is_right(task_file: Path) -> None:
    task_file.write_text(GOOD)
    task = load_task(task_file)
    assert [rule.config.id for rule in task.rules] == ["in", "loitering"]
    assert [rule.place for rule in task.rules] == [f"{task_file}:12:5", f"{task_file}:8:5"]
    assert task_problems(task_file) == []


@pytest.mark.parametrize(("old", "new", "place", "words"), WRONG)
def test_a_mistake_has_its_line_and_column(old: str, new: str, place: str, words: str, task_file: Path) -> None:
    assert old in GOOD
    task_file.write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigError) as error:
        load_task(task_file)
    assert str(error.value).startswith(f"{task_file}:{place}: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_all_mistakes_are_told_at_once(task_file: Path) -> None:
    task_file.write_text(GOOD.replace("dwell_s: 30", "dwell_s: 0").replace("[console]", "[consol]"))
    assert [line.split(": ")[0].rsplit("task.yaml", 1)[1] for line in task_problems(task_file)] == [":10:14", ":13:9"]


def test_aliases_cannot_blow_a_file_up(task_file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    task_file.write_text("\n".join(lines))
    with pytest.raises(ConfigError, match="stands for too many values"):
        load_task(task_file)


def test_a_loop_of_aliases_is_refused(task_file: Path) -> None:
    task_file.write_text("source: &a [*a]\n")
    with pytest.raises(ConfigError, match="goes too deep"):
        load_task(task_file)


def test_a_zone_may_be_concave_and_touch_itself() -> None:
    bow = [[0, 0], [0.5, 0.5], [1, 0], [1, 1], [0.5, 0.5], [0, 1]]
    parse_task({"source": "a.mp4", "zones": [{"name": "z", "vertices": bow}]})


def test_a_grown_zone_reaches_as_far_as_its_margin() -> None:
    corners = ((0.3, 0.3), (0.7, 0.3), (0.5, 0.45), (0.7, 0.7), (0.3, 0.7))
    zone = ZoneConfig(name="z", vertices=corners).grown(0.05).build()
    points = np.array([(0.255, 0.5), (0.245, 0.5), (0.27, 0.27), (0.26, 0.26), (0.54, 0.45), (0.5, 0.26)], np.float32)
    assert zone.contains(points).tolist() == [True, False, True, False, True, True]


def test_a_grown_zone_ends_at_the_edge_of_the_picture() -> None:
    zone = ZoneConfig(name="z", vertices=((0, 0), (0.2, 0), (0.2, 0.2), (0, 0.2))).grown(0.1)
    assert all(0 <= share <= 1 for point in zone.vertices for share in point)


def keys_of(schema: dict[str, Any], name: str) -> set[str]:
    return set(schema["$defs"][name]["properties"])


def test_the_schema_has_the_plug_ins_and_the_templates_inside() -> None:
    schema = task_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert {"source", "zones", "alarms", "rules", "sinks"} <= set(schema["properties"])
    assert {"type", "zone", "dwell_s", "gate"} <= keys_of(schema, "rules.region")
    assert {"template", "id", "zone", "dwell_s", "schedule", "cooldown_s"} <= keys_of(schema, "alarms.loitering")
    assert "crowding" in schema["properties"]["alarms"]["items"]["anyOf"][0]["enum"]
    dwell = schema["$defs"]["alarms.loitering"]["properties"]["dwell_s"]
    assert (dwell["minimum"], dwell["maximum"], dwell["default"]) == (1, 86400, 20)


def test_the_schema_refers_to_nothing_that_it_lacks() -> None:
    schema = task_schema()

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if "$ref" in value else []
            return own + [one for item in value.values() for one in references(item)]
        return [one for item in value for one in references(item)] if isinstance(value, list) else []

    assert {one.removeprefix("#/$defs/") for one in references(schema)} == set(schema["$defs"])
