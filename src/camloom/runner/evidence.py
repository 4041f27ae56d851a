"""The second stream of a camera, for evidence: its packets are kept, undecoded, on the clock of the one analysed."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from camloom.errors import CamloomError, SourceError
from camloom.packets import ClipPackets, Packet, PacketRing, Recording, StreamInfo
from camloom.runner.camera import state_event
from camloom.runner.companion import PtsNow, Tell
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.state import Condition, SourceState

_STALE_S = 3.0
_GRACE_S = 3.0
_FAIR_S = 1.0
_NEW_SEGMENT_S = 2.0
_LEAST_STEP_S = 0.001
_JOIN_S = 30.0
_log = logging.getLogger(__name__)


class EvidenceFeed:
    """Reads the main stream of a camera into a ring, beside the stream that is analysed.

    Args:
        source_id: of the stream that is analysed; what happens to this one is told as `evidence_source.offline` ...
        make: makes the source of the main stream.
        seconds: how far back a clip can begin.

    Attributes:
        ring: its packets; `pts_s` is the time on the clock of the analysed stream.
    """

    def __init__(self, source_id: str, make: Callable[[], Source], seconds: float) -> None:
        self.ring = PacketRing(seconds)
        self._source_id = source_id
        source = make()
        self._board = StateBoard()
        if getattr(source, "reconnects", False):
            source = ReconnectingSource(make, self._board)
        self._source = source
        self._clock = ForeignClock()
        self._thread = threading.Thread(target=self._run, name=f"evidence-{source_id}", daemon=True)
        self._stopped = threading.Event()
        self._tell: Tell = lambda _event: None
        self._pts_now: PtsNow = lambda: 0.0

    def beside(self, analysed: PacketRing) -> "PairedRing":
        """Return where clips are cut from, now that the ring of the analysed stream is known."""
        self._clock.follow(analysed)
        return PairedRing(self.ring, analysed)

    def start(self, tell: Tell, pts_now: PtsNow) -> None:
        """Begin to connect."""
        self._tell, self._pts_now = tell, pts_now
        self._board.on_change = self._changed
        self._thread.start()

    def stop(self) -> None:
        """End soon."""
        self._stopped.set()
        self._source.stop()

    def join(self) -> None:
        """Wait for the end."""
        if self._thread.ident is not None:
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            self._read()
        except SourceError as error:
            if not self._stopped.is_set():
                self._board.offline(error.reason, str(error))
        except CamloomError as error:
            self._board.offline("unavailable", str(error))
        except Exception as error:  # noqa: BLE001  # a stranger's plug-in may raise anything; the analysis goes on
            _log.debug("evidence source of %s", self._source_id, exc_info=True)
            self._board.offline("read", f"unexpected {type(error).__name__}")  # its text may hold the URL
        finally:
            self._source.close()

    def _read(self) -> None:
        info = self._source.open()
        if not info.live:
            hint = "A file has no arrival that its times could be told from; `pace: realtime` plays it as a camera"
            raise SourceError("an evidence source must be live", hint, reason="unsupported")
        self._board.online()
        for packet in self._source.packets():
            info = packet.info or info
            placed = self._clock.place(packet)
            if placed is not None:
                self.ring.append(replace(placed, info=info) if placed.discont else placed)
        if not self._stopped.is_set():
            self._board.offline("closed", "the evidence source ended")

    def _changed(self, state: SourceState) -> None:
        if state.condition is Condition.OFFLINE:
            self.ring.clear()
        event = state_event(self._source_id, state, self._pts_now())
        note = "; clips are cut from the analysed stream meanwhile" if state.condition is Condition.OFFLINE else ""
        self._tell(replace(event, type=f"evidence_source.{state.condition}", detail=f"{event.detail}{note}"))


class ForeignClock:
    """Puts the packets of one stream on the clock of another, by when the camera had them ready.

    Both streams show the same moment when they were ready at the same moment, as far as the camera encodes both
    equally fast. What is learnt better is put right at keyframes, without ever going backwards; more than two seconds
    are a new segment.
    """

    def __init__(self) -> None:
        self._other: PacketRing | None = None
        self._shift_s: float | None = None
        self._last_pts_s = 0.0

    def follow(self, other: PacketRing) -> None:
        """Take the ring whose newest packet tells the other clock."""
        self._other = other

    def place(self, packet: Packet) -> Packet | None:
        """Return a packet with its time on the other clock; None while that is not known, or before a keyframe."""
        newest = self._other.newest if self._other is not None else None
        if newest is None or (self._shift_s is None and not packet.is_keyframe):
            return None
        wanted_s = (packet.ready_s - packet.pts_s) - (newest.ready_s - newest.pts_s)
        begins = packet.discont or self._shift_s is None or abs(wanted_s - self._shift_s) > _NEW_SEGMENT_S
        if begins:
            self._shift_s = wanted_s
        elif packet.is_keyframe:
            self._shift_s = max(wanted_s, self._last_pts_s + _LEAST_STEP_S - packet.pts_s)
        assert self._shift_s is not None
        pts_s = packet.pts_s + self._shift_s
        self._last_pts_s = pts_s if begins else max(pts_s, self._last_pts_s)
        return replace(packet, pts_s=pts_s, discont=begins)


class PairedRing:
    """Cuts clips from the main stream, and from the analysed one where the main stream does not have them.

    Args:
        main: its times are those of `sub`'s clock.
        sub: the stream that is analysed.
        clock: seconds, as `time.monotonic` and `Packet.ready_s`.
    """

    def __init__(self, main: PacketRing, sub: PacketRing, clock: Callable[[], float] = time.monotonic) -> None:
        self._main = main
        self._sub = sub
        self._clock = clock

    def record(self, from_pts_s: float, until_pts_s: float) -> ClipPackets:
        """Start a recording; see `PacketRing.record`."""
        backup = self._sub.record(from_pts_s, until_pts_s)
        backup.stream = "sub"
        newest = self._main.newest
        if newest is None or self._clock() - newest.ready_s > _STALE_S:
            return backup
        main = self._main.record(from_pts_s, until_pts_s)
        main.stream = "main"
        left_s = until_pts_s - (self._sub.newest.pts_s if self._sub.newest else from_pts_s)
        deadline_s = self._clock() + max(0.0, left_s) + _GRACE_S
        return PairedRecording(main, backup, from_pts_s, until_pts_s, partial(self._is_over, main, backup, deadline_s))

    def stop(self, recording: ClipPackets) -> None:
        """End a recording early."""
        if isinstance(recording, PairedRecording):
            self._main.stop(recording.main)
            self._sub.stop(recording.sub)
        elif isinstance(recording, Recording):
            self._sub.stop(recording)

    def _is_over(self, main: Recording, sub: Recording, deadline_s: float) -> bool:
        """Tell whether it is too late for more; then nothing more comes."""
        if self._clock() <= deadline_s:
            return False
        self._main.stop(main)
        self._sub.stop(sub)
        return True


class PairedRecording:
    """Two recordings of one stretch of time, of which the better one becomes the clip.

    The main stream is taken unless it has over a second less of the time asked for.

    Args:
        is_over: tells whether it is too late for more to come.
    """

    def __init__(
        self,
        main: Recording,
        sub: Recording,
        from_pts_s: float,
        until_pts_s: float,
        is_over: Callable[[], bool],
    ) -> None:
        self.main = main
        self.sub = sub
        self._from_pts_s = from_pts_s
        self._until_pts_s = until_pts_s
        self._is_over = is_over

    @property
    def complete(self) -> bool:
        """Nothing is added any more that would be waited for."""
        if self.main.complete and (self.sub.complete or self._missing_s(self.main) <= _FAIR_S):
            return True
        return self._is_over()

    @property
    def packets(self) -> list[Packet]:
        """Those of the better one."""
        return self._better.packets

    @property
    def info(self) -> StreamInfo | None:
        """What describes them."""
        return self._better.info

    @property
    def stream(self) -> str:
        """`main` or `sub`."""
        return self._better.stream

    @property
    def _better(self) -> Recording:
        worse_s = self._missing_s(self.main) - self._missing_s(self.sub)
        return self.sub if worse_s > _FAIR_S else self.main

    def _missing_s(self, recording: Recording) -> float:
        """Return how much of the time asked for a recording lacks at its ends."""
        if not recording.packets:
            return self._until_pts_s - self._from_pts_s + _FAIR_S
        first, last = recording.packets[0], recording.packets[-1]
        return max(0.0, first.pts_s - self._from_pts_s) + max(0.0, self._until_pts_s - last.pts_s)
