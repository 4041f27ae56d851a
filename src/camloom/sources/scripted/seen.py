"""What a detector and a tracker would say of a scripted scene, with the faults that the script gives them."""

import numpy as np

from camloom.detections import Attribute, Detections, Vote
from camloom.sources.scripted.script import Actor, SceneScript
from camloom.sources.scripted.staging import Pose, staging
from camloom.tracks import Tracks

_JOINTS = 17
_READER, _READ_CONFIDENCE, _READ_EVERY_S, _MOST_VOTES = "script", 0.9, 1.0, 9
# Ids that an actor may have had before the next one's begin.
_IDS_PER_ACTOR = 1000


def detections(script: SceneScript, index: int) -> Detections:
    """Return what a detector finds on a frame: boxes cut at the edge of the picture, joints of people."""
    return _found(script, _seen(script, index), index)


def tracks(script: SceneScript, index: int) -> Tracks:
    """Return the same with identities: `1000 * actor + 1`, one more after each time of its `new_id`."""
    seen, pts_s = _seen(script, index), index / script.fps
    ids = [pose.number * _IDS_PER_ACTOR + 1 + sum(at <= pts_s for at in pose.actor.new_id) for pose in seen]
    first = [max((at for at in (pose.actor.path[0].at, *pose.actor.new_id) if at <= pts_s), default=0) for pose in seen]
    return Tracks.of(_found(script, seen, index), np.array(ids, np.int64), np.array(first, np.float64))


def _seen(script: SceneScript, index: int) -> list[Pose]:
    pts_s = index / script.fps
    there = [
        pose
        for pose in staging(script, pts_s)
        if 1 - pose.hidden >= max(script.least_visible, 1e-6) and not _is_missed(pose.actor, pts_s)
    ]
    if not script.missed_share:
        return there
    kept = _random(script, index, 1).random(len(script.actors)) >= script.missed_share
    return [pose for pose in there if kept[pose.number]]


def _is_missed(actor: Actor, pts_s: float) -> bool:
    return any(start <= pts_s < end for start, end in actor.missed)


def _found(script: SceneScript, seen: list[Pose], index: int) -> Detections:
    pts_s = index / script.fps
    names, reads = script.class_names, any(actor.attributes for actor in script.actors)
    boxes = np.array([pose.xyxy for pose in seen], np.float32).reshape(-1, 4)
    if script.jitter:
        off = _random(script, index, 2).normal(0, script.jitter, (len(script.actors), 4)).astype(np.float32)
        boxes += off[[pose.number for pose in seen]] * (boxes[:, 3:] - boxes[:, 1:2])
    edge = np.array((script.width, script.height, script.width, script.height), np.float32)
    return Detections(
        boxes.clip(0, edge),
        np.array([pose.actor.confidence for pose in seen], np.float32),
        np.array([names.index(pose.actor.label) for pose in seen], np.int64),
        names,
        keypoints=_joints(seen),
        attributes=tuple(_attributes(pose, pts_s) for pose in seen) if reads else None,
    )


def _joints(seen: list[Pose]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None:
    if all(pose.joints is None for pose in seen):
        return None
    points = np.zeros((len(seen), _JOINTS, 3), np.float32)
    for row, pose in enumerate(seen):
        if pose.joints is not None:
            points[row, :, :2], points[row, :, 2] = pose.joints, 0.9
    return points


def _attributes(pose: Pose, pts_s: float) -> tuple[Attribute, ...]:
    """Return what models of crops have read of it so far, a reading each second."""
    began_s = max((at for at in (pose.actor.path[0].at, *pose.actor.new_id) if at <= pts_s), default=0)
    count = min(int((pts_s - began_s) / _READ_EVERY_S) + 1, _MOST_VOTES)
    height_px = pose.xyxy[3] - pose.xyxy[1]
    return tuple(
        Attribute(name, value, _READ_CONFIDENCE, _READER, (Vote(value, _READ_CONFIDENCE, height_px),) * count)
        for name, value in pose.actor.attributes.items()
    )


def _random(script: SceneScript, index: int, what: int) -> np.random.Generator:
    return np.random.default_rng((script.seed, index, what))
