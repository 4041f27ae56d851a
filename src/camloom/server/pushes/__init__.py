"""Pushes: alarms reach other systems, at least once and in order, each under a key that makes it once."""

from camloom.server.pushes.outbox import PushOutbox
from camloom.server.pushes.pool import PushWork, make_around
from camloom.server.pushes.routes import ROUTERS

__all__ = ["ROUTERS", "PushOutbox", "PushWork", "make_around"]
