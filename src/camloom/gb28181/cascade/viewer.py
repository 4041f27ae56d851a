"""One live picture on its way up: access units in, RTP with a program stream out."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from camloom.gb28181.cascade.paths import MediaPath
from camloom.gb28181.media.nal import Codec
from camloom.gb28181.media.psmux import PsMuxer, RtpPacketiser

_TICKS_A_S = 90_000
_MAX_WAITING_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit (Annex B); times in s on the stream clock."""

    codec: Codec
    data: bytes
    pts_s: float
    dts_s: float
    is_keyframe: bool


class Viewer:
    """Sends from a thread of its own, so that a slow network holds up nobody else.

    What cannot go in time is dropped up to the next keyframe.

    Args:
        path: not opened yet; closed at the end.
        ssrc: of RTP, as the offer says.
        ended: called once, from the thread, when it ends by itself: `source` (there is nothing more) or `network`.

    Attributes:
        sent: pictures. dropped: pictures that were too late.
    """

    def __init__(self, path: MediaPath, ssrc: int, payload_type: int, ended: Callable[[str], None]) -> None:
        self._path, self._ended = path, ended
        self._rtp = RtpPacketiser(ssrc, payload_type)
        self._muxer: tuple[Codec, PsMuxer] | None = None
        self._waiting: deque[Unit] = deque()
        self._waiting_bytes = 0
        self._changed = threading.Condition()
        self._needs_keyframe = True
        self._stopped = self._exhausted = False
        self._thread = threading.Thread(target=self._run, name="gb28181-live", daemon=True)
        self.sent = 0
        self.dropped = 0

    @property
    def port(self) -> int:
        """Of this side, for the session description."""
        return self._path.port

    def start(self) -> None:
        """Let it go; only once (an ACK may come twice)."""
        if self._thread.ident is None:
            self._thread.start()

    def put(self, unit: Unit) -> None:
        """Hand over a unit; never waits."""
        with self._changed:
            if self._waiting_bytes + len(unit.data) > _MAX_WAITING_BYTES:
                self.dropped += len(self._waiting)
                self._waiting.clear()
                self._waiting_bytes, self._needs_keyframe = 0, True
            if self._needs_keyframe and not unit.is_keyframe:
                return
            self._needs_keyframe = False
            self._waiting.append(unit)
            self._waiting_bytes += len(unit.data)
            self._changed.notify()

    def finish(self) -> None:
        """Nothing more comes: send what waits, then end."""
        with self._changed:
            self._exhausted = True
            self._changed.notify()

    def stop(self) -> None:
        """End now; the thread is gone when this returns."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._path.close()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        why = "source"
        try:
            self._path.open()
            while (unit := self._next()) is not None:
                self._send(unit)
                self.sent += 1
        except OSError:
            why = "network"
        finally:
            self._path.close()
            if not self._stopped:  # whatever broke it, the call must not stay behind
                self._ended(why)

    def _next(self) -> Unit | None:
        with self._changed:
            while not self._waiting and not self._stopped and not self._exhausted:
                self._changed.wait()
            if self._stopped or not self._waiting:
                return None
            unit = self._waiting.popleft()
            self._waiting_bytes -= len(unit.data)
            return unit

    def _send(self, unit: Unit) -> None:
        if self._muxer is None or self._muxer[0] != unit.codec:
            self._muxer = unit.codec, PsMuxer(unit.codec)
        pts, dts = round(unit.pts_s * _TICKS_A_S), round(unit.dts_s * _TICKS_A_S)
        pack = self._muxer[1].video(unit.data, pts, dts, is_keyframe=unit.is_keyframe)
        for packet in self._rtp.packets(pack, dts):
            self._path.send(packet)
