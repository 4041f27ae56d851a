"""Accounts as rows, and what an account may see."""

import unicodedata
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select

from camloom.server.access.principal import ROLES, Principal, Role, RoleWord
from camloom.server.database import new_id
from camloom.server.database.tables import account, account_group, camera_group
from camloom.server.web import RefusedError
from camloom.server.web.bodies import plain_name


def _groups() -> Select[str]:
    own = select(account_group.c.camera_group_id.label("id")).where(account_group.c.account_id == bindparam("of"))
    below = own.cte("below", recursive=True)
    # A union forgets what it has seen before, so that it ends even if groups should ever form a ring.
    below = below.union(select(camera_group.c.id).where(camera_group.c.parent_id == below.c.id))
    return select(below.c.id)


_GROUPS = _groups()


def name_key(name: str) -> str:
    """Return the form in which two names that look alike are the same."""
    return unicodedata.normalize("NFKC", plain_name(name)).casefold()[:64]


def make_account(
    connection: Connection,
    *,
    name: str,
    password_hash: str,
    role: Role,
    all_groups: bool,
    language: str,
    at: datetime,
) -> str:
    """Keep a new account and return its id. RefusedError (409): the name is taken."""
    key = name_key(name)
    if connection.scalar(select(account.c.id).where(account.c.name_key == key)):
        raise RefusedError(409, "name-taken", f"there is an account '{name}' already, or one that looks like it")
    account_id = new_id()
    connection.execute(
        insert(account).values(
            id=account_id,
            name=plain_name(name),
            name_key=key,
            password_hash=password_hash,
            role=role.word,
            all_groups=all_groups or role is Role.ADMINISTRATOR,
            language=language,
            active=True,
            created_at=at,
        )
    )
    return account_id


def principal_of(
    connection: Connection, row: RowMapping, address: str, *, key_role: RoleWord | None = None
) -> Principal:
    """Return whoever an account stands for; a key may do no more than its account."""
    of_account = ROLES[row["role"]]
    sees_all = row["all_groups"] or of_account is Role.ADMINISTRATOR
    account_id = row["account_id"]
    return Principal(
        account_id=account_id,
        name=row["name"],
        role=min(of_account, ROLES[key_role]) if key_role else of_account,
        groups=None if sees_all else groups_of(connection, account_id),
        key_id=row["key_id"] if key_role else None,
        address=address,
    )


def groups_of(connection: Connection, account_id: str) -> frozenset[str]:
    """Return the camera groups of an account and all below them."""
    return frozenset(connection.scalars(_GROUPS, {"of": account_id}))


def lock_administrators(connection: Connection) -> None:
    """Let others who want to change an administrator wait: two who remove each other would both see one left."""
    administrators = select(account.c.id).where(account.c.role == Role.ADMINISTRATOR.word).order_by(account.c.id)
    connection.execute(administrators.with_for_update()).all()


def require_administrator_left(connection: Connection) -> None:
    """Raise RefusedError (409) inside a transaction that would leave nobody to set up the server."""
    left = connection.scalar(
        select(func.count()).select_from(account).where(account.c.role == Role.ADMINISTRATOR.word, account.c.active)
    )
    if not left:
        raise RefusedError(409, "last-administrator", "this is the last administrator", "Make another one first.")
