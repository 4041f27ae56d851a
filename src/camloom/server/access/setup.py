"""The first account: there is no default password, there is a link that works once."""

import hmac
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from camloom.server.access.tokens import digest, new_token
from camloom.server.database import Database
from camloom.server.database.tables import account, setting
from camloom.server.settings import ServerSettings
from camloom.server.web import RefusedError

_KEY = "setup"


def setup_link(database: Database, settings: ServerSettings, at: datetime) -> str | None:
    """Return the link that makes the first account; None: there is one already.

    Each call makes a new link, the one before no longer works. The token stands behind `#`: browsers send that to
    nobody, so that it stays out of logs.
    """
    with database.read() as connection:  # a disk that is full lets nobody write, but people may look
        if connection.scalar(select(func.count()).select_from(account)):
            return None
    token = new_token()
    with database.write() as connection:
        connection.execute(delete(setting).where(setting.c.key == _KEY))
        if connection.scalar(select(func.count()).select_from(account)):
            return None
        value = {"token_hash": digest(token), "at": at.isoformat()}
        connection.execute(insert(setting).values(key=_KEY, value=value))
    return f"{settings.address}/setup#{token}"


def require_setup_token(connection: Connection, token: str) -> None:
    """Raise RefusedError (403) for a token that is not the one."""
    value = connection.scalar(select(setting.c.value).where(setting.c.key == _KEY))
    kept = str(value.get("token_hash", "")) if isinstance(value, dict) else ""
    if not hmac.compare_digest(kept, digest(token)):
        raise _refusal()


def spend_setup_token(connection: Connection, token: str) -> None:
    """Use the token up inside the transaction that makes the account; see `require_setup_token`."""
    require_setup_token(connection, token)
    # Of two who come at the same moment one deletes the row; the other waits for that and finds it gone.
    if not connection.execute(delete(setting).where(setting.c.key == _KEY)).rowcount:
        raise _refusal()
    if connection.scalar(select(func.count()).select_from(account)):
        raise _refusal()


def _refusal() -> RefusedError:
    return RefusedError(
        403, "bad-setup-token", "this link is not valid, or no longer", "The newest is printed when Camloom starts."
    )
