"""Tasks come, go and change while others run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom.errors import CamloomError, ConfigError

Watch = Callable[..., Any]
MakeTask = Callable[..., Any]


def test_tasks_come_change_and_go(make_task: MakeTask, watch: Watch, tmp_path: Path) -> None:
    run = watch([])
    for name in "abc":  # at once: the first worker is still starting
        run.supervisor.add(make_task(name))
    run.until(lambda: run.workers() == [{"a", "b", "c"}], "they share a worker")
    run.go_on("a", "b", "c")
    run.supervisor.remove("b")
    run.supervisor.replace(make_task("c", document={"analysis_fps": 5}))
    run.until(lambda: set(run.results()) == {"a", "c"} and run.workers() == [{"a", "c"}], "one is gone")
    run.go_on("a", "c")
    assert {name for name, state in run.states if state.reason} == set(), "nobody else noticed"

    run.supervisor.remove("a")
    run.supervisor.remove("c")
    run.until(lambda: run.workers() == [], "the worker of nobody ends")
    run.supervisor.add(make_task("a"))
    run.until(lambda: run.workers() == [{"a"}], "there is another one")
    run.go_on("a")

    def kinds() -> list[tuple[str, str]]:
        return [(event.type, event.phase.value) for event in run.events if event.source_id == "a" and event.zone]

    run.until(lambda: kinds().count(("region.entered", "start")) == 2, "its rule speaks again")
    assert kinds()[1] == ("region.entered", "end"), "what was open of it ended when it went"


def test_the_newest_tracks_are_written_when_somebody_asks(make_task: MakeTask, watch: Watch) -> None:
    task = make_task("a", document={"sinks": [{"type": "history", "flush_s": 3600}]})
    run = watch([task])
    run.go_on("a")
    history = task.out / "history" / "a"
    assert list(history.glob("*.parquet")) == []
    run.until(lambda: run.supervisor.flush("a"), "it answers")
    [part] = history.glob("*.parquet")
    assert part.stat().st_size > 0
    with pytest.raises(ConfigError, match="no task 'b'"):
        run.supervisor.flush("b")


@pytest.mark.slow
def test_a_task_goes_while_its_worker_dies(make_task: MakeTask, watch: Watch, tmp_path: Path) -> None:
    once = {"fault": "kill", "at": 5, "only_once": str(tmp_path / "killed")}
    run = watch([make_task("a", **once), make_task("b")])
    run.supervisor.remove("a")
    run.until(lambda: set(run.results()) == {"b"}, "it is gone")
    run.go_on("b")
    run.supervisor.add(make_task("a"))
    run.until(lambda: "a" in run.results(), "it is there again")
    run.go_on("a", "b")


def test_what_is_not_there_or_does_not_fit_is_refused(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("a")])
    with pytest.raises(ConfigError, match="already"):
        run.supervisor.add(make_task("a"))
    with pytest.raises(ConfigError, match="no task 'b'"):
        run.supervisor.remove("b")
    with pytest.raises(ConfigError, match="no task 'b'"):
        run.supervisor.replace(make_task("b"))
    unicorn = [{"type": "region", "id": "inside", "zone": "all", "on": "enter", "classes": ["unicorn"]}]
    with pytest.raises(CamloomError, match="unicorn"):
        run.supervisor.replace(make_task("a", document={"rules": unicorn}))
    run.go_on("a")
    assert run.supervisor.picture("a")[:2] == b"\xff\xd8"
