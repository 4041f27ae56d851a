"""A file of the exchange that is damaged, by a bad disk or whatever: it must not silence a host for good."""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PARTS = ("-wal", "-shm", "")


def set_aside_if_damaged(path: Path) -> Path | None:
    """Move a damaged file out of the way, so that a new one is made; the server says again what is to be done.

    What waited in it stays in it, for who can read it. Only for who knows that nobody else has the file open.

    Args:
        path: of the file; it need not be there.

    Returns:
        Where it is now; None: it is sound, or cannot be judged.
    """
    if not path.exists() or not _is_damaged(path):
        return None
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    for part in _PARTS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + part).rename(aside.with_name(aside.name + part))
    return aside


def _is_damaged(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path, timeout=1.0)) as connection:
            return bool(connection.execute("pragma quick_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as error:
        # Anything else, a full disk or missing rights, is told by who uses it.
        return (error.sqlite_errorcode & 0xFF) in _DAMAGED
