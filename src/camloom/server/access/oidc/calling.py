"""HTTP to an identity provider: no redirects, no proxies of the environment, bounded in time and memory."""

import ipaddress
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from structlog import get_logger

from camloom.errors import ServerError
from camloom.server.web import RefusedError

_ANSWER_BYTES = 256 << 10
_CALL_S = 10.0
_TIMES = httpx2.Timeout(5, connect=5)
_PLAIN = {"User-Agent": "Camloom", "Accept": "application/json", "Accept-Encoding": "identity"}
_log = get_logger()


class Caller:
    """Asks a provider for JSON objects.

    Args:
        ca_file: certificates of an authority of one's own; None: those that everybody trusts.

    Raises:
        ServerError: the file cannot be read, or holds no certificates.
    """

    def __init__(self, ca_file: Path | None) -> None:
        tls = httpx2.create_ssl_context(trust_env=False)
        if ca_file is not None:
            try:
                tls.load_verify_locations(cafile=ca_file)
            except OSError as error:  # ssl.SSLError is one
                raise ServerError(f"CAMLOOM_OIDC_CA_FILE: {ca_file} holds no certificates", "PEM is needed.") from error
        self._client = httpx2.Client(timeout=_TIMES, trust_env=False, follow_redirects=False, verify=tls)

    def get(self, url: str, *, bearer: str = "") -> dict[str, Any]:
        """Return what lies at an address, for whoever has a token where one is given. RefusedError (503): nothing."""
        return self._ask("GET", url, _PLAIN | ({"Authorization": f"Bearer {bearer}"} if bearer else {}))

    def post(self, url: str, form: Mapping[str, str], auth: tuple[str, str] | None) -> dict[str, Any]:
        """Return the answer to a form. RefusedError: 503 there is none, 403 it says no."""
        return self._ask("POST", url, _PLAIN, data=dict(form), auth=auth)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], **how: Any) -> dict[str, Any]:
        place = urlsplit(url).hostname
        try:
            with self._client.stream(method, url, headers=dict(headers), **how) as response:
                status, body = response.status_code, _read(response)
        except httpx2.HTTPError as error:
            _log.warning("oidc-away", host=place, error=type(error).__name__)
            raise away(f"{place} cannot be reached") from None
        finally:
            self._client.cookies.clear()
        if status in {400, 401, 403} and method == "POST":
            _log.warning("oidc-refused", host=place, status=status, error=_error_of(body))
            raise RefusedError(403, "oidc-token", "the identity provider did not confirm who you are", "Start again.")
        if status != 200:
            _log.warning("oidc-away", host=place, status=status)
            raise away(f"{place} answers {status}")
        return _object(body, place)


def away(why: str) -> RefusedError:
    """Return the refusal for a provider that cannot be asked."""
    return RefusedError(503, "oidc-away", f"the identity provider cannot be asked: {why}", "Try again in a moment.")


def is_safe(url: str) -> bool:
    """Tell whether an address may be that of a provider: by TLS, or on this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL):
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _read(response: httpx2.Response) -> bytes:
    until_s, body = time.monotonic() + _CALL_S, b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > _ANSWER_BYTES:
            raise httpx2.ReadError("too long")
        if time.monotonic() > until_s:
            raise httpx2.ReadTimeout("too slow")
    return body


def _object(body: bytes, place: str | None) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        if isinstance(found := json.loads(body), dict):
            return found
    _log.warning("oidc-away", host=place, error="no JSON object")
    raise away(f"{place} answers something else than JSON")


def _error_of(body: bytes) -> str:
    """Return the word of RFC 6749 for what went wrong, for the log."""
    with suppress(ValueError, RecursionError):
        if isinstance(found := json.loads(body), dict):
            return str(found.get("error", ""))[:64]
    return ""
