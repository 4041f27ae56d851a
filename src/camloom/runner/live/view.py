"""The live view of one stream, beside its analysis: whatever happens here, the analysis goes on."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from camloom.event import FrameResult
from camloom.exchange.live import Channel
from camloom.packets import Packet, StreamInfo
from camloom.runner.companion import PtsNow, Tell
from camloom.runner.live.boxes import Boxes
from camloom.runner.live.door import Door
from camloom.runner.live.encoded import Encoded
from camloom.runner.live.pictures import Pictures
from camloom.runner.live.viewer import Viewer

_log = logging.getLogger(__name__)


class LiveView:
    """Offers the packets and the results of a stream on a socket in the folder of its task.

    A companion of the stream, and no sink: sinks are opened when the model is there, and a camera is worth a look
    before that.

    Args:
        source_id: of the stream.
        out: folder of the task.

    Attributes:
        lock: held while viewers are touched; never for longer than it takes to copy a group of pictures.
    """

    def __init__(self, source_id: str, out: Path) -> None:
        self.lock = threading.RLock()
        self._source_id = source_id
        self._pictures = Pictures(source_id)
        self._encoded = Encoded(source_id, self.lock, lambda: self._pictures.recent)
        self._boxes = Boxes()
        self._failed = False
        self._out = out
        self._door: Door | None = None

    def start(self, tell: Tell, pts_now: PtsNow) -> None:
        """Begin to let viewers in."""
        del tell, pts_now
        try:
            self._door = Door(self._out, self, self._source_id)
        except OSError as error:
            _log.warning("stream %s has no live view: %s", self._source_id, error.strerror or error)

    def stop(self) -> None:
        """End soon."""
        if self._door is not None:
            self._door.stop()

    def join(self) -> None:
        """Wait for the end."""
        if self._door is not None:
            self._door.close()
        self._encoded.close()

    def begin(self, info: StreamInfo) -> None:
        """Take what describes the packets to come."""
        with self.lock:
            self._pictures.begin(info)
            self._encoded.begin(info)

    def show(self, packet: Packet) -> None:
        """Take a packet of the stream; never waits."""
        self._guarded(lambda: self._put(packet))

    def take(self, result: FrameResult, done: Callable[[], None]) -> None:
        """Take a result of the stream; never waits."""
        self._guarded(lambda: self._boxes.put(result))
        done()

    def admit(self, channel: Channel, viewer: Viewer) -> None:
        """Begin to serve a viewer; the lock is held."""
        ways: dict[Channel, Pictures | Encoded | Boxes]
        ways = {Channel.FLV: self._pictures, Channel.H264: self._encoded, Channel.BOXES: self._boxes}
        self._guarded(lambda: ways[channel].join(viewer))

    def forget(self, viewer: Viewer) -> None:
        """Stop serving a viewer; the lock is held."""
        self._pictures.leave(viewer)
        self._encoded.leave(viewer)
        self._boxes.leave(viewer)

    @property
    def viewers(self) -> int:
        """How many look, on all channels."""
        return self._pictures.viewers + self._encoded.viewers + self._boxes.viewers

    def _put(self, packet: Packet) -> None:
        self._pictures.put(packet)
        self._encoded.put(packet)

    def _guarded(self, step: Callable[[], None]) -> None:
        """Take a step; a mistake in here, or whatever a hostile stream brings about, ends the view and nothing else."""
        if self._failed:
            return
        try:
            with self.lock:
                step()
        except Exception:  # noqa: BLE001  # see above
            _log.exception("the live view of stream %s ends", self._source_id)
            self._failed = True
            self.stop()
