"""Encoded clips, cut into pictures, and how a device would send them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import numpy as np

from camloom.gb28181.media.psmux import PsMuxer, RtpPacketiser

TICKS_PER_FRAME = 3600
SSRC = 200_000_001


@dataclass(frozen=True, slots=True)
class Coded:
    """One encoded picture of a clip."""

    codec: str
    data: bytes
    pts_ticks: int
    dts_ticks: int
    is_keyframe: bool


def encode(
    codec: str = "h264", frames: int = 30, gop: int = 10, size: tuple[int, int] = (160, 120), b_frames: int = 0
) -> list[Coded]:
    """Encode a bar that moves over noise, 25 pictures a second."""
    context = av.CodecContext.create("libx264" if codec == "h264" else "libx265", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = *size, "yuv420p"
    context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
    context.gop_size, context.max_b_frames = gop, b_frames
    context.options = {"preset": "ultrafast", "x265-params": f"log-level=none:repeat-headers=1:bframes={b_frames}"}
    context.options |= {} if b_frames else {"tune": "zerolatency"}
    packets = []
    for index, picture in enumerate(_pictures(frames, size)):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = index
        packets += context.encode(frame)
    return [_coded(codec, one) for one in [*packets, *context.encode(None)]]


def _pictures(frames: int, size: tuple[int, int]) -> Iterator["np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]"]:
    ground = np.random.default_rng(7).integers(0, 16, (size[1], size[0], 3), np.uint8)
    for index in range(frames):
        picture = ground.copy()
        picture[:, (index * 3) % (size[0] - 8) :][:, :8] = 255
        yield picture


def _coded(codec: str, packet: "av.Packet[av.VideoStream]") -> Coded:
    assert packet.pts is not None
    assert packet.dts is not None
    data = bytes(packet)
    return Coded(codec, data, packet.pts * TICKS_PER_FRAME, packet.dts * TICKS_PER_FRAME, packet.is_keyframe)


def shifted(pictures: Sequence[Coded], ticks: int) -> list[Coded]:
    """Return the pictures later by so many ticks."""
    return [replace(one, pts_ticks=one.pts_ticks + ticks, dts_ticks=one.dts_ticks + ticks) for one in pictures]


def packs(pictures: Sequence[Coded]) -> list[bytes]:
    """Return each picture as a pack of a program stream."""
    return [
        PsMuxer("h264" if one.codec == "h264" else "hevc").video(
            one.data, one.pts_ticks, one.dts_ticks, is_keyframe=one.is_keyframe
        )
        for one in pictures
    ]


def rtp(pictures: Sequence[Coded], *, ssrc: int = SSRC, sequence: int = 0, marks: bool = True) -> list[bytes]:
    """Return the pictures as RTP packets with a program stream."""
    packetiser = RtpPacketiser(ssrc, sequence=sequence)
    made = []
    for one, pack in zip(pictures, packs(pictures), strict=True):
        made += packetiser.packets(pack, one.pts_ticks)
    return made if marks else [bytes([one[0], one[1] & 0x7F]) + one[2:] for one in made]


def lose(packets: Sequence[bytes], share: float, seed: int) -> list[bytes]:
    """Return the packets that are not lost."""
    chance = random.Random(seed)
    return [one for one in packets if chance.random() >= share]
