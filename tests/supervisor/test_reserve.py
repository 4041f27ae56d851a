"""When a worker is kept in reserve, and what memory there is for it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from camloom.runner.models import Wanted
from camloom.supervisor.memory import available_bytes
from camloom.supervisor.process import Process
from camloom.supervisor.reserve import NEEDED_BYTES, Reserve

ONE = (Wanted("nanodet", "onnxruntime", (1920, 1080)),)
TWO = (*ONE, Wanted("plates", "onnxruntime", None))
CALM_S, LATER_S = 5.0, 30.0


class Stand:
    """A reserve on a clock and a memory of its own."""

    def __init__(self, after_s: float | None = CALM_S) -> None:
        self.now_s = 1000.0
        self.free_bytes: int | None = NEEDED_BYTES
        self.reserve = Reserve(after_s=after_s, available=lambda: self.free_bytes, clock=lambda: self.now_s)

    def after(self, seconds: float) -> Reserve:
        self.now_s += seconds
        return self.reserve

    def keep(self, *, loaded: bool = True) -> Process:
        process = cast(Process, SimpleNamespace(loaded=loaded))
        self.reserve.keep(process)
        return process


def test_it_is_made_once_all_is_calm_and_only_one() -> None:
    stand = Stand()
    assert not stand.reserve.is_due(), "no model is known yet"
    stand.reserve.need(ONE)
    assert not stand.after(CALM_S - 0.1).is_due()
    stand.reserve.disturb()
    assert not stand.after(0.2).is_due(), "something happened"
    assert stand.after(CALM_S).is_due()
    stand.keep()
    assert not stand.after(LATER_S).is_due()


def test_nobody_who_wants_none_gets_one() -> None:
    stand = Stand(None)
    stand.reserve.need(ONE)
    assert not stand.after(1e9).is_due()


@pytest.mark.parametrize("free_bytes", [NEEDED_BYTES - 1, None])
def test_where_memory_is_short_or_unknown_none_is_made(free_bytes: int | None) -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    stand.free_bytes = free_bytes
    assert not stand.after(CALM_S).is_due()
    stand.free_bytes = NEEDED_BYTES
    assert stand.after(CALM_S).is_due(), "memory may come back"


def test_it_is_let_go_when_memory_runs_short_or_other_models_are_needed() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    stand.after(CALM_S)
    stand.keep()
    assert stand.after(LATER_S).why_unfit() == ""
    stand.free_bytes = NEEDED_BYTES // 2 - 1
    assert "memory" in stand.after(LATER_S).why_unfit()
    stand.free_bytes = NEEDED_BYTES
    stand.reserve.need(TWO)
    assert stand.after(0.1).why_unfit() == ""
    assert "models" in stand.after(CALM_S).why_unfit()


def test_only_a_worker_that_has_its_models_is_used() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    process = stand.keep(loaded=False)
    assert stand.reserve.take() is None
    cast(Any, process).loaded = True
    assert stand.reserve.take() is process
    assert stand.reserve.take() is None


def test_one_that_dies_by_itself_is_replaced_later_each_time() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    for rest_s in (60.0, 240.0, 960.0, 3600.0, 3600.0):
        assert stand.after(rest_s).is_due()
        stand.keep()
        stand.reserve.lose()
        stand.reserve.process = None
        assert not stand.after(rest_s - 1.0).is_due()


def test_a_loss_is_forgiven_in_the_end() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    for _ in range(3):
        stand.reserve.lose()
    stand.after(5 * 3600.0).lose()
    assert stand.after(60.0).is_due()


def test_one_that_never_has_its_models_is_let_go() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    stand.keep(loaded=False)
    assert "too long" in stand.after(200.0).why_unfit()
    stand.reserve.process = None
    assert not stand.after(CALM_S).is_due(), "the next one would do the same"


def test_pictures_that_change_their_size_all_the_time_do_not_keep_it_busy() -> None:
    stand = Stand()
    stand.reserve.need(ONE)
    assert stand.after(CALM_S).is_due()
    stand.keep()
    stand.reserve.need(TWO)
    assert stand.after(CALM_S).why_unfit()
    stand.reserve.process = None
    assert not stand.reserve.is_due()
    assert stand.after(LATER_S).is_due()


def machine(folder: Path, kind: str, limit: str) -> int | None:
    """Return what is available on a machine with 2 GiB left, in a group with a limit of which 100 MiB are taken."""
    meminfo, cgroup, groups = folder / "meminfo", folder / "cgroup", folder / "groups"
    meminfo.write_text("MemTotal: 4194304 kB\nMemAvailable: 2097152 kB\n")
    cgroup.write_text("0::/box/inner\n" if kind == "v2" else "7:cpu:/x\n4:memory:/box/inner\n0::/\n")
    box = groups / "box" if kind == "v2" else groups / "memory" / "box"
    (box / "inner").mkdir(parents=True)
    names = ("memory.max", "memory.current", "inactive_file")
    most, used, files = (
        names if kind == "v2" else ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_" + names[2])
    )
    (box / most).write_text(limit)
    (box / used).write_text(str(100 << 20))
    (box / "memory.stat").write_text(f"anon 1\n{files} {30 << 20}\n")
    return available_bytes(meminfo, cgroup, groups)


@pytest.mark.parametrize("kind", ["v1", "v2"])
def test_the_limit_of_a_container_counts(tmp_path: Path, kind: str) -> None:
    assert machine(tmp_path, kind, str(512 << 20)) == (512 - 100 + 30) << 20


@pytest.mark.parametrize("limit", ["max", str(1 << 62)])
def test_without_a_limit_the_memory_of_the_machine_counts(tmp_path: Path, limit: str) -> None:
    assert machine(tmp_path, "v2", limit) == 2 << 30


def test_a_system_that_tells_nothing_is_no_fault(tmp_path: Path) -> None:
    none = tmp_path / "none"
    assert available_bytes(none, none, none) is None
