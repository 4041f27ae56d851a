"""The media side of a simulated camera: pictures over RTP, by UDP or TCP, with the habits of real cameras."""

import random
import re
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from tests.gb28181.clips import KeyframeWish, Picture, TsWriter, clip, endless
from tests.gb28181.device_sip import Address
from tests.gb28181.ps import picture as ps_picture

_CLOCK_HZ = 90000
_PAYLOAD_BYTES = 1400
_WRAP = (1 << 33) - _CLOCK_HZ
_WAIT_S = 5.0
TS_TYPE, PS_TYPE = 33, 96


@dataclass(frozen=True)
class Offer:
    """What the platform asks for in its SDP. `setup` is the platform's part in TCP: passive or active."""

    host: str
    port: int
    tcp: bool
    setup: str
    y: str

    @property
    def ssrc(self) -> int:
        return int(self.y or 0) & 0xFFFFFFFF


def read_offer(body: bytes) -> Offer:
    """Read the lines a simple camera looks at."""
    text = body.decode("utf-8", "replace")

    def found(pattern: str) -> re.Match[str] | None:
        return re.search(pattern, text, re.MULTILINE)

    host, media = found(r"^c=IN IP4 (\S+)"), found(r"^m=video (\d+) (\S+)")
    setup, y = found(r"^a=setup:(\w+)"), found(r"^y=(\d+)")
    if not host or not media:
        raise ValueError("an offer without c= or m=")
    return Offer(host[1], int(media[1]), "TCP" in media[2], setup[1] if setup else "", y[1] if y else "")


@dataclass
class Sent:
    """What went out, for tests to compare with."""

    pictures: int = 0
    keyframes: int = 0
    packets: int = 0
    lost: int = 0
    bytes: int = 0
    started: threading.Event = field(default_factory=threading.Event)


