"""API keys: `Authorization: Bearer camloom_...`, for programs. A key may do no more than its account."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from camloom.server.access.accounts import principal_of
from camloom.server.access.principal import Principal
from camloom.server.access.tokens import digest, new_token
from camloom.server.database import NOTE_S, Database
from camloom.server.database.tables import account, api_key

_PREFIX = "camloom_"
_SEEN_EVERY = timedelta(minutes=1)
_FIND = (
    select(
        api_key.c.id.label("key_id"),
        api_key.c.account_id,
        api_key.c.role.label("key_role"),
        api_key.c.expires_at,
        api_key.c.used_at,
        account.c.name,
        account.c.role,
        account.c.all_groups,
    )
    .join(account, account.c.id == api_key.c.account_id)
    .where(api_key.c.key_hash == bindparam("of"), account.c.active)
)


def new_key() -> str:
    """Return a new key; its beginning tells scanners for leaked secrets what it is."""
    return _PREFIX + new_token()


def find_key(connection: Connection, key: str, *, at: datetime, address: str) -> tuple[Principal, bool] | None:
    """Return whoever a key stands for, and whether its use should be written down; None: it does not hold."""
    if not key.startswith(_PREFIX):
        return None
    row = connection.execute(_FIND, {"of": digest(key)}).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= at):
        return None
    long_ago = row.used_at is None or at - row.used_at >= _SEEN_EVERY
    return principal_of(connection, row._mapping, address, key_role=row.key_role), long_ago


def mark_used(database: Database, key_id: str, at: datetime) -> None:
    """Write down that a key is in use."""
    with database.write(wait_s=NOTE_S) as connection:
        connection.execute(update(api_key).where(api_key.c.id == key_id).values(used_at=at))
