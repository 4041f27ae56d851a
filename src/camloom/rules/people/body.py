"""Where the parts of a person are: by the keypoints of a pose model, else by the box of an upright person."""

import math
from collections.abc import Mapping

from camloom.frame import Frame
from camloom.geometry import FloatArray
from camloom.tracks import Tracks

Point = tuple[float, float]
Box = tuple[float, float, float, float]

KEYPOINTS = 17
"""In the order of COCO (T.-Y. Lin et al., ECCV 2014)."""

_HEAD_POINTS = (0, 1, 2, 3, 4)
NOSE, EARS, SHOULDERS, ELBOWS, WRISTS = 0, (3, 4), (5, 6), (7, 8), (9, 10)
HIPS, KNEES, ANKLES = (11, 12), (13, 14), (15, 16)
# Lengths in head heights (chin to crown, 23 cm) of an adult seen from the front or the side: eye to eye, ear to ear,
# shoulder to shoulder. Turned away they only become shorter, so the longest tells.
_EYES, _EARS, _SHOULDERS, _TORSO = 0.28, 0.66, 1.6, 2.2
_HEADS_PER_BODY = 7.5
# Of somebody whom the lower edge of the picture cuts off, the width says more than the height.
_HEADS_PER_WIDTH = 2.6
_HAND = 0.33  # from the wrist on to the palm, share of the forearm
_MOUTH = 0.25  # from the nose to the mouth, head heights
_NEAR_EAR = 0.6  # of the other ear's distance from the nose
_SEEN = 0.3
_UPRIGHT_DEG = 45.0
_EDGE_SHARE = 0.002


