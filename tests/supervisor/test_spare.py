"""A worker in reserve: used when another one dies, and never in the way."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom.supervisor import Limits
from camloom.supervisor.process import Process

Watch = Callable[..., Any]
MakeTask = Callable[..., Any]
SPARE = Limits(wedged_s=5.0, spare_after_s=0.3)


def spare_of(run: Any) -> int:
    """Wait until a worker in reserve has its models; return its pid."""

    def ready() -> bool:
        spare: Process | None = run.supervisor._running.staff.reserve.process
        return spare is not None and spare.loaded

    run.until(ready, "a worker is in reserve")
    pid = run.supervisor._running.staff.reserve.process.pid
    assert isinstance(pid, int)
    return pid


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
def test_the_neighbours_go_on_in_the_worker_in_reserve(make_task: MakeTask, watch: Watch, tmp_path: Path) -> None:
    names, ready = ["good", "better"], tmp_path / "ready"
    ready.mkdir()
    bad = make_task("bad", fault="segv-here", at=1, when=str(ready / "*"))
    run = watch([*map(make_task, names), bad], limits=SPARE)
    spare = spare_of(run)
    assert Path(f"/proc/{spare}/oom_score_adj").read_text().strip() == "500", "the first to go when memory is short"
    held = descriptors()

    (ready / "now").touch()
    run.until(lambda: run.workers()[:1] == [set(names)], "the others start again together")
    assert run.pids()[0] == spare
    run.go_on(*names, "bad")
    assert Path(f"/proc/{spare}/oom_score_adj").read_text().strip() != "500", "it has work now"
    assert {name: run.reasons(name) for name in names} == {name: ["crash"] for name in names}

    os.kill(spare, signal.SIGKILL)  # whether or not the next one is ready
    run.until(lambda: run.reasons("good") == ["crash"] * 2, "it dies too")
    run.go_on(*names, "bad")
    last = spare_of(run)
    assert last != spare
    run.until(lambda: descriptors() <= held + 4 * (len(run.workers()) - 1), "what the dead held is closed")
    run.supervisor.stop()
    assert run.supervisor.wait(60)
    run.until(lambda: not Path(f"/proc/{last}").exists(), "it ends with the supervisor")


@pytest.mark.slow
def test_a_lone_stream_has_no_neighbours_to_lose(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("alone")], limits=SPARE)
    run.go_on("alone", results=15)
    assert run.supervisor._running.staff.reserve.process is None


@pytest.mark.slow
def test_a_worker_in_reserve_that_dies_disturbs_nobody_and_rests(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("a"), make_task("b")], limits=SPARE)
    held = descriptors()
    os.kill(spare_of(run), signal.SIGKILL)
    run.until(lambda: run.supervisor._running.staff.reserve.process is None, "it is missed")
    run.go_on("a", "b", results=15)
    assert run.supervisor._running.staff.reserve.process is None, "the next one would not come at once"
    assert run.reasons("a") == run.reasons("b") == []
    assert descriptors() <= held


@pytest.mark.slow
def test_a_crash_while_the_next_one_loads_is_answered_without_it(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("a"), make_task("b")], limits=SPARE)
    run.until(lambda: run.supervisor._running.staff.reserve.process is not None, "one is being made")
    os.kill(run.pids()[0], signal.SIGKILL)
    run.go_on("a", "b")
