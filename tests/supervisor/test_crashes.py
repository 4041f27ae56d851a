"""A process dies: the one stream that did it is found, the others go on."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from camloom.supervisor import Limits, Patience

Watch = Callable[..., Any]
MakeTask = Callable[..., Any]


def test_a_crash_on_the_thread_of_a_stream_tells_which(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("good"), make_task("better"), make_task("bad", fault="segv-here", at=5)])
    run.until(lambda: "crash" in run.reasons("good"), "the worker dies")
    run.until(lambda: {"good", "better"} in run.workers(), "the others start again together")
    run.go_on("good", "better")
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    run.until(lambda: run.reasons("bad")[-1] == "crash-loop", "the one at fault is disabled")
    assert run.reasons("good") == run.reasons("better") == ["crash"]
    assert run.reasons("bad") == ["crash"] * 3 + ["crash-loop"]
    run.go_on("good", "better")
    run.until(lambda: run.workers() == [{"good", "better"}], "there is one worker")
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors, "what the dead held is closed"
    assert [event.source_id for event in run.events if event.type == "source.disabled"] == ["bad"]
    run.supervisor.enable("bad")
    run.until(lambda: run.reasons("bad").count("crash") == 4, "it is tried again when asked")
    [report] = [each for each in run.supervisor.reports if each.source_id == "bad"]
    assert "crashed 3 times" in report.errors[0]


@pytest.mark.slow
def test_a_crash_that_tells_nothing_is_followed_up_until_one_dies_alone(make_task: MakeTask, watch: Watch) -> None:
    names = ["a", "b", "c"]
    run = watch([*map(make_task, names), make_task("bad", fault="kill", at=5)])
    run.until(lambda: "crash-loop" in run.reasons("bad"), "the one at fault is disabled")
    run.until(lambda: run.workers() == [set(names)], "the others are together again")
    run.go_on(*names)
    assert all("crash-loop" not in run.reasons(name) for name in names)
    assert all(len(run.reasons(name)) <= 2 for name in names), "split in halves: two crashes at most touch them"


@pytest.mark.slow
def test_one_crash_disables_nobody_and_all_come_together_again(
    make_task: MakeTask, watch: Watch, tmp_path: Path
) -> None:
    once = {"fault": "segv-elsewhere", "at": 5, "only_once": str(tmp_path / "crashed")}
    run = watch([make_task("a"), make_task("b"), make_task("c", **once)])
    run.until(lambda: len(run.workers()) == 2, "the suspects are apart")
    run.until(lambda: run.workers() == [{"a", "b", "c"}], "nobody did it again")
    run.go_on("a", "b", "c")
    assert {name: run.reasons(name) for name in "abc"} == {"a": ["crash"], "b": ["crash"], "c": ["crash"]}


@pytest.mark.slow
def test_a_decoder_that_hangs_is_found_by_its_own_thread(make_task: MakeTask, watch: Watch) -> None:
    tasks = [make_task("good"), make_task("bad", fault="hang", at=5)]
    run = watch(tasks, limits=Limits(wedged_s=1.5), patience=Patience(crashes=2, delays_s=(0.1,)))
    run.until(lambda: run.reasons("bad")[-1:] == ["crash-loop"], "it is disabled")
    assert run.reasons("good") == ["crash"]
    [state] = [state for who, state in run.states if who == "good" and state.reason]
    assert "hangs in a decoder (bad)" in state.detail
    run.go_on("good")


def test_what_is_killed_or_frozen_from_outside_goes_on(make_task: MakeTask, watch: Watch) -> None:
    run = watch([make_task("a"), make_task("b")], limits=Limits(wedged_s=1.5), patience=Patience(split=1))
    run.go_on("a", "b")
    os.kill(run.supervisor._running.staff.nursery.pid, signal.SIGKILL)
    run.until(lambda: "crash" in run.reasons("b"), "the workers are lost with what made them")
    run.go_on("a", "b")
    os.kill(run.pids()[0], signal.SIGSTOP)
    run.until(lambda: run.reasons("b") == ["crash", "crash"], "it is killed")
    run.go_on("a", "b")
    assert any("said nothing for too long" in state.detail for _, state in run.states)
