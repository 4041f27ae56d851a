"""Frames come out once each, in order, in the right colours, at every effort."""

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camloom.frame import ImageArray
from camloom.packets import Packet
from camloom.sources.media import MediaConfig, MediaSource
from camloom.sources.reading.decode import AvFrameBuffer, Decoder, Effort

MakeClip = Callable[..., Path]


def read(path: Path) -> tuple[MediaSource, Decoder, list[Packet]]:
    source = MediaSource(MediaConfig(url=str(path)))
    return source, Decoder(source.open()), list(source.packets())


def decode_all(path: Path, effort: Effort = Effort.FULL) -> list[tuple[Packet, AvFrameBuffer]]:
    source, decoder, packets = read(path)
    decoder.effort = effort
    frames = [shown for packet in packets for shown in decoder.decode(packet)]
    frames += decoder.drain()
    source.close()
    return frames


def square_x(picture: ImageArray) -> float:
    return float(np.flatnonzero(picture.max(axis=2).max(axis=0) > 150).mean())


@pytest.mark.parametrize("b_frames", [0, 2])
def test_every_frame_comes_with_the_time_of_its_own_packet(moving_clip: MakeClip, b_frames: int) -> None:
    frames = decode_all(moving_clip(b_frames=b_frames))
    assert [origin.pts_s for origin, _ in frames] == pytest.approx([index / 25 for index in range(50)])
    places = [square_x(buffer.to_bgr()) for _, buffer in frames]
    assert places == sorted(places)


def test_keyframes_only(moving_clip: MakeClip) -> None:
    frames = decode_all(moving_clip(gop=10), Effort.KEYFRAMES)
    assert all(origin.is_keyframe for origin, _ in frames)
    assert len(frames) >= 5


def test_the_loop_filter_can_be_switched_without_losing_a_frame(moving_clip: MakeClip) -> None:
    source, decoder, packets = read(moving_clip(gop=10))
    times = []
    for index, packet in enumerate(packets):
        decoder.effort = Effort.NO_LOOP_FILTER if 15 <= index < 35 else Effort.FULL
        times += [origin.pts_s for origin, _ in decoder.decode(packet)]
    times += [origin.pts_s for origin, _ in decoder.drain()]
    source.close()
    assert times == pytest.approx([index / 25 for index in range(50)])


def test_a_broken_packet_costs_only_pictures(moving_clip: MakeClip) -> None:
    source, decoder, packets = read(moving_clip(gop=10))
    shown = 0
    for index, packet in enumerate(packets):
        if index == 5:
            broken = av.Packet(b"\x00\x00\x00\x02\xff\xff" * 20)
            broken.pts, broken.dts, broken.time_base = packet.raw.pts, packet.raw.dts, packet.raw.time_base
            shown += len(list(decoder.decode(Packet(broken, packet.pts_s, packet.ready_s, is_keyframe=False))))
        else:
            shown += len(list(decoder.decode(packet)))
    source.close()
    assert shown >= 40


@pytest.mark.parametrize(
    "pix_fmt", ["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "nv12", "gray", "yuv420p10le", "rgb24"]
)
def test_the_small_picture_looks_like_the_large_one(pix_fmt: str) -> None:
    coarse = np.random.default_rng(1).integers(30, 220, (6, 8, 3), np.uint8)
    picture: ImageArray = np.asarray(cv2.resize(coarse, (512, 384), interpolation=cv2.INTER_CUBIC), np.uint8)
    if pix_fmt == "gray":
        picture = np.repeat(picture[:, :, 1:2], 3, axis=2)
    buffer = AvFrameBuffer(av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pix_fmt))
    small = np.zeros((96, 128, 3), np.uint8)
    buffer.resize_into(small)
    expected = cv2.resize(picture, (128, 96), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - expected).mean() < 4


def test_it_writes_into_a_part_of_a_canvas_and_nowhere_else() -> None:
    white = np.full((90, 160, 3), 255, np.uint8)
    buffer = AvFrameBuffer(av.VideoFrame.from_ndarray(white, format="bgr24").reformat(format="yuv420p"))
    canvas = np.zeros((64, 64, 3), np.uint8)
    buffer.resize_into(canvas[14:50, :])
    assert canvas[14:50].min() > 240
    assert canvas[:14].max() == canvas[50:].max() == 0


def test_the_large_picture_is_made_once() -> None:
    buffer = AvFrameBuffer(av.VideoFrame(64, 64, "yuv420p"))
    assert buffer.to_bgr() is buffer.to_bgr()
