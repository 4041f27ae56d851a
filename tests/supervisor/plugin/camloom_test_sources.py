"""A camera that brings its process down when told to; installed only for the tests of the supervisor."""

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from camloom.config import StrictModel
from camloom.packets import Packet, StreamInfo
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource


class FaultyConfig(StrictModel):
    """At frame `at` (0: never) it does what `fault` says, as long as `only_once` is not set to a file that exists."""

    url: str = "faulty:"
    fault: Literal["segv-here", "segv-elsewhere", "kill", "hang"] = "segv-here"
    at: int = 0
    seconds: float = 3600
    fps: float = 25
    only_once: str = ""


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
        for index, packet in enumerate(self._shapes.packets(), 1):
            yield self._fail(packet) if index == self._config.at and self._armed() else packet

    def _armed(self) -> bool:
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
