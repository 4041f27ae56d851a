"""A camera that goes away is opened again, until it is back or nobody wants it any more."""

import logging
import random
import threading
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import CamloomError, SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.base import Source
from camloom.sources.live.states import StateBoard

_FIRST_S, _LONGEST_S = 1.0, 30.0
_FIRST_AUTH_S, _LONGEST_AUTH_S = 60.0, 900.0
_JITTER = 0.2
_STEADY_S = 10.0
_KNOCK_EVERY_S = 2.0
_FIRST_KNOCK_S = 1.0
# Knocking tells nothing new where somebody answered and said no.
_KNOCKABLE = frozenset({"timeout", "unreachable", "closed", "read", "no-video", "missing"})

_log = logging.getLogger(__name__)

Wait = Callable[[float], bool]
"""Waits some seconds; True as soon as the source is stopped."""


@dataclass(slots=True)
class Backoff:
    """How long to wait before the next attempt: 1, 2, 4 ... 30 s, within 20 %; a refused password 60 s and more.

    Some cameras lock an account after a few wrong attempts, hence the second row.
    """

    rng: random.Random = field(default_factory=random.Random)
    _failures: int = 0

    def next_s(self, reason: str) -> float:
        """Take a failure; return the time until the next attempt in s."""
        first_s, longest_s = (_FIRST_AUTH_S, _LONGEST_AUTH_S) if reason == "auth" else (_FIRST_S, _LONGEST_S)
        delay_s = min(first_s * 2.0 ** min(self._failures, 16), longest_s)
        self._failures += 1
        # Sooner by up to 20 % where the longest time is a promise, later where the shortest is.
        spread = _JITTER * self.rng.random()
        return delay_s * (1 + spread) if reason == "auth" else delay_s * (1 - spread)

    def reset(self) -> None:
        """Take a connection that held."""
        self._failures = 0


