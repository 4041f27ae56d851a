"""What goes beside a stream: it begins and ends with it, and has things to tell that have no frame."""

from collections.abc import Callable
from typing import Protocol

from camloom.event import Event

Tell = Callable[[Event], None]
"""Delivers an event without a frame; any thread."""

PtsNow = Callable[[], float]
"""Gives the time of the stream clock, in s."""


class Companion(Protocol):
    """Runs on a thread of its own from the start of a stream until its end."""

    def start(self, tell: Tell, pts_now: PtsNow) -> None:
        """Begin."""

    def stop(self) -> None:
        """End soon; any thread; may be called twice, or without a start."""

    def join(self) -> None:
        """Wait for the end after `stop`; what was still to tell is told."""
