"""Pictures to learn from come out of files, folders and videos."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from camloom.errors import CamloomError, ConfigError
from camloom.toolchain.teaching.moments import When, pictures_of

MovingClip = Callable[..., Path]


def labels(source: Path, when: When) -> list[str]:
    return [label for label, _ in pictures_of(str(source), when)]


def test_a_video_gives_the_frames_at_times(moving_clip: MovingClip) -> None:
    clip = moving_clip(frames=50, fps=25)
    assert labels(clip, When(at_s=(1.0, 0.2))) == ["clip-000000200", "clip-000001000"]
    assert labels(clip, When(at_s=(0.0, 99.0))) == ["clip-000000000"]


def test_a_video_gives_a_frame_every_so_often(moving_clip: MovingClip) -> None:
    clip = moving_clip(frames=50, fps=25)
    assert labels(clip, When(every_s=0.8)) == ["clip-000000000", "clip-000000800", "clip-000001600"]
    assert len(labels(clip, When(every_s=0.1, count=4))) == 4


def test_a_folder_gives_its_pictures(tmp_path: Path) -> None:
    for name in ("b.png", "a.jpg", "notes.txt"):
        (tmp_path / name).write_bytes(cv2.imencode(".png", np.zeros((20, 20, 3), np.uint8))[1].tobytes())
    assert labels(tmp_path, When()) == ["a", "b"]
    assert labels(tmp_path / "b.png", When()) == ["b"]


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="no pictures in the folder"):
        labels(tmp_path / "empty", When())
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    for name in ("torn.png", "missing.png", "missing.mp4"):
        with pytest.raises(CamloomError, match=name.split(".")[0]):
            labels(tmp_path / name, When())
