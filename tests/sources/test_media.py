"""Cameras and files as sources: pace, loops, and what happens when a camera goes."""

from collections.abc import Callable
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from camloom.errors import SourceError
from camloom.sources.media import MediaConfig, MediaSource

if TYPE_CHECKING:
    from camloom.bench.camera import RtspServer

MovingClip = Callable[..., Path]


def test_a_loop_goes_on_on_the_same_clock(moving_clip: MovingClip) -> None:
    source = MediaSource(MediaConfig(url=str(moving_clip(frames=30)), loop=True))
    source.open()
    packets = list(islice(source.packets(), 75))
    source.close()
    assert all(later.pts_s > earlier.pts_s for earlier, later in pairwise(packets))
    assert [index for index, packet in enumerate(packets) if packet.discont] == [30, 60]


def test_it_can_begin_in_the_middle(moving_clip: MovingClip) -> None:
    source = MediaSource(MediaConfig(url=str(moving_clip(frames=60, gop=10)), start_s=1.25))
    source.open()
    packets = list(source.packets())
    source.close()
    assert packets[0].is_keyframe
    assert packets[0].pts_s == 0
    assert len(packets) == 30


def test_a_camera_gives_packets_from_a_keyframe_on(rtsp_server: "Callable[..., RtspServer]") -> None:
    server = rtsp_server(gop=10)
    source = MediaSource(MediaConfig(url=server.url, timeout_s=5))
    info = source.open()
    packets = list(islice(source.packets(), 30))
    source.close()
    assert info.live
    assert packets[0].is_keyframe
    assert all(later.pts_s > earlier.pts_s for earlier, later in pairwise(packets))


def test_a_camera_that_goes_away_ends_the_stream(rtsp_server: "Callable[..., RtspServer]") -> None:
    server = rtsp_server(gop=10)
    source = MediaSource(MediaConfig(url=server.url, timeout_s=2))
    source.open()
    packets = source.packets()
    next(packets)
    server.kill()
    with suppress(SourceError):  # the connection may break or simply end
        for _ in islice(packets, 1000):
            pass
        assert next(packets, None) is None
    source.close()


def test_a_frozen_camera_is_given_up(rtsp_server: "Callable[..., RtspServer]") -> None:
    server = rtsp_server(gop=10)
    source = MediaSource(MediaConfig(url=server.url, timeout_s=1))
    source.open()
    packets = source.packets()
    next(packets)
    server.freeze()
    with pytest.raises(SourceError) as error:
        for _ in packets:
            pass
    server.thaw()
    source.close()
    assert error.value.reason == "timeout"
