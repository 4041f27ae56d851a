"""Camloom weaves cameras, models and rules into alarms: the public names of the SDK.

Names are loaded when they are first used, so that `import camloom` and `camloom --help` are quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from camloom.config import TaskConfig, load_task, parse_task
    from camloom.detections import Attribute, Detections
    from camloom.errors import CamloomError
    from camloom.event import Event, FrameResult, Gate, Phase
    from camloom.frame import Frame
    from camloom.geometry import Anchor, Line, Zone
    from camloom.inference.load import load_model
    from camloom.pipeline import Pipeline, Settings
    from camloom.runner import Runner, open_task
    from camloom.tracks import Tracks

__version__ = "0.1.0"

_HOMES = {
    "camloom.config": ("TaskConfig", "load_task", "parse_task"),
    "camloom.detections": ("Attribute", "Detections"),
    "camloom.errors": ("CamloomError",),
    "camloom.event": ("Event", "FrameResult", "Gate", "Phase"),
    "camloom.frame": ("Frame",),
    "camloom.geometry": ("Anchor", "Line", "Zone"),
    "camloom.inference.load": ("load_model",),
    "camloom.pipeline": ("Pipeline", "Settings"),
    "camloom.runner": ("Runner", "open_task"),
    "camloom.tracks": ("Tracks",),
}

__all__ = [
    "Anchor",
    "Attribute",
    "CamloomError",
    "Detections",
    "Event",
    "Frame",
    "FrameResult",
    "Gate",
    "Line",
    "Phase",
    "Pipeline",
    "Runner",
    "Settings",
    "TaskConfig",
    "Tracks",
    "Zone",
    "load_model",
    "load_task",
    "open_task",
    "parse_task",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'camloom' has no attribute '{name}'")
