"""Digest authentication (RFC 3261 section 22, RFC 8760), for the side that asks and the side that answers."""

import hashlib
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal

Algorithm = Literal["MD5", "SHA-256"]
Verdict = Literal["ok", "stale", "forged", "wrong"]

_HASHES = {"MD5": "md5", "SHA-256": "sha256"}
_PART = re.compile(r'([A-Za-z][\w-]{0,30})\s{0,9}=\s{0,9}(?:"((?:[^"\\]|\\.){0,512})"|([^\s,"]*))')
_MAX_NONCES = 16_384


def parse_digest(header: str) -> dict[str, str]:
    """Take apart an Authorization or WWW-Authenticate header; names in lower case. Empty if it is not Digest."""
    kind, _, rest = header.strip().partition(" ")
    if kind.lower() != "digest" or len(rest) > 4096:
        return {}
    return {name.lower(): quoted or plain for name, quoted, plain in _PART.findall(rest)}


def digest_response(parts: dict[str, str], method: str, user: str, password: str) -> str:
    """Return the hex digest for a request.

    Args:
        parts: realm, nonce, uri, algorithm (default MD5), and with qop also nc, cnonce and qop.

    Raises:
        KeyError: the algorithm is unknown.
    """
    name = _HASHES[(parts.get("algorithm") or "MD5").upper()]

    def digest(text: str) -> str:
        return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()

    secret = digest(f"{user}:{parts.get('realm', '')}:{password}")
    asked = digest(f"{method}:{parts.get('uri', '')}")
    qop = parts.get("qop", "")
    middle = f"{parts.get('nc', '')}:{parts.get('cnonce', '')}:{qop}:" if qop else ""
    return digest(f"{secret}:{parts.get('nonce', '')}:{middle}{asked}")


class Challenger:
    """Gives out nonces and checks what comes back with them.

    A nonce is good for one identity on one host, for a short time, and once; with qop=auth as often as its count rises.
    It is signed, so that nothing is kept for those who only ask; used ones are remembered until they are too old.

    Args:
        realm: the SIP domain.
        ttl_s: how long a nonce is good.
        now: seconds of a clock that never jumps.
    """

    def __init__(self, realm: str, ttl_s: float = 60.0, now: Callable[[], float] = time.monotonic) -> None:
        self.realm = realm
        self._ttl_s = ttl_s
        self._now = now
        self._key = secrets.token_bytes(32)
        self._used: OrderedDict[str, int] = OrderedDict()

    def challenge(self, identity: str, host: str, algorithm: Algorithm = "MD5", *, stale: bool = False) -> str:
        """Return a WWW-Authenticate header. No qop is offered: cheap devices break on it."""
        nonce = self._nonce(f"{int(self._now() * 1000):x}.{secrets.token_hex(8)}", identity, host)
        again = ", stale=TRUE" if stale else ""
        return f'Digest realm="{self.realm}", nonce="{nonce}", algorithm={algorithm}{again}'

    def check(
        self,
        header: str,
        *,
        method: str,
        identity: str,
        host: str,
        password: str,
        algorithms: tuple[Algorithm, ...] = ("MD5",),
    ) -> Verdict:
        """Tell whether an Authorization header is right.

        Returns:
            `ok`; `stale`: right, but its nonce is too old or was used; `forged`: the nonce is not one that was given to
            this identity on this host, and whether the rest is right is not said; `wrong`: all else.
        """
        parts = parse_digest(header)
        if not self._fits(parts, identity, algorithms):
            return "wrong"
        state = self._nonce_state(parts["nonce"], identity, host, _count(parts))
        if state == "forged":
            return "forged"
        right = digest_response(parts, method, identity, password)
        if not hmac.compare_digest(right.encode(), parts["response"].lower().encode()):
            return "wrong"
        if state == "fresh":
            self._remember(parts["nonce"], _count(parts))
        return "ok" if state == "fresh" else "stale"

    def _fits(self, parts: dict[str, str], identity: str, algorithms: tuple[Algorithm, ...]) -> bool:
        known = {"realm", "nonce", "uri", "response", "username"} <= parts.keys()
        allowed = (parts.get("algorithm") or "MD5").upper() in algorithms
        said = parts.get("username") == identity and parts.get("realm") == self.realm
        counted = parts.get("qop", "") in ("", "auth")
        return known and allowed and said and counted

    def _nonce(self, stamp: str, identity: str, host: str) -> str:
        signed = hmac.new(self._key, f"{stamp}|{identity}|{host}".encode(), hashlib.sha256)
        return f"{stamp}.{signed.hexdigest()[:32]}"

    def _nonce_state(self, nonce: str, identity: str, host: str, count: int) -> Literal["fresh", "old", "forged"]:
        stamp = nonce.rpartition(".")[0]
        if not hmac.compare_digest(self._nonce(stamp, identity, host).encode(), nonce.encode()):
            return "forged"
        if self._now() - int(stamp.partition(".")[0], 16) / 1000 > self._ttl_s:
            return "old"
        return "fresh" if count > self._used.get(nonce, 0) else "old"

    def _remember(self, nonce: str, count: int) -> None:
        self._used[nonce] = count
        self._used.move_to_end(nonce)
        oldest_ms = (self._now() - self._ttl_s) * 1000
        while self._used and int(next(iter(self._used)).partition(".")[0], 16) < oldest_ms:
            self._used.popitem(last=False)
        if len(self._used) > _MAX_NONCES:
            # Forgetting a used nonce would make it good again: make all of them bad instead.
            self._key = secrets.token_bytes(32)
            self._used.clear()


def answer_challenge(header: str, *, method: str, uri: str, user: str, password: str) -> str:
    """Return the Authorization header for a WWW-Authenticate header.

    Raises:
        ValueError: it is no challenge that can be answered.
    """
    parts = parse_digest(header)
    if "nonce" not in parts or (parts.get("algorithm") or "MD5").upper() not in _HASHES:
        raise ValueError("no digest challenge of a known algorithm")
    offered = [one.strip() for one in parts.get("qop", "").split(",")]
    answer = {key: parts[key] for key in ("realm", "nonce", "opaque", "algorithm") if parts.get(key)}
    answer |= {"username": user, "uri": uri}
    if "auth" in offered:
        answer |= {"qop": "auth", "nc": "00000001", "cnonce": secrets.token_hex(8)}
    answer["response"] = digest_response(answer, method, user, password)
    bare = ("algorithm", "qop", "nc")
    shown = (f"{key}={value}" if key in bare else f'{key}="{value}"' for key, value in answer.items())
    return "Digest " + ", ".join(shown)


def _count(parts: dict[str, str]) -> int:
    """Return the nonce count; without qop a nonce counts once."""
    if not parts.get("qop"):
        return 1
    text = parts.get("nc", "")
    return int(text, 16) if re.fullmatch(r"[0-9a-fA-F]{1,8}", text) else 0
