"""Whether the objects of a stream move: a parked car is there all day, and nothing happens."""

from camloom.tracks import Tracks

_SHARE = 0.25


class Moving:
    """Tells of each frame whether an object moves.

    One does when it has left the place where it was seen first, or moved to last, by a quarter of its size: boxes that
    tremble around something at rest do not.
    """

    def __init__(self) -> None:
        self._places: dict[int, tuple[float, float]] = {}

    def see(self, tracks: Tracks) -> bool:
        """Take the objects of a frame; those that are not on it are forgotten."""
        before, self._places = self._places, {}
        found = False
        for track_id, (x0, y0, x1, y1) in zip(tracks.track_id.tolist(), tracks.xyxy.tolist(), strict=True):
            middle = (x0 + x1) / 2, (y0 + y1) / 2
            place = before.get(track_id, middle)
            left = max(abs(middle[0] - place[0]), abs(middle[1] - place[1])) >= _SHARE * max(x1 - x0, y1 - y0, 1.0)
            self._places[track_id] = middle if left else place
            found |= left
        return found
