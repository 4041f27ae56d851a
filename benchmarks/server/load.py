"""The load: a server, its host, people, receivers; and what came of it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.server.hooks import Hook, dead_hook, running_hook
from benchmarks.server.site import Site, make_site, opened
from sqlalchemy import func, select

from camloom.bench.process import LoadOfOthers
from camloom.server.database.tables import alarm, alarm_event, media, push_delivery, push_target
from camloom.server.settings import ServerSettings

_TICKS = os.sysconf("SC_CLK_TCK")
_DRAIN_S = 120.0
_BAR_MS = 150.0
_FLAT = 0.03


@dataclass(frozen=True, slots=True)
class Load:
    """What a server has to bear."""

    seconds: float
    cameras: int
    rate: float
    users: int
    think_s: float
    database: str


def measure(load: Load, folder: Path | None) -> None:
    """Bear it, and print what came of it."""
    with ExitStack() as stack:
        where = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where.mkdir(parents=True, exist_ok=True)
        hook, dead = stack.enter_context(running_hook()), stack.enter_context(dead_hook())
        site = make_site(where, load.cameras, load.users, [hook.url, dead], load.database)
        site.save(where / "site.json")
        server = stack.enter_context(_server(where, load.database))
        watch = _Watch(server.pid)
        others = LoadOfOthers()
        agent = _program("agent", where, load.rate, load.seconds)
        readers = _program("readers", where, server.port, load.seconds, load.think_s)
        read, sent = _told(readers, load.seconds), _told(agent, load.seconds)
        busy = others.share()
        drained_s = _drain(site, sent["sent"])
        _tell(load, sent, read, watch.end(), site, hook, drained_s)
        print(f"other programs, these clients among them, used {100 * busy:.0f} % of {os.cpu_count()} cores")


@dataclass(frozen=True, slots=True)
class _Served:
    pid: int
    port: int


@contextmanager
def _server(folder: Path, url: str) -> Iterator[_Served]:
    environment = {**os.environ, "CAMLOOM_DATA": str(folder), "CAMLOOM_PORT": "0", "CAMLOOM_PUSH_ALLOW": "127.0.0.1"}
    if url:
        environment["CAMLOOM_DATABASE_URL"] = url
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "camloom", "server"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)", process.stdout.readline().partition("//")[2])
        assert found, f"the server did not start, see {folder / 'server.log'}"
        yield _Served(process.pid, int(found[1]))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class _Watch:
    """Looks at memory and CPU of a process and of those that it has made, ten times a minute."""

    def __init__(self, pid: int) -> None:
        self._pids, self._over = [pid, *_children(pid)], threading.Event()
        self._began_s, self._cpu_s = time.monotonic(), self._spent()
        self._mib: list[float] = []
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(6.0):
            self._mib.append(sum(map(_mib, self._pids)))

    def _spent(self) -> list[float]:
        return [_cpu_s(pid) for pid in self._pids]

    def end(self) -> tuple[list[float], list[float]]:
        """Return their memory over time, and the CPU time of each in % of a core."""
        self._over.set()
        self._thread.join()
        took_s = time.monotonic() - self._began_s
        return self._mib, [
            100 * (after - before) / took_s for before, after in zip(self._cpu_s, self._spent(), strict=True)
        ]


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _mib(pid: int) -> float:
    found = re.search(r"^Pss_Anon:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _program(name: str, folder: Path, *words: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", f"benchmarks.server.{name}", str(folder / "site.json"), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _told(process: "subprocess.Popen[str]", seconds: float) -> dict[str, Any]:
    out, _ = process.communicate(timeout=seconds + 300)
    assert process.returncode == 0
    told: dict[str, Any] = json.loads(out)
    return told


def _drain(site: Site, events: int) -> float:
    """Wait until all events are there; return how long that took."""
    began_s = time.monotonic()
    with opened(site) as database:
        while time.monotonic() - began_s < _DRAIN_S:
            with database.read() as connection:
                there = connection.scalar(select(func.count()).select_from(alarm_event))
                waits = connection.scalar(select(func.count()).where(media.c.state.in_(("pending", "waiting"))))
            if there == events and not waits:
                break
            time.sleep(0.5)
    return time.monotonic() - began_s


def _tell(
    load: Load,
    sent: Mapping[str, Any],
    read: Mapping[str, Any],
    used: tuple[list[float], list[float]],
    site: Site,
    hook: Hook,
    drained_s: float,
) -> None:
    counts = _counts(site)
    kind = "PostgreSQL" if load.database else "SQLite"
    print(f"{kind}: {load.cameras} cameras, {load.rate:g} events/s for {load.seconds:g} s, {load.users} users")
    waiting = _waiting(Path(site.folder))
    lost = sent["sent"] - counts["events"] - waiting
    print(f"events: {sent['sent']} sent, {counts['events']} stored, {lost} lost {_verdict(lost == 0)}")
    if waiting:
        print(
            f"  {waiting} still wait in the exchange: this machine is too slow, or too busy, for such a load (MISSED)"
        )
    print(f"  the last {drained_s:.1f} s after the end; handed over in {1000 * sent['worst_s']:.0f} ms at worst,")
    print(f"  {1000 * sent['late_s']:.0f} ms late at worst; {counts['alarms']} alarms, {counts['shown']} of them shown")
    all_kept = _verdict(sent["pictures"] == counts["pictures"])
    print(f"pictures: {sent['pictures']} sent, {counts['pictures']} kept {all_kept}")
    for name, took_ms in read["took_ms"].items():
        _tell_times(name, took_ms)
    print(f"answers other than 200: {read['others'] or 'none'}")
    mib, cpu = used
    _tell_memory(mib)
    print(f"CPU of the server: {sum(cpu):.0f} % of a core ({' + '.join(f'{one:.0f}' for one in cpu)})")
    print(f"pushes: {len(hook.keys)} taken by the receiver that works, {counts['waiting']} wait for the dead one")


def _tell_memory(mib: list[float]) -> None:
    """Say how much memory it took, and whether that has stopped growing: the last quarter is as the second."""
    if len(mib) < 5:
        return
    quarters = [sum(part) / len(part) for part in _parts(mib[1:])]
    grown = quarters[3] / quarters[1] - 1
    told = ", ".join(f"{one:.0f}" for one in (mib[0], *quarters, mib[-1]))
    print(f"memory of the server, MiB: {told} (first, mean of each quarter, last);", end=" ")
    print(f"last quarter by the second {100 * grown:+.1f} % {_verdict(grown <= _FLAT)}")


def _tell_times(name: str, took_ms: list[float]) -> None:
    if len(took_ms) < 2:
        return
    cuts = quantiles(took_ms, n=100)
    verdict = "" if name == "picture" else _verdict(cuts[98] < _BAR_MS)
    print(f"{name}: {len(took_ms)} times, p50 {cuts[49]:.1f}, p99 {cuts[98]:.1f}, max {max(took_ms):.1f} ms {verdict}")


def _parts(mib: list[float]) -> list[list[float]]:
    size = max(1, len(mib) // 4)
    return [mib[at : at + size] for at in range(0, 4 * size, size) if mib[at : at + size]]


def _verdict(good: bool) -> str:
    return "(passed)" if good else "(MISSED)"


def _waiting(folder: Path) -> int:
    """Return how many events the exchange still holds."""
    with closing(sqlite3.connect(ServerSettings(data=folder).exchange)) as connection:
        counted = "select count(*) from message where json_extract(cast(document as text), '$.kind') = 'event'"
        return int(connection.execute(counted).fetchone()[0])


def _counts(site: Site) -> dict[str, int]:
    shown = ~alarm.c.quiet, alarm.c.merged_into.is_(None)
    failing = select(push_target.c.id).where(push_target.c.failing_since.is_not(None))
    wanted = {
        "events": select(func.count()).select_from(alarm_event),
        "alarms": select(func.count()).select_from(alarm),
        "shown": select(func.count()).select_from(alarm).where(*shown),
        "pictures": select(func.count()).where(media.c.state == "there"),
        "waiting": select(func.count()).where(
            push_delivery.c.state == "waiting", push_delivery.c.push_target_id.in_(failing)
        ),
    }
    with opened(site) as database, database.read() as connection:
        return {name: int(connection.execute(statement).scalar_one()) for name, statement in wanted.items()}
