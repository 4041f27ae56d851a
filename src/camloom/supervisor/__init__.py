"""Streams in worker processes, and who watches over them."""

from camloom.supervisor.grouping import Patience
from camloom.supervisor.limits import Limits
from camloom.supervisor.messages import Screen
from camloom.supervisor.supervisor import Supervisor, is_camera

__all__ = ["Limits", "Patience", "Screen", "Supervisor", "is_camera"]