class Media(threading.Thread):
    """Sends one live stream until it is stopped.

    Args:
        pictures: codec and pictures to repeat; `switch`, if given, follows after `switch_after` pictures.
        fps: pictures a second; 0 sends as fast as it goes.
        limit: end after so many pictures; 0 goes on for ever.
        on_end: called when it ended by itself.
    """

    def __init__(
        self,
        offer: Offer,
        *,
        pictures: tuple[str, list[Picture]],
        habits: Collection[str],
        seed: int,
        fps: float = 25,
        limit: int = 0,
        switch_after: int = 50,
        on_end: Callable[[], None] = lambda: None,
        host: str = "127.0.0.1",
    ) -> None:
        super().__init__(name="device-media", daemon=True)
        self.wish = KeyframeWish()
        self.sent = Sent()
        self.frozen = threading.Event()
        self.cleared = threading.Event()
        self._offer, self._habits, self._rng = offer, habits, random.Random(seed)
        self._codec, self._pictures = pictures
        self._host = host
        self._fps, self._limit, self._switch_after, self._on_end = fps, limit, switch_after, on_end
        self._over = threading.Event()
        self._sequence = self._rng.randrange(65536)
        self._held: bytes | None = None
        self.ssrc = self._own_ssrc()
        self._listener = self._listen() if offer.tcp and offer.setup == "active" else None
        self._socket: socket.socket | None = None
        self.port = self._bind()

    def stop(self) -> None:
        """End; the thread is gone when this returns."""
        self._over.set()
        self.cleared.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join()
        self._close()

    def run(self) -> None:
        try:
            if "tcp-media-before-ack" not in self._habits and not self.cleared.wait(_WAIT_S):
                return
            if self._over.is_set():
                return
            self._connect()
            self._send_all()
        except OSError:
            return  # the platform has gone
        finally:
            self._close()
        if not self._over.is_set():
            self._on_end()

    def _own_ssrc(self) -> int:
        if "ssrc-0" in self._habits:
            return 0
        if "random-ssrc" in self._habits:
            return self._rng.randrange(1, 1 << 32)
        return self._offer.ssrc

    def _listen(self) -> socket.socket:
        listener = socket.create_server((self._host, 0))
        listener.settimeout(_WAIT_S)
        return listener

    def _bind(self) -> int:
        if self._listener is not None:
            return int(self._listener.getsockname()[1])
        if self._offer.tcp:
            return 9
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self._host, 0))
        return int(self._socket.getsockname()[1])

    def _connect(self) -> None:
        """TCP only; as the standard says, three tries a second apart where the platform is passive."""
        if self._listener is not None:
            self._socket, _ = self._listener.accept()
        elif self._offer.tcp:
            self._socket = _connect_thrice((self._offer.host, self._offer.port), self._over)
        if self._offer.tcp and self._socket is not None:
            self._socket.settimeout(_WAIT_S)
            if "ehome-preamble" in self._habits:
                self._socket.sendall(b"\x01\x00" + bytes(254))

    def _send_all(self) -> None:
        if "no-rtp" in self._habits:
            self._over.wait()
            return
        began_s, pts = time.monotonic(), _WRAP if "pts-wrap" in self._habits else 0
        step = round(_CLOCK_HZ / (self._fps or 25))
        for index, (codec, picture, ts) in enumerate(self._stream()):
            self._pace(began_s, index)
            if self._over.is_set() or (self._limit and index >= self._limit):
                break
            if not self.frozen.is_set():
                self._send_picture(codec, picture, pts + index * step, ts)
        self._flush()

    def _stream(self) -> Iterator[tuple[str, Picture, TsWriter | None]]:
        codec, pictures = self._codec, self._pictures
        ts = TsWriter(codec, pictures) if "ts-33" in self._habits else None
        try:
            source = endless(pictures, self.wish)
            for count, picture in enumerate(source):
                if "codec-switch" in self._habits and count == self._switch_after:
                    break
                yield codec, picture, ts
            codec = "hevc" if codec == "h264" else "h264"
            for picture in endless(clip(codec), self.wish):
                yield codec, picture, ts
        finally:
            if ts is not None:
                ts.close()

    def _pace(self, began_s: float, index: int) -> None:
        if self._fps:
            self._over.wait(max(0.0, began_s + index / self._fps - time.monotonic()))

    def _send_picture(self, codec: str, picture: Picture, pts: int, ts: TsWriter | None) -> None:
        if ts is not None:
            data, kind, size = ts.write(picture, pts), TS_TYPE, 7 * 188
        else:
            data = ps_picture(picture.data, pts, codec=codec, keyframe=picture.keyframe, habits=self._habits)
            kind, size = PS_TYPE, _PAYLOAD_BYTES
        for at in range(0, len(data), size):
            last = at + size >= len(data)
            self._send_packet(data[at : at + size], kind, pts, marker=last and "no-marker" not in self._habits)
        self.sent.pictures += 1
        self.sent.keyframes += picture.keyframe
        self.sent.started.set()

    def _send_packet(self, payload: bytes, kind: int, pts: int, *, marker: bool) -> None:
        head = bytes([0x80, kind | (marker << 7)]) + self._sequence.to_bytes(2, "big")
        packet = head + (pts & 0xFFFFFFFF).to_bytes(4, "big") + self.ssrc.to_bytes(4, "big") + payload
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.sent.packets += 1
        self.sent.bytes += len(payload)
        if "loss-1" in self._habits and self._rng.random() < 0.01:
            self.sent.lost += 1
            return
        for one in self._out_of_order(packet):
            self._put(one)

    def _out_of_order(self, packet: bytes) -> Iterator[bytes]:
        """Now and then a packet is late by one, or comes twice."""
        if "reorder" in self._habits and self._held is None and self._rng.random() < 0.05:
            self._held = packet
            return
        yield packet
        if "duplicates" in self._habits and self._rng.random() < 0.05:
            yield packet
        if self._held is not None:
            held, self._held = self._held, None
            yield held

    def _flush(self) -> None:
        if self._held is not None:
            self._put(self._held)
            self._held = None

    def _put(self, packet: bytes) -> None:
        if self._socket is None:
            return
        if not self._offer.tcp:
            self._socket.sendto(packet, (self._offer.host, self._offer.port))
            return
        head = b"$\x00" if "dollar-framing" in self._habits else b""
        self._socket.sendall(head + len(packet).to_bytes(2, "big") + packet)

    def _close(self) -> None:
        for one in (self._socket, self._listener):
            if one is not None:
                one.close()


def _connect_thrice(to: Address, over: threading.Event) -> socket.socket:
    for _ in range(2):
        try:
            return socket.create_connection(to, timeout=_WAIT_S)
        except OSError:
            over.wait(1)
    return socket.create_connection(to, timeout=_WAIT_S)
