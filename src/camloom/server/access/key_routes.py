"""API keys: everybody makes their own; an administrator sees and ends all."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime
from sqlalchemy import delete, func, insert, select

from camloom.server.access.audit import record
from camloom.server.access.guards import Viewer, now, require_session
from camloom.server.access.keys import new_key
from camloom.server.access.principal import ROLES, Principal, Role, RoleWord
from camloom.server.access.tokens import digest
from camloom.server.database import Database, new_id
from camloom.server.database.tables import account, api_key
from camloom.server.web import Answer, Asked, Page, Paging, PlainName, RefusedError, not_there, page_of

router = APIRouter(tags=["access"])
_MOST = 100


class NewKey(Asked):
    """A key for a program.

    Attributes:
        role: at most one's own.
        expires_at: None: never.
    """

    name: PlainName
    role: RoleWord = "viewer"
    expires_at: AwareDatetime | None = None


class Key(Answer):
    """A key, without the secret."""

    id: str
    name: str
    account_id: str
    account_name: str
    role: RoleWord
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class MadeKey(Answer):
    """A new key: its secret is shown this once."""

    id: str
    secret: str


@router.get("/keys")
def list_keys(request: Request, principal: Viewer, paging: Paging) -> Page[Key]:
    """List one's own keys; an administrator's list has everybody's."""
    query = select(api_key, account.c.name.label("account_name")).join(account, account.c.id == api_key.c.account_id)
    query = query.where(_visible(principal)).order_by(api_key.c.id)
    if paging.after is not None:
        query = query.where(api_key.c.id > paging.after)
    with _database(request).read() as connection:
        rows = connection.execute(query.limit(paging.limit + 1)).all()
    return page_of(rows, paging.limit, Key.model_validate, lambda row: str(row.id))


@router.post("/keys", status_code=201)
def create_key(request: Request, principal: Viewer, asked: NewKey) -> MadeKey:
    """Make a key for oneself."""
    require_session(principal)
    role, at = ROLES[asked.role], now(request)
    if role > principal.role:
        raise RefusedError(403, "forbidden", "a key may do no more than its account")
    if asked.expires_at is not None and asked.expires_at <= at:
        raise RefusedError(422, "invalid", "expires_at: is in the past")
    made = MadeKey(id=new_id(), secret=new_key())
    with _database(request).write() as connection:
        mine = select(func.count()).select_from(api_key).where(api_key.c.account_id == principal.account_id)
        if (connection.scalar(mine) or 0) >= _MOST:
            raise RefusedError(409, "too-many", f"an account has at most {_MOST} keys", "Delete one that is not used.")
        connection.execute(
            insert(api_key).values(
                id=made.id,
                account_id=principal.account_id,
                name=asked.name,
                key_hash=digest(made.secret),
                role=asked.role,
                created_at=at,
                expires_at=asked.expires_at,
                used_at=None,
            )
        )
        record(connection, principal, "create", "key", made.id, {"name": asked.name, "role": asked.role}, at=at)
    return made


@router.delete("/keys/{key_id}", status_code=204)
def delete_key(request: Request, principal: Viewer, key_id: str) -> None:
    """End a key at once."""
    with _database(request).write() as connection:
        row = connection.execute(
            select(api_key.c.name).where(api_key.c.id == key_id, _visible(principal))
        ).one_or_none()
        if row is None:
            raise not_there("key")
        connection.execute(delete(api_key).where(api_key.c.id == key_id))
        record(connection, principal, "delete", "key", key_id, {"name": row.name}, at=now(request))


def _visible(principal: Principal) -> Any:
    if principal.role is Role.ADMINISTRATOR:
        return api_key.c.id.is_not(None)
    return api_key.c.account_id == principal.account_id


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
