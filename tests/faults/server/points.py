"""Moments at which a server dies: those between two steps that belong together."""

import os
import signal
from collections.abc import Callable
from functools import wraps
from typing import Any

from camloom.exchange.local import LocalServer
from camloom.server.business.ledger import Ledger
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.media_place import MediaPlace
from camloom.server.pushes import queue

BEFORE, AFTER = "before", "after"
POINTS: dict[str, tuple[Any, str, str]] = {
    "in the middle of a batch": (Ledger, "open", AFTER),
    "kept, not done": (LocalServer, "done", BEFORE),
    "done, nothing copied": (LocalServer, "done", AFTER),
    "copied, not noted": (MediaPlace, "put", AFTER),
    "noted, not taken away": (MediaIntake, "_remove", BEFORE),
    "taken away, not noted": (MediaIntake, "_remove", AFTER),
    "sent, not noted": (queue, "mark_delivered", BEFORE),
    "noted, not kept": (queue, "mark_delivered", AFTER),
}
"""What is called there, and whether the end comes before or after it."""


def arm(point: str, nth: int) -> None:
    """Let this process die when it comes to a point for the nth time."""
    owner, name, when = POINTS[point]
    setattr(owner, name, _deadly(getattr(owner, name), when, nth))


def _deadly(action: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    left = [nth]

    @wraps(action)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and when == BEFORE:
            os.kill(os.getpid(), signal.SIGKILL)
        result = action(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped
