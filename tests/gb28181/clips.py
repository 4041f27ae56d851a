"""Pictures for the simulated cameras: a bar that walks through noise, as Annex B access units."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

ENCODERS = {
    "h264": ("libx264", {"preset": "ultrafast", "tune": "zerolatency"}),
    "hevc": ("libx265", {"preset": "ultrafast", "tune": "zerolatency", "x265-params": "log-level=none:pools=none"}),
}


@dataclass(frozen=True)
class Picture:
    """One access unit."""

    data: bytes
    keyframe: bool


@lru_cache(maxsize=8)
def clip(codec: str = "h264", frames: int = 50, gop: int = 25, size: tuple[int, int] = (160, 120)) -> list[Picture]:
    """Encode; what was made once is remembered."""
    name, options = ENCODERS[codec]
    context = av.CodecContext.create(name, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.options = {**options, "g": str(gop), "bf": "0"}
    ground = np.random.default_rng(7).integers(0, 80, (size[1], size[0], 3), np.uint8)
    packets: list[av.Packet[Any]] = []
    for index in range(frames):
        picture = ground.copy()
        picture[:, (index * 3) % (size[0] - 8) :][:, :8] = 255
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = index
        packets += context.encode(frame)
    packets += context.encode(None)
    return [Picture(bytes(packet), packet.is_keyframe) for packet in packets]


def read_clip(path: Path) -> tuple[str, list[Picture]]:
    """The codec and the access units of a video file."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context.name
        bsf = av.BitStreamFilterContext(f"{codec}_mp4toannexb", stream)
        packets = [out for packet in container.demux(stream) for out in bsf.filter(packet) if out.size]
        return codec, [Picture(bytes(packet), packet.is_keyframe) for packet in packets]


class TsWriter:
    """MPEG-TS through libav, picture by picture."""

    def __init__(self, codec: str, pictures: list[Picture]) -> None:
        raw = b"".join(picture.data for picture in pictures[:5])
        self._template = av.open(io.BytesIO(raw), format=codec)
        self._out = io.BytesIO()
        self._mux = av.open(self._out, "w", format="mpegts")
        self._stream = self._mux.add_stream_from_template(self._template.streams.video[0])

    def write(self, picture: Picture, pts: int) -> bytes:
        """Return the TS packets that one more picture makes; `pts` in 1/90000 s."""
        packet = av.Packet(picture.data)
        packet.stream, packet.pts, packet.dts = self._stream, pts, pts
        packet.time_base, packet.is_keyframe = Fraction(1, 90000), picture.keyframe
        self._out.seek(0)
        self._out.truncate()
        self._mux.mux(packet)
        return self._out.getvalue()

    def close(self) -> None:
        self._mux.close()
        self._template.close()


def endless(pictures: list[Picture], wanted_keyframe: "KeyframeWish") -> Iterator[Picture]:
    """Go round and round; a wish for a keyframe jumps to the next one."""
    at = 0
    while True:
        if wanted_keyframe.take():
            while not pictures[at % len(pictures)].keyframe:
                at += 1
        yield pictures[at % len(pictures)]
        at += 1


class KeyframeWish:
    """Somebody asked for a keyframe."""

    def __init__(self) -> None:
        self._open = False

    def make(self) -> None:
        self._open = True

    def take(self) -> bool:
        """Whether there was one; it is fulfilled now."""
        was, self._open = self._open, False
        return was
