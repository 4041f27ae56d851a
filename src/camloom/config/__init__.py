"""What a user writes: a task. One pydantic class is the validation, the documentation and the form."""

from camloom.config.alarms import Alarm
from camloom.config.blocks import AlarmLabel, Block, Wants
from camloom.config.camera_alerts import CameraAlertsConfig
from camloom.config.health import HealthConfig
from camloom.config.model import StrictModel, first_problem
from camloom.config.places import LineConfig, Scene, ZoneConfig
from camloom.config.task import SecondaryConfig, TaskConfig, load_task, parse_task, task_problems

__all__ = [
    "Alarm",
    "AlarmLabel",
    "Block",
    "CameraAlertsConfig",
    "HealthConfig",
    "LineConfig",
    "Scene",
    "SecondaryConfig",
    "StrictModel",
    "TaskConfig",
    "Wants",
    "ZoneConfig",
    "first_problem",
    "load_task",
    "parse_task",
    "task_problems",
]
