"""Logging in by an identity provider: the way there, and the way back to a page of the console."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field, SecretStr
from sqlalchemy import delete
from structlog import get_logger

from camloom.server.access.arrival import Me, hand_over, let_in
from camloom.server.access.cookies import clear_cookie, cookie_name, set_cookie
from camloom.server.access.guards import address_of, now
from camloom.server.access.oidc.attempt import LASTS, Attempt, Attempts, new_attempt
from camloom.server.access.oidc.people import account_of, arrival_of
from camloom.server.access.oidc.provider import Confirmed, Provider
from camloom.server.access.origin import require_same_origin
from camloom.server.access.sessions import keep_id_token
from camloom.server.access.throttle import Throttle
from camloom.server.access.tokens import digest
from camloom.server.database import Database
from camloom.server.database.tables import login_session
from camloom.server.web import Answer, Asked, RefusedError, not_there

router = APIRouter(prefix="/oidc", tags=["access"])
_log = get_logger()
_PURPOSE = "-oidc"


class OidcInfo(Answer):
    """Whether one can log in by an identity provider.

    Attributes:
        label: what the button says; None: there is none.
    """

    label: str | None


class OidcWay(Answer):
    """Where the browser goes to log in."""

    url: str


class OidcReturn(Asked):
    """What the browser came back with.

    Attributes:
        iss: who the provider says that it is, where it does.
    """

    code: Annotated[SecretStr, Field(min_length=1, max_length=4096)]
    state: Annotated[str, Field(min_length=1, max_length=128)]
    iss: Annotated[str, Field(max_length=255)] = ""
    language: Literal["zh", "en"] = "en"


@router.get("")
def get_oidc(request: Request) -> OidcInfo:
    """Tell whether one can log in by an identity provider."""
    provider: Provider | None = request.app.state.oidc
    return OidcInfo(label=provider.settings.label if provider else None)


@router.post("/begin")
def begin_oidc(request: Request, response: Response) -> OidcWay:
    """Begin to log in by the identity provider; it sends the browser back to `/oidc` of the console."""
    require_same_origin(request)
    provider = _provider(request)
    attempt = new_attempt(now(request), digest(request.cookies.get(cookie_name(request), "")))
    url = provider.login_url(attempt, address_of(request))
    attempts: Attempts = request.app.state.oidc_attempts
    set_cookie(request, response, attempts.cookie(attempt), round(LASTS.total_seconds()), purpose=_PURPOSE)
    return OidcWay(url=url)


@router.post("/finish")
def finish_oidc(request: Request, response: Response, asked: OidcReturn) -> Me:
    """Log in with what the identity provider sent the browser back with. Works once."""
    require_same_origin(request)
    provider, throttle = _provider(request), _throttle(request)
    guess = f"oidc {address_of(request)}"
    throttle.begin(guess, address_of(request))
    try:
        attempt, confirmed = _confirmed(request, provider, asked)
    except RefusedError as error:
        if error.status >= 429:  # nobody guessed wrong: it cannot be asked
            throttle.forgive(guess, address_of(request))
        else:
            request.app.state.metrics.login_failures.inc()
        raise
    throttle.forgive(guess, address_of(request))
    arrival, at = arrival_of(confirmed.claims, provider.settings), now(request)
    database: Database = request.app.state.database
    with database.write() as connection:
        account_id = account_of(connection, arrival, language=asked.language, at=at)
        # Whoever sat here before is out, as with a password.
        connection.execute(delete(login_session).where(login_session.c.token_hash == attempt.before))
        me, session = let_in(connection, request, account_id, "login", at, {"by": arrival.issuer})
        keep_id_token(connection, session.token, confirmed.id_token, request.app.state.sealer)
    clear_cookie(request, response, purpose=_PURPOSE)
    hand_over(request, response, session)
    return me


def _confirmed(request: Request, provider: Provider, asked: OidcReturn) -> tuple[Attempt, Confirmed]:
    attempts: Attempts = request.app.state.oidc_attempts
    kept = request.cookies.get(cookie_name(request, purpose=_PURPOSE), "")
    attempt = attempts.take_back(kept, asked.state, now(request))
    if asked.iss and asked.iss != provider.settings.issuer:
        _log.warning("oidc-refused", why="another issuer")
        raise RefusedError(403, "oidc-token", "this is the answer of another identity provider", "Start again.")
    return attempt, provider.confirmed(asked.code.get_secret_value(), attempt, address_of(request))


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.oidc
    if provider is None:
        raise not_there("identity provider")
    return provider


def _throttle(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle
