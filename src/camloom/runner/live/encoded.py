"""The pictures of one stream as H.264 for viewers who cannot play what the camera sends; made while somebody looks."""

import threading
from collections.abc import Callable, Sequence

from camloom.exchange.live import Ending
from camloom.packets import Packet, StreamInfo
from camloom.runner.live.encoding import Encoding
from camloom.runner.live.pictures import Pictures
from camloom.runner.live.viewer import Viewer


class Encoded:
    """Has a stream decoded and encoded again, once for all who look. Whoever calls holds the lock of the stream.

    Args:
        name: of the stream.
        lock: of the stream; the thread that encodes takes it to hand out a picture.
        recent: returns the packets of the stream since its last keyframe.
    """

    def __init__(self, name: str, lock: threading.RLock, recent: Callable[[], Sequence[Packet]]) -> None:
        self._name, self._lock, self._recent = name, lock, recent
        self._info: StreamInfo | None = None
        self._pictures = Pictures(name)
        self._encoding: Encoding | None = None
        self._ending: list[Encoding] = []

    def begin(self, info: StreamInfo) -> None:
        """Take what describes the packets to come."""
        self._info = info

    def put(self, packet: Packet) -> None:
        """Take the next packet; never waits."""
        self._info = packet.info or self._info
        if self._encoding is not None:
            self._encoding.add(packet)
        elif packet.is_keyframe and self._pictures.viewers:
            self._start([packet])

    def join(self, viewer: Viewer) -> None:
        """Show the stream to one more viewer, from its last picture on."""
        self._pictures.join(viewer)
        if self._encoding is None and (recent := self._recent()):
            self._start(recent)

    def leave(self, viewer: Viewer) -> None:
        """Stop showing it; after the last one nothing is decoded or encoded any more."""
        self._pictures.leave(viewer)
        if not self._pictures.viewers:
            self._stop()

    def close(self) -> None:
        """End, and wait for that; not with the lock."""
        with self._lock:
            self._stop()
        for one in self._ending:
            one.join()

    @property
    def viewers(self) -> int:
        """How many look."""
        return self._pictures.viewers

    @property
    def runs(self) -> bool:
        """Whether anything is being encoded."""
        return self._encoding is not None

    def _start(self, packets: Sequence[Packet]) -> None:
        assert self._info is not None, "begin() comes first"
        self._encoding = Encoding(self._name, self._info, packets, self._show, self._refuse)

    def _stop(self) -> None:
        if self._encoding is not None:
            self._encoding.stop()
            self._ending = [one for one in (*self._ending, self._encoding) if one.runs]
            self._encoding, self._pictures = None, Pictures(self._name)

    def _show(self, encoding: Encoding, packet: Packet) -> None:
        with self._lock:
            if encoding is self._encoding:  # else it was told to stop meanwhile
                self._pictures.put(packet)

    def _refuse(self, encoding: Encoding) -> None:
        with self._lock:
            if encoding is self._encoding:
                self._pictures.end(Ending.UNSUPPORTED)
                self._stop()
