"""The ground as a plane: from points of the picture to metres, by four drawn corners of known distances."""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

# A corner is drawn to about this share of the picture; what is measured on the ground is unsure by as much.
_CORNER_ERROR = 0.003


class GroundPlane:
    """Metres on the ground, from a rectangle on it that is drawn in perspective.

    Args:
        corners_norm: four corners in order around the rectangle, 0..1 of the picture.
        width_m: distance on the ground from the first corner to the second.
        length_m: distance from the second to the third.
    """

    def __init__(self, corners_norm: tuple[tuple[float, float], ...], width_m: float, length_m: float) -> None:
        corners = np.array(corners_norm, np.float64)
        target = np.array([(0, 0), (width_m, 0), (width_m, length_m), (0, length_m)], np.float64)
        moved = [corners]
        for index in range(8):
            other = corners.copy()
            other[index // 2, index % 2] += _CORNER_ERROR
            moved.append(other)
        self._maps = np.array([_homography(one, target) for one in moved])
        self._map = self._maps[0].tolist()

    def at(self, point_norm: tuple[float, float]) -> tuple[float, float]:
        """Return where a point of the picture, 0..1, lies on the ground, m."""
        (a, b, c), (d, e, f), (g, h, i) = self._map
        x, y = point_norm
        scale = g * x + h * y + i or 1e-9
        return (a * x + b * y + c) / scale, (d * x + e * y + f) / scale

    def way(self, start_norm: tuple[float, float], end_norm: tuple[float, float]) -> tuple[float, float]:
        """Return the length of a straight way, m, and how unsure it is by the drawing of the corners, m."""
        ends = self._project(np.array((start_norm, end_norm), np.float64))
        lengths = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1)
        return float(lengths[0]), float(np.linalg.norm(lengths[1:] - lengths[0]))

    def _project(self, points_norm: Points) -> Points:
        """Return (9, N, 2) m: by the corners as drawn, and with one coordinate of one corner off."""
        flat = np.column_stack((points_norm, np.ones(len(points_norm))))
        ground = flat @ self._maps.transpose(0, 2, 1)
        scale = ground[..., 2:]
        return np.asarray(ground[..., :2] / np.where(np.abs(scale) < 1e-9, 1e-9, scale), np.float64)


def plane_problem(corners_norm: tuple[tuple[float, float], ...]) -> str:
    """Return why a zone cannot be a plane; empty if it can."""
    if len(corners_norm) != 4:
        return f"has {len(corners_norm)} corners; draw the four corners of a rectangle on the ground"
    points = np.array(corners_norm, np.float64)
    edges = np.roll(points, -1, axis=0) - points
    turns = edges[:, 0] * np.roll(edges[:, 1], -1) - edges[:, 1] * np.roll(edges[:, 0], -1)
    is_convex = bool((turns > 1e-6).all() or (turns < -1e-6).all())
    return "" if is_convex else "bends inward at a corner, which no rectangle on the ground does; draw it anew"


def _homography(source: Points, target: Points) -> Points:
    """Return the 3x3 map that takes four points to four others (direct linear transform, Hartley and Zisserman 4.1)."""
    rows = []
    for (x, y), (u, v) in zip(source.tolist(), target.tolist(), strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y, -u))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y, -v))
    return np.asarray(np.linalg.svd(np.array(rows, np.float64))[2][-1].reshape(3, 3), np.float64)