class ReconnectingSource:
    """A source that never ends by itself: after every break a new instance goes on, on the same clock.

    The clock goes on by the time that really passed, and the first packet after a break says `discont`. While a
    camera does not answer, somebody knocks at its door every two seconds (see `Source`), so that it need not wait
    for the next attempt when it returns.

    Args:
        make: returns a new instance of the source.
        board: told what happens.
        backoff: how long to wait between attempts.
        clock: seconds, as `time.monotonic`.
        wait: for tests; default: really waits.
    """

    Config: ClassVar[type[BaseModel]] = StrictModel
    schemes: ClassVar[tuple[str, ...]] = ()
    reconnects: ClassVar = True

    def __init__(
        self,
        make: Callable[[], Source],
        board: StateBoard,
        *,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
        wait: Wait | None = None,
    ) -> None:
        self.board = board
        self.breaks = 0
        self.last_packet_s = clock()
        self._make = make
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait
        self._lock = threading.Lock()
        self._source: Source | None = None
        self._rejected: SourceError | None = None
        self._opened_s = 0.0

    def open(self) -> StreamInfo:
        """Connect, for as long as it takes.

        Raises:
            SourceError: it was stopped meanwhile (`stopped`).
            CamloomError: something else than the source is wrong, such as a plug-in that is missing.
        """
        while not self._stopped.is_set():
            self.last_packet_s = self._clock()
            try:
                return self._connect()
            except SourceError as error:
                self._release()
                self._retry_later(error)
        raise SourceError("it was stopped before it was connected", reason="stopped")

    def packets(self) -> Iterator[Packet]:
        """Yield packets until it is stopped."""
        joint = _Joint(self._clock)
        while not self._stopped.is_set():
            source = self._source
            error = yield from self._segment(joint)
            # Only when it is open some places turn out to be complete, such as a list of HLS with an end.
            complete = error.reason == "closed" and not getattr(source, "reconnects", True)
            self._release()
            if complete or self._stopped.is_set():
                return
            self.breaks += 1
            self._retry_later(error)
            try:
                joint.follow_on(self.open())
            except SourceError:
                if not self._stopped.is_set():
                    raise
                return

    def reject(self, error: SourceError) -> None:
        """Take what comes for broken: it cannot be decoded. The next packet comes from a new connection."""
        self._rejected = error

    def stop(self) -> None:
        """End `open` and `packets` soon."""
        self._stopped.set()
        with self._lock:
            if self._source is not None:
                self._source.stop()

    def close(self) -> None:
        """Free everything."""
        self._stopped.set()
        self._release()

    def _connect(self) -> StreamInfo:
        source = self._make()
        with self._lock:
            if self._stopped.is_set():
                raise SourceError("it was stopped", reason="stopped")
            self._source = source
        try:
            info = source.open()
        except CamloomError:
            raise
        except Exception as error:  # noqa: BLE001  # what a hostile peer brings about must not end the stream
            raise _broken_by(error) from None
        self._opened_s = self._clock()
        return info

    def _release(self) -> None:
        with self._lock:
            source, self._source = self._source, None
        if source is not None:
            source.close()

    def _segment(self, joint: "_Joint") -> Generator[Packet, None, SourceError]:
        """Yield the packets of one connection; return why it ended."""
        assert self._source is not None, "open() comes first"
        self._rejected = None
        try:
            for packet in self._source.packets():
                self._arrived()
                yield joint.place(packet)
                if self._rejected is not None:
                    return self._rejected
        except SourceError as error:
            return error
        except CamloomError:
            raise
        except Exception as error:  # noqa: BLE001  # as in `_connect`
            return _broken_by(error)
        return SourceError("the other side ended the stream", "It is tried again", reason="closed")

    def _arrived(self) -> None:
        self.last_packet_s = self._clock()
        if not self.board.connected:
            self.board.online()
        if self.last_packet_s - self._opened_s > _STEADY_S:
            self._backoff.reset()

    def _retry_later(self, error: SourceError) -> None:
        if self._stopped.is_set():
            return
        delay_s = self._backoff.next_s(error.reason)
        self.board.offline(error.reason, str(error), delay_s)
        until_s = self._clock() + delay_s
        knocking = error.reason in _KNOCKABLE
        self._wait(min(_FIRST_KNOCK_S, delay_s))
        silent = False
        while not self._stopped.is_set() and (left_s := until_s - self._clock()) > 0:
            answered = not knocking or self._knock()
            if knocking and silent and answered:
                return
            silent |= not answered
            self._wait(min(_KNOCK_EVERY_S, left_s))

    def _knock(self) -> bool:
        """Tell whether somebody answers; True where a source cannot tell, so that it changes nothing."""
        try:
            knock = getattr(self._make(), "knock", None)
            return knock is None or bool(knock())
        except CamloomError:
            return False
        except Exception:  # noqa: BLE001  # as in `_connect`
            return False


def _broken_by(error: Exception) -> SourceError:
    """Return what a source raised that is no SourceError; its text may hold the URL, so it is not told."""
    _log.debug("a source failed", exc_info=error)
    return SourceError(f"unexpected {type(error).__name__}", "It is tried again", reason="read")


class _Joint:
    """Puts the packets of one connection after those of the one before, on one clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shift_s = 0.0
        self._last_pts_s = 0.0
        self._last_ready_s: float | None = None
        self._info: StreamInfo | None = None
        self._begins = False

    def follow_on(self, info: StreamInfo) -> None:
        """The next packet is the first of a new connection."""
        self._info, self._begins = info, True

    def place(self, packet: Packet) -> Packet:
        """Return a packet with its time on the common clock."""
        discont, info = packet.discont, packet.info
        if self._begins:
            passed_s = 0.0 if self._last_ready_s is None else max(packet.ready_s - self._last_ready_s, 0.001)
            self._shift_s = self._last_pts_s + passed_s - packet.pts_s
            discont, info, self._begins = True, info or self._info, False
        pts_s = packet.pts_s + self._shift_s
        self._last_pts_s = max(pts_s, self._last_pts_s) if self._last_ready_s is not None else pts_s
        self._last_ready_s = packet.ready_s
        return replace(packet, pts_s=pts_s, discont=discont, info=info)
