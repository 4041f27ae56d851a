"""Cameras on this machine's USB, through Video4Linux: found by who they are, not by the port they are in."""

import errno
import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar, Literal, Protocol

import av
import av.error
from av.container import InputContainer
from pydantic import Field

from camloom.config import StrictModel
from camloom.config.addresses import policy_in_force
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo, lasting_template
from camloom.sources.finding.found import FoundSource, Search
from camloom.sources.finding.found_usb import find_usb
from camloom.sources.live.clock import StreamClock
from camloom.sources.opening.open import video_stream

_DEFAULT_FPS = 30.0
_WAIT_S = 0.003
# AVFMT_FLAG_NONBLOCK, which has no name among the options. A waiting read cannot be interrupted: a camera that says
# nothing would hold its thread for ever.
_NONBLOCK = "+4"
_BY_ID = Path("/dev/v4l/by-id")
_CAMERA_PATH = re.compile(r"/dev/video\d+|/dev/v4l/by-(id|path)/[^/]+")
_GONE = (errno.ENODEV, errno.ENXIO, errno.EIO)
_FORMATS = {"mjpeg": "mjpeg", "yuyv": "yuyv422", "h264": "h264"}


class UsbConfig(StrictModel):
    """`usb:` for the only camera, `usb:PART-OF-ITS-ID`, `usb:/dev/v4l/by-id/...` or `usb:/dev/video0`."""

    url: str = Field(default="usb:", pattern="^usb:", description="which camera; a part of its id is enough")
    format: Literal["mjpeg", "yuyv", "h264"] = Field(default="mjpeg", description="how the camera sends pictures")
    width: int = Field(default=1280, ge=16, le=8192)
    height: int = Field(default=720, ge=16, le=8192)
    fps: float = Field(default=25, gt=0, le=240)
    timeout_s: float = Field(default=9, gt=0, le=120, description="longest silence")

    @property
    def wanted(self) -> str:
        """The camera as it was named."""
        return self.url.removeprefix("usb:").removeprefix("//")


class Devices(Protocol):
    """Where cameras are found and opened."""

    def find(self, wanted: str) -> Path:
        """Return the device of a camera. OSError (ENOENT): it is not plugged in."""

    def open(self, device: Path, options: dict[str, str]) -> InputContainer:
        """Open it without waiting for pictures. OSError: it cannot be."""


class Video4Linux:
    """The cameras of this machine.

    Args:
        by_id: the folder of links that udev names after maker, model and serial number.
    """

    def __init__(self, by_id: Path = _BY_ID) -> None:
        self._by_id = by_id

    def find(self, wanted: str) -> Path:
        """Return the device of a camera; of several that fit the first by name."""
        if wanted.startswith("/"):
            return _checked_path(wanted)
        names = sorted(self._by_id.iterdir()) if self._by_id.is_dir() else []
        # A camera has a second device for what is not pictures, with another index.
        fitting = [name for name in names if wanted.lower() in name.name.lower() and name.name.endswith("-index0")]
        if not fitting:
            raise FileNotFoundError(errno.ENOENT, "no such camera")
        return fitting[0]

    def open(self, device: Path, options: dict[str, str]) -> InputContainer:
        """Open it."""
        if not stat.S_ISCHR(device.stat().st_mode):
            raise OSError(errno.ENOTTY, "not a camera")
        return av.open(str(device), "r", format="v4l2", options=options, timeout=(10, 10))


def _checked_path(path: str) -> Path:
    """Return the path if it is a camera's: opening another device may do more than fail."""
    if not _CAMERA_PATH.fullmatch(path):
        raise PermissionError(errno.EPERM, "not a camera's path")
    return Path(path)


