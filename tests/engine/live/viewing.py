"""The other end of a live view, as a test looks through it."""

import io
import json
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer

from camloom.exchange.live import END, HEAD
from camloom.packets import Packet, StreamInfo
from camloom.runner.live.flv import HEADER
from camloom.sources.media import MediaSource

_PATIENCE_S = 20.0
Film = tuple[StreamInfo, list[Packet]]
_films: dict[tuple[tuple[str, object], ...], Film] = {}


def film_of(moving_clip: Callable[..., Path], **how: Any) -> Film:
    """Return the packets of a clip; encoded once for all tests."""
    key = tuple(sorted(how.items()))
    if key not in _films:
        _films[key] = packets_of(moving_clip(**how))
    info, packets = _films[key]
    return info, list(packets)


def packets_of(clip: Path) -> tuple[StreamInfo, list[Packet]]:
    source = MediaSource(MediaSource.Config(url=str(clip)))
    info = source.open()
    packets = list(source.packets())
    source.close()
    return info, packets


class Watching:
    """What came over one connection so far."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.payload = b""
        self.ending: str | None = None
        self._raw = b""

    @classmethod
    def at(cls, path: Path, channel: str) -> "Watching":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_PATIENCE_S)
        _once_there(lambda: connection.connect(str(path)))
        connection.sendall(channel.encode() + b"\n")
        return cls(connection)

    def until(self, enough: Callable[[], bool]) -> None:
        until_s = time.monotonic() + _PATIENCE_S
        while not enough():
            assert time.monotonic() < until_s
            data = self.connection.recv(1 << 16)
            assert data, "closed too early"
            self._take(data)

    def more(self) -> None:
        """Wait for something new."""
        had = len(self.payload)
        self.until(lambda: len(self.payload) > had)

    def rest(self) -> None:
        """Read to the end."""
        with suppress(ConnectionResetError):  # it was not even asked what this one wants
            while data := self.connection.recv(1 << 16):
                self._take(data)

    def there(self) -> None:
        """Take what is there now, and no more."""
        self.connection.setblocking(False)
        try:
            self.rest()
        except BlockingIOError:
            pass
        finally:
            self.connection.setblocking(True)

    def _take(self, data: bytes) -> None:
        self._raw += data
        while len(self._raw) >= HEAD.size:
            kind, length = HEAD.unpack_from(self._raw)
            if len(self._raw) < HEAD.size + length:
                return
            piece, self._raw = self._raw[HEAD.size : HEAD.size + length], self._raw[HEAD.size + length :]
            if kind == END:
                self.ending = piece.decode()
            else:
                self.payload += piece

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.payload.splitlines()]

    @property
    def pictures(self) -> list[tuple[int, bool]]:
        """Of every packet: when it is shown, in ms of the stream clock, and whether it is a keyframe."""
        base_ms = base_of(self.payload)
        with _opened(self.payload) as flv:
            return [
                (base_ms + round(float(packet.pts * packet.time_base) * 1000), bool(packet.is_keyframe))
                for packet in flv.demux(video=0)
                if packet.pts is not None and packet.size
            ]

    def decoded(self) -> int:
        """Decode everything, without forgiving anything; return how many pictures there are."""
        with _opened(self.payload) as flv:
            flv.streams.video[0].codec_context.options = {"err_detect": "explode"}
            return sum(1 for _ in flv.decode(video=0))


def _opened(flv: bytes) -> InputContainer:
    return cast(InputContainer, av.open(io.BytesIO(flv), format="flv"))


def _once_there(connect: Callable[[], None]) -> None:
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            connect()
        except OSError:
            assert time.monotonic() < until_s
            time.sleep(0.01)
        else:
            return


def base_of(flv: bytes) -> int:
    """Return `base_ms` of the script tag that comes first."""
    assert flv.startswith(HEADER)
    assert flv[len(HEADER)] == 18
    at = flv.index(b"base_ms") + len(b"base_ms") + 1
    return round(float(struct.unpack_from(">d", flv, at)[0]))
