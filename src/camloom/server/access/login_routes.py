"""Coming in and going out, and what everybody may do with their own account."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr
from sqlalchemy import select, update
from structlog import get_logger

from camloom.server.access.accounts import make_account, name_key
from camloom.server.access.arrival import Me, hand_over, let_in, who
from camloom.server.access.audit import record
from camloom.server.access.cookies import clear_cookie, cookie_name
from camloom.server.access.guards import Viewer, address_of, now, require_session, session_of
from camloom.server.access.oidc.provider import Provider
from camloom.server.access.origin import require_same_origin
from camloom.server.access.passwords import LONGEST, Passwords, require_fit
from camloom.server.access.principal import Role
from camloom.server.access.reset import require_reset_token, spend_reset_token
from camloom.server.access.sessions import end_session, end_sessions_of, id_token_of
from camloom.server.access.setup import require_setup_token, spend_setup_token
from camloom.server.access.throttle import Throttle
from camloom.server.database import Database
from camloom.server.database.tables import account
from camloom.server.web import Answer, Asked, PlainName, RefusedError

router = APIRouter(tags=["access"])
_log = get_logger()
Language = Literal["zh", "en"]
_Given = Annotated[SecretStr, Field(max_length=4 * LONGEST)]


class SetupRequest(Asked):
    """The first account, with the token of the link that was printed."""

    token: Annotated[SecretStr, Field(max_length=128)]
    name: Annotated[PlainName, Field(max_length=64)]
    password: _Given
    language: Language = "en"


class ResetRequest(Asked):
    """A new password, with the token of the link that was made for the account."""

    token: Annotated[SecretStr, Field(max_length=128)]
    password: _Given


class LoginRequest(Asked):
    """Who comes."""

    name: Annotated[str, Field(max_length=64)]
    password: _Given


class PasswordChange(Asked):
    """A new password for oneself."""

    current: _Given
    new: _Given


class MeChange(Asked):
    """What one may change of one's own account."""

    language: Language


class LoggedOut(Answer):
    """Nobody is logged in here any longer.

    Attributes:
        url: where the identity provider that let this person in ends its own session; None: there is nothing to end.
    """

    url: str | None


@router.post("/setup", status_code=201)
def setup(request: Request, response: Response, asked: SetupRequest) -> Me:
    """Make the first account and log in as it. Works once, with the link that the first start prints."""
    require_same_origin(request)
    name, password = asked.name, asked.password.get_secret_value()
    require_fit(password, name)
    throttle: Throttle = request.app.state.throttle
    throttle.begin("", address_of(request))
    token = asked.token.get_secret_value()
    with _database(request).read() as connection:
        require_setup_token(connection, token)
    password_hash = _passwords(request).hash(password)
    at = now(request)
    with _database(request).write() as connection:
        spend_setup_token(connection, token)
        account_id = make_account(
            connection,
            name=name,
            password_hash=password_hash,
            role=Role.ADMINISTRATOR,
            all_groups=True,
            language=asked.language,
            at=at,
        )
        me, session = let_in(connection, request, account_id, "setup", at)
    throttle.forgive("", address_of(request))
    hand_over(request, response, session)
    return me


@router.post("/reset")
def reset_password(request: Request, response: Response, asked: ResetRequest) -> Me:
    """Set a new password by a link and log in; all sessions of the account end. A link works once."""
    require_same_origin(request)
    throttle: Throttle = request.app.state.throttle
    throttle.begin("", address_of(request))
    token, password, at = asked.token.get_secret_value(), asked.password.get_secret_value(), now(request)
    with _database(request).read() as connection:
        _, name = require_reset_token(connection, token, at)
    throttle.forgive("", address_of(request))
    require_fit(password, name)
    password_hash = _passwords(request).hash(password)
    with _database(request).write() as connection:
        account_id = spend_reset_token(connection, token, at)
        changed = update(account).where(account.c.id == account_id)
        connection.execute(changed.values(password_hash=password_hash))
        end_sessions_of(connection, account_id)
        me, session = let_in(connection, request, account_id, "reset-password", at)
    throttle.forgive(_key_or_none(name), address_of(request))
    hand_over(request, response, session)
    return me


