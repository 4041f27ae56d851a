"""A real film of a backpack that is left, and one of people who leave nothing, through the whole engine."""

from pathlib import Path
from typing import Any

import pytest

from camloom.event import Event, Phase
from camloom.runner import open_task

pytestmark = [pytest.mark.mirror, pytest.mark.slow]

BACKPACK = (364, 357, 452, 464)


def starts(video: Path, **settings: Any) -> list[Event]:
    rule = {"type": "left", "id": "bag", **settings}
    task = {"id": "hall", "source": str(video), "model": "yolox-nano", "analysis_fps": 8, "rules": [rule]}
    return [event for result in open_task(task) for event in result.events if event.phase is Phase.START]


def test_a_backpack_left_in_a_hall_is_told(mirror: Path) -> None:
    (event,) = starts(mirror / "videos" / "vg_suspicious.mp4", unattended_s=3)
    x0, y0, x1, y1 = event.objects[0].xyxy
    wide, high = min(x1, BACKPACK[2]) - max(x0, BACKPACK[0]), min(y1, BACKPACK[3]) - max(y0, BACKPACK[1])
    assert wide * high >= 0.9 * (BACKPACK[2] - BACKPACK[0]) * (BACKPACK[3] - BACKPACK[1])
    assert event.pts_s >= 92 / 24


def test_people_who_leave_nothing_are_not_told(mirror: Path) -> None:
    assert starts(mirror / "videos" / "pinto_testvideo2.mp4", unattended_s=3) == []
