"""A whole platform of processes that are killed, and what must be so when it has come to rest."""

import hashlib
import json
import os
import random
import signal
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
from sqlalchemy import func, select, update
from tests.faults.server import programs
from tests.faults.server.points import POINTS
from tests.server.alarms import HOST
from tests.server.fakes import FakeClock
from tests.server.people import add_account, add_key
from tests.server.postgresql import PostgreSql
from tests.server.pushes.receivers import free_port
from tests.server.pushes.site import PushSite

from camloom.server.business import open_place
from camloom.server.business.policies import PolicyEffect
from camloom.server.clock import system_clock
from camloom.server.database import Database
from camloom.server.database.migrate import migrate
from camloom.server.database.tables import alarm, alarm_day, alarm_event, media, message_aside, push_delivery, task
from camloom.server.pushes.matching import PushMatch

WAIT_S = 240.0


class Box:
    """A server, an engine's side that publishes, and a receiver of pushes; all of them can be killed.

    Args:
        folder: of the test.
        seed: of all that is left to chance.
        postgresql: instead of SQLite.
        data: folder of everything kept; default: one in that of the test.

    Attributes:
        killed: how often each was.
    """

    def __init__(self, folder: Path, seed: int, postgresql: PostgreSql | None = None, data: Path | None = None) -> None:
        self.data, self._folder, self._postgresql = data or folder / "data", folder, postgresql
        self._drawn = random.Random(seed)
        self._told, self._taken = folder / "told", folder / "taken"
        self.port, self._receiver_port = free_port(), free_port()
        self._running: dict[str, ForkServerProcess] = {}
        self.killed: Counter[str] = Counter()
        self._at = ""
        self.url = postgresql.url if postgresql else f"sqlite:///{self.data / 'camloom.db'}"
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._database = Database(self.url)
        self._prepare()

    # --- the processes ---

    def start(self) -> None:
        """Start everything."""
        for role in ("receiver", "server", "publisher"):
            self._start(role)

    def kill_one(self) -> str:
        """Kill one of the processes at some moment, and start it again; return which, and where it was."""
        roles = ["server", "server", "publisher", "receiver", *(["postgresql"] if self._postgresql else [])]
        role = self._drawn.choice(roles)
        if role == "postgresql":
            return self._kill_postgresql()
        if role == "server" and self._drawn.random() < 0.6:
            return self._let_die()
        self._wait_for(role)
        time.sleep(self._drawn.uniform(0, 0.5))
        if role == "server" and self._drawn.random() < 0.5:
            return self._kill_half()
        self._kill(role)
        self._start(role)
        return role

    @property
    def acknowledged(self) -> int:
        """How many events the exchange has taken."""
        return len(self._told.read_text().splitlines()) if self._told.exists() else 0

    @property
    def log(self) -> list[dict[str, Any]]:
        """What the server has written into its log."""
        lines = (self._folder / "server.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def ask(self, method: str, path: str, **how: Any) -> httpx2.Response:
        """Ask the server as an administrator."""
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx2.request(method, url, headers={"Authorization": f"Bearer {self._key}"}, timeout=30, **how)

    def listens(self) -> bool:
        """Tell whether the server answers; it must not have died by itself."""
        assert self._running["server"].is_alive(), self._running["server"].exitcode
        return _listens(self.port)

    def restart_server(self) -> None:
        """Kill the server and start it again."""
        self._kill("server")
        self._start("server")

    def end_publishing(self) -> None:
        """Let the engine's side say what is left, and no more."""
        self._kill("publisher")
        self._start("publisher", last=True)
        self._running["publisher"].join(WAIT_S)
        assert self._running["publisher"].exitcode == 0

    def close(self) -> None:
        """End everything."""
        for process in self._running.values():
            process.kill()
            process.join()
        self._database.close()

    def settle(self) -> None:
        """Wait until nothing waits any more."""
        with suppress(AssertionError):
            until(self._is_settled, "nothing waits", WAIT_S)
        assert not any(self.waiting().values()), self.waiting()

    def _is_settled(self) -> bool:
        return self._is_up("server", self.port) and not any(self.waiting().values())

    def waiting(self) -> dict[str, int]:
        """Return what waits where."""
        waits = push_delivery.c.state == "waiting"
        lies = (media.c.source_path != "") | media.c.state.in_(("pending", "waiting"))
        return {
            "messages": _messages(self.data / "exchange.db"),
            "pictures": self._count(select(func.count()).select_from(media).where(lies)),
            "pushes": self._count(select(func.count()).select_from(push_delivery).where(waits)),
        }

    def _start(self, role: str, point: str = "", nth: int = 1, *, last: bool = False) -> None:
        log = self._folder / f"{role}.log"
        if role == "server":
            self._at = point
            self._running[role] = programs.start(programs.server, log, self._settings(), point, nth)
        elif role == "receiver":
            seed = self._drawn.randrange(1 << 30)
            self._running[role] = programs.start(programs.receiver, log, self._receiver_port, self._taken, seed)
        else:
            told = (self.data, HOST, self._task_id, self._told, last)
            self._running[role] = programs.start(programs.publisher, log, *told)

    def _settings(self) -> dict[str, Any]:
        return {
            "data": self.data,
            "port": self.port,
            "database_url": self.url if self._postgresql else None,
            "push_allow": "127.0.0.1",
        }

    def _kill(self, role: str) -> None:
        self._running[role].kill()
        self._running[role].join()
        self.killed[role] += 1

    def _kill_half(self) -> str:
        """Kill the process that the server has beside itself: both end."""
        server = self._running["server"]
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        until(lambda: bool(children.read_text()), "it has another process", WAIT_S)
        os.kill(int(children.read_text()), signal.SIGKILL)
        server.join(WAIT_S)
        assert server.exitcode == -signal.SIGKILL
        self.killed["server"] += 1
        self._start("server")
        return "server, its other process"

    def _let_die(self) -> str:
        """Start the server so that it dies when it comes to a certain point."""
        point, nth = self._drawn.choice(list(POINTS)), self._drawn.randrange(1, 6)
        self._kill("server")
        until(lambda: self._died(point, nth), f"it comes to '{point}'", WAIT_S)
        self._start("server")
        return f"server, {point}"

    def _died(self, point: str, nth: int) -> bool:
        process = self._running["server"]
        if process.is_alive():
            return False
        if self._at == point and process.exitcode == -signal.SIGKILL:
            return True
        self._start("server", point, nth)
        return False

    def _kill_postgresql(self) -> str:
        """Kill the first process of PostgreSQL or any other: then it ends all others and begins anew by itself."""
        assert self._postgresql is not None
        first = self._postgresql.pid
        assert first is not None
        children = [int(one) for one in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        pid = self._drawn.choice([first, *children])
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.killed["postgresql"] += 1
        if pid == first:
            until(lambda: self._postgresql.pid is None, "it has ended", WAIT_S)  # type: ignore[union-attr]
            until(self._starts_again, "PostgreSQL starts again", WAIT_S)
        return "postgresql, the first process" if pid == first else "postgresql, a process"

    def _starts_again(self) -> bool:
        """Start PostgreSQL; it cannot as long as one of the old processes is there."""
        assert self._postgresql is not None
        with suppress(AssertionError):
            self._postgresql.start()
            return True
        return False

    def _wait_for(self, role: str) -> None:
        port = {"server": self.port, "receiver": self._receiver_port}.get(role)
        if port is not None:
            until(lambda: self._is_up(role, port), f"the {role} is there", WAIT_S)

    def _is_up(self, role: str, port: int) -> bool:
        """Tell whether a process listens; one that could not start is started again, as `camloom up` does it."""
        if not self._running[role].is_alive():
            assert self._running[role].exitcode == 1
            self._start(role)
        return _listens(port)

    # --- what is in it ---

    def _prepare(self) -> None:
        migrate(self._database)
        site = PushSite(self._database, FakeClock(system_clock()), self.data)
        self._task_id = site.task_id
        site.policy(PolicyEffect())
        with self._database.write() as connection:
            connection.execute(update(task).values(enabled=False))  # nobody here would run it
        receiver = {"url": f"http://127.0.0.1:{self._receiver_port}/"}
        site.target("webhook", receiver, PushMatch(changes=("raised",)))
        site.sender.close()
        app: Any = SimpleNamespace(state=SimpleNamespace(database=self._database, clock=system_clock))
        self._key = add_key(app, add_account(app, "admin", "administrator", all_groups=True))

    def _count(self, wanted: Any) -> int:
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def _rows(self, wanted: Any) -> list[dict[str, Any]]:
        with self._database.read() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    # --- what must be so ---

    def check(self, *, expired: bool = False) -> int:
        """Check everything; return how many events there were.

        Args:
            expired: pictures may have gone because there was no room.
        """
        acknowledged = [int(line) for line in self._told.read_text().splitlines()]
        assert acknowledged == list(range(1, len(acknowledged) + 1))
        self._check_alarms(acknowledged)
        self._check_pictures(acknowledged, expired)
        self._check_pushes()
        self._check_databases()
        return len(acknowledged)

    def _check_alarms(self, acknowledged: list[int]) -> None:
        events = self._rows(select(alarm_event.c.id, alarm_event.c.alarm_id))
        numbers = Counter(int(row["id"][4:]) for row in events)
        assert set(acknowledged) <= set(numbers) <= {*acknowledged, len(acknowledged) + 1}, "an event is lost"
        assert set(numbers.values()) == {1}
        assert len({row["alarm_id"] for row in events}) == len(events) == self._count(_all(alarm))
        shown = select(func.count()).select_from(alarm).where(~alarm.c.quiet, alarm.c.merged_into.is_(None))
        assert self._count(shown) == len(events) == self._count(select(func.sum(alarm_day.c.alarms)))
        assert self._count(_all(message_aside)) == 0

    def _check_pictures(self, acknowledged: list[int], expired: bool) -> None:
        rows = {int(row["event_id"][4:]): row for row in self._rows(select(media))}
        assert set(acknowledged) <= set(rows)
        place = open_place((self.data / "media").as_uri())
        there = {number: row for number, row in rows.items() if row["state"] == "there"}
        assert expired or len(there) == len(rows), {
            number: dict(row) for number, row in rows.items() if number not in there
        }
        assert {row["state"] for row in rows.values()} <= {"there", "expired"}
        for number, row in there.items():
            kept = b"".join(place.read(row["key"], 0, row["size_bytes"]))
            assert kept == programs.picture(number)
            assert row["sha256"] == hashlib.sha256(kept).hexdigest()
        files = {str(path.relative_to(self.data / "media")) for path in _files(self.data / "media")}
        assert files == {row["key"] for row in there.values()}, "files that nobody knows"
        assert not _files(self.data / "streams")

    def vanished(self) -> list[str]:
        """Return the keys of pictures that a row says are there, and that are not."""
        rows = self._rows(select(media.c.key).where(media.c.state == "there"))
        return [row["key"] for row in rows if not (self.data / "media" / row["key"]).exists()]

    def _check_pushes(self) -> None:
        """Each delivery arrived, each key with one body, and those who honour keys get them in order."""
        deliveries = self._rows(select(push_delivery).order_by(push_delivery.c.seq))
        assert {row["state"] for row in deliveries} == {"delivered"}
        assert {row["alarm_id"] for row in deliveries} == {row["id"] for row in self._rows(select(alarm.c.id))}
        taken = [json.loads(line) for line in self._taken.read_text().splitlines()]
        first_of: dict[str, str] = {}
        for one in taken:
            assert first_of.setdefault(one["key"], one["digest"]) == one["digest"], "a key has two bodies"
        assert list(first_of) == [row["key"] for row in deliveries]

    def _check_databases(self) -> None:
        paths = [self.data / "exchange.db", *([] if self._postgresql else [self.data / "camloom.db"])]
        for path in paths:
            connection = sqlite3.connect(path)
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert connection.execute("pragma foreign_key_check").fetchall() == []
            connection.close()


def until(condition: Callable[[], bool], what: str, within_s: float) -> None:
    """Wait until something is so."""
    ends_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < ends_s, f"not within {within_s:g} s: {what}"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


def _messages(path: Path) -> int:
    connection = sqlite3.connect(path, timeout=10)
    try:
        return int(connection.execute("select count(*) from message").fetchone()[0])
    finally:
        connection.close()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _all(table: Any) -> Any:
    return select(func.count()).select_from(table)
