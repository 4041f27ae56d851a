"""Bringing a database to the shape that this program needs, from any that an earlier one left."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from camloom.errors import ServerError
from camloom.server.database.engine import Database, begin

SCRIPTS = Path(__file__).with_name("migrations")
# Any number, as long as it is always the same: of two servers that start at once one waits.
_POSTGRESQL_LOCK = 0x63616D6C


def migrate(database: Database, revision: str = "head", *, scripts: Path = SCRIPTS) -> None:
    """Bring a database to a revision, all or nothing.

    ServerError: it comes from a newer program, or what is in it contradicts itself.
    """
    config = alembic_config(scripts)
    with _alone(database) as connection:
        _require_known(connection, ScriptDirectory.from_config(config))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _require_consistent(database, connection)


def is_current(database: Database) -> bool:
    """Tell whether a database has the shape that this program needs."""
    script = ScriptDirectory.from_config(alembic_config(SCRIPTS))
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision() == script.get_current_head()


def alembic_config(scripts: Path) -> Config:
    """Return what Alembic needs to know; it needs no file."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other migration runs beside."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            with connection.begin():
                connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
                yield connection
            return
        # SQLite changes a table by copying it: with foreign keys on, dropping the old one would take along all that
        # refers to it. It can be turned off outside of transactions only.
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("pragma foreign_keys=off")
        try:
            with connection.begin():
                begin(connection, "immediate")
                yield connection
        finally:
            raw.execute("pragma foreign_keys=on")


def _require_known(connection: Connection, script: ScriptDirectory) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in script.walk_revisions()}
    if current is not None and current not in known:
        raise ServerError(
            f"the database comes from a newer Camloom (its revision is {current})",
            "Install that version, or restore a backup that was made before it.",
        )


def _require_consistent(database: Database, connection: Connection) -> None:
    if not database.is_sqlite:
        return
    broken = connection.exec_driver_sql("pragma foreign_key_check").fetchall()
    if broken:
        tables = sorted({row[0] for row in broken})
        raise ServerError(f"rows of {', '.join(tables)} refer to what is not there", "Restore a backup.")
