"""What child processes do for the agent, and how they are kept in bounds."""

from pathlib import Path
from typing import Any

import pytest

from camloom.agent.child import ChildError, run_child
from camloom.agent.looking import look_at_source
from camloom.agent.trying import what_if
from camloom.errors import CamloomError, ConfigError

SETTINGS: dict[str, Any] = {"data": "/nowhere", "more_sources": []}


def test_rules_are_not_tried_outside_the_folder_of_streams(tmp_path: Path) -> None:
    for name in ("../past", "/etc", "", 7):
        with pytest.raises(CamloomError):
            what_if({"task": {"id": name}, "streams": str(tmp_path)})


def test_of_a_task_that_never_ran_nothing_is_stored_and_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    asked = {"task": {"id": "cam"}, "streams": str(tmp_path)}
    for folder in ("cam", "cam/history", "cam/history/cam"):
        (tmp_path / folder).mkdir()
        told = what_if(asked)
        assert (told["frames"], told["first"]) == (0, None)
        assert told["difference"]["counts"] == {"added": 0, "removed": 0, "kept": 0}
    for wrong in ({"since": "yesterday"}, {"timezone": "Mars/Olympus"}):
        with pytest.raises(ConfigError):
            what_if({**asked, **wrong})


@pytest.mark.parametrize("source", ["/etc/passwd", "gst:videotestsrc", {"type": "gstreamer"}, {"type": ["x"]}, None, 7])
def test_only_cameras_are_looked_at(source: object) -> None:
    with pytest.raises(CamloomError):
        look_at_source({"source": source, "settings": SETTINGS})


@pytest.mark.slow
def test_a_child_that_takes_too_long_is_killed() -> None:
    with pytest.raises(ChildError, match="longer than") as late:
        run_child("discover", {"seconds": 30}, 15.0)
    assert late.value.reason == "timeout"


def test_a_host_that_is_too_busy_to_begin_does_not_blame_the_camera() -> None:
    with pytest.raises(ChildError, match="to begin") as late:
        run_child("discover", {"seconds": 30}, 0.001)
    assert late.value.reason == "host-busy"


@pytest.mark.slow
def test_a_child_looks_around() -> None:
    found = run_child("discover", {"seconds": 0.2}, 60.0)
    assert isinstance(found["cameras"], list)


@pytest.mark.slow
def test_a_child_that_cannot_do_it_says_so_without_the_details() -> None:
    with pytest.raises(ChildError, match="unexpected KeyError"):
        run_child("probe", {"source": "rtsp://u:s3cret-canary@camera/"}, 60.0)
