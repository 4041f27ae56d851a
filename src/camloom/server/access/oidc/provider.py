"""An identity provider: what it says of itself, its keys, and what it answers for a code."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote_plus, urlencode

from joserfc.jwk import KeySet

from camloom.errors import ServerError
from camloom.server.access.oidc.attempt import Attempt
from camloom.server.access.oidc.calling import Caller, away, is_safe
from camloom.server.access.oidc.people import lacks_claims
from camloom.server.access.oidc.token import UnknownKeyError, checked_claims, key_set, refusal
from camloom.server.clock import Clock
from camloom.server.settings import OidcSettings, ServerSettings
from camloom.server.web import RefusedError
from camloom.server.web.turns import Turns

_KEPT = timedelta(hours=1)
_AGAIN = timedelta(seconds=5)
_SECRET_BYTES = 4096
_ACCESS_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")  # it goes into a header
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Discovered:
    """Where a provider does what.

    Attributes:
        end_session, user_info: empty: it does not say.
        basic: the secret goes into a header; else into the form.
    """

    authorize: str
    token: str
    keys: str
    end_session: str
    user_info: str
    basic: bool


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whom a provider confirmed.

    Attributes:
        claims: what it says of them.
        id_token: in which it said so.
    """

    claims: dict[str, Any]
    id_token: str


class Provider:
    """The identity provider of this server.

    Args:
        settings: with an issuer.
        address: where people find this server.
        clock: what time it is.

    Raises:
        ServerError: the settings do not fit together.
    """

    def __init__(self, settings: OidcSettings, address: str, clock: Clock) -> None:
        _require_usable(settings)
        self.settings, self._address, self._clock = settings, address, clock
        self._secret = _secret_of(settings)
        self._caller = Caller(settings.ca_file)
        # Whoever waits for a provider that hangs holds a thread of the server.
        self._turns = Turns(at_once=4, of_one=2)
        self._about = _Kept(clock, self._discover)
        self._keys = _Kept(clock, lambda: key_set(self._caller.get(self._about.value().keys)))

    def login_url(self, attempt: Attempt, caller: str) -> str:
        """Return where a browser goes to log in. RefusedError: 503 it cannot be asked, 429 too many are asking."""
        with self._turns.turn(caller):
            there = self._about.value().authorize
        wanted = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._return_address,
            "scope": self.settings.scopes,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return _with(there, wanted)

    def confirmed(self, code: str, attempt: Attempt, caller: str) -> Confirmed:
        """Return what the provider says of whoever came back with a code; what its token lacks, UserInfo says.

        Raises:
            RefusedError: 403 it does not confirm it, 503 it cannot be asked, 429 too many are asking.
        """
        with self._turns.turn(caller):
            answer = self._redeem(code, attempt)
            token = answer.get("id_token")
            claims = self._claims(token, attempt)
            if lacks_claims(claims, self.settings) and self._about.value().user_info:
                claims = self._more(answer.get("access_token"), claims)
            return Confirmed(claims, str(token))

    def _claims(self, token: object, attempt: Attempt) -> dict[str, Any]:
        try:
            return self._checked(token, attempt, self._keys.value())
        except UnknownKeyError:
            pass
        try:  # providers change their keys now and then
            return self._checked(token, attempt, self._keys.value(older_than=_AGAIN))
        except UnknownKeyError:
            raise refusal("unknown key") from None

    def _more(self, access_token: object, claims: dict[str, Any]) -> dict[str, Any]:
        """Return claims with those that UserInfo adds: what was signed holds, and it must speak of the same person."""
        if not isinstance(access_token, str) or not _ACCESS_TOKEN.fullmatch(access_token):
            raise refusal("no access token")
        told = self._caller.get(self._about.value().user_info, bearer=access_token)
        if told.get("sub") != claims["sub"]:
            raise refusal("UserInfo speaks of somebody else")
        return {**told, **claims}

    def logout_url(self, issuer: str, id_token: str) -> str | None:
        """Return where a person of an issuer ends the session there; None: it does not say, or is another one.

        Args:
            id_token: that began the session; empty: it is not known. With it a provider need not ask the person.
        """
        if issuer != self.settings.issuer:
            return None
        try:
            with self._turns.turn("logout"):
                there = self._about.value().end_session
        except RefusedError:
            return None
        wanted = {"client_id": self.settings.client_id, "post_logout_redirect_uri": self._address}
        if id_token:
            wanted["id_token_hint"] = id_token
        return _with(there, wanted) if there else None

    @property
    def _return_address(self) -> str:
        return f"{self._address}/oidc"

    def _checked(self, token: object, attempt: Attempt, keys: KeySet) -> dict[str, Any]:
        return checked_claims(
            token,
            keys,
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=attempt.nonce,
            at=self._clock(),
        )

    def _redeem(self, code: str, attempt: Attempt) -> dict[str, Any]:
        about, client_id = self._about.value(), self.settings.client_id
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_address,
            "client_id": client_id,
            "code_verifier": attempt.verifier,
        }
        if not self._secret:
            return self._caller.post(about.token, form, None)
        if about.basic:
            return self._caller.post(about.token, form, (quote_plus(client_id), quote_plus(self._secret)))
        return self._caller.post(about.token, form | {"client_secret": self._secret}, None)

    def _discover(self) -> Discovered:
        issuer = self.settings.issuer
        told = self._caller.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if told.get("issuer") != issuer:
            raise away("it calls itself something else than CAMLOOM_OIDC_ISSUER says")
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorize, token, keys = (_safe(told.get(name)) for name in needed)
        if not (authorize and token and keys):
            raise away("it names no addresses by https")
        end, user_info = (_safe(told.get(name)) for name in ("end_session_endpoint", "userinfo_endpoint"))
        ways = told.get("token_endpoint_auth_methods_supported")
        basic = not isinstance(ways, list) or "client_secret_basic" in ways or "client_secret_post" not in ways
        return Discovered(authorize, token, keys, end, user_info, basic)


