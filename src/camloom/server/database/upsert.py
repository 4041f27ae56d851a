"""Rows that may be there already, on both kinds of databases.

Statements are made once and get their values when they run: to make one costs more than to run it.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Table, literal
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one of its keys is there; tell whether it was new."""
    return connection.execute(_insert_new(table, connection.dialect.name), dict(values)).first() is not None


def add_to(connection: Connection, table: Table, values: Mapping[str, Any], column: str) -> None:
    """Insert a row, or add its number in `column` to that of the row with the same primary key."""
    connection.execute(_add_to(table, column, connection.dialect.name), dict(values))


def add_all(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or add its numbers to those of the row with the same primary key."""
    connection.execute(_add_all(table, connection.dialect.name), dict(values))


def unite_bits(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or set its bits in those of the row with the same primary key as well."""
    connection.execute(_unite_bits(table, connection.dialect.name), dict(values))


def put(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or change the one that has the same primary key into it."""
    connection.execute(_put(table, connection.dialect.name), dict(values))


@cache
def _insert_new(table: Table, dialect: str) -> Executable:
    return _insert(table, dialect).on_conflict_do_nothing().returning(literal(1))


@cache
def _add_to(table: Table, column: str, dialect: str) -> Executable:
    statement = _insert(table, dialect)
    added = {column: table.c[column] + statement.excluded[column]}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=added)


@cache
def _add_all(table: Table, dialect: str) -> Executable:
    statement = _insert(table, dialect)
    names = [column.name for column in table.columns if not column.primary_key]
    added = {name: table.c[name] + statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=added)


@cache
def _unite_bits(table: Table, dialect: str) -> Executable:
    statement = _insert(table, dialect)
    names = [column.name for column in table.columns if not column.primary_key]
    united = {name: table.c[name].bitwise_or(statement.excluded[name]) for name in names}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=united)


@cache
def _put(table: Table, dialect: str) -> Executable:
    statement = _insert(table, dialect)
    kept = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=kept)


def _insert(table: Table, dialect: str) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
