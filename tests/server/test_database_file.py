"""The file of SQLite: opening it disturbs nobody, and nobody disturbs the opening."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from camloom.server.database import Database


def _pragma(database: Database, name: str) -> object:
    with database.read() as connection:
        return connection.execute(text(f"pragma {name}")).scalar()


def test_a_connection_is_opened_while_somebody_else_writes(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database.engine.url.database), isolation_level=None)
    other.execute("begin immediate")
    other.execute("insert into setting values ('a', '1')")
    fresh = Database(str(sqlite_database.engine.url))
    with fresh.read() as connection:
        assert connection.execute(text("select count(*) from setting where key = 'a'")).scalar() == 0
    fresh.close()
    other.execute("rollback")
    other.close()


def test_a_new_file_is_shaped_once_whoever_comes_first(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    together, problems = threading.Barrier(6), []

    def begin(number: int) -> None:
        together.wait()
        try:
            with database.write() as connection:
                connection.execute(text(f"create table t{number} (x)"))
        except Exception as error:  # noqa: BLE001  # whatever it is, the test is to show it
            problems.append(error)

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert (_pragma(database, "journal_mode"), _pragma(database, "auto_vacuum")) == ("wal", 2)
    assert (_pragma(database, "foreign_keys"), _pragma(database, "busy_timeout")) == (1, 5000)
    database.close()


def test_a_transaction_inside_another_one_is_a_mistake_and_no_wait(sqlite_database: Database) -> None:
    with sqlite_database.write(), pytest.raises(RuntimeError, match="wait for itself"), sqlite_database.write():
        pass
    with sqlite_database.write() as connection:
        connection.execute(text("insert into setting values ('b', '1')"))
