"""Where the results and the events of one stream go: its sinks, and whoever listens."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

from camloom.event import Event, FrameResult
from camloom.pipeline.times import StageTimes
from camloom.redaction import log_unexpected
from camloom.sinks.queue import SinkWorker

_MAX_UNTOLD = 1000
_log = logging.getLogger(__name__)

Consumer = Callable[[FrameResult, Callable[[], None]], None]
"""Is given a result, and what to call, once, when it is done with it."""


class _Countdown:
    """Calls back when all of several deliveries are done."""

    __slots__ = ("_done", "_left", "_lock")

    def __init__(self, count: int, done: Callable[[], None]) -> None:
        self._left = count
        self._done = done
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            last = self._left == 0
        if last:
            self._done()


class Outlet:
    """Hands out what one stream has to say. What happens before the sinks are open is kept for them, the newest 1000.

    Args:
        consumers: given every result beside the sinks.
        on_event: given every event without a frame.

    Attributes:
        sinks: that are open; nobody else closes them.
    """

    def __init__(self, consumers: Sequence[Consumer], on_event: Callable[[Event], None]) -> None:
        self.sinks: Sequence[SinkWorker] = ()
        self._consumers = consumers
        self._on_event = on_event
        self._deliveries: list[Consumer] = []
        self._untold: deque[Event] = deque(maxlen=_MAX_UNTOLD)
        self._lock = threading.Lock()

    @property
    def untold(self) -> bool:
        """Whether something happened that no sink was told."""
        return bool(self._untold)

    def connect(self, sinks: Sequence[SinkWorker]) -> None:
        """Begin to deliver to sinks, and tell them what happened before they were opened."""
        self._deliveries = [*(worker.put for worker in sinks), *self._consumers]
        with self._lock:
            self.sinks = sinks
            while self._untold:  # under the lock: what is told meanwhile comes after it
                event = self._untold.popleft()
                for worker in sinks:
                    worker.tell(event)

    def tell(self, event: Event) -> None:
        """Deliver an event that has no frame; any thread."""
        self.tell_sinks(event)
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001  # whoever listens must end neither the stream nor the watch over all
            log_unexpected(_log, f"stream {event.source_id}: who listens to events without a frame failed", error)

    def tell_sinks(self, event: Event) -> None:
        """Deliver an event that has no frame to the sinks alone; any thread."""
        with self._lock:
            sinks = self.sinks
            if not sinks:
                self._untold.append(event)
        for worker in sinks:
            worker.tell(event)

    def hand_out(self, result: FrameResult, settle: Callable[[], None], times: StageTimes) -> None:
        """Deliver a result to all; `settle` is called when all are done with it."""
        if not self._deliveries:
            settle()
            return
        done = _Countdown(len(self._deliveries), settle)
        with times.measure("sinks"):
            for deliver in self._deliveries:
                deliver(result, done)

    def close(self) -> None:
        """Close the sinks, once they have taken everything."""
        for worker in self.sinks:
            worker.close()
