"""The idle share is that of the time between two looks."""

from pathlib import Path

import pytest

from camloom.sources.reading.machine import IdleCpu


def write(path: Path, busy: int, idle: int) -> None:
    path.write_text(f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1 2 3 4\n")


def test_only_what_came_since_the_last_look_counts(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    write(stat, 1000, 0)
    look = IdleCpu(stat)
    write(stat, 1030, 70)
    assert look() == pytest.approx(0.7)
    write(stat, 1130, 70)
    assert look() == pytest.approx(0.0)
    assert look() is None


def test_where_the_kernel_says_nothing_nobody_knows(tmp_path: Path) -> None:
    assert IdleCpu(tmp_path / "none")() is None
