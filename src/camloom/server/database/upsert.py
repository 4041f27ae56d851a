"""Rows that may be there already, on both kinds of databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, literal
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its keys is there; tell whether it was new."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing()
    return connection.execute(statement.returning(literal(1))).first() is not None


def add_to(connection: Connection, table: Table, values: Mapping[str, Any], column: str) -> None:
    """Insert a row, or add its number in `column` to that of the row with the same primary key."""
    statement = _insert(connection, table).values(**values)
    added = {column: table.c[column] + statement.excluded[column]}
    connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=added))


def put(
    connection: Connection, table: Table, values: Mapping[str, Any], keys: Sequence[str], changed: Sequence[str]
) -> None:
    """Insert a row, or change the named columns of the one that has the same keys."""
    statement = _insert(connection, table).values(**values)
    kept = {name: statement.excluded[name] for name in changed}
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c[key] for key in keys], set_=kept))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
