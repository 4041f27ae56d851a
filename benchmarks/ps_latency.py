"""How soon a picture of a live program stream is seen: Camloom's parser against FFmpeg's demuxer.

    python -m benchmarks.ps_latency [--seconds 10] [--json out.json]

A device is played at its own pace, 25 pictures a second, into both ways in turn: pictures are encoded beforehand and
written as a GB/T 28181 device does. First: from the first byte to the first decoded picture. Added: from the last byte
of a picture to the decoded picture, median over the rest of the run. FFmpeg is measured as it is opened by default and
with the best settings that were found (the shortest analysis); decoding is the same everywhere.
"""

import argparse
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median, quantiles

import av
import numpy as np

from camloom.gb28181.media.format import to_packet
from camloom.gb28181.media.ps import PsParser
from camloom.gb28181.media.psmux import PsMuxer

FPS = 25
CHUNK_BYTES = 1400
MAX_FIRST_MS, MAX_ADDED_MS = 100.0, 10.0
SHORT_ANALYSIS = {"probesize": "32", "analyzeduration": "0"}


@dataclass(frozen=True, slots=True)
class Result:
    """What one way took."""

    way: str
    first_ms: float
    added_ms: float
    added_p99_ms: float
    pictures: int


class Device:
    """Plays packs at their own pace from a thread of its own.

    Attributes:
        sent_s: when the last byte of each picture was there, `time.monotonic()`.
    """

    def __init__(self, packs: Sequence[bytes]) -> None:
        self.sent_s: list[float] = []
        self.began_s = 0.0
        self._packs = packs
        self._chunks: queue.Queue[tuple[bytes, bool]] = queue.Queue()
        self._rest = b""
        self._ended = False
        self._thread = threading.Thread(target=self._play, daemon=True)
        self._thread.start()

    def _play(self) -> None:
        self.began_s = time.monotonic()
        for index, pack in enumerate(self._packs):
            time.sleep(max(0.0, self.began_s + index / FPS - time.monotonic()))
            for at in range(0, len(pack), CHUNK_BYTES):
                is_last = at + CHUNK_BYTES >= len(pack)
                if is_last:
                    self.sent_s.append(time.monotonic())
                self._chunks.put((pack[at : at + CHUNK_BYTES], is_last))
        self._chunks.put((b"", True))

    def chunks(self) -> Iterator[tuple[bytes, bool]]:
        """Yield bytes, and whether a picture ends with them."""
        while True:
            data, is_last = self._chunks.get()
            if not data:
                self._thread.join()
                return
            yield data, is_last

    def read(self, size: int) -> bytes:
        """Return bytes as FFmpeg asks for them."""
        if not self._rest and not self._ended:
            self._rest = self._chunks.get()[0]
            self._ended = not self._rest
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def encode(seconds: float) -> list[bytes]:
    """Return a clip as packs, one for each picture."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = 640, 480, "yuv420p"
    context.time_base, context.framerate, context.gop_size = Fraction(1, FPS), Fraction(FPS), FPS
    context.options = {"preset": "ultrafast", "tune": "zerolatency"}
    ground = np.random.default_rng(7).integers(0, 40, (480, 640, 3), np.uint8)
    muxer, packs = PsMuxer("h264"), []
    for index in range(round(seconds * FPS)):
        picture = ground.copy()
        picture[:, (index * 3) % 600 :][:, :40] = 255
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = index
        packs += [
            muxer.video(bytes(one), (one.pts or 0) * 90_000 // FPS, is_keyframe=one.is_keyframe)
            for one in context.encode(frame)
        ]
    return packs


def through_camloom(device: Device) -> Iterator[float]:
    """Yield when each picture was decoded."""
    parser = PsParser()
    decoder = new_decoder()
    for data, is_last in device.chunks():
        for unit in parser.push(data, mark=is_last):
            for _ in decoder.decode(to_packet(unit)):
                yield time.monotonic()


def new_decoder() -> av.VideoCodecContext:
    """Return a decoder without threads, which would hold pictures back."""
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count, decoder.thread_type = 1, "NONE"
    return decoder


def through_ffmpeg(options: dict[str, str], buffer_bytes: int) -> Callable[[Device], Iterator[float]]:
    """Return a way through FFmpeg's demuxer."""

    def run(device: Device) -> Iterator[float]:
        with av.open(device, "r", format="mpeg", options=options, buffer_size=buffer_bytes) as container:
            video = container.streams.video[0]
            video.codec_context.thread_count, video.codec_context.thread_type = 1, "NONE"
            for packet in container.demux(video):
                for _ in packet.decode():
                    yield time.monotonic()

    return run


def measure(way: str, run: Callable[[Device], Iterator[float]], packs: Sequence[bytes]) -> Result:
    """Play the clip once through one way."""
    device = Device(packs)
    seen_s = list(run(device))
    # A way that loses the first pictures still owes the last one.
    added = [seen - sent for seen, sent in zip(reversed(seen_s), reversed(device.sent_s), strict=False)][1:-1]
    added_ms = [1000 * one for one in added]
    return Result(
        way, 1000 * (seen_s[0] - device.began_s), median(added_ms), quantiles(added_ms, n=100)[98], len(seen_s)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    packs = encode(arguments.seconds)
    ways = {
        "camloom": through_camloom,
        "ffmpeg, short analysis": through_ffmpeg(SHORT_ANALYSIS, 2048),
        "ffmpeg, default": through_ffmpeg({}, 32768),
    }
    results = [measure(way, run, packs) for way, run in ways.items()]
    for one in results:
        print(
            f"{one.way:24} first picture {one.first_ms:7.1f} ms   added {one.added_ms:7.1f} ms "
            f"(p99 {one.added_p99_ms:7.1f})   {one.pictures} of {len(packs)} pictures"
        )
    ours, *others = results
    for one in others:
        print(f"{one.way}: first x{one.first_ms / ours.first_ms:.0f}, added x{one.added_ms / ours.added_ms:.0f}")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in results], indent=1))
    good = ours.first_ms < MAX_FIRST_MS and ours.added_ms < MAX_ADDED_MS and ours.pictures == len(packs)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
