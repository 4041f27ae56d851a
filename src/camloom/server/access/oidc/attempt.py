"""An attempt to log in, from the way to the provider to the way back: in a sealed cookie, good for one return."""

import base64
import hashlib
import hmac
import json
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from camloom.errors import ServerError
from camloom.server.access.sealing import Sealer
from camloom.server.access.tokens import new_token
from camloom.server.web import RefusedError

LASTS = timedelta(minutes=10)
_REMEMBERED = 20_000
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must come back, and what is told to the provider alone.

    Attributes:
        state: comes back with the browser.
        nonce: comes back in the token.
        verifier: of PKCE: whoever has only the code cannot use it.
        until: end, seconds since 1970.
        before: digest of the session that the browser had.
    """

    state: str
    nonce: str
    verifier: str
    until: float
    before: str

    @property
    def challenge(self) -> str:
        """Digest of the verifier, which may be seen by anybody."""
        hashed = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def new_attempt(at: datetime, before: str) -> Attempt:
    """Return an attempt that begins now."""
    return Attempt(new_token(), new_token(), new_token(), (at + LASTS).timestamp(), before)


class Attempts:
    """Puts attempts into cookies and takes each back once; nothing is kept of those that never return.

    Args:
        sealer: of this server: nobody else makes attempts.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._lock = threading.Lock()
        self._spent: OrderedDict[str, float] = OrderedDict()

    def cookie(self, attempt: Attempt) -> str:
        """Return what the browser keeps."""
        sealed = self._sealer.seal(json.dumps({"oidc": asdict(attempt)}).encode())
        return base64.urlsafe_b64encode(sealed).decode()

    def take_back(self, cookie: str, state: str, at: datetime) -> Attempt:
        """Return the attempt of a cookie. RefusedError (403): not of this browser, too old, or back before."""
        attempt = self._opened(cookie)
        if attempt is None or not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace")):
            raise _refusal()
        # From before too: a clock that was set back does not make old ones good again.
        if not timedelta() < datetime.fromtimestamp(attempt.until, at.tzinfo) - at <= LASTS:
            raise _refusal()
        self._spend(attempt, at)
        return attempt

    def _opened(self, cookie: str) -> Attempt | None:
        if len(cookie) > _LONGEST:
            return None
        try:
            sealed = base64.urlsafe_b64decode(cookie.encode("ascii"))
            return Attempt(**json.loads(self._sealer.open(sealed))["oidc"])
        except (ValueError, KeyError, TypeError, ServerError):
            return None

    def _spend(self, attempt: Attempt, at: datetime) -> None:
        with self._lock:
            if attempt.state in self._spent:
                raise _refusal()
            self._spent[attempt.state] = attempt.until
            while len(self._spent) > _REMEMBERED or next(iter(self._spent.values())) < at.timestamp():
                self._spent.popitem(last=False)


def _refusal() -> RefusedError:
    return RefusedError(
        403, "oidc-state", "this login was begun elsewhere, too long ago, or is over already", "Start again."
    )
