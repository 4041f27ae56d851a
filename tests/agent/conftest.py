"""An agent as a process of its own, and the server's side of its exchange."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ulid import ULID

from camloom.exchange import Command, CommandKind, Desired, EventMessage, Message, Reply, TaskOrder, TaskStatus
from camloom.exchange.local import LocalServer

WAIT_S = 60.0
CANARY = "s3cret-canary"
"""A password that must be nowhere."""
_PROGRAM = """
import sys
from pathlib import Path
from camloom.agent.run import run_agent
from camloom.agent.settings import AgentSettings
sys.exit(run_agent(AgentSettings(data=Path(sys.argv[1]), host_id="h", more_sources=("faulty",))))
"""
SETTINGS = {"evidence": {"before_s": 1, "after_s": 1}, "history": {"flush_s": 3600}}
EVERYWHERE = [{"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}]
INSIDE = {"type": "region", "id": "inside", "zone": "all", "on": "enter"}


class Site:
    """One host with its agent, and what a server knows of it."""

    def __init__(self, data: Path, card: Path) -> None:
        self.data = data
        self.server = LocalServer(data / "exchange.db")
        self.messages: list[Message] = []
        self._card = card
        self._tasks: dict[str, TaskOrder] = {}
        self._revision = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the agent."""
        self._process = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(self.data)], stderr=subprocess.PIPE)

    @property
    def pid(self) -> int:
        """Of the agent."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End the agent without a word, and wait until its workers have ended too."""
        children = workers(self.pid)
        os.kill(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.communicate()
        until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children), "the workers end")

    def stop(self) -> tuple[int, str]:
        """Ask the agent to end; return its exit code and what it logged."""
        assert self._process is not None
        self._process.terminate()
        _, log = self._process.communicate(timeout=WAIT_S)
        return self._process.returncode, log.decode()

    def close(self) -> None:
        """End everything."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self.server.close()

    def document(self, **changes: Any) -> dict[str, Any]:
        """Return a task: a model that sees one person all the time, and a rule for the whole picture."""
        return {
            "source": {"type": "faulty", "fps": 25},
            "model": self._card.stem,
            "runtime": "onnxruntime",
            "analysis_fps": 10,
            "idle": "off",
            "zones": EVERYWHERE,
            "rules": [INSIDE],
            **changes,
        }

    def want(self, **documents: dict[str, Any] | None) -> None:
        """Want other documents of some tasks; None: the task is to go."""
        self._revision += 1
        for name, document in documents.items():
            if document is None:
                del self._tasks[name]
            else:
                self._tasks[name] = TaskOrder(id=name, camera_id="c", revision=self._revision, document=document)
        tasks = tuple(self._tasks.values())
        self.server.want(Desired(host_id="h", revision=self._revision, tasks=tasks, settings=SETTINGS))

    def status(self, name: str) -> TaskStatus:
        """Return how a task is, as last reported."""
        reported = self.server.reported()
        found = [task for one in reported for task in one.tasks if task.id == name]
        return found[0] if found else TaskStatus(id=name)

    def until(self, name: str, condition: Callable[[TaskStatus], bool], what: str) -> TaskStatus:
        """Wait until a task is so."""
        until(lambda: condition(self.status(name)), what)
        return self.status(name)

    def runs(self, name: str) -> TaskStatus:
        """Wait until a task is online as it is wanted now, and its rules have seen a picture."""
        revision = self._tasks[name].revision
        return self.until(
            name,
            lambda it: it.condition == "online" and it.revision == revision and it.age_s is not None,
            f"{name} runs",
        )

    def take(self) -> list[Message]:
        """Take what has come since; return everything that ever came."""
        while some := self.server.take(1000, 0.0):
            self.messages += [each.message for each in some]
            self.server.done("h", some[-1].seq)
        return self.messages

    def events(self, name: str, event_type: str = "") -> list[dict[str, Any]]:
        """Return the events of a task that have come so far."""
        events = [each for each in self.take() if isinstance(each, EventMessage) and each.task_id == name]
        return [each.event for each in events if event_type in each.event["type"]]

    def ask(self, kind: CommandKind, **arguments: Any) -> Reply:
        """Ask the agent."""
        expires_at = datetime.now(UTC) + timedelta(seconds=WAIT_S)
        command = Command(id=str(ULID()), kind=kind, arguments=arguments, expires_at=expires_at)
        return self.server.ask("h", command, timedelta(seconds=WAIT_S))


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    ends_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < ends_s, f"not within {WAIT_S:g} s: {what}"
        time.sleep(0.05)


def workers(pid: int) -> list[int]:
    """Return the processes below a process."""
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    threads = Path(f"/proc/{pid}/task")
    if threads.exists():
        told = [(each / "children").read_text().split() for each in threads.iterdir()]
        children = sorted({int(one) for line in told for one in line})
    return [*children, *(below for child in children for below in workers(child))]


def make_site(folder: Path, card: Path) -> Site:
    """Return a host whose agent is not started yet, with the model of a card in its data folder."""
    (folder / "models").mkdir(parents=True)
    for part in card.parent.iterdir():
        (folder / "models" / part.name).write_bytes(part.read_bytes())
    return Site(folder, folder / "models" / card.name)


@pytest.fixture(scope="session")
def faulty_sources() -> Iterator[None]:
    """Let the processes of agents have the sources of the supervisor's tests."""
    plugin = Path(__file__).parents[1] / "supervisor" / "plugin"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(plugin), os.environ.get("PYTHONPATH", "")]))
        yield


@pytest.fixture
def site(tmp_path: Path, tiny_card: Path, faulty_sources: None) -> Iterator[Site]:
    """A host whose agent is not started yet."""
    made = make_site(tmp_path / "data", tiny_card)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, tiny_card: Path, faulty_sources: None) -> Iterator[Site]:
    """A host whose agent runs, for tests that bring it no harm; each uses tasks of names of its own."""
    made = make_site(tmp_path_factory.mktemp("host") / "data", tiny_card)
    made.start()
    yield made
    code, log = made.stop()
    made.close()
    assert code == 0
    assert CANARY not in log
