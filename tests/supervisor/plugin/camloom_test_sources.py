"""A camera that brings its process down when told to; installed only for the tests of the supervisor."""

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

from camloom.config import StrictModel
from camloom.packets import Packet, StreamInfo
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource


class FaultyConfig(StrictModel):
    """At frame `at` (0: never) or later it does what `fault` says.

    With `only_once` only if that file does not exist yet; with `when` only once there are more files of that pattern
    than there were when it was opened.
    """

    url: str = "faulty:"
    fault: Literal["segv-here", "segv-elsewhere", "kill", "hang"] = "segv-here"
    at: int = 0
    seconds: float = 3600
    fps: float = 25
    only_once: str = ""
    when: str = ""


class HangingPacket(Packet):
    """Whoever looks into it never comes back, as a decoder may."""

    @property
    def size_bytes(self) -> int:
        time.sleep(3600)
        return 0


class FaultySource:
    """Moving shapes that come at their own pace, and a fault."""

    Config: ClassVar = FaultyConfig
    schemes: ClassVar = ("faulty",)
    reconnects = True

    def __init__(self, config: FaultyConfig) -> None:
        self._config = config
        self._shapes = SyntheticSource(
            SyntheticConfig(live=True, seconds=config.seconds, fps=config.fps, width=320, height=180, objects=1, seed=3)
        )

    def open(self) -> StreamInfo:
        return self._shapes.open()

    def packets(self) -> Iterator[Packet]:
        files = self._files()
        for index, packet in enumerate(self._shapes.packets(), 1):
            is_time = 0 < self._config.at <= index
            yield self._fail(packet) if is_time and self._armed(files) else packet

    def _files(self) -> int:
        pattern = self._config.when
        return len(list(Path("/").glob(pattern.lstrip("/")))) if pattern else 0

    def _armed(self, files: int) -> bool:
        if self._config.when and self._files() <= files:
            return False
        path = self._config.only_once
        if not path:
            return True
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True

    def _fail(self, packet: Packet) -> Packet:
        match self._config.fault:
            case "segv-here":
                ctypes.string_at(0)
            case "segv-elsewhere":
                os.kill(os.getpid(), signal.SIGSEGV)  # the first thread gets it
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                return HangingPacket(packet.raw, packet.pts_s, packet.ready_s, packet.is_keyframe)
        return packet

    def stop(self) -> None:
        self._shapes.stop()

    def close(self) -> None:
        self._shapes.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shapes, name)
