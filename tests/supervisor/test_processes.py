"""Nothing is left behind, nothing is lost, whatever dies."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from camloom import CamloomError, parse_task
from camloom.errors import ConfigError
from camloom.supervisor import Patience, Supervisor
from camloom.supervisor.messages import Add
from camloom.supervisor.nursery import Nursery
from camloom.supervisor.process import Process

Watch = Callable[..., Any]
MakeTask = Callable[..., Any]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_order_that_is_longer_than_any_socket_holds_arrives(
    make_task: MakeTask, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("camloom.supervisor.channel._BUFFER_BYTES", 1)  # the least that the system gives
    circle = [[0.5 + 0.5 * math.cos(n / 16), 0.5 + 0.5 * math.sin(n / 16)] for n in range(100)]
    zones = [{"name": name, "vertices": circle} for name in ("all", *map(str, range(40)))]
    run = watch([make_task("cam", document={"zones": zones})])
    run.go_on("cam")
    assert not run.reasons("cam"), "it did not die of it"


def test_who_takes_no_orders_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.supervisor.process._TAKE_S", 0.0)
    held: list[int] = []
    process = Process(["cam"], cast(Nursery, SimpleNamespace(ask=lambda given: held.extend(map(os.dup, given)))))
    try:
        process.order(Add(parse_task({"id": "cam", "source": "x" * (4 << 20)})))
        assert process.channel.has_posted
        assert process.killed_for is None, "it is not born yet"
        process.born(subprocess.Popen(["sleep", "60"]).pid)
        process.push()
        assert process.killed_for == ("takes no orders", [])
        assert os.waitpid(cast(int, process.pid), 0)[1] == signal.SIGKILL
    finally:
        process.close()
        for each in held:
            os.close(each)


def test_what_sinks_wrote_stays_and_open_alarms_get_an_end(make_task: MakeTask, watch: Watch, tmp_path: Path) -> None:
    sinks = ["jsonl", "mot", "evidence"]
    written_down = str(tmp_path / "bad" / "media" / "*" / "alarm.json")
    bad = make_task("bad", fault="segv-here", at=5, when=written_down, document={"sinks": sinks})
    run = watch([bad], patience=Patience(crashes=3, delays_s=(0.1,)))
    run.until(lambda: "crash-loop" in run.reasons("bad"), "it is disabled")
    assert run.supervisor.wait(30)

    written = lines(tmp_path / "bad" / "events.jsonl")
    alarms = [event for event in written if event["rule_id"] == "inside"]
    starts = [event["incident_id"] for event in alarms if event["phase"] == "start"]
    ends = [event["incident_id"] for event in alarms if event["phase"] == "end"]
    assert len(starts) == len(set(starts)) == 3, "each life of the process raised it once"
    assert ends == starts, "each got its end, from the next process or, after the last one, without a stream"
    assert all("SIGSEGV" in event["detail"] for event in alarms if event["phase"] == "end")
    assert written[-1]["type"] == "source.disabled"
    assert written[-1]["reason"] == "crash-loop"
    assert len([path for path in (tmp_path / "bad").glob("tracks*.txt") if path.stat().st_size]) == 3
    folders = list((tmp_path / "bad" / "media").iterdir())
    assert len(folders) == 3
    assert all(json.loads((folder / "alarm.json").read_text())["ended"] for folder in folders)


def test_an_alarm_that_a_dead_run_left_open_is_ended_by_the_next(
    make_task: MakeTask, watch: Watch, tmp_path: Path
) -> None:
    task = make_task("cam")
    left: dict[str, Any] = {
        "id": "1",
        "type": "region.entered",
        "source_id": "cam",
        "rule_id": "inside",
        "phase": "start",
    }
    left |= {"occurred_at": "2026-11-29T12:00:00Z", "pts_s": 1.0, "track_ids": [1], "objects": []}
    left |= {"incident_id": "old"}
    book = tmp_path / "cam" / "open-alarms.json"
    book.parent.mkdir()
    book.write_text(json.dumps([left]))
    run = watch([task])
    run.until(lambda: any(event.incident_id == "old" for event in run.events), "it is told")
    run.go_on("cam")
    old = [event for event in lines(tmp_path / "cam" / "events.jsonl") if event["incident_id"] == "old"]
    assert [(event["phase"], event["source_id"]) for event in old] == [("end", "cam")]
    assert not book.exists() or '"incident_id":"old"' not in book.read_text(), "it is over for good"
    run.supervisor.stop()
    assert run.supervisor.wait(60)
    assert not book.exists(), "a clean end leaves nothing open"


def command(task: Path, out: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "camloom", "run", str(task), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def write_task(folder: Path, card: Path) -> Path:
    path = folder / "task.yaml"
    document = {
        "id": "cam",
        "source": {"type": "faulty"},
        "model": str(card),
        "runtime": "onnxruntime",
        "zones": [{"name": "all", "vertices": [[0, 0], [1, 0], [1, 1], [0, 1]]}],
        "rules": [{"type": "region", "id": "inside", "zone": "all", "on": "enter"}],
        "sinks": ["console", "jsonl"],
    }
    path.write_text(yaml.safe_dump(document))
    return path


def family_of(pid: int) -> set[int]:
    """All processes below one."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def wait_until(condition: Callable[[], bool]) -> None:
    ends_s = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends_s
        time.sleep(0.05)


@pytest.mark.usefixtures("faulty")
@pytest.mark.parametrize(
    "ending",
    [*(pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGINT, signal.SIGTERM)), signal.SIGKILL],
)
def test_no_process_outlives_the_command(ending: signal.Signals, tmp_path: Path, tiny_card: Path) -> None:
    process = command(write_task(tmp_path, tiny_card), tmp_path / "out")
    events = tmp_path / "out" / "events.jsonl"
    wait_until(lambda: events.exists() and '"inside"' in events.read_text())
    family = family_of(process.pid)
    assert len(family) >= 2, "the template and a worker"
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
    alarm = [event["phase"] for event in lines(events) if event["rule_id"] == "inside"]
    assert alarm == ["start", "end"], "the worker ended cleanly, also when nobody watched over it any more"
    if ending is not signal.SIGKILL:
        assert process.returncode == 130
        assert "inside" in out
        assert "model tiny on onnxruntime" in out
        assert "Traceback" not in err


@pytest.mark.slow
def test_a_lone_task_that_cannot_start_says_so_as_it_would_without_workers(tmp_path: Path, tiny_card: Path) -> None:
    task = parse_task({"source": "synthetic:", "model": str(tiny_card), "classes": ["dragon"], "out": str(tmp_path)})
    with pytest.raises(ConfigError, match="does not know the class 'dragon'"):
        Supervisor([task]).start()


@pytest.mark.slow
def test_files_run_to_their_end_too(tmp_path: Path, tiny_card: Path) -> None:
    def task(name: str, **changes: Any) -> Any:
        source = "synthetic:seconds=1&width=320&height=180"
        return parse_task({"id": name, "source": source, "model": str(tiny_card), "out": str(tmp_path), **changes})

    with Supervisor([task("one"), task("missing", source=str(tmp_path / "none.mp4"))]) as supervisor:
        assert supervisor.wait(60)
    reports = {report.source_id: report for report in supervisor.reports}
    assert (reports["one"].results, reports["one"].errors) == (25, [])
    assert "no file" in reports["missing"].errors[0]


def test_two_tasks_of_one_name_are_refused(tmp_path: Path) -> None:
    task = parse_task({"source": "synthetic:", "out": str(tmp_path)})
    with pytest.raises(CamloomError, match="same id"):
        Supervisor([task, task])
