"""How late it is for those who remove what is old: a clock that was set wrong must not let them remove everything."""

from datetime import datetime, timedelta

OFF_AT_MOST = timedelta(days=7)
"""A start may be so much later than the end before it, and is believed: a weekend, holidays."""
_CATCHES_UP = 2


def lived_until(known: datetime | None, now: datetime, ran: timedelta, *, started: bool) -> datetime:
    """Return until when time has certainly gone by.

    The clock is believed as far as the program itself has lived through that time, twice as fast at most: what was
    switched off for months catches up day by day, and a clock that jumps ten years ahead ages nothing by ten years.
    What was lived through counts whatever the clock says, so that one that was behind for a while changes nothing.

    Args:
        known: what this returned the last time; None: never.
        now: by the clock.
        ran: how long the program has run since, by seconds that never jump.
        started: whether it has only just started.
    """
    if known is None:
        return now
    reach = known + _CATCHES_UP * ran + (OFF_AT_MOST if started else timedelta())
    return max(known + ran, min(now, reach))
