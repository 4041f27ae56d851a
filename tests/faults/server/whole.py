"""The whole platform with a real engine: server, agent, worker, receiver and database, each of which is killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from tests.faults.server.box import WAIT_S, Box, until
from tests.faults.server.seeing import make_seeing_card
from tests.server.alarms import HOST
from tests.server.postgresql import PostgreSql

from camloom.exchange.local import LocalServer
from camloom.server.database.tables import alarm, alarm_day, alarm_event, camera, media, push_delivery, task

_STRIPS = 8
# A rectangle that goes to and fro through the strips, wide and slow enough to be followed at two pictures a second:
# every two seconds an alarm begins.
_SOURCE = {"url": "synthetic:width=320&height=180&objects=1&seed=5&seconds=7200&live=true", "options": {}}
# After three crashes of its worker a stream is given up, until its agent starts anew.
_WORKERS_IN_A_ROW = 2
_IS_WAITED_FOR, _MOST_S = 0.3, 15


class WholeBox(Box):
    """A box whose engine is the real one. What its exchange has taken is noted there, in the same transaction."""

    def __init__(self, folder: Path, seed: int, postgresql: PostgreSql | None = None) -> None:
        self._agent: subprocess.Popen[bytes] | None = None
        self._workers_killed = 0
        super().__init__(folder, seed, postgresql)

    def start(self) -> None:
        """Start everything."""
        for role in ("receiver", "server"):
            self._start(role)
        self._start_agent()

    def close(self) -> None:
        """End everything."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()
        super().close()

    def kill_one(self) -> str:
        """Kill one of the processes; what does not come back by itself is started again. Return which it was."""
        role = self._drawn.choice(
            ["server", "agent", "worker", "receiver", *(["postgresql"] if self._postgresql else [])]
        )
        if role == "worker" and (self._workers_killed >= _WORKERS_IN_A_ROW or len(self._processes()) == 1):
            role = "agent"
        match role:
            case "postgresql":
                self._kill_postgresql()
            case "agent":
                self._kill_agent()
            case "worker":
                self._kill_worker()
            case _:
                self._kill(role)
                self._start(role)
        return role

    def moment(self) -> None:
        """Let some time go by: now and then enough for the engine to tell of more, else what starts may be hit too."""
        known, ends_s = self.acknowledged, time.monotonic() + self._drawn.uniform(0, 2)
        if self._drawn.random() < _IS_WAITED_FOR:
            ends_s += _MOST_S
        while time.monotonic() < ends_s and self.acknowledged == known:
            time.sleep(0.05)

    @property
    def acknowledged(self) -> int:
        """How many events the exchange has taken."""
        return len(self.noted())

    def noted(self) -> list[dict[str, Any]]:
        """Return every event of a rule that the exchange has ever taken."""
        with closing(sqlite3.connect(self.data / "exchange.db", timeout=30)) as connection:
            documents = [json.loads(row[0]) for row in connection.execute("select document from noted order by seq")]
        events = [one["event"] for one in documents if one["kind"] == "event"]
        return [one for one in events if one["type"].startswith("region.")]

    def end(self) -> None:
        """Let the stream end in order, with all that it has begun."""
        self._wait_for("server")
        answer = self.ask("POST", f"/api/v1/tasks/{self._task_id}/stop")
        assert answer.status_code == 200, answer.text
        until(lambda: not self._tasks(), "the stream has ended", WAIT_S)

    def _tasks(self) -> list[Any]:
        """Return what the engine says that it runs."""
        with closing(sqlite3.connect(self.data / "exchange.db", timeout=30)) as connection:
            rows = connection.execute("select document from reported").fetchall()
        return [task for (document,) in rows for task in json.loads(document)["tasks"]]

    def waiting(self) -> dict[str, int]:
        """Return what waits where; a picture whose process was killed over it is given up later."""
        lies = select(media.c.source_path).where(media.c.source_path != "")
        there = [row["source_path"] for row in self._rows(lies) if Path(row["source_path"]).is_file()]
        return {**super().waiting(), "pictures": len(there)}

    def check(self, *, expired: bool = False) -> int:
        """Check everything; return how many events of rules there were."""
        noted = self.noted()
        assert self._written() <= {one["id"] for one in noted}, "an event that is in a folder never left the engine"
        self._check_events(noted)
        self._check_sums()
        self._check_told()
        self._check_databases()
        return len(noted)

    # --- the processes ---

    def _start_agent(self) -> None:
        command = [sys.executable, "-m", "camloom", "agent", "--data", str(self.data)]
        with (self._folder / "agent.log").open("ab") as log:
            self._agent = subprocess.Popen(command, env={**os.environ, "CAMLOOM_HOST_ID": HOST}, stderr=log)
        self._workers_killed = 0

    def _processes(self) -> list[int]:
        """Return the agent and the processes below it."""
        assert self._agent is not None
        assert self._agent.poll() is None, "the agent has ended by itself"
        return [self._agent.pid, *_below(self._agent.pid)]

    def _kill_agent(self) -> None:
        assert self._agent is not None
        below = _below(self._agent.pid)
        self._agent.kill()
        self._agent.wait()
        self.killed["agent"] += 1
        until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in below), "its workers end", WAIT_S)
        self._start_agent()

    def _kill_worker(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._processes()[-1], signal.SIGKILL)
        self.killed["worker"] += 1
        self._workers_killed += 1

    # --- what is in it, and what must be so ---

    def _prepare(self) -> None:
        super()._prepare()
        make_seeing_card(self.data / "models")
        names = [f"strip {number}" for number in range(_STRIPS)]
        document = {
            "model": str(self.data / "models" / "seeing.yaml"),
            "runtime": "onnxruntime",
            "analysis_fps": 10,
            "idle": "off",
            "zones": [{"name": name, "vertices": _strip(number)} for number, name in enumerate(names)],
            "rules": [{"type": "region", "id": name, "zone": name, "on": "enter", "min_time_s": 0} for name in names],
        }
        with self._database.write() as connection:
            connection.execute(update(camera).values(source=_SOURCE))
            connection.execute(update(task).values(enabled=True, document=document))
        LocalServer(self.data / "exchange.db").close()
        with closing(sqlite3.connect(self.data / "exchange.db")) as connection:
            connection.executescript(
                "create table noted (seq integer primary key, document blob);"
                "create trigger note after insert on message begin"
                " insert into noted values (new.seq, new.document); end;"
            )

    def _written(self) -> set[str]:
        """Return the events of rules that stand in the folders of the alarms."""
        documents = (self.data / "streams").glob("*/media/*/alarm.json")
        events = [one for path in documents for one in json.loads(path.read_text())["events"]]
        return {one["id"] for one in events if one["type"].startswith("region.")}

    def _check_events(self, noted: list[dict[str, Any]]) -> None:
        kept = self._rows(select(alarm_event.c.id, alarm.c.id.label("alarm_id"), alarm.c.incident_id, alarm.c.ended_at)
                          .join(alarm, alarm.c.id == alarm_event.c.alarm_id)
                          .where(alarm.c.rule_id.startswith("strip ")))  # fmt: skip
        assert set(Counter(one["id"] for one in noted).values()) == {1}, "an event was taken twice"
        assert {row["id"] for row in kept} == {one["id"] for one in noted}, "an event is lost"
        incidents = {one["incident_id"] for one in noted}
        assert {row["incident_id"] for row in kept} == incidents
        assert len({row["alarm_id"] for row in kept}) == len(incidents), "of one incident there are two alarms"
        assert [row for row in kept if row["ended_at"] is None] == [], "what has begun has ended"

    def _check_sums(self) -> None:
        shown = select(func.count()).select_from(alarm).where(~alarm.c.quiet, alarm.c.merged_into.is_(None))
        assert self._count(shown) == self._count(select(func.sum(alarm_day.c.alarms)))

    def _check_told(self) -> None:
        """Each alarm that is shown arrived at the receiver, under one key with one body."""
        deliveries = self._rows(select(push_delivery))
        shown = self._rows(select(alarm.c.id).where(~alarm.c.quiet, alarm.c.merged_into.is_(None)))
        assert {row["state"] for row in deliveries} == {"delivered"}
        assert sorted(row["alarm_id"] for row in deliveries) == sorted(row["id"] for row in shown)
        taken = [json.loads(line) for line in self._taken.read_text().splitlines()]
        bodies = {(one["key"], one["digest"]) for one in taken}
        assert sorted(key for key, _ in bodies) == sorted(row["key"] for row in deliveries), "a key has two bodies"


def _strip(number: int) -> list[list[float]]:
    left, right = number / _STRIPS, (number + 1) / _STRIPS
    return [[left, 0], [right, 0], [right, 1], [left, 1]]


def _below(pid: int) -> list[int]:
    """Return the processes below a process, parents first."""
    threads = Path(f"/proc/{pid}/task")
    told = [(one / "children").read_text().split() for one in threads.iterdir()] if threads.exists() else []
    children = sorted({int(one) for line in told for one in line})
    return [*children, *(below for child in children for below in _below(child))]
