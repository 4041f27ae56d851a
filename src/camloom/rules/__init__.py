"""Tracks to events.

`base` is the seam, `gate` stands before every event, `incident` tells what begins and ends, `alarm` makes one incident
of what several rules say. Each room holds the rules about one matter, `subjects` what they all see of a frame.

The classes of the rules are public here, wherever they live; each is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from camloom.rules.base import Rule
    from camloom.rules.conditions.attribute import AttributeRule
    from camloom.rules.faces.match import MatchRule
    from camloom.rules.lines.fence import FenceRule
    from camloom.rules.lines.inside import OccupancyRule
    from camloom.rules.lines.line import LineRule
    from camloom.rules.lines.tripwire import TripwireRule
    from camloom.rules.motion.direction import DirectionRule
    from camloom.rules.motion.speed import SpeedRule
    from camloom.rules.motion.standing import StandingRule
    from camloom.rules.people.climb import ClimbRule
    from camloom.rules.people.fall import FallRule
    from camloom.rules.people.pose import PoseRule
    from camloom.rules.people.relation import RelationRule
    from camloom.rules.picture.fault import CameraFaultRule
    from camloom.rules.picture.scene_change import SceneChangeRule
    from camloom.rules.picture.state import StateRule
    from camloom.rules.things.left import LeftRule
    from camloom.rules.things.persist import PersistRule
    from camloom.rules.things.removed import RemovedRule
    from camloom.rules.zones.crowd import CrowdRule
    from camloom.rules.zones.loitering import VisitsRule
    from camloom.rules.zones.region import RegionRule

_HOMES = {
    "AttributeRule": "conditions.attribute",
    "CameraFaultRule": "picture.fault",
    "ClimbRule": "people.climb",
    "CrowdRule": "zones.crowd",
    "DirectionRule": "motion.direction",
    "FallRule": "people.fall",
    "FenceRule": "lines.fence",
    "LeftRule": "things.left",
    "LineRule": "lines.line",
    "MatchRule": "faces.match",
    "OccupancyRule": "lines.inside",
    "PersistRule": "things.persist",
    "PoseRule": "people.pose",
    "RegionRule": "zones.region",
    "RelationRule": "people.relation",
    "RemovedRule": "things.removed",
    "Rule": "base",
    "SceneChangeRule": "picture.scene_change",
    "SpeedRule": "motion.speed",
    "StandingRule": "motion.standing",
    "StateRule": "picture.state",
    "TripwireRule": "lines.tripwire",
    "VisitsRule": "zones.loitering",
}

__all__ = [
    "AttributeRule",
    "CameraFaultRule",
    "ClimbRule",
    "CrowdRule",
    "DirectionRule",
    "FallRule",
    "FenceRule",
    "LeftRule",
    "LineRule",
    "MatchRule",
    "OccupancyRule",
    "PersistRule",
    "PoseRule",
    "RegionRule",
    "RelationRule",
    "RemovedRule",
    "Rule",
    "SceneChangeRule",
    "SpeedRule",
    "StandingRule",
    "StateRule",
    "TripwireRule",
    "VisitsRule",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"camloom.rules.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'camloom.rules' has no attribute '{name}'")
