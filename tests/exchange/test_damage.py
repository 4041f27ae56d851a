"""A damaged file is set aside, whatever is wrong with it; any other is left alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from camloom.exchange.damage import set_aside_if_damaged
from camloom.exchange.store import Store

PAGE_BYTES = 4096


def filled(path: Path) -> Path:
    store = Store(path)
    with store.write() as connection:
        rows = [(str(number), b"x" * 3000) for number in range(100)]
        connection.executemany("insert into reply values (?, 0, ?)", rows)
    store.close()
    return path


def overwritten(data: bytes) -> bytes:
    """Some pages, the second among them, hold what was never theirs."""
    return data[:PAGE_BYTES] + b"\7" * (8 * PAGE_BYTES) + data[9 * PAGE_BYTES :]


DAMAGES: list[Callable[[bytes], bytes]] = [overwritten, lambda data: b"no database" * 500, lambda data: data[:10_000]]


@pytest.mark.parametrize("damaged", DAMAGES)
def test_it_is_set_aside_with_its_log_and_a_new_one_is_made(tmp_path: Path, damaged: Callable[[bytes], bytes]) -> None:
    path = filled(tmp_path / "exchange.db")
    broken = damaged(path.read_bytes())
    path.write_bytes(broken)
    path.with_name("exchange.db-wal").write_bytes(b"")
    aside = set_aside_if_damaged(path)
    assert aside is not None
    assert aside.name.startswith("exchange.db.damaged-")
    assert aside.read_bytes() == broken
    assert not list(tmp_path.glob("exchange.db-*"))
    store = Store(path)
    with store.read() as connection:
        assert connection.execute("select count(*) from reply").fetchone() == (0,)
    store.close()


def test_a_sound_one_or_none_is_left_alone(tmp_path: Path) -> None:
    path = filled(tmp_path / "exchange.db")
    assert set_aside_if_damaged(path) is None
    assert set_aside_if_damaged(tmp_path / "other.db") is None
    store = Store(path)
    with store.read() as connection:
        assert connection.execute("select count(*) from reply").fetchone() == (100,)
        assert set_aside_if_damaged(path) is None
    store.close()
