"""Steps 1 to 3 of a stream: packets in, remembered, decoded, and the frames worth analysing out."""

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import av

from camloom.errors import SourceError
from camloom.frame import Frame
from camloom.packets import Packet, PacketRing, StreamInfo
from camloom.sources.base import Source
from camloom.sources.reading.damage import DamageWatch
from camloom.sources.reading.decode import AvFrameBuffer, Decoder, Effort
from camloom.sources.reading.idle import IdleWatch
from camloom.sources.reading.load import GroupMeter, LoadGovernor, Shedder
from camloom.sources.reading.sampler import Sampler

_CAUGHT_UP_LAG_S = 0.1
_MAX_CATCH_UP_LAG_S = 10.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class IngestCounts:
    """What became of the packets so far."""

    packets: int = 0
    decoded: int = 0
    sampled: int = 0
    shed_packets: int = 0
    idle_packets: int = 0
    wakes: int = 0
    corrupt: int = 0


class Ingest:
    """Reads one opened source on the calling thread.

    Args:
        idle: whether the stream may sleep while nothing moves.
        holding: tells whether a rule waits for something; then the stream does not sleep.
        peek_s: a sleeping stream is woken after so long, for rules that look at the picture itself.
        governor: says what to leave out under load; None decodes everything (files).
    """

    def __init__(
        self,
        source_id: str,
        source: Source,
        info: StreamInfo,
        ring: PacketRing,
        *,
        analysis_fps: float | None = None,
        idle: bool = False,
        holding: Callable[[], bool] = lambda: False,
        peek_s: float = math.inf,
        governor: LoadGovernor | None = None,
    ) -> None:
        self.counts = IngestCounts()
        self.catching_up = False
        self._source_id = source_id
        self._source = source
        self._ring = ring
        self._live = info.live
        self._damage = DamageWatch() if info.live else None
        self._reject: Callable[[SourceError], None] | None = getattr(source, "reject", None)
        self._decoder = Decoder(info)
        self._sampler = Sampler(analysis_fps)
        self._idle = IdleWatch(enabled=idle, holding=holding, peek_s=peek_s)
        self._shedder = Shedder(governor)
        self._group = GroupMeter()
        self._started_at = datetime.now(UTC)
        self._discont = False

    @property
    def damaged(self) -> bool:
        """Whether more than 2 % of the pictures of the last ten seconds were damaged or could not be decoded."""
        return self._damage is not None and self._damage.too_much

    def peek_every(self, seconds: float) -> None:
        """Wake a sleeping stream after so long from now on; see `peek_s`."""
        self._idle.peek_s = seconds

    def frames(self) -> Iterator[Frame]:
        """Yield the frames to analyse, in order, until the source ends. SourceError when it breaks."""
        for packet in self._source.packets():
            self.counts.packets += 1
            self._ring.append(packet)
            self._group.add(packet)
            try:
                yield from self._take(packet)
            except SourceError as error:
                if self._reject is None:
                    raise
                self._reject(error)
            except (av.error.FFmpegError, ValueError, OverflowError) as error:
                if self._reject is None:
                    raise
                self._reject(_undecodable(error))
        if self._idle.asleep:
            yield from self._catch_up(self._idle.wake())
        for origin, buffer in self._decoder.drain():
            yield from self._sample(origin, buffer)

    def _take(self, packet: Packet) -> Iterator[Frame]:
        if self._idle.asleep or self._idle.may_sleep(packet, self._group.length_s):
            yield from self._watch(packet)
        elif self.catching_up:
            yield from self._decode(packet)
            self.catching_up = self._is_behind(packet)
        elif self._shedder.skips(packet, self._group):
            self.counts.shed_packets += 1
            self._discont |= packet.discont
        else:
            self._follow_load()
            yield from self._decode(packet)

    def _watch(self, packet: Packet) -> Iterator[Frame]:
        self._decoder.effort = Effort.KEYFRAMES
        shown = list(self._decoder.decode(packet)) if packet.is_keyframe else []
        if self._idle.wakes(packet, [(origin.pts_s, buffer) for origin, buffer in shown]):
            yield from self._catch_up(self._idle.wake())
        else:
            self.counts.idle_packets += 1
            self._ring.hold_pts_s = self._idle.checked_pts_s

    def _catch_up(self, from_pts_s: float) -> Iterator[Frame]:
        """Go back to the last quiet picture, so that nothing of the beginning is lost."""
        self.counts.wakes += 1
        self.catching_up = True
        self._decoder.flush()
        self._decoder.effort = Effort.FULL
        self._sampler.reset()
        self._shedder.resume()
        packets = self._ring.since(from_pts_s)
        for packet in packets:
            yield from self._decode(packet)
        self._ring.hold_pts_s = math.inf
        self.catching_up = bool(packets) and self._is_behind(packets[-1])

    def _is_behind(self, packet: Packet) -> bool:
        """Whether a stream that woke still has to catch up: until then nothing of it is shed, within reason."""
        lag_s = time.monotonic() - packet.ready_s
        return self._live and _CAUGHT_UP_LAG_S < lag_s < _MAX_CATCH_UP_LAG_S

    def _follow_load(self) -> None:
        if self._decoder.effort != self._shedder.effort:
            self._decoder.effort = self._shedder.effort
        self._sampler.share = self._shedder.analysis_share

    def _decode(self, packet: Packet) -> Iterator[Frame]:
        self._discont |= packet.discont
        if self._damage is not None and packet.discont:
            self._damage.gap()
        broken_before = self._decoder.broken_packets
        for origin, buffer in self._decoder.decode(packet):
            yield from self._sample(origin, buffer)
        if self._damage is not None and self._decoder.broken_packets > broken_before:
            self._damage.lost(packet.pts_s)

    def _sample(self, origin: Packet, buffer: AvFrameBuffer) -> Iterator[Frame]:
        index = self.counts.decoded
        self.counts.decoded += 1
        if self._is_damaged(origin, buffer):
            return
        if not (self._discont or self._sampler.wants(origin.pts_s)):
            return
        self.counts.sampled += 1
        self._idle.saw(buffer, origin.pts_s)
        discont, self._discont = self._discont, False
        taken_at = self._taken_at(origin)
        yield Frame(self._source_id, index, origin.pts_s, taken_at, origin.ready_s, discont, buffer)

    def _is_damaged(self, origin: Packet, buffer: AvFrameBuffer) -> bool:
        if self._damage is None:
            return False
        is_corrupt = buffer.is_corrupt or origin.raw.is_corrupt  # what came incomplete may decode without a word
        usable = self._damage.usable(origin, buffer, is_corrupt=is_corrupt)
        self.counts.corrupt = self._damage.corrupt_frames
        return not usable

    def _taken_at(self, packet: Packet) -> datetime:
        """Live: when its packet was ready. File: as if it were being taken from the start of the run."""
        if self._live:
            return datetime.now(UTC) - timedelta(seconds=time.monotonic() - packet.ready_s)
        return self._started_at + timedelta(seconds=packet.pts_s)


def _undecodable(error: Exception) -> SourceError:
    """Return what a camera sends that no decoder can even be made for, such as a codec that nobody knows."""
    _log.debug("a picture failed", exc_info=error)
    return SourceError(f"what comes cannot be decoded: {type(error).__name__}", reason="not-a-video")
