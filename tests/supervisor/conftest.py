"""A camera that brings its process down, installed as a stranger's package would be, and streams of it."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camloom import parse_task, plugins
from camloom.config import TaskConfig
from camloom.event import Event
from camloom.state import SourceState
from camloom.supervisor import Limits, Patience, Supervisor

PLUGIN = Path(__file__).with_name("plugin")
SOON = Patience(delays_s=(0.2, 0.3), probation_s=1.0, window_s=60.0)
WAIT_S = 60.0


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the sources of `plugin/`, for workers too."""
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PLUGIN), os.environ.get("PYTHONPATH", "")]))
    plugins._registered.cache_clear()
    yield
    plugins._registered.cache_clear()


MakeTask = Callable[..., TaskConfig]


@pytest.fixture
def make_task(faulty: None, tmp_path: Path, tiny_card: Path) -> MakeTask:
    """A maker of tasks: `make_task("cam", fault="segv-here", at=20)`; a model sees one person all the time."""

    def make(name: str, *, document: dict[str, Any] | None = None, **source: Any) -> TaskConfig:
        given = {
            "id": name,
            "source": {"type": "faulty", **source},
            "model": str(tiny_card),
            "runtime": "onnxruntime",
            "analysis_fps": 10,
            "idle": "off",
            "zones": [{"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}],
            "rules": [{"type": "region", "id": "inside", "zone": "all", "on": "enter"}],
            "sinks": ["jsonl"],
            "out": str(tmp_path / name),
        }
        return parse_task({**given, **(document or {})})

    return make


class Watched:
    """A supervisor that remembers what it was told."""

    def __init__(self, tasks: list[TaskConfig], **how: Any) -> None:
        self.events: list[Event] = []
        self.states: list[tuple[str, SourceState]] = []
        self._changed = threading.Condition()
        self.supervisor = Supervisor(
            tasks,
            on_event=self._take_event,
            on_state=self._take_state,
            **{"patience": SOON, "limits": Limits(wedged_s=5.0, spare_after_s=None), **how},
        )

    def _take_event(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def _take_state(self, name: str, state: SourceState) -> None:
        with self._changed:
            self.states.append((name, state))
            self._changed.notify_all()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something is so."""
        ends_s = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < ends_s, f"not within {WAIT_S:g} s: {what}"
            with self._changed:
                self._changed.wait(0.05)

    def reasons(self, name: str) -> list[str]:
        """What went wrong with a stream so far."""
        return [state.reason for who, state in self.states if who == name and state.reason]

    def results(self) -> dict[str, int]:
        """Results so far, by stream."""
        return {report.source_id: report.results for report in self.supervisor.reports}

    def workers(self) -> list[set[str]]:
        """Which streams share a worker now."""
        return [set(process.members) for process in self.supervisor._running.staff.workers]

    def pids(self) -> list[int]:
        """The processes of the workers."""
        return [process.pid for process in self.supervisor._running.staff.workers if process.pid]

    def go_on(self, *names: str, results: int = 5) -> None:
        """Wait until each of some streams has more results."""
        before = Counter(self.results())
        self.until(
            lambda: all(self.results()[name] >= before[name] + results for name in names), f"{names} deliver results"
        )


@pytest.fixture
def watch() -> Iterator[Callable[..., Watched]]:
    """A starter of supervisors; they are ended after the test."""
    started: list[Watched] = []

    def start(tasks: list[TaskConfig], **how: Any) -> Watched:
        watched = Watched(tasks, **how)
        started.append(watched)
        watched.supervisor.start()
        return watched

    yield start
    for each in started:
        each.supervisor.stop()
        assert each.supervisor.wait(WAIT_S)