class UsbSource:
    """Cameras on USB, through Video4Linux."""

    Config: ClassVar = UsbConfig
    schemes: ClassVar = ("usb",)
    reconnects: ClassVar = True

    def __init__(self, config: UsbConfig, devices: Devices | None = None) -> None:
        self._config = config
        self._devices = devices or Video4Linux()
        self._stopped = threading.Event()
        self._container: InputContainer | None = None

    @staticmethod
    def discover(search: Search) -> list[FoundSource]:
        """Return the cameras that are plugged in, for `camloom discover`."""
        return find_usb(search)

    @staticmethod
    def unavailable() -> str:
        """Say why no camera can be read here."""
        return "" if "video4linux2,v4l2" in av.formats_available else "this FFmpeg knows no Video4Linux"

    def knock(self) -> bool:
        """Tell whether the camera is plugged in."""
        try:
            return self._devices.find(self._config.wanted).exists()
        except OSError:
            return False

    def open(self) -> StreamInfo:
        """Open the camera. SourceError: it is not there, in use, or may not be read."""
        config = self._config
        policy_in_force().check_scheme("usb")
        options = {
            "input_format": _FORMATS[config.format],
            "video_size": f"{config.width}x{config.height}",
            "framerate": f"{config.fps:g}",
            "fflags": _NONBLOCK,
        }
        try:
            self._container = self._devices.open(self._devices.find(config.wanted), options)
        except (OSError, av.error.FFmpegError, ValueError) as error:
            raise self._problem(error) from None
        stream = video_stream(self._container)
        context = stream.codec_context
        kept = lasting_template(stream)
        time_base = stream.time_base or Fraction(1, 1_000_000)
        template = SimpleNamespace(stream=kept, codec_context=kept.codec_context, time_base=time_base)
        return StreamInfo(context.name, context.width, context.height, self._fps(), True, template)

    def packets(self) -> Iterator[Packet]:
        """Yield one packet a picture until the camera is unplugged: SourceError."""
        clock = StreamClock(live=True, frame_s=1 / (self._fps() or _DEFAULT_FPS))
        for raw in self._read():
            now_s = time.monotonic()
            time_base = float(raw.time_base)
            if raw.pts is None:
                raw.pts = round(now_s / time_base)
            offset_s, discont = clock.read(raw.pts * time_base, raw.pts * time_base, now_s)
            pts_s = raw.pts * time_base + offset_s
            yield Packet(raw, pts_s, clock.ready(pts_s, now_s), raw.is_keyframe, discont)

    def stop(self) -> None:
        """End `packets` soon."""
        self._stopped.set()

    def close(self) -> None:
        """Let go of the camera."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def _read(self) -> Iterator[Any]:
        """Yield what comes, asking again and again: an unplugged camera would keep a waiting reader."""
        heard_s = time.monotonic()
        while not self._stopped.is_set():
            raw = self._next()
            if raw is not None:
                yield raw
                heard_s = time.monotonic()
            elif time.monotonic() - heard_s > self._config.timeout_s:
                what = f"{self._shown} sent no picture for {self._config.timeout_s:g} s"
                raise SourceError(what, "Plug it in again", reason="timeout")
            else:
                self._stopped.wait(_WAIT_S)

    def _next(self) -> Any:
        """Return the next packet; None if there is none yet."""
        assert self._container is not None
        try:
            raw = next(self._container.demux(video_stream(self._container)), None)
        except BlockingIOError:
            return None
        except (OSError, av.error.FFmpegError) as error:
            raise self._problem(error) from None
        if raw is None or raw.size == 0:
            raise SourceError(f"{self._shown} ended the stream", "Plug it in again", reason="closed")
        return raw

    @property
    def _shown(self) -> str:
        return f"the camera '{self._config.url}'"

    def _fps(self) -> float:
        assert self._container is not None
        rate = video_stream(self._container).average_rate
        return float(rate) if rate else self._config.fps

    def _problem(self, error: Exception) -> SourceError:
        code = getattr(error, "errno", None) or 0
        what, hint, reason = _WORDS.get(code) or (f"cannot be read: {os.strerror(code)}", "Plug it in again", "read")
        return SourceError(f"{self._shown} {what}", hint, reason=reason)


_UNPLUGGED = ("was unplugged", "Plug it in again; any port will do", "closed")
_WORDS = {
    errno.ENOENT: ("is not plugged in", "`ls /dev/v4l/by-id` shows those that are", "missing"),
    errno.EACCES: ("may not be read", "Add the user who runs this to the group `video`", "auth"),
    errno.EPERM: ("is not a camera's name", "Give a part of its id, /dev/videoN or /dev/v4l/by-id/...", "policy"),
    errno.ENOTTY: ("is not a camera", "Give a device of /dev/v4l/by-id", "unsupported"),
    errno.EBUSY: ("is in use", "End the other program that shows it", "busy"),
    errno.EINVAL: (
        "does not send this format or size",
        "`v4l2-ctl --list-formats-ext` shows what it can",
        "unsupported",
    ),
    **dict.fromkeys(_GONE, _UNPLUGGED),
}
