"""A task file means what it says, and a wrong one says what is wrong and where."""

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from camloom.config import TaskConfig, load_task, parse_task
from camloom.errors import ConfigError

MINIMAL: dict[str, Any] = {"source": "street.mp4"}


def test_a_path_is_enough() -> None:
    task = parse_task(MINIMAL)
    assert (task.source.type, task.source.config.url) == ("media", "street.mp4")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("rtsp://camera/1", "media"),
        ("C:/video.mp4", "media"),
        ("sample:street", "media"),
        ("synthetic:objects=2", "synthetic"),
    ],
)
def test_the_scheme_chooses_the_source(url: str, kind: str) -> None:
    assert parse_task({"source": url}).source.type == kind


def test_words_that_old_yaml_takes_for_booleans_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(
        "source: a.mp4\nidle: off\nzones:\n  - {name: yes, vertices: [[0, 0], [1, 0], [1, 1]]}\n"
        "rules:\n  - {type: region, id: no, zone: yes, on: exit, gate: {schedule: [{start: 22:00, end: 06:30}]}}\n"
    )
    task = load_task(path)
    assert task.idle == "off"
    window = task.rules[0].config.gate.schedule[0]
    assert (window.start, window.end) == (time(22), time(6, 30))
    assert (task.rules[0].config.id, task.rules[0].config.on) == ("no", "exit")


def test_plug_ins_may_be_named_without_settings() -> None:
    task = parse_task({**MINIMAL, "sinks": ["console", {"type": "jsonl"}], "tracker": "bytetrack"})
    assert [sink.type for sink in task.sinks] == ["console", "jsonl"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sorce": "x"}, "sorce: unknown key"),
        ({"analysis_fps": -1}, "analysis_fps"),
        ({"sinks": ["jsnl"]}, "Did you mean 'jsonl'?"),
        ({"sinks": [{"type": "jsonl", "pth": "x"}]}, "pth"),
        ({"rules": [{"type": "line", "id": "a", "line": "nowhere"}]}, "there is no line 'nowhere'"),
        ({"lines": [{"name": "l", "start": [0, 0], "end": [0, 0]}]}, "starts and ends at the same point"),
        ({"id": "a b"}, "id"),
        ({"source": {"url": "x"}}, "source"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_task({**MINIMAL, **change})
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_two_of_a_name_are_refused() -> None:
    zone = {"name": "z", "vertices": [[0, 0], [1, 0], [1, 1]]}
    with pytest.raises(ConfigError, match="two zones are called 'z'"):
        parse_task({**MINIMAL, "zones": [zone, zone]})


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words", "a: [", "\0", "!!python/object/apply:os.system [id]"])
def test_a_file_that_is_no_task(text: str, tmp_path: Path) -> None:
    path = tmp_path / "task.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        load_task(path)


def test_a_task_is_frozen() -> None:
    task = parse_task(MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        task.id = "other"
    assert isinstance(task, TaskConfig)
