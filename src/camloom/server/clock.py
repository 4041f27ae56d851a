"""What time it is; tests bring their own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns an aware time in UTC."""


def system_clock() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