class Body:
    """One person on one frame; all in px of the source frame.

    Args:
        xyxy: the box.
        keypoints: (17, 3) float32, x, y, confidence in the order of COCO; None without a pose model.
        is_cut: whether the lower edge of the picture cuts the box off.
    """

    def __init__(self, xyxy: Box, keypoints: FloatArray | None = None, is_cut: bool = False) -> None:
        self.xyxy = xyxy
        self._is_cut = is_cut
        rows = keypoints.tolist() if keypoints is not None and keypoints.shape == (KEYPOINTS, 3) else []
        self._points: dict[int, Point] = {
            index: (x, y)
            for index, (x, y, confidence) in enumerate(rows)
            if confidence >= _SEEN and math.isfinite(x) and math.isfinite(y)
        }

    @property
    def aspect(self) -> float:
        """Width of the box over its height."""
        x0, y0, x1, y1 = self.xyxy
        return (x1 - x0) / max(y1 - y0, 1e-6)

    def point(self, index: int) -> Point | None:
        """Return a keypoint; None if it is not seen."""
        return self._points.get(index)

    def middle(self, *indices: int) -> Point | None:
        """Return the middle of those keypoints that are seen; None if none is."""
        seen = [self._points[index] for index in indices if index in self._points]
        return (sum(x for x, _ in seen) / len(seen), sum(y for _, y in seen) / len(seen)) if seen else None

    @property
    def head_height_px(self) -> float:
        """Height of the head, chin to crown."""
        pairs = ((self.point(1), self.point(2), _EYES), (self.point(3), self.point(4), _EARS))
        torso = (self.middle(*SHOULDERS), self.middle(*HIPS), _TORSO)
        shoulders = (self.point(SHOULDERS[0]), self.point(SHOULDERS[1]), _SHOULDERS)
        told = [math.dist(a, b) / heads for a, b, heads in (*pairs, torso, shoulders) if a and b]
        if told:
            return max(*told, 1.0)
        x0, y0, x1, y1 = self.xyxy
        return max((x1 - x0) / _HEADS_PER_WIDTH if self._is_cut else (y1 - y0) / _HEADS_PER_BODY, 1.0)

    @property
    def head(self) -> Point:
        """The middle of the head."""
        if found := self.middle(*_HEAD_POINTS):
            return found
        x0, y0, x1, _ = self.xyxy
        return (x0 + x1) / 2, y0 + self.head_height_px / 2

    @property
    def mouth(self) -> Point:
        """The mouth: a little below the nose, down along the trunk."""
        x, y = self.point(NOSE) or self.head
        shoulders, hips = self.middle(*SHOULDERS), self.middle(*HIPS)
        down, way_px = (0.0, 1.0), _MOUTH * self.head_height_px
        if shoulders and hips and (length := math.dist(shoulders, hips)) > 1:
            down = (hips[0] - shoulders[0]) / length, (hips[1] - shoulders[1]) / length
        return x + way_px * down[0], y + way_px * down[1]

    @property
    def ears(self) -> list[Point]:
        """The ears that can be seen: of a face in profile pose models put the far one somewhere near the nose."""
        nose, found = self.point(NOSE), [ear for index in EARS if (ear := self.point(index))]
        if nose is None or not found:
            return found
        farthest = max(math.dist(nose, ear) for ear in found)
        return [ear for ear in found if math.dist(nose, ear) >= _NEAR_EAR * farthest]

    @property
    def torso(self) -> Point:
        """The middle of the chest and belly."""
        shoulders, hips = self.middle(*SHOULDERS), self.middle(*HIPS)
        if shoulders and hips:
            return (shoulders[0] + hips[0]) / 2, (shoulders[1] + hips[1]) / 2
        x0, y0, x1, y1 = self.xyxy
        return (x0 + x1) / 2, y0 + 0.35 * (y1 - y0)

    @property
    def hands(self) -> list[Point]:
        """The palms of those hands that are seen: beyond the wrist, where the forearm points."""
        found = []
        for wrist, elbow in zip(WRISTS, ELBOWS, strict=True):
            end, start = self.point(wrist), self.point(elbow)
            if end and start:
                end = (end[0] + _HAND * (end[0] - start[0]), end[1] + _HAND * (end[1] - start[1]))
            if end:
                found.append(end)
        return found

    @property
    def trunk_deg(self) -> float | None:
        """How far the trunk is from upright, 0 to 90 deg; None where it is not seen."""
        return _tilt_deg(self.middle(*SHOULDERS), self.middle(*HIPS))

    @property
    def legs_deg(self) -> float | None:
        """How far the legs are from upright, 0 to 90 deg; None where they are not seen."""
        return _tilt_deg(self.middle(*HIPS), self.middle(*KNEES, *ANKLES))

    @property
    def tilt_deg(self) -> float | None:
        """How far the body is from upright, 0 to 90 deg: the lesser angle of trunk and legs; None where it is open.

        Somebody who bends has upright legs, somebody who sits an upright trunk. A level trunk without legs may be
        either of them.
        """
        trunk, legs = self.trunk_deg, self.legs_deg
        if trunk is None or (legs is None and trunk > _UPRIGHT_DEG):
            return None
        return trunk if legs is None else min(trunk, legs)


def _tilt_deg(upper: Point | None, lower: Point | None) -> float | None:
    """Return the angle to the vertical of the way between two points, 0 to 90 deg."""
    if upper is None or lower is None or math.dist(upper, lower) < 1e-3:
        return None
    return math.degrees(math.atan2(abs(upper[0] - lower[0]), abs(upper[1] - lower[1])))


def bodies_of(tracks: Tracks, frame: Frame) -> Mapping[int, Body]:
    """Return the bodies of the tracks of a frame, by id."""
    cut_px = frame.height * (1 - _EDGE_SHARE)
    points = tracks.keypoints
    rows = zip(tracks.track_id.tolist(), tracks.xyxy.tolist(), strict=True)
    return {
        track_id: Body((x0, y0, x1, y1), None if points is None else points[row], y1 >= cut_px)
        for row, (track_id, (x0, y0, x1, y1)) in enumerate(rows)
    }


def distance_px(box: Box, point: Point) -> float:
    """Return how far a point is from a box; 0 inside."""
    x0, y0, x1, y1 = box
    return math.hypot(max(x0 - point[0], 0, point[0] - x1), max(y0 - point[1], 0, point[1] - y1))
