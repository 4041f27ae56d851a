"""One time of encoding a stream for viewers: a queue that never makes the stream wait, and a thread that yields."""

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from camloom.errors import CamloomError
from camloom.packets import Packet, StreamInfo
from camloom.runner.live.transcoder import Transcoder

MAX_WAITING = 75
_MAX_WAITING_BYTES = 16 << 20
_NICENESS = 10
_log = logging.getLogger(__name__)
Show = Callable[["Encoding", Packet], None]
Refuse = Callable[["Encoding"], None]


class Encoding:
    """Encodes a stream from its first viewer to its last.

    When the machine is too slow for it, whole groups of pictures are left out.

    Args:
        name: of the stream.
        info: describes the packets.
        packets: those since the last keyframe; of these only the last picture is shown.
        show: told every packet of H.264; the first, and what begins anew after a break, says so.
        refuse: told that nothing comes: this cannot be decoded or encoded here.
    """

    def __init__(self, name: str, info: StreamInfo, packets: Sequence[Packet], show: Show, refuse: Refuse) -> None:
        self._name, self._show, self._refuse = name, show, refuse
        self._transcoder = Transcoder(info, from_pts_s=packets[-1].pts_s)
        self._waiting = deque(packets)
        self._bytes = sum(packet.size_bytes for packet in packets)
        self._most = len(packets) + MAX_WAITING
        self._left_out: Packet | None = None
        self._stopped = False
        self._some = threading.Condition()
        self._thread = threading.Thread(target=self._run, name=f"encode-{name}", daemon=True)
        self._thread.start()

    def add(self, packet: Packet) -> None:
        """Take the next packet; never waits."""
        with self._some:
            if self._left_out is not None:
                packet = _after(self._left_out, packet)
            if self._left_out is not None and not packet.is_keyframe:
                self._left_out = packet
                return
            self._left_out = None
            self._waiting.append(packet)
            self._bytes += packet.size_bytes
            if len(self._waiting) > self._most or self._bytes > _MAX_WAITING_BYTES:
                self._leave_out()
            self._some.notify()

    def stop(self) -> None:
        """End soon."""
        with self._some:
            self._stopped = True
            self._some.notify()

    def join(self) -> None:
        """Wait for the end."""
        self._thread.join()

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()

    def _leave_out(self) -> None:
        """Forget what waits, up to the next keyframe, but not that the stream broke meanwhile."""
        left_out = self._waiting.popleft()
        for packet in self._waiting:
            left_out = _after(left_out, packet)
        self._left_out = left_out
        self._waiting.clear()
        self._bytes = 0

    def _run(self) -> None:
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            for packet in self._packets():
                for encoded in self._transcoder.of(packet):
                    self._show(self, encoded)
        except CamloomError as error:
            _log.info("live view of %s: %s", self._name, error)
            self._refuse(self)
        except Exception:  # noqa: BLE001  # whatever a hostile stream brings about, the analysis goes on
            _log.exception("the live view of stream %s is not encoded any more", self._name)
            self._refuse(self)

    def _packets(self) -> Iterator[Packet]:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._waiting or self._stopped)
                if self._stopped:
                    return
                packet = self._waiting.popleft()
                self._bytes -= packet.size_bytes
                if len(self._waiting) < MAX_WAITING:  # what there was to catch up on is done
                    self._most = MAX_WAITING
            yield packet


def _after(left_out: Packet, packet: Packet) -> Packet:
    """Return a packet that also says what the one before it, which is left out, had to say."""
    return replace(packet, discont=packet.discont or left_out.discont, info=packet.info or left_out.info)
