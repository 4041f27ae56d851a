"""One's own sessions: where one is logged in, and the end of that."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request

from camloom.server.access.audit import record
from camloom.server.access.cookies import cookie_name
from camloom.server.access.guards import Viewer, now, require_session
from camloom.server.access.sessions import end_session_named, end_sessions_of, session_id, sessions_of
from camloom.server.access.tokens import digest
from camloom.server.database import Database
from camloom.server.web import Answer, not_there

router = APIRouter(prefix="/me/sessions", tags=["access"])


class LoginSession(Answer):
    """A place where one is logged in.

    Attributes:
        agent: what the browser says that it is.
        current: the one that asks.
    """

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    current: bool


@router.get("")
def list_my_sessions(request: Request, principal: Viewer) -> list[LoginSession]:
    """List the sessions of one's own account, the last used first."""
    require_session(principal)
    here, idle = digest(_token(request)), timedelta(hours=request.app.state.settings.session_idle_h)
    with _database(request).read() as connection:
        rows = sessions_of(connection, principal.account_id, at=now(request), idle=idle)
    about = [{"id": session_id(row.token_hash), "current": row.token_hash == here} for row in rows]
    return [LoginSession.model_validate({**row._mapping, **more}) for row, more in zip(rows, about, strict=True)]


@router.delete("", status_code=204)
def end_other_sessions(request: Request, principal: Viewer) -> None:
    """End all sessions of one's own account but this."""
    require_session(principal)
    with _database(request).write() as connection:
        end_sessions_of(connection, principal.account_id, but=_token(request))
        record(connection, principal, "end-sessions", "account", principal.account_id, at=now(request))


@router.delete("/{name}", status_code=204)
def end_my_session(request: Request, principal: Viewer, name: Annotated[str, Path(max_length=26)]) -> None:
    """End one session of one's own account."""
    require_session(principal)
    with _database(request).write() as connection:
        if not end_session_named(connection, principal.account_id, name):
            raise not_there("session")
        record(connection, principal, "end-session", "account", principal.account_id, at=now(request))


def _token(request: Request) -> str:
    return request.cookies.get(cookie_name(request), "")


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