@router.post("/login")
def login(request: Request, response: Response, asked: LoginRequest) -> Me:
    """Log in with name and password; the session is a cookie. Failures look alike and soon slow down."""
    require_same_origin(request)
    account_id = _prove(request, asked.name, asked.password.get_secret_value())
    at = now(request)
    with _database(request).write() as connection:
        # Whoever sat here before is out: a session that was left open, or one that somebody put here.
        end_session(connection, request.cookies.get(cookie_name(request), ""))
        me, session = let_in(connection, request, account_id, "login", at)
    hand_over(request, response, session)
    return me


@router.post("/logout")
def logout(request: Request, response: Response, principal: Viewer) -> LoggedOut:
    """End the session."""
    require_session(principal)
    token = request.cookies.get(cookie_name(request), "")
    with _database(request).write() as connection:
        id_token = id_token_of(connection, token, request.app.state.sealer)
        end_session(connection, token)
        record(connection, principal, "logout", "account", principal.account_id, at=now(request))
        issuer = connection.scalar(select(account.c.issuer).where(account.c.id == principal.account_id))
    clear_cookie(request, response)
    provider: Provider | None = request.app.state.oidc
    return LoggedOut(url=provider.logout_url(issuer, id_token) if provider and issuer else None)


@router.get("/me")
def get_me(request: Request, principal: Viewer) -> Me:
    """Tell who is logged in."""
    csrf = "" if principal.key_id is not None else session_of(request).csrf
    with _database(request).read() as connection:
        return who(connection, principal, csrf)


@router.patch("/me")
def change_me(request: Request, principal: Viewer, asked: MeChange) -> Me:
    """Change what is one's own: the language."""
    with _database(request).write() as connection:
        changed = update(account).where(account.c.id == principal.account_id)
        connection.execute(changed.values(language=asked.language))
    return get_me(request, principal)


@router.post("/me/password", status_code=204)
def change_password(request: Request, principal: Viewer, asked: PasswordChange) -> None:
    """Change one's own password; all other sessions of the account end."""
    require_session(principal)
    new = asked.new.get_secret_value()
    require_fit(new, principal.name)
    # 422: a browser that is told 401 thinks that its session has ended.
    _prove(request, principal.name, asked.current.get_secret_value(), status=422)
    password_hash = _passwords(request).hash(new)
    with _database(request).write() as connection:
        changed = update(account).where(account.c.id == principal.account_id)
        connection.execute(changed.values(password_hash=password_hash))
        end_sessions_of(connection, principal.account_id, but=request.cookies.get(cookie_name(request), ""))
        record(connection, principal, "change-password", "account", principal.account_id, at=now(request))


def _prove(request: Request, name: str, password: str, *, status: int = 401) -> str:
    """Return the id of the account that name and password belong to; RefusedError (`status`, 429)."""
    throttle: Throttle = request.app.state.throttle
    key = _key_or_none(name)
    throttle.begin(key, address_of(request))
    known = account.c.name_key == key, account.c.active
    with _database(request).read() as connection:
        row = connection.execute(select(account.c.id, account.c.password_hash).where(*known)).one_or_none()
    try:
        kept = _passwords(request).check(password, row.password_hash if row else None)
    except RefusedError:
        throttle.forgive(key, address_of(request))
        raise
    if row is None or kept is None:
        request.app.state.metrics.login_failures.inc()
        # Without the name: people type passwords there.
        _log.warning("login-failed", address=address_of(request))
        told = "name or password is wrong" if status == 401 else "the current password is wrong"
        raise RefusedError(status, "wrong-password", told)
    throttle.forgive(key, address_of(request))
    if kept != row.password_hash:
        with _database(request).write() as connection:
            connection.execute(update(account).where(account.c.id == row.id).values(password_hash=kept))
    return str(row.id)


def _key_or_none(name: str) -> str:
    """Return the key of a name, one that no account has if it cannot be a name at all."""
    try:
        return name_key(name)
    except ValueError:
        return ""


def _passwords(request: Request) -> Passwords:
    passwords: Passwords = request.app.state.passwords
    return passwords


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
