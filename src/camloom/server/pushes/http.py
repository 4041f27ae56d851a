"""HTTP to receivers: the address that was checked is the one that is called, and no answer is believed or shown."""

import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx2

from camloom.server.pushes.seam import Around, LaterPushError, RefusedPushError
from camloom.server.web import wrong

_ANSWER_BYTES = 64 * 1024
_CALL_S = 20.0
_PLAIN = {"User-Agent": "Camloom", "Accept-Encoding": "identity"}
_TIMES = httpx2.Timeout(10, connect=5)
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver said.

    Attributes:
        body: its first 64 kB.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Caller:
    """Calls receivers by HTTP: no redirects, no proxies of the environment, bounded in time and memory."""

    def __init__(self, around: Around) -> None:
        # Its log tells whole addresses, and those of group robots hold their tokens.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._around = around
        self._client = httpx2.Client(timeout=_TIMES, trust_env=False, follow_redirects=False, verify=_tls())

    def call(
        self,
        method: str,
        url: str,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        auth: httpx2.Auth | None = None,
    ) -> Reply:
        """Call a receiver and return what it says.

        Raises:
            LaterPushError: it cannot be reached, may not be called, or is too slow.
        """
        target = httpx2.URL(url)
        address = self._around.address(target.host, target.port or (443 if target.scheme == "https" else 80))
        pinned = target.copy_with(host=address)
        sent = {**(headers or {}), "Host": target.netloc.decode("ascii"), **_PLAIN}
        extensions = {"sni_hostname": target.host}
        try:
            with self._client.stream(
                method, pinned, content=content, headers=sent, auth=auth, extensions=extensions
            ) as response:
                return Reply(response.status_code, response.headers, _read(response))
        except httpx2.TimeoutException:
            raise LaterPushError(f"{target.host} does not answer in time") from None
        except httpx2.HTTPError as error:
            raise LaterPushError(f"{target.host} cannot be reached ({type(error).__name__})") from None
        finally:
            self._client.cookies.clear()

    def close(self) -> None:
        """Close its connections."""
        self._client.close()


@cache
def _tls() -> ssl.SSLContext:
    """Return how to encrypt: made once, for it takes longer than a call."""
    return httpx2.create_ssl_context(trust_env=False)


def require_taken(reply: Reply, now: datetime) -> Reply:
    """Return an answer that says yes.

    Raises:
        RefusedPushError: it says no, and would again.
        LaterPushError: it says not now.
    """
    status = reply.status
    if 200 <= status < 300:
        return reply
    if status >= 500 or status in _LATER:
        after_s = retry_after_s(reply.headers.get("Retry-After", ""), now)
        raise LaterPushError(f"the receiver answers {_words(status)}", after_s=after_s)
    if 300 <= status < 400:
        hint = "Enter the address that it leads to."
        raise RefusedPushError(f"the receiver answers {_words(status)}; redirects are not followed", hint)
    raise RefusedPushError(f"the receiver answers {_words(status)}")


def retry_after_s(text: str, now: datetime) -> float | None:
    """Return how long a receiver wants to be left alone: seconds or a date; None: it does not say."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text.strip()[:6])
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def checked_url(url: str) -> str:
    """Return a URL that may be that of a receiver. ValueError: it is none."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL):
        known = False
    if not known:
        raise wrong("url", "must be http://HOST/... or https://HOST/...")
    if parts.username is not None or parts.password is not None:
        raise wrong("url_login", "must not hold a user or password: there are fields for that")
    return url


def _read(response: httpx2.Response) -> bytes:
    until_s, body = time.monotonic() + _CALL_S, b""
    for chunk in response.iter_raw():
        body += chunk[: _ANSWER_BYTES - len(body)]
        if len(body) >= _ANSWER_BYTES:
            break
        if time.monotonic() > until_s:
            raise httpx2.ReadTimeout("too slow")
    return body


def _words(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
