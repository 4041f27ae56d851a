"""A way back in for somebody who has lost the password: whoever runs the machine makes a link that works once."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from camloom.errors import ServerError
from camloom.server.access.accounts import name_key
from camloom.server.access.audit import record
from camloom.server.access.tokens import digest, new_token
from camloom.server.database import Database
from camloom.server.database.tables import account, setting
from camloom.server.web import RefusedError

RESET_LASTS = timedelta(hours=1)
_KEY = "reset"


def reset_link(database: Database, address: str, name: str, at: datetime) -> str:
    """Return a link that gives an account a new password; it holds for an hour, and the one before no longer does.

    Args:
        database: of the server.
        address: where people find it.
        name: of the account.
        at: now.

    Raises:
        ServerError: there is no such account, or it is switched off.
    """
    token = new_token()
    with database.write() as connection:
        account_id = _account(connection, name)
        connection.execute(delete(setting).where(setting.c.key == _KEY))
        until = (at + RESET_LASTS).isoformat()
        value = {"token_hash": digest(token), "account_id": account_id, "until": until}
        connection.execute(insert(setting).values(key=_KEY, value=value))
        record(connection, None, "make-reset-link", "account", account_id, at=at)
    return f"{address}/reset#{token}"


def require_reset_token(connection: Connection, token: str, at: datetime) -> tuple[str, str]:
    """Return id and name of the account that a token is for. RefusedError (403): it is not the one, or no longer."""
    value = connection.scalar(select(setting.c.value).where(setting.c.key == _KEY))
    kept = value if isinstance(value, dict) else {}
    if not hmac.compare_digest(str(kept.get("token_hash", "")), digest(token)):
        raise _refusal()
    if at >= datetime.fromisoformat(kept["until"]):
        raise _refusal()
    row = connection.execute(
        select(account.c.id, account.c.name).where(account.c.id == kept["account_id"], account.c.active)
    ).one_or_none()
    if row is None:
        raise _refusal()
    return row.id, row.name


def spend_reset_token(connection: Connection, token: str, at: datetime) -> str:
    """Use the token up inside the transaction that sets the password; return the id of the account."""
    account_id, _ = require_reset_token(connection, token, at)
    # Of two who come at the same moment one deletes the row; the other waits for that and finds it gone.
    if not connection.execute(delete(setting).where(setting.c.key == _KEY)).rowcount:
        raise _refusal()
    return account_id


def _account(connection: Connection, name: str) -> str:
    try:
        key = name_key(name)
    except ValueError:
        key = ""
    row = connection.execute(select(account.c.id, account.c.active).where(account.c.name_key == key)).one_or_none()
    if row is None:
        known = ", ".join(sorted(connection.scalars(select(account.c.name).limit(20)))) or "none yet"
        raise ServerError(f"there is no account '{name}'", f"There are: {known}")
    if not row.active:
        raise ServerError(f"the account '{name}' is switched off", "An administrator can switch it on in the console")
    return str(row.id)


def _refusal() -> RefusedError:
    return RefusedError(
        403,
        "bad-reset-token",
        "this link is not valid, or no longer",
        "`camloom server reset-password` makes a new one.",
    )
