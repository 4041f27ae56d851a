"""What waits on disk is neither lost nor doubled, and never more than fits."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from camloom.errors import SinkError
from camloom.sinks.spool import Spool


def drain(spool: Spool) -> list[str]:
    lines = []
    while len(spool):
        lines.append(spool[0])
        spool.take()
    return lines


def test_lines_come_out_in_order_and_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 100)
    for number in range(5):
        spool.put(f"line {number}")
    spool.take()
    spool.close()
    assert drain(Spool(path, 100)) == [f"line {number}" for number in range(1, 5)]


def test_one_in_the_middle_can_be_taken(tmp_path: Path) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 100)
    for line in "abc":
        spool.put(line)
    spool.take(1)
    spool.close()
    assert drain(Spool(path, 100)) == ["a", "c"]


def test_nothing_is_lost_when_the_process_dies(tmp_path: Path) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 100)
    spool.put("a")
    spool.put("b")
    assert drain(Spool(path, 100)) == ["a", "b"]


def test_a_line_that_was_cut_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "waiting.jsonl"
    path.write_text("whole\nhal")
    spool = Spool(path, 100)
    assert len(spool) == 1
    spool.put("next")
    spool.close()
    assert drain(Spool(path, 100)) == ["whole", "next"]


def test_over_its_bound_the_oldest_go_and_are_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "waiting.jsonl", 3)
    for number in range(5):
        spool.put(str(number))
    assert spool.lost == 2
    assert drain(spool) == ["2", "3", "4"]


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 10)
    for number in range(2000):
        spool.put(f"{number}" + "x" * 100)
        if number % 3:
            spool.take()
    for _ in range(1000):
        spool.put("y" * 100)
    assert path.stat().st_size < 100_000
    spool.close()
    assert drain(Spool(path, 10)) == ["y" * 100] * 10


def test_nothing_is_left_behind_when_nothing_waits(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "waiting.jsonl", 10)
    spool.put("a")
    spool.take()
    spool.close()
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="cannot"):
        Spool(tmp_path, 10)


def test_on_a_full_disk_it_goes_on_in_memory_and_says_so_in_the_end(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 100)
    with full_disk(10):
        for number in range(3):
            spool.put(f"line {number}")
        assert spool.problem
        spool.take()
        with pytest.raises(SinkError, match="cannot write"):
            spool.close()
    assert [file.name for file in tmp_path.iterdir()] == ["waiting.jsonl"]


def test_when_there_is_room_again_it_is_safe_again(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / "waiting.jsonl"
    spool = Spool(path, 100)
    with full_disk(10):
        spool.put("line 1 that is long")
        spool.put("line 2 that is long")
    spool.close()
    assert drain(Spool(path, 100)) == ["line 1 that is long", "line 2 that is long"]


def test_when_its_new_file_cannot_be_opened_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "spool"
    spool = Spool(place, 10)
    spool.put("one")
    with monkeypatch.context() as patch:
        patch.setattr("camloom.sinks.spool.LineFile", _no_more_files)
        spool.take()
        assert spool.problem is not None
        spool.put("two")
    spool.close()
    assert place.read_text() == "two\n"


def _no_more_files(*_: object, **__: object) -> None:
    raise SinkError("too many open files")
