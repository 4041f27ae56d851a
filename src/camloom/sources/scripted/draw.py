"""Pictures of a scripted scene: a textured ground, figures and boxes, shadows, light, rain, noise."""

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from camloom.frame import ImageArray
from camloom.geometry import FloatArray
from camloom.sources.scripted.script import Actor, Colour, Light, SceneScript, Shadow
from camloom.sources.scripted.staging import Pose, place, staging

# Joints of COCO between which a limb is drawn.
_LIMBS = ((5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16))
_TORSO = (5, 6, 12, 11)
_HEAD = slice(0, 5)
_NOISE_PICTURES = 8


class Painter:
    """Draws the pictures of one script; what does not change is drawn once."""

    def __init__(self, script: SceneScript) -> None:
        self._script = script

    def picture(self, index: int) -> ImageArray:
        """Return frame `index`, (H, W, 3) uint8 BGR."""
        script, pts_s = self._script, index / self._script.fps
        canvas = self._ground.copy()
        poses = staging(script, pts_s)
        for pose in poses:
            if pose.actor.layer == "ground":
                _draw_actor(canvas, pose)
        for shadow in script.shadows:
            _darken(canvas, shadow, pts_s)
        for pose in poses:
            if pose.actor.layer != "ground":
                _draw_actor(canvas, pose)
        self._draw_occluders(canvas, pts_s)
        return self._through_the_camera(canvas, index, pts_s)

    def _draw_occluders(self, canvas: ImageArray, pts_s: float) -> None:
        size = np.array((self._script.width, self._script.height) * 2)
        for one in self._script.occluders:
            if one.during[0] <= pts_s < one.during[1]:
                _fill(canvas, tuple((np.array(one.box) * size).tolist()), one.colour)

    def _through_the_camera(self, canvas: ImageArray, index: int, pts_s: float) -> ImageArray:
        script = self._script
        if script.rain is not None and script.rain.during[0] <= pts_s < script.rain.during[1]:
            _rain(canvas, script.rain.drops, np.random.default_rng((script.seed, index, 3)))
        if (gain := _gain(script.light, pts_s)) != 1.0:
            canvas = np.asarray(cv2.convertScaleAbs(canvas, alpha=gain), np.uint8)
        if script.noise:
            noise = self._noise[index % _NOISE_PICTURES]
            canvas = np.asarray(cv2.add(canvas, np.roll(noise, index * 37, axis=1), dtype=cv2.CV_8U), np.uint8)
        return canvas

    @cached_property
    def _ground(self) -> ImageArray:
        script = self._script
        rough = np.random.default_rng((script.seed, 0, 4)).normal(0, 1, (script.height, script.width))
        smooth = np.asarray(cv2.GaussianBlur(rough, (0, 0), 4), np.float64)
        ground = np.array(script.ground[::-1]) + smooth[..., None] / max(float(smooth.std()), 1e-6) * script.texture
        return np.asarray(ground.clip(0, 255), np.uint8)

    @cached_property
    def _noise(self) -> npt.NDArray[np.int16]:
        script = self._script
        shape = (_NOISE_PICTURES, script.height, script.width, 3)
        return np.random.default_rng((script.seed, 0, 5)).normal(0, script.noise, shape).round().astype(np.int16)


def to_yuv420p(picture: ImageArray) -> bytes:
    """Return the planes of a picture, (H, W, 3) uint8 BGR with even sides, as FFmpeg's rawvideo has them."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)).tobytes()


def _draw_actor(canvas: ImageArray, pose: Pose) -> None:
    if pose.joints is None:
        _fill(canvas, pose.xyxy, pose.actor.colour)
    else:
        _draw_person(canvas, pose.actor, pose.joints)


def _fill(canvas: ImageArray, xyxy: tuple[float, ...], colour: Colour) -> None:
    x0, y0, x1, y1 = (round(value) for value in xyxy)
    cv2.rectangle(canvas, (x0, y0), (x1 - 1, y1 - 1), colour[::-1], cv2.FILLED)


def _draw_person(canvas: ImageArray, actor: Actor, joints: FloatArray) -> None:
    points = joints.round().astype(np.int32)
    # A fifth of the span of the joints is what a head, and a limb twice over, measure of a grown person.
    tall = float(np.ptp(joints, axis=0).max())
    limb, colour = max(1, round(tall * 0.07)), actor.colour[::-1]
    cv2.fillConvexPoly(canvas, points[list(_TORSO)], colour)
    for one, other in ((5, 6), (11, 12), *_LIMBS):
        cv2.line(canvas, points[one].tolist(), points[other].tolist(), colour, limb)
    head = joints[_HEAD].mean(axis=0).round().astype(int).tolist()
    cv2.circle(canvas, head, max(1, round(tall * 0.07)), (150, 170, 200), cv2.FILLED)


def _darken(canvas: ImageArray, shadow: Shadow, pts_s: float) -> None:
    where = place(shadow.path, shadow.height, pts_s)
    if where is None:
        return
    high, wide = canvas.shape[:2]
    tall_px = where[2] * high
    shade = np.ones((high, wide), np.float32)
    centre = (round(where[0] * wide), round(where[1] * high - tall_px / 2))
    axes = (max(1, round(tall_px * shadow.width / 2)), max(1, round(tall_px / 2)))
    cv2.ellipse(shade, centre, axes, 0, 0, 360, 1 - shadow.depth, cv2.FILLED)
    soft = np.asarray(cv2.GaussianBlur(shade, (0, 0), max(1.0, tall_px * 0.05)))
    np.multiply(canvas, soft[..., None], out=canvas, casting="unsafe")


def _gain(changes: tuple[Light, ...], pts_s: float) -> float:
    gain = 1.0
    for change in changes:
        if change.at <= pts_s:
            share = min(1.0, (pts_s - change.at) / change.over) if change.over > 0 else 1.0
            gain += share * (change.gain - gain)
    return gain


def _rain(canvas: ImageArray, drops: int, random: np.random.Generator) -> None:
    high, wide = canvas.shape[:2]
    length = max(4, high // 24)
    for x, y in random.integers((0, -length), (wide, high), (drops, 2)).tolist():
        cv2.line(canvas, (x, y), (x - length // 5, y + length), (190, 190, 190), 1)
