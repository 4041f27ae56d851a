"""Whether the objects of a stream move."""

import numpy as np

from camloom.runner.moving import Moving
from camloom.tracks import Tracks


def tracks(*boxes: tuple[int, float, float, float, float]) -> Tracks:
    """Return objects: id, then the box."""
    rows = np.array([box[1:] for box in boxes], np.float32).reshape(-1, 4)
    ids = np.array([box[0] for box in boxes], np.int64)
    count = len(boxes)
    return Tracks(
        xyxy=rows,
        confidence=np.ones(count, np.float32),
        class_id=np.zeros(count, np.int64),
        class_names=("person",),
        track_id=ids,
        first_pts_s=np.zeros(count),
    )


def test_what_trembles_in_its_place_does_not_move() -> None:
    moving = Moving()
    assert not any(moving.see(tracks((1, 100 + shake, 100, 140 + shake, 180))) for shake in (0, 9, -9, 15, 0) * 20)


def test_what_goes_away_moves_however_slowly() -> None:
    moving = Moving()
    seen = [moving.see(tracks((1, 100 + step, 100, 140 + step, 180))) for step in range(0, 100, 2)]
    assert sum(seen) == 4, "each time that it has gone a quarter of its size"


def test_one_that_moves_among_others_is_enough_and_one_that_comes_has_not_moved_yet() -> None:
    moving = Moving()
    assert not moving.see(tracks((1, 0, 0, 40, 80)))
    assert not moving.see(tracks((1, 0, 0, 40, 80), (2, 500, 0, 540, 80)))
    assert moving.see(tracks((1, 0, 0, 40, 80), (2, 530, 0, 570, 80)))
    assert not moving.see(tracks())
    assert not moving.see(tracks((2, 900, 0, 940, 80))), "where it was is forgotten"
