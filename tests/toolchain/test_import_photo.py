"""The picture that a stranger's model is tried on: a picture, or a frame of a video, never a list of addresses."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camloom.errors import UsageError
from camloom.toolchain.importing.photo import read_picture


def test_a_picture_is_read(tmp_path: Path) -> None:
    picture = np.zeros((48, 64, 3), np.uint8)
    picture[:, 32:] = (10, 200, 30)
    cv2.imwrite(str(tmp_path / "a.png"), picture)
    np.testing.assert_allclose(read_picture(tmp_path / "a.png").to_bgr(), picture, atol=2)


def test_of_a_video_a_frame_from_the_beginning_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.time_base = 64, 48, Fraction(1, 25)
        for shade in (0, 60, 120):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), shade, np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    np.testing.assert_allclose(read_picture(path).to_bgr(), 120, atol=12)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nothing",
        "ffconcat version 1.0\nfile http://127.0.0.1:9/a.png\n",
        "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.png\n",
    ],
)
def test_lists_of_addresses_are_no_pictures(tmp_path: Path, content: str) -> None:
    liar = tmp_path / "picture.jpg"
    liar.write_text(content)
    with pytest.raises(UsageError, match="no picture"):
        read_picture(liar)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.png is no picture"):
        read_picture(tmp_path / "gone.png")
