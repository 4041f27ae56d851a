"""The exchange in a file: what may happen to a file."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from tests.exchange.conftest import answer, contents, event, ids, media, question, take_all, wish

from camloom.errors import ExchangeError
from camloom.exchange import CommandKind
from camloom.exchange.local import LocalHost, LocalServer
from camloom.exchange.store import Store

CANARY = "s3cret-canary"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "exchange" / "exchange.db"


def test_no_password_can_be_read_in_the_files(path: Path) -> None:
    host, server = LocalHost(path, "h"), LocalServer(path)
    source = {"type": "media", "url": f"rtsp://admin:{CANARY}@camera/1"}
    server.want(wish(1, document={"source": source}))
    with ThreadPoolExecutor() as pool:
        asked = question(CommandKind.PROBE, source=source)
        waiting = pool.submit(server.ask, "h", asked, timedelta(seconds=30))
        [command] = host.commands(30.0)
        assert CANARY.encode() not in contents(path.parent), "while it waits"
        host.reply(answer(command))
        waiting.result(30)
    assert command.arguments == {"source": source}
    desired = host.desired()
    assert desired is not None
    assert desired.tasks[0].document == {"source": source}
    assert CANARY.encode() not in contents(path.parent)


def test_nobody_but_the_owner_can_read_the_files(path: Path) -> None:
    host = LocalHost(path)
    host.publish([event("a")])
    assert {each.stat().st_mode & 0o077 for each in path.parent.iterdir()} == {0}


def test_what_was_sealed_with_another_key_is_an_error_not_nonsense(path: Path) -> None:
    LocalServer(path).want(wish(1))
    path.with_suffix(".key").unlink()
    with pytest.raises(ExchangeError, match="another key"):
        LocalHost(path, "h").desired()
    LocalServer(path).want(wish(2))
    assert LocalHost(path, "h").desired() == wish(2)


def test_many_make_the_file_at_once(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        hosts = list(pool.map(lambda number: LocalHost(path, f"{number}"), range(8)))
    for number, host in enumerate(hosts):
        host.publish([event(f"{number}")])
    assert len(take_all(LocalServer(path))) == 8


def test_a_locked_file_is_waited_for_and_then_an_error(path: Path) -> None:
    host = LocalHost(path, "h")
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("begin immediate")
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(host.publish, [event("a")])
            assert not waiting.done()
            other.execute("rollback")
            waiting.result(30)
        hasty = Store(path, busy_s=0.05)
        other.execute("begin immediate")
        with pytest.raises(ExchangeError, match="locked"), hasty.write():
            pass
    other.close()
    assert take_all(LocalServer(path)) == ["a"]


def test_a_full_disk_is_an_error_and_nothing_is_half_kept(path: Path) -> None:
    host, server = LocalHost(path, "h"), LocalServer(path)
    host.publish([event("before")])
    store = host._store
    with store.read() as connection:
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count={pages + 2}")  # of this connection, which is used again
    big = {"note": "x" * 50_000}
    with pytest.raises(ExchangeError, match="full") as refused:
        host.publish([event("a"), event("b").model_copy(update={"event": big})])
    assert "Make room" in refused.value.hint
    with store.read() as connection:
        connection.execute("pragma max_page_count=1000000")
    assert ids(server.take(10, 0.0)) == ["before"]
    host.publish([event("a")])
    assert take_all(server) == ["before", "a"]


def test_a_file_that_is_none_is_an_error(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no database, whatever it is called, and long enough to be sure" * 20)
    with pytest.raises(ExchangeError, match="not a database"):
        LocalHost(path)


def test_a_document_that_cannot_be_read_is_passed_over(path: Path) -> None:
    host, server = LocalHost(path, "h"), LocalServer(path)
    host.publish([event("a"), event("b")])
    with sqlite3.connect(path) as other:
        other.execute("update message set document = ? where id = 'a'", (b'{"kind": "event", "id": 7}',))
    other.close()
    assert ids(server.take(10, 0.0)) == ["b"]


def test_media_are_pending_until_they_are_told(path: Path, tmp_path: Path) -> None:
    host = LocalHost(path, "h")
    promised = {"picture": tmp_path / "a.jpg", "clip": tmp_path / "a.mp4"}
    host.publish([event("a", media=promised)])
    again = LocalHost(path, "h")
    assert {each.id: each.path for each in again.pending_media()} == {
        "a:picture": promised["picture"],
        "a:clip": promised["clip"],
    }
    again.publish([media("a", "clip", promised["clip"])])
    assert [each.id for each in host.pending_media()] == ["a:picture"]
    host.publish([media("a", "picture", None), event("a", media=promised)])
    assert host.pending_media() == [], "an event that is told again promises nothing again"


def test_the_file_does_not_keep_the_room_of_what_is_done(path: Path) -> None:
    host, server = LocalHost(path, "h"), LocalServer(path)
    for number in range(30):
        host.publish([event(f"{number}").model_copy(update={"event": {"note": "x" * 100_000}})])
    assert len(take_all(server)) == 30
    with server._store.read() as connection:
        connection.execute("pragma wal_checkpoint(truncate)").fetchall()
    assert path.stat().st_size < 500_000
