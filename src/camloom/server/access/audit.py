"""Who did what: written in the transaction that does it, so that neither is there without the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert

from camloom.server.access.principal import Principal
from camloom.server.database import new_id
from camloom.server.database.tables import audit

_SECRET = ("password", "secret", "token", "key_hash", "credential")


def record(
    connection: Connection,
    principal: Principal | None,
    action: str,
    object_kind: str,
    object_id: str,
    detail: Mapping[str, Any] | None = None,
    *,
    at: datetime,
) -> None:
    """Write down that somebody did something.

    Args:
        connection: the transaction that does it.
        principal: None: the server itself, or somebody who is not logged in.
        action: a verb of few, such as `create`, `change`, `delete`, `login`.
        object_kind: such as `camera`.
        object_id: of the object.
        detail: what was changed; values under names that speak of secrets are left out.
        at: when.
    """
    connection.execute(
        insert(audit).values(
            id=new_id(),
            at=at,
            account_id=principal.account_id if principal else None,
            account_name=principal.name if principal else "",
            action=action[:64],
            object_kind=object_kind[:32],
            object_id=object_id[:64],
            detail=_open(dict(detail or {})) | ({"key": principal.key_id} if principal and principal.key_id else {}),
            address=principal.address[:64] if principal else "",
        )
    )


def trim(connection: Connection, before: datetime) -> int:
    """Forget what is older; return how many entries that was."""
    return connection.execute(delete(audit).where(audit.c.at < before)).rowcount


def _open(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "***" if _speaks_of_secret(str(key)) else _open(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_open(part) for part in value]
    return value


def _speaks_of_secret(key: str) -> bool:
    return any(word in key.lower() for word in _SECRET)
