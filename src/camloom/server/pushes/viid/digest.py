"""Who asks us by HTTP Digest (RFC 7616 with MD5, as the standard has it)."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime

REALM = "viid"
_LASTS_S = 60
_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_LONGEST = 2000


class Digest:
    """Challenges, and answers to them. Nonces are not kept: each carries its time and a code that only we can make."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def challenge(self, now: datetime) -> str:
        """Return the header that asks who it is."""
        return f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{self._nonce(int(now.timestamp()))}"'

    def fields(self, header: str, now: datetime) -> dict[str, str] | None:
        """Return what an answer says; None: it is none to a challenge of ours, or to one of long ago."""
        if len(header) > _LONGEST or not header.lower().startswith("digest "):
            return None
        found = {name.lower(): quoted or plain for name, quoted, plain in _FIELD.findall(header[7:])}
        at_s, _, _ = found.get("nonce", "").partition(".")
        if not (at_s.isascii() and at_s.isdigit() and len(at_s) <= 12):
            return None
        fresh = 0 <= now.timestamp() - int(at_s) <= _LASTS_S
        ours = hmac.compare_digest(found["nonce"].encode(), self._nonce(int(at_s)).encode())
        return found if fresh and ours else None

    def _nonce(self, at_s: int) -> str:
        return f"{at_s}.{hmac.new(self._key, str(at_s).encode(), hashlib.sha256).hexdigest()[:32]}"


def is_right(fields: dict[str, str], method: str, path: str, username: str, password: str) -> bool:
    """Tell whether an answer is that of somebody who knows the password, about this request."""
    if fields.get("uri", "") != path or fields.get("username") != username:
        return False
    known = _md5(f"{username}:{REALM}:{password}")
    asked = _md5(f"{method}:{path}")
    between = fields["nonce"]
    if fields.get("qop") == "auth":
        between = f"{between}:{fields.get('nc', '')}:{fields.get('cnonce', '')}:auth"
    return hmac.compare_digest(_md5(f"{known}:{between}:{asked}").encode(), fields.get("response", "").lower().encode())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
