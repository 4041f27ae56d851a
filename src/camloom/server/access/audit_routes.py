"""The log of who did what, for administrators."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from sqlalchemy import select, tuple_

from camloom.server.access.guards import Administrator
from camloom.server.database import Database
from camloom.server.database.tables import audit
from camloom.server.web import Answer, Page, Paging, moment_cursor, moment_place, page_of

router = APIRouter(tags=["access"])
_Filter = Annotated[str | None, Query(max_length=64)]


class AuditEntry(Answer):
    """Somebody did something.

    Attributes:
        account_name: as it was then; empty: the server itself.
    """

    id: str
    at: datetime
    account_id: str | None
    account_name: str
    action: str
    object_kind: str
    object_id: str
    detail: dict[str, Any]
    address: str


@router.get("/audit")
def list_audit(
    request: Request,
    principal: Administrator,
    paging: Paging,
    account_id: _Filter = None,
    action: _Filter = None,
    object_kind: _Filter = None,
    object_id: _Filter = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> Page[AuditEntry]:
    """List what was done, the newest first."""
    del principal
    query = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(paging.limit + 1)
    wanted = {"account_id": account_id, "action": action, "object_kind": object_kind, "object_id": object_id}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(audit.c[name] == value)
    if since is not None:
        query = query.where(audit.c.at >= since)
    if until is not None:
        query = query.where(audit.c.at < until)
    if paging.after is not None:
        query = query.where(tuple_(audit.c.at, audit.c.id) < moment_place(paging.after))
    database: Database = request.app.state.database
    with database.read() as connection:
        rows = connection.execute(query).all()
    return page_of(rows, paging.limit, AuditEntry.model_validate, lambda row: moment_cursor(row.at, row.id))
