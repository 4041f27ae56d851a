"""A database of any age becomes what the program needs."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from camloom.errors import ServerError
from camloom.server.access import Role
from camloom.server.access.accounts import make_account
from camloom.server.access.sessions import begin_session
from camloom.server.database import Database, new_id
from camloom.server.database.migrate import SCRIPTS, alembic_config, is_current, migrate
from camloom.server.database.tables import camera_group, metadata

REVISIONS = [one.revision for one in ScriptDirectory.from_config(alembic_config(SCRIPTS)).walk_revisions()][::-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a single table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'new.db'}")
        yield database
        database.close()
        return
    yield from _new_postgresql(request.getfixturevalue("postgresql_url"))


def _new_postgresql(url: str) -> Iterator[Database]:
    outer = Database(url)
    with outer.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("create database empty"))
        database = Database(url.replace("/postgres?", "/empty?"))
        yield database
        database.close()
        connection.execute(text("drop database empty with (force)"))
    outer.close()


def test_all_migrations_make_the_tables_of_the_program(empty: Database) -> None:
    assert not is_current(empty)
    migrate(empty)
    with empty.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert is_current(empty)


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_is_in_an_older_database_stays(empty: Database, revision: str) -> None:
    migrate(empty, revision)
    top, below = new_id(), new_id()
    with empty.write() as connection:
        for group_id, parent_id in ((top, None), (below, top)):
            connection.execute(insert(camera_group).values(id=group_id, name="Gate", parent_id=parent_id))
    migrate(empty)
    migrate(empty)
    with empty.read() as connection:
        rows = connection.execute(select(camera_group.c.id, camera_group.c.parent_id)).all()
    assert sorted(map(tuple, rows)) == sorted([(top, None), (below, top)])


def test_a_newer_database_is_left_alone(empty: Database) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(ServerError, match="comes from a newer Camloom"):
        migrate(empty)
    assert not is_current(empty)


_COPYING = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "{own}", "{before}"


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.alter_column("name", type_=sa.String(80))
        table.add_column(sa.Column("note", sa.String(8), nullable=False, server_default=""))
    {then}
"""


@pytest.fixture
def future(tmp_path: Path) -> Path:
    """A copy of all migrations, to which a test adds one."""
    return Path(shutil.copytree(SCRIPTS, tmp_path / "migrations"))


def _with_a_session(database: Database) -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    with database.write() as connection:
        account_id = make_account(
            connection, name="ann", password_hash="", role=Role.VIEWER, all_groups=True, language="en", at=at
        )
        begin_session(connection, account_id, at=at, lasts=timedelta(days=1), address="", agent="")


def test_a_table_that_is_copied_keeps_what_refers_to_it(empty: Database, future: Path) -> None:
    migrate(empty)
    _with_a_session(empty)
    step = _COPYING.format(own="9000", before=REVISIONS[-1], then="")
    (future / "versions" / "r9000_copying.py").write_text(step)
    migrate(empty, scripts=future)
    with empty.read() as connection:
        assert connection.scalar(text("select count(*) from login_session")) == 1
        assert connection.scalar(text("select note from account")) == ""


def test_a_migration_that_fails_leaves_everything_as_it_was(empty: Database, future: Path) -> None:
    migrate(empty)
    _with_a_session(empty)
    step = _COPYING.format(own="9000", before=REVISIONS[-1], then="raise RuntimeError('power cut')")
    (future / "versions" / "r9000_failing.py").write_text(step)
    with pytest.raises(RuntimeError):
        migrate(empty, scripts=future)
    assert is_current(empty)
    with empty.read() as connection:
        columns = connection.execute(text("select * from account")).keys()
        assert "note" not in columns
        assert connection.scalar(text("select count(*) from login_session")) == 1
