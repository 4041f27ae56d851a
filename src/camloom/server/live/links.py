"""Addresses that let a player in for a while, without a session: whoever has one can watch one camera."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from camloom.errors import ServerError
from camloom.server.access.sealing import Sealer

_USE = "live"
_MAX_TOKEN = 1024


@dataclass(frozen=True, slots=True)
class Link:
    """What an address allows.

    Attributes:
        account_id: of whoever made it; it ends with the account.
        until: as ISO 8601, in UTC.
    """

    camera_id: str
    account_id: str
    until: str

    def holds(self, camera_id: str, at: datetime) -> bool:
        """Tell whether it lets in at this moment."""
        return camera_id == self.camera_id and at < datetime.fromisoformat(self.until)


def write_link(link: Link, sealer: Sealer) -> str:
    """Return a link as a token that nobody else can make, and from which nothing can be read."""
    sealed = sealer.seal(json.dumps({"use": _USE, **asdict(link)}).encode())
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_link(token: str, sealer: Sealer) -> Link | None:
    """Return the link of a token; None: we did not make it."""
    if len(token) > _MAX_TOKEN:
        return None
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        document = json.loads(sealer.open(sealed))
    except (ServerError, ValueError, binascii.Error):
        return None
    # Passwords of cameras are sealed with the same keys: only what says that it is a link is one.
    if not isinstance(document, dict) or document.pop("use", None) != _USE:
        return None
    return Link(**document)
