"""How a source is at this moment, in words that a program can tell apart."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Condition(StrEnum):
    """The states of a source."""

    CONNECTING = "connecting"
    ONLINE = "online"
    DEGRADED = "degraded"
    OFFLINE = "offline"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source since a moment.

    Attributes:
        condition: one of five.
        since: aware UTC.
        reason: why, as a short code; empty for connecting and online. Offline: a code of `SourceError`; `crash`: the
            process that ran it has died; `failed`: something else than the camera ended its stream. Degraded:
            `black`, `frozen`, `covered`, `moved`, `blurred`, `corrupt`, `loss`, `slow`. Disabled: `crash-loop`.
        detail: the same for a person, in one line free of secrets.
        retry_s: offline: so long until the next attempt at the latest.
    """

    condition: Condition
    since: datetime
    reason: str = ""
    detail: str = ""
    retry_s: float | None = None

    def __str__(self) -> str:
        """Such as `offline (timeout)`."""
        return f"{self.condition} ({self.reason})" if self.reason else str(self.condition)