def open_provider(settings: ServerSettings, clock: Clock) -> Provider | None:
    """Return the provider that the settings name; None: there is none. ServerError: they do not fit together."""
    if not settings.oidc.issuer:
        return None
    if not settings.public_url:
        raise ServerError("CAMLOOM_OIDC_ISSUER needs CAMLOOM_PUBLIC_URL", "The provider sends people back to it.")
    return Provider(settings.oidc, settings.address, clock)


class _Kept(Generic[_Found]):
    """Something that was asked for, kept for an hour; what went wrong for a few seconds, so that nobody hammers."""

    def __init__(self, clock: Clock, ask: Callable[[], _Found]) -> None:
        self._clock, self._ask, self._lock = clock, ask, threading.Lock()
        self._found: tuple[datetime, _Found] | None = None
        self._failed: tuple[datetime, RefusedError] | None = None

    def value(self, older_than: timedelta = _KEPT) -> _Found:
        """Return it, asked for anew if it is older. RefusedError: it cannot be had."""
        with self._lock:
            at = self._clock()
            if self._found is not None and abs(at - self._found[0]) < older_than:
                return self._found[1]
            if self._failed is not None and abs(at - self._failed[0]) < _AGAIN:
                raise self._failed[1]
            try:
                self._found, self._failed = (at, self._ask()), None
            except RefusedError as error:
                self._failed = (at, error)
                raise
            return self._found[1]


def _safe(told: object) -> str:
    """Return an address that a provider tells; empty: it is none, or none to go to."""
    return told if isinstance(told, str) and is_safe(told) else ""


def _with(url: str, wanted: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(wanted)}"


def _require_usable(settings: OidcSettings) -> None:
    if not is_safe(settings.issuer) or "?" in settings.issuer:
        raise ServerError(
            "CAMLOOM_OIDC_ISSUER is not an address by https", "http is for a provider on this machine only."
        )
    if not settings.client_id:
        raise ServerError("CAMLOOM_OIDC_CLIENT_ID is missing", "The provider says it.")
    if not settings.roles:
        raise ServerError("CAMLOOM_OIDC_ROLES is missing", 'For example {"guards": "operator", "*": "viewer"}.')
    if "openid" not in settings.scopes.split():
        raise ServerError("CAMLOOM_OIDC_SCOPES must hold openid", 'For example "openid profile email".')


def _secret_of(settings: OidcSettings) -> str:
    if settings.secret_file is None:
        return ""
    try:
        with settings.secret_file.open("rb") as file:
            secret = file.read(_SECRET_BYTES).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(f"CAMLOOM_OIDC_SECRET_FILE: cannot read {settings.secret_file}") from error
    if not secret:
        raise ServerError(f"CAMLOOM_OIDC_SECRET_FILE: {settings.secret_file} is empty")
    return secret
