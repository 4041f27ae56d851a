"""A worker process dies under its cameras: they are watched again at once, and no process is left behind."""

import ctypes
import os
import platform
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.baseline import Baseline
from tests.faults.site import PATIENCE, Outcome

from camloom import parse_task
from camloom.bench.camera import RtspServer
from camloom.config import TaskConfig
from camloom.event import Event
from camloom.runner.stream import _READER_NICENESS
from camloom.supervisor import Supervisor
from camloom.supervisor.staff import Staff

Server = Callable[..., RtspServer]
pytestmark = pytest.mark.timeout(120)
_START_S = 40.0
_BAR_S = 3.0
_SLACK_S = 2.0
_TGKILL = {"x86_64": 234, "aarch64": 131}
"""How late the counts of a worker may be told, on a busy machine."""


def _watchers_of(port: int) -> set[int]:
    """Return the processes that are connected to a port of the loopback, whoever listens there left out."""
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[2].split(":")[1], 16) == port:
            inodes.add(f"socket:[{fields[9]}]")
    found = set()
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(link.readlink()) in inodes for link in folder.iterdir()):
                found.add(int(folder.parent.name))
        except OSError:
            continue
    return found


def _crash_a_reader(pid: int) -> None:
    """Let a thread that reads a camera crash, as a decoder does; they alone are so humble."""
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    readers = [int(each.name) for each in tasks if os.getpriority(os.PRIO_PROCESS, int(each.name)) == _READER_NICENESS]
    ctypes.CDLL(None).syscall(_TGKILL[platform.machine()], pid, readers[0], signal.SIGSEGV)


class Crew:
    """A supervisor, and what it says."""

    def __init__(self, tasks: list[TaskConfig]) -> None:
        self.told: list[tuple[float, Event]] = []
        self.supervisor = Supervisor(tasks, on_event=self._hear)

    def _hear(self, event: Event) -> None:
        self.told.append((time.monotonic(), event))

    def staff(self) -> Staff:
        return self.supervisor._running.staff

    def worker_in_reserve(self) -> int:
        """Wait until a worker in reserve has its models; return its process."""
        self.wait(lambda: (one := self.staff().reserve.process) and one.loaded, _START_S * PATIENCE)
        spare = self.staff().reserve.process
        assert spare is not None
        assert spare.pid is not None
        return spare.pid

    def results(self) -> dict[str, int]:
        return {report.source_id: report.results for report in self.supervisor.reports}

    def wait(self, what: Callable[[], object], timeout_s: float) -> float:
        """Wait until something is so; return when."""
        ends_s, pause = time.monotonic() + timeout_s, threading.Event()
        while not what():
            assert time.monotonic() < ends_s, [(event.source_id, event.type, event.reason) for _, event in self.told]
            pause.wait(0.02)
        return time.monotonic()

    def deliver(self, names: list[str]) -> bool:
        """Tell whether the workers that run some streams now have results of all."""
        return set(self.supervisor._running.book.delivering(names)) == set(names)

    def more_than(self, before: dict[str, int], names: list[str]) -> bool:
        return all(self.results()[name] > before[name] for name in names)


@pytest.mark.case("24 worker crashes", "SIGSEGV to the process that decodes three cameras")
def test_a_worker_that_crashes(outcome: Outcome, rtsp_server: Server, tmp_path: Path, tiny_card: Path) -> None:
    server = rtsp_server(gop=10, fps=10, shared=False)
    names = ["first", "second", "third"]
    document = {"source": server.url, "model": str(tiny_card), "runtime": "onnxruntime", "idle": "off"}
    tasks = [parse_task({**document, "id": name, "out": str(tmp_path / name), "sinks": ["jsonl"]}) for name in names]
    nothing = Baseline.take()
    crew = Crew(tasks)
    with crew.supervisor:
        none = dict.fromkeys(names, 5)
        crew.wait(lambda: crew.more_than(none, names), _START_S)
        worker = _watchers_of(server.port) - {server.pid, os.getpid()}
        assert len(worker) == 1, "one worker has them all"
        fault_s = time.monotonic()
        os.kill(worker.pop(), signal.SIGSEGV)
        crew.wait(lambda: any(event.reason == "crash" for _, event in crew.told), 10)
        outcome.noticed = "offline (crash)"
        outcome.detected_s = next(at_s for at_s, event in crew.told if event.reason == "crash") - fault_s
        outcome.recovered_s = crew.wait(lambda: crew.deliver(names), 20 * PATIENCE) - fault_s
        assert not any(event.type == "source.disabled" for _, event in crew.told), "one crash disables nobody"
    leaks = nothing.leaks()
    outcome.leaks = ", ".join(leaks) or "none"
    assert not leaks
    assert outcome.detected_s <= _BAR_S * PATIENCE
    assert outcome.recovered_s <= (_BAR_S + _SLACK_S) * PATIENCE


@pytest.mark.slow
@pytest.mark.mirror
@pytest.mark.case("24 a decoder crashes", "SIGSEGV on the thread of one of four cameras, NanoDet, a worker in reserve")
def test_the_neighbours_of_a_decoder_that_crashes(
    outcome: Outcome, rtsp_server: Server, tmp_path: Path, mirror: Path
) -> None:
    server = rtsp_server(gop=10, fps=10, shared=False)
    names = ["first", "second", "third", "fourth"]
    document = {"source": server.url, "model": "nanodet", "runtime": "onnxruntime", "idle": "off"}
    tasks = [parse_task({**document, "id": name, "out": str(tmp_path / name), "sinks": ["jsonl"]}) for name in names]
    nothing = Baseline.take()
    crew = Crew(tasks)
    with crew.supervisor:
        crew.wait(lambda: crew.more_than(dict.fromkeys(names, 5), names), _START_S * PATIENCE)
        spare = crew.worker_in_reserve()
        [worker] = [each.pid for each in crew.staff().workers]
        assert worker is not None
        fault_s = time.monotonic()
        _crash_a_reader(worker)
        crew.wait(lambda: any(event.reason == "crash" for _, event in crew.told), 10 * PATIENCE)
        outcome.noticed = "offline (crash)"
        outcome.detected_s = next(at_s for at_s, event in crew.told if event.reason == "crash") - fault_s
        crew.wait(lambda: spare in [each.pid for each in crew.staff().workers], 10 * PATIENCE)
        home = next(each for each in crew.staff().workers if each.pid == spare)
        neighbours = list(home.members)
        assert len(neighbours) == len(names) - 1, "all but the one that did it"
        outcome.recovered_s = crew.wait(lambda: crew.deliver(neighbours), 20 * PATIENCE) - fault_s
        crew.wait(lambda: crew.deliver(names), 20 * PATIENCE)
    leaks = nothing.leaks()
    outcome.leaks = ", ".join(leaks) or "none"
    assert not leaks
    assert outcome.recovered_s <= (_BAR_S + _SLACK_S) * PATIENCE
