"""The timers of SIP (RFC 3261, section 17)."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Attributes: t1_s: first wait for an answer; t2_s: longest wait; limit_s: when a request is given up."""

    t1_s: float = 0.5
    t2_s: float = 4.0
    limit_s: float = 32.0

    def waits(self, *, capped: bool) -> Iterator[float]:
        """Yield the waits between transmissions: doubling, up to t2 for all but INVITE."""
        wait_s = self.t1_s
        while True:
            yield wait_s
            wait_s = min(wait_s * 2, self.t2_s) if capped else wait_s * 2
