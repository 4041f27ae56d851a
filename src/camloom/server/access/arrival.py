"""What every way in ends with: a session, its cookie, and the answer to who one is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from sqlalchemy import Connection, select

from camloom.server.access.accounts import principal_of
from camloom.server.access.audit import record
from camloom.server.access.cookies import set_cookie
from camloom.server.access.guards import address_of
from camloom.server.access.principal import Principal, RoleWord
from camloom.server.access.sessions import NewSession, begin_session
from camloom.server.database.tables import account
from camloom.server.web import Answer


class Me(Answer):
    """Whoever asks.

    Attributes:
        groups: camera groups that it sees, those below included; None: all.
        has_password: False: an identity provider lets it in.
        csrf: to be sent as `X-CSRF-Token` with what changes something; empty for an API key, which needs none.
    """

    account_id: str
    name: str
    role: RoleWord
    language: str
    groups: list[str] | None
    has_password: bool
    csrf: str


def let_in(
    connection: Connection,
    request: Request,
    account_id: str,
    action: str,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> tuple[Me, NewSession]:
    """Begin a session of an account and write down how it came; see `hand_over`."""
    session = begin_session(
        connection,
        account_id,
        at=at,
        lasts=timedelta(hours=request.app.state.settings.session_max_h),
        address=address_of(request),
        agent=request.headers.get("user-agent", ""),
    )
    row = connection.execute(
        select(account.c.id.label("account_id"), account.c.name, account.c.role, account.c.all_groups).where(
            account.c.id == account_id
        )
    ).one()
    principal = principal_of(connection, row._mapping, address_of(request))
    record(connection, principal, action, "account", account_id, detail, at=at)
    request.state.account_name = principal.name
    return who(connection, principal, session.csrf), session


def hand_over(request: Request, response: Response, session: NewSession) -> None:
    """Give the browser its session, once that is kept."""
    set_cookie(request, response, session.token, round(3600 * request.app.state.settings.session_max_h))


def who(connection: Connection, principal: Principal, csrf: str) -> Me:
    """Return who somebody is, as told to them."""
    wanted = select(account.c.language, account.c.password_hash).where(account.c.id == principal.account_id)
    row = connection.execute(wanted).one_or_none()
    return Me(
        account_id=principal.account_id,
        name=principal.name,
        role=principal.role.word,
        language=row.language if row else "en",
        groups=None if principal.groups is None else sorted(principal.groups),
        has_password=bool(row and row.password_hash),
        csrf=csrf,
    )
