"""A fake of Video4Linux, for no camera can be plugged in here: a clip stands for what the camera sends."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer

from camloom.sources.usb import Video4Linux


class FakeDevices(Video4Linux):
    """Cameras in a folder like /dev/v4l/by-id.

    Attributes:
        options: what the last camera was opened with.
        fails_with: error number after the last picture; 0 ends the stream, -1 says nothing more.
        refuses_with: error number when a camera is opened.
    """

    def __init__(self, by_id: Path, clip: Path) -> None:
        super().__init__(by_id)
        self.options: dict[str, str] = {}
        self.fails_with = errno.ENODEV
        self.refuses_with = 0
        self._clip = clip

    def plug(self, name: str) -> Path:
        """Plug a camera in."""
        (self._by_id / f"{name}-video-index0").touch()
        (self._by_id / f"{name}-video-index1").touch()
        return self._by_id / f"{name}-video-index0"

    def open(self, device: Path, options: dict[str, str]) -> InputContainer:
        self.options = options
        if self.refuses_with or not device.exists():
            raise OSError(self.refuses_with or errno.ENOENT, os.strerror(self.refuses_with or errno.ENOENT))
        return cast("InputContainer", _FakeContainer(av.open(str(self._clip)), self.fails_with))


class _FakeContainer:
    """A clip that gives every second read nothing, as a camera that is not ready, and breaks at its end."""

    def __init__(self, clip: InputContainer, fails_with: int) -> None:
        self._clip = clip
        self._packets = clip.demux(clip.streams.video[0])
        self._fails_with = fails_with
        self._reads = 0
        self.streams = clip.streams
        self.close = clip.close

    def demux(self, _stream: Any) -> Iterator[Any]:
        self._reads += 1
        if self._reads % 2:
            raise BlockingIOError(errno.EAGAIN, "not yet")
        packet = next(self._packets, None)
        if packet is not None and packet.size:
            yield packet
        elif self._fails_with == -1:
            raise BlockingIOError(errno.EAGAIN, "never")
        elif self._fails_with:
            raise OSError(self._fails_with, "gone")
