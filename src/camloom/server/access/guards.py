"""Who may use a route. Every route names its guard: `def list_cameras(principal: Viewer, ...)`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection
from structlog import get_logger

from camloom.server.access.cookies import cookie_name
from camloom.server.access.keys import find_key, mark_used
from camloom.server.access.origin import require_same_origin
from camloom.server.access.principal import Principal, Role
from camloom.server.access.sessions import LiveSession, find_session, mark_seen
from camloom.server.database import Database
from camloom.server.trouble import AWAY
from camloom.server.web import RefusedError

CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_log = get_logger()


class Guard:
    """Lets in whoever has a role or a higher one, for a request as for a socket.

    By cookie: what changes something, and every socket, must come from a page of our own, and what changes something
    must know the token that only such a page can read. By key (`Authorization`), which no browser sends by itself:
    neither.
    """

    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(self, connection: HTTPConnection) -> Principal:
        """Return whoever asks. RefusedError: 401 nobody knows who, 403 it may not."""
        principal = identify(connection)
        connection.state.account_name = principal.name
        if principal.role < self.role:
            raise RefusedError(403, "forbidden", f"this needs the role {self.role.word}")
        return principal


Viewer = Annotated[Principal, Depends(Guard(Role.VIEWER))]
"""Anybody who is logged in."""
Operator = Annotated[Principal, Depends(Guard(Role.OPERATOR))]
"""Whoever may handle alarms, and administrators."""
Administrator = Annotated[Principal, Depends(Guard(Role.ADMINISTRATOR))]
"""Whoever may set up everything."""


def identify(connection: HTTPConnection) -> Principal:
    """Return whoever asks, by key or session; RefusedError (401, 403) when that is not certain."""
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        return _by_key(connection, authorization)
    session = session_of(connection)
    if connection.scope["type"] == "websocket":
        require_same_origin(connection, needed=True)
    elif connection.scope["method"] not in _SAFE:
        require_same_origin(connection)
        if not session.allows(connection.headers.get(CSRF_HEADER, "")):
            raise RefusedError(403, "csrf", f"the header {CSRF_HEADER} is missing or wrong", "GET /api/v1/me tells it.")
    return session.principal


def session_of(connection: HTTPConnection) -> LiveSession:
    """Return the session of a cookie; RefusedError (401) without one that holds."""
    token = connection.cookies.get(cookie_name(connection), "")
    state, at = connection.app.state, now(connection)
    database: Database = state.database
    with database.read() as reading:
        session = find_session(
            reading,
            token,
            at=at,
            idle=timedelta(hours=state.settings.session_idle_h),
            address=address_of(connection),
        )
    if session is None:
        raise _unknown()
    if session.seen_long_ago:
        _best_effort(lambda: mark_seen(database, session.token_hash, at))
    return session


def require_session(principal: Principal) -> None:
    """Raise RefusedError (403) for a key: what would let a stolen one live on needs a person who is logged in."""
    if principal.key_id is not None:
        raise RefusedError(403, "session-needed", "this cannot be done with an API key", "Log in.")


def address_of(connection: HTTPConnection) -> str:
    """Return the address of the caller."""
    return connection.client.host if connection.client else ""


def now(connection: HTTPConnection) -> datetime:
    """Return the time by the clock of this server."""
    at: datetime = connection.app.state.clock()
    return at


def _by_key(connection: HTTPConnection, authorization: str) -> Principal:
    scheme, _, key = authorization.partition(" ")
    database, at = connection.app.state.database, now(connection)
    found = None
    if scheme.lower() == "bearer":
        with database.read() as reading:
            found = find_key(reading, key.strip(), at=at, address=address_of(connection))
    if found is None:
        raise _unknown()
    principal, used_long_ago = found
    if used_long_ago and principal.key_id is not None:
        key_id = principal.key_id
        _best_effort(lambda: mark_used(database, key_id, at))
    return principal


def _unknown() -> RefusedError:
    return RefusedError(
        401, "not-logged-in", "nobody is logged in, or no longer", "Log in.", headers={"WWW-Authenticate": "Bearer"}
    )


def _best_effort(write: Callable[[], None]) -> None:
    """A database that cannot be written at the moment is no reason to let nobody look."""
    try:
        write()
    except AWAY:
        _log.warning("not-noted", what="time of last use")
