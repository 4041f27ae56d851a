"""Cameras and recorders of Hikvision through their own library, in a process of its own. Not run on hardware."""

import re
import socket
import time
from collections import deque
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.config.addresses import policy_in_force
from camloom.errors import SourceError
from camloom.gb28181.media.format import StreamFormat, to_packet
from camloom.gb28181.media.ps import PsParser
from camloom.gb28181.media.unit import AccessUnit
from camloom.packets import Packet, StreamInfo
from camloom.sources.child.process import Child, Program
from camloom.sources.child.programs import wire
from camloom.sources.child.source import ChildSource
from camloom.sources.live.clock import StreamClock
from camloom.sources.sdk import SdkLibrary

_SDK = SdkLibrary("HCNetSDK of Hikvision", "CAMLOOM_HCNETSDK", ("/opt/hcnetsdk/lib/libhcnetsdk.so",))
_URL = re.compile(
    r"hcnetsdk://(?P<host>[A-Za-z0-9][A-Za-z0-9._-]{0,127})(?::(?P<port>\d{1,5}))?(?:/(?P<channel>\d{1,4}))?/?"
)
_PORT = 8000
_KNOCK_TIMEOUT_S = 2.0
_MAX_CHUNK_BYTES = 4 << 20
_DEFAULT_FPS = 25.0


class HcNetConfig(StrictModel):
    """`hcnetsdk://HOST[:PORT][/CHANNEL]`, user and password beside it."""

    url: str = Field(description="hcnetsdk://HOST[:8000][/CHANNEL]; the channels of a recorder mostly begin at 33")
    user: str = Field(min_length=1, max_length=63)
    password: str = Field(max_length=63, repr=False)
    stream: Literal["main", "sub"] = "main"
    transport: Literal["tcp", "udp"] = "tcp"
    timeout_s: float = Field(default=8, gt=0, le=120, description="longest silence")

    @model_validator(mode="after")
    def _check(self) -> "HcNetConfig":
        if _URL.fullmatch(self.url) is None or not 0 < self.port < 65536:
            raise ValueError("the URL has the form hcnetsdk://HOST[:PORT][/CHANNEL], without user and password")
        return self

    @property
    def host(self) -> str:
        """Name or address."""
        return str(_parts(self.url)["host"])

    @property
    def port(self) -> int:
        """Of the SDK's protocol."""
        return int(_parts(self.url)["port"] or _PORT)

    @property
    def channel(self) -> int:
        """Of a recorder or a camera with several."""
        return int(_parts(self.url)["channel"] or 1)


def _parts(url: str) -> "re.Match[str]":
    found = _URL.fullmatch(url)
    assert found is not None, "it was checked when it was given"
    return found


class HcNetSource(ChildSource):
    """A camera or recorder of Hikvision through the HCNetSDK library (not run on hardware)."""

    Config: ClassVar = HcNetConfig
    schemes: ClassVar = ("hcnetsdk",)
    reconnects: ClassVar = True

    def __init__(self, config: HcNetConfig) -> None:
        super().__init__(config.timeout_s)
        self._config = config
        self._parser = PsParser()
        self._format = StreamFormat()
        self._first: deque[AccessUnit] = deque()
        self._address = config.host

    def program(self) -> Program:
        """Return the program that holds the library."""
        config = self._config
        request = {
            **_SDK.request,
            **{name: getattr(config, name) for name in ("port", "user", "password", "channel")},
            "host": self._address,
            "stream": ("main", "sub").index(config.stream),
            "link": ("tcp", "udp").index(config.transport),
        }
        name, secrets = f"the HCNetSDK device {config.host}", (config.password,)
        return Program("hcnetsdk", name, request, python="", environment=_SDK.environment, secrets=secrets)

    def open(self) -> StreamInfo:
        """Log in and wait for the first keyframe. SourceError: see `ChildSource.open`; or its host is not allowed."""
        self._address = self._allowed_address()
        child = self._launch()
        try:
            unit = next(self._units(child), None)
            info = None if unit is None else self._format.read(unit)
            if unit is None or info is None:
                raise self._nothing_came()
        except SourceError:
            self.close()
            raise
        self._first.appendleft(unit)
        self._fps = info.fps or _DEFAULT_FPS
        return info

    def packets(self) -> Iterator[Packet]:
        """Yield pictures on a clock that starts at 0. SourceError: see `ChildSource.packets`."""
        assert self._child is not None
        clock = StreamClock(live=True, frame_s=1 / self._fps)
        for unit in self._units(self._child):
            yield self._timed_unit(unit, clock)

    def knock(self) -> bool:
        """Tell whether somebody answers at its port, without logging in."""
        try:
            with socket.create_connection((self._allowed_address(), self._config.port), _KNOCK_TIMEOUT_S):
                return True
        except (OSError, SourceError):
            return False

    def _allowed_address(self) -> str:
        return policy_in_force().addresses(self._config.host, self._config.port)[0]

    @staticmethod
    def unavailable() -> str:
        """Return why the library cannot be used here; empty if it can."""
        return _SDK.why_not()

    def _units(self, child: Child) -> Iterator[AccessUnit]:
        until_s = time.monotonic() + self._timeout_s
        while not self._stopped:
            while self._first and not self._stopped:
                yield self._first.popleft()
                until_s = time.monotonic() + self._timeout_s
            head = self._next_head(child, until_s, wire.PICTURE)
            if head is None:
                return
            if head.size_bytes > _MAX_CHUNK_BYTES:
                raise child.failed("talks nonsense")
            chunk = bytearray(head.size_bytes)
            if not child.read_into(memoryview(chunk), until_s):
                return
            self._first.extend(self._parser.push(bytes(chunk), time.monotonic()))

    def _timed_unit(self, unit: AccessUnit, clock: StreamClock) -> Packet:
        info = self._format.read(unit)
        raw = to_packet(unit)
        assert raw.pts is not None
        assert raw.dts is not None
        base_s = float(raw.time_base)
        now_s = time.monotonic()
        offset_s, jumped = clock.read(raw.pts * base_s, raw.dts * base_s, now_s)
        pts_s = raw.pts * base_s + offset_s
        discont = jumped or unit.discont or info is not None
        return Packet(raw, pts_s, clock.ready(pts_s, now_s), unit.is_keyframe, discont, info)
