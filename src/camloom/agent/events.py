"""Events that a worker told and may not have lived to hand over."""

from collections import deque
from pathlib import Path

from camloom.event import Event
from camloom.exchange import EventMessage, HostSide
from camloom.sinks.platform import event_message

_MOST_KEPT = 10_000
_AT_ONCE = 500


class EventNet:
    """Hands over every event that is told once more: what the sink of the worker has handed over already is no second.

    A worker tells its supervisor of an event as it tells its sinks. If it is killed between the two, this one has it.

    Args:
        streams: folder of what the streams write.
    """

    def __init__(self, streams: Path) -> None:
        self._streams = streams.absolute()
        self._waiting: deque[EventMessage] = deque(maxlen=_MOST_KEPT)
        self._batch: list[EventMessage] = []

    def take(self, event: Event) -> None:
        """Take in an event; any thread."""
        self._waiting.append(event_message(event, event.source_id, self._streams / event.source_id))

    def hand_over(self, exchange: HostSide) -> None:
        """Hand over what waits; one thread. ExchangeError: it waits on."""
        while some := self._next():
            exchange.publish(some)
            self._batch = []

    def _next(self) -> list[EventMessage]:
        while self._waiting and len(self._batch) < _AT_ONCE:
            self._batch.append(self._waiting.popleft())
        return self._batch
