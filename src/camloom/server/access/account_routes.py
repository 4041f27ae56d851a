"""Accounts, as an administrator sees them; names of people, as those see them who work with them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field, SecretStr
from sqlalchemy import Connection, Row, delete, insert, select, update

from camloom.server.access.accounts import lock_administrators, make_account, require_administrator_left
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator, now
from camloom.server.access.passwords import LONGEST, Passwords, require_fit
from camloom.server.access.principal import ROLES, Role, RoleWord
from camloom.server.access.sessions import end_sessions_of
from camloom.server.database import Database
from camloom.server.database.tables import account, account_group, camera_group
from camloom.server.web import Answer, Asked, Page, Paging, PlainName, Problem, RefusedError, not_there, page_of

router = APIRouter(tags=["access"])
_GROUPS_MAX = 500
_Password = Annotated[SecretStr, Field(max_length=4 * LONGEST)]
_Groups = Annotated[list[Annotated[str, Field(max_length=26)]], Field(max_length=_GROUPS_MAX)]


class NewAccount(Asked):
    """A person who may come in.

    Attributes:
        all_groups: sees every camera; administrators do in any case.
        groups: camera groups that it sees otherwise, with all below them.
    """

    name: Annotated[PlainName, Field(max_length=64)]
    password: _Password
    role: RoleWord
    all_groups: bool = False
    groups: _Groups = Field(default_factory=list)
    language: Literal["zh", "en"] = "en"


class AccountChange(Asked):
    """What is to change; what is not given stays."""

    role: RoleWord | None = None
    all_groups: bool | None = None
    groups: _Groups | None = None
    language: Literal["zh", "en"] | None = None
    active: bool | None = None


class NewPassword(Asked):
    """A password that an administrator gives somebody."""

    password: _Password


class Account(Answer):
    """An account.

    Attributes:
        by_provider: an identity provider lets it in, and says at each login what it may.
    """

    id: str
    name: str
    role: RoleWord
    all_groups: bool
    groups: list[str]
    language: str
    active: bool
    by_provider: bool
    created_at: datetime


class Person(Answer):
    """Somebody to whom an alarm can be given."""

    id: str
    name: str


@router.get("/people")
def list_people(request: Request, principal: Operator, paging: Paging) -> Page[Person]:
    """List the names of all active accounts."""
    del principal
    query = select(account.c.id, account.c.name).where(account.c.active).order_by(account.c.id)
    rows = _read_page(request, query, paging)
    return page_of(rows, paging.limit, Person.model_validate, _id)


@router.get("/accounts")
def list_accounts(request: Request, principal: Administrator, paging: Paging) -> Page[Account]:
    """List all accounts, the oldest first."""
    del principal
    rows = _read_page(request, select(account).order_by(account.c.id), paging)
    with _database(request).read() as connection:
        groups = _groups_of(connection, [row.id for row in rows])
    return page_of(rows, paging.limit, lambda row: _shown(row, groups.get(row.id, [])), _id)


@router.post("/accounts", status_code=201)
def create_account(request: Request, principal: Administrator, asked: NewAccount) -> Account:
    """Make an account."""
    password = asked.password.get_secret_value()
    require_fit(password, asked.name)
    passwords: Passwords = request.app.state.passwords
    password_hash = passwords.hash(password)
    at = now(request)
    with _database(request).write() as connection:
        account_id = make_account(
            connection,
            name=asked.name,
            password_hash=password_hash,
            role=ROLES[asked.role],
            all_groups=asked.all_groups,
            language=asked.language,
            at=at,
        )
        _set_groups(connection, account_id, asked.groups)
        detail = {"name": asked.name, "role": asked.role, "all_groups": asked.all_groups, "groups": asked.groups}
        record(connection, principal, "create", "account", account_id, detail, at=at)
        return _account(connection, account_id)


@router.get("/accounts/{account_id}")
def get_account(request: Request, principal: Administrator, account_id: str) -> Account:
    """Return an account."""
    del principal
    with _database(request).read() as connection:
        return _account(connection, account_id)


@router.patch("/accounts/{account_id}")
def change_account(request: Request, principal: Administrator, account_id: str, asked: AccountChange) -> Account:
    """Change an account; it holds from the next request of that person on."""
    values = asked.model_dump(exclude_none=True)
    groups = values.pop("groups", None)
    with _database(request).write() as connection:
        lock_administrators(connection)
        role = values.get("role") or _account(connection, account_id).role
        if role == Role.ADMINISTRATOR.word:
            values["all_groups"] = True
        if values:
            connection.execute(update(account).where(account.c.id == account_id).values(**values))
        if groups is not None:
            _set_groups(connection, account_id, groups)
        require_administrator_left(connection)
        if asked.active is False:
            end_sessions_of(connection, account_id)
        detail = asked.model_dump(exclude_none=True)
        record(connection, principal, "change", "account", account_id, detail, at=now(request))
        return _account(connection, account_id)


@router.put("/accounts/{account_id}/password", status_code=204)
def set_account_password(request: Request, principal: Administrator, account_id: str, asked: NewPassword) -> None:
    """Give somebody a new password; the sessions of that account end."""
    password = asked.password.get_secret_value()
    with _database(request).read() as connection:
        require_fit(password, _account(connection, account_id).name)
    passwords: Passwords = request.app.state.passwords
    password_hash = passwords.hash(password)
    with _database(request).write() as connection:
        _account(connection, account_id)
        connection.execute(update(account).where(account.c.id == account_id).values(password_hash=password_hash))
        end_sessions_of(connection, account_id)
        record(connection, principal, "set-password", "account", account_id, at=now(request))


@router.delete("/accounts/{account_id}", status_code=204)
def delete_account(request: Request, principal: Administrator, account_id: str) -> None:
    """Remove an account with its sessions and keys; what it did stays in the log."""
    with _database(request).write() as connection:
        lock_administrators(connection)
        name = _account(connection, account_id).name
        connection.execute(delete(account).where(account.c.id == account_id))
        require_administrator_left(connection)
        record(connection, principal, "delete", "account", account_id, {"name": name}, at=now(request))


def _read_page(request: Request, query: Any, paging: Paging) -> Sequence[Row[Any]]:
    if paging.after is not None:
        query = query.where(account.c.id > paging.after)
    with _database(request).read() as connection:
        return connection.execute(query.limit(paging.limit + 1)).all()


def _id(row: Row[Any]) -> str:
    return str(row.id)


def _account(connection: Connection, account_id: str) -> Account:
    row = connection.execute(select(account).where(account.c.id == account_id)).one_or_none()
    if row is None:
        raise not_there("account")
    return _shown(row, _groups_of(connection, [account_id]).get(account_id, []))


def _groups_of(connection: Connection, account_ids: list[str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    query = select(account_group).where(account_group.c.account_id.in_(account_ids))
    for row in connection.execute(query.order_by(account_group.c.camera_group_id)):
        groups.setdefault(row.account_id, []).append(row.camera_group_id)
    return groups


def _set_groups(connection: Connection, account_id: str, groups: list[str]) -> None:
    wanted = sorted(set(groups))
    known = set(connection.scalars(select(camera_group.c.id).where(camera_group.c.id.in_(wanted))))
    if unknown := [group for group in wanted if group not in known]:
        message = f"there is no such camera group: {unknown[0]}"
        raise RefusedError(422, "invalid", message, problems=[Problem(path=["groups"], message=message)])
    connection.execute(delete(account_group).where(account_group.c.account_id == account_id))
    if wanted:
        rows = [{"account_id": account_id, "camera_group_id": group} for group in wanted]
        connection.execute(insert(account_group), rows)


def _shown(row: Row[Any], groups: list[str]) -> Account:
    return Account.model_validate({**row._mapping, "groups": groups, "by_provider": row.issuer is not None})


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
