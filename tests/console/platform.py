"""The whole platform as people start it, and a recording in which people walk."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import pytest
from av.video.stream import VideoStream

from camloom import assets

_START_S = 240
_END_S = 60
CAMERA_FPS, _SECONDS = 5, 12
_SIZE = 640, 480, "yuv420p"
_AS_CAMERAS = {"preset": "veryfast", "bf": "0", "g": str(CAMERA_FPS)}
_EVERY = 2  # pictures of the film, which has ten a second


class Platform:
    """A running `camloom up`.

    Attributes:
        link: that makes the first account.
        log: what it has said so far.
    """

    def __init__(self, data: Path, program: Sequence[str], environment: Mapping[str, str]) -> None:
        command = [*program, "up", "--data", str(data), "--port", "0"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **environment}
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.log: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self.link = self._wait_for_link()
        except queue.Empty:
            self.stop()
            pytest.fail(f"no link within {_START_S} s: {''.join(self.log[-40:])}")

    def stop(self) -> int:
        """Ask it to end; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(_END_S)
        finally:
            self._process.kill()
            self._reader.join()

    def complaints(self) -> list[str]:
        """Return what it logged as errors."""
        return [line for line in self.log if "Traceback" in line or '"level": "error"' in line]

    def _wait_for_link(self) -> str:
        while "/setup#" not in (line := self._lines.get(timeout=_START_S)):
            pass
        return line.strip()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log.append(line)
            self._lines.put(line)


@contextmanager
def running(
    data: Path, program: Sequence[str] = (sys.executable, "-m", "camloom"), **environment: str
) -> Iterator[Platform]:
    """Start the platform on an empty folder; afterwards it ends in order."""
    platform = Platform(data, program, environment)
    try:
        yield platform
    finally:
        code = platform.stop()
    assert code == 0, "".join(platform.log[-40:])


def record_people(path: Path) -> Path:
    """Write some seconds in which people cross a street, as a camera sends them: H.264, a keyframe a second."""
    with av.open(str(path), "w") as recording:
        stream = recording.add_stream("libx264", rate=CAMERA_FPS, options=_AS_CAMERAS)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = _SIZE
        for picture in _people():
            recording.mux(stream.encode(picture))
        recording.mux(stream.encode(None))
    return path


def write_people(path: Path) -> Path:
    """Write the same as pictures for a camera that sends them round and round, see `camloom.bench.rtsp_server`."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = _SIZE
    encoder.time_base, encoder.framerate = Fraction(1, CAMERA_FPS), Fraction(CAMERA_FPS)
    encoder.options = {**_AS_CAMERAS, "tune": "zerolatency"}
    with path.open("wb") as file:
        for picture in (*_people(), None):
            for packet in encoder.encode(picture):
                file.write(len(bytes(packet)).to_bytes(4, "big") + bytes(packet))
    return path


def _people() -> Iterator[av.VideoFrame]:
    with av.open(str(assets.fetch("street"))) as film:
        for index, frame in enumerate(islice(film.decode(video=0), 0, CAMERA_FPS * _SECONDS * _EVERY, _EVERY)):
            picture = frame.reformat(*_SIZE)
            picture.pts, picture.time_base = index, Fraction(1, CAMERA_FPS)
            yield picture
