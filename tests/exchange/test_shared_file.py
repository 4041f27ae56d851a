"""The file of the exchange is open in several processes, and more than once in some: nobody takes it from others."""

import subprocess
import sys
from pathlib import Path

from camloom.exchange.store import Store

_ANOTHER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("insert into reply values (?, 0, '')", (sys.argv[2],))
connection.close()
"""


def write_in_another_process(path: Path, name: str) -> None:
    """Open the file, write, and close it: the last one who does so takes its log away."""
    subprocess.run([sys.executable, "-c", _ANOTHER, str(path), name], check=True, timeout=60)


def replies(store: Store) -> set[str]:
    with store.read() as connection:
        return {name for (name,) in connection.execute("select id from reply")}


def test_a_file_that_is_opened_again_stays_open_for_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    log = path.with_name("exchange.db-wal")
    first = Store(path)
    with first.write() as connection:
        connection.execute("insert into reply values ('first', 0, '')")
    before = log.stat().st_ino
    second = Store(path)
    write_in_another_process(path, "other")
    assert log.stat().st_ino == before
    with first.write() as connection:
        connection.execute("insert into reply values ('again', 0, '')")
    second.close()
    write_in_another_process(path, "last")
    assert replies(first) == {"first", "other", "again", "last"}
    first.close()
    reader = Store(path)
    assert replies(reader) == {"first", "other", "again", "last"}
    reader.close()


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    Store(tmp_path / "exchange.db").close()
    assert (tmp_path / "exchange.db").stat().st_mode & 0o777 == 0o600
