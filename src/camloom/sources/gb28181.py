"""Cameras of GB/T 28181: live video that the service (`camloom gb28181 serve`) asks a device for."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.path import default_control_path
from camloom.gb28181.media.format import StreamFormat, to_packet
from camloom.gb28181.media.receiver import MediaReceiver
from camloom.gb28181.media.unit import AccessUnit
from camloom.packets import Packet, StreamInfo
from camloom.sources.live.clock import StreamClock

_URL = re.compile(r"gb28181://([0-9A-Za-z._-]{1,64})(?:/([0-9A-Za-z._-]{1,64}))?/?")
_DEFAULT_FPS = 25.0
_KNOCK_S = 2.0
_LAST_WORDS_S = 0.2  # what was sent before the goodbye may still be on its way
_ENDINGS = {
    "bye": ("the device ended the session", "Its channel may have restarted, or gone to another viewer"),
    "offline": ("the device went offline", "Check its power and its network"),
    "moved": ("the device registered anew from another place", "It restarted, or its address changed"),
    "service": ("the GB/T 28181 service ended", "Start it: camloom gb28181 serve --config platform.yaml"),
}


class Gb28181Config(StrictModel):
    """A channel of a device that is registered at the service."""

    url: str = Field(description="gb28181://DEVICE/CHANNEL; without a channel the device itself, a camera with one")
    transport: Literal["udp", "tcp-passive", "tcp-active"] = Field(
        default="udp", description="tcp-passive: the device connects to us; tcp-active: we connect to it"
    )
    stream: Literal["main", "sub"] = Field(default="main", description="sub: the small picture, if it has one")
    control: Path = Field(default_factory=default_control_path, description="socket of the service")
    timeout_s: float = Field(default=8, gt=0, le=60, description="longest silence")

    @field_validator("url")
    @classmethod
    def _is_ours(cls, url: str) -> str:
        if not _URL.fullmatch(url):
            raise ValueError("must be gb28181://DEVICE/CHANNEL, each such as 34020000001320000001")
        return url

    @property
    def place(self) -> dict[str, str]:
        """Device and channel."""
        found = _URL.fullmatch(self.url)
        assert found is not None
        return {"device": found[1], "channel": found[2] or ""}


@dataclass(slots=True)
class _Session:
    """What is open: the service, which ends the session when it is closed, and the receiver."""

    client: ControlClient
    receiver: MediaReceiver
    watch: threading.Thread | None = None
    closing: threading.Event = field(default_factory=threading.Event)
    ending: str = ""


class Gb28181Source:
    """Cameras of GB/T 28181, through the service that they register at."""

    Config: ClassVar = Gb28181Config
    schemes: ClassVar = ("gb28181",)
    reconnects: ClassVar = True

    def __init__(self, config: Gb28181Config) -> None:
        self._config = config
        self._stopped = threading.Event()
        self._session: _Session | None = None
        self._format = StreamFormat()
        self._units: Iterator[AccessUnit] = iter(())
        self._first: AccessUnit | None = None
        self._info: StreamInfo | None = None

    def open(self) -> StreamInfo:
        """Have the device send, and wait for its first keyframe.

        Raises:
            SourceError: `unavailable`: the service does not run; `unreachable`: the device is not registered; `busy`,
                `missing`, `auth`, `unsupported`: it refuses; `timeout`: nothing comes.
        """
        try:
            self._begin()
            self._info = self._first_picture()
        except BaseException:
            self.close()
            raise
        return self._info

    def packets(self) -> Iterator[Packet]:
        """Yield its pictures, on a clock that starts at 0."""
        assert self._info is not None
        clock = StreamClock(live=True, frame_s=1 / (self._info.fps or _DEFAULT_FPS))
        unit, self._first = self._first, None
        info: StreamInfo | None = None
        while unit is not None and not self._stopped.is_set():
            yield _timed(unit, clock, info)
            unit = self._next_unit()
            info = self._format.read(unit) if unit is not None else None

    def knock(self) -> bool:
        """Tell whether the device is registered now."""
        try:
            with ControlClient(self._config.control, timeout_s=_KNOCK_S) as client:
                client.ask("prepare", **self._config.place)
        except SourceError:
            return False
        return True

    def stop(self) -> None:
        """End `packets`, and `open`, soon."""
        self._stopped.set()
        if session := self._session:
            session.receiver.stop()
            session.client.close()  # a device that does not answer is not waited for

    def close(self) -> None:
        """Have the device end the session, and free the port."""
        session, self._session = self._session, None
        if session is None:
            return
        session.receiver.stop()
        session.closing.set()
        session.client.close()
        if session.watch is not None:
            session.watch.join()
        session.receiver.close()

    def _begin(self) -> None:
        config = self._config
        client = ControlClient(config.control, timeout_s=config.timeout_s + 5)
        try:
            way = client.ask("prepare", **config.place)
            receiver = _receiver(config, way)
        except BaseException:
            client.close()
            raise
        self._session = session = _Session(client, receiver)
        wanted = {"port": receiver.port, "transport": config.transport, "stream": config.stream}
        call = client.ask("start", **config.place, **wanted, timeout_s=config.timeout_s)
        if config.transport == "tcp-active":
            # Not to where the device says, unless the platform allows it: it could have us knock at any machine.
            receiver.connect(way["media_host"] or call["remote_host"], call["remote_port"])
        session.watch = threading.Thread(target=_watch, args=(session,), name="gb28181-watch", daemon=True)
        session.watch.start()
        self._units = receiver.units()
        if self._stopped.is_set():
            receiver.stop()

    def _first_picture(self) -> StreamInfo:
        self._first = self._next_unit()
        info = self._format.read(self._first) if self._first is not None else None
        if info is None:
            raise SourceError(f"{self._config.url}: stopped before the first picture", reason="closed")
        return info

    def _next_unit(self) -> AccessUnit | None:
        """Return the next picture; None once stopped. SourceError when it breaks."""
        session = self._session
        try:
            unit = next(self._units, None)
        except SourceError as error:
            where = f"{self._config.url}: {error.message}"
            raise SourceError(where, error.hint, reason=error.reason) from None
        if unit is None and session is not None and session.ending and not self._stopped.is_set():
            what, hint = _ENDINGS.get(session.ending, _ENDINGS["bye"])
            reason = "unavailable" if session.ending == "service" else "closed"
            raise SourceError(f"{self._config.url}: {what}", hint, reason=reason)
        return unit


def _receiver(config: Gb28181Config, way: dict[str, Any]) -> MediaReceiver:
    first, last = way["ports"]
    return MediaReceiver(
        config.transport,
        way["host"],
        range(first, last + 1),
        expected_host=way["media_host"],
        timeout_s=config.timeout_s,
    )


def _watch(session: _Session) -> None:
    """Wait for the word that the session is over; the connection ends with `close`, or with the service."""
    told = next((event for event in session.client.events() if event.get("event") == "ended"), None)
    session.ending = str(told.get("reason", "bye")) if told else "service"
    session.closing.wait(_LAST_WORDS_S)
    session.receiver.stop()


def _timed(unit: AccessUnit, clock: StreamClock, info: StreamInfo | None) -> Packet:
    raw = to_packet(unit)
    time_base = float(raw.time_base)
    pts_s, dts_s = unit.pts_ticks * time_base, unit.dts_ticks * time_base
    offset_s, jumped = clock.read(pts_s, dts_s, unit.arrived_s)
    ready_s = min(clock.ready(pts_s + offset_s, unit.arrived_s), time.monotonic())
    discont = jumped or unit.discont or info is not None
    return Packet(raw, pts_s + offset_s, ready_s, unit.is_keyframe, discont, info)
