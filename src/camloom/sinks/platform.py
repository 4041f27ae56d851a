"""Events for the server: handed to the exchange of the host, where they outlive every crash."""

import json
import logging
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import StrictModel
from camloom.errors import ExchangeError
from camloom.event import Event, FrameResult
from camloom.exchange import EventMessage
from camloom.exchange.local import LOCAL_HOST, LocalHost
from camloom.sinks.base import SinkContext
from camloom.sinks.document import event_to_dict, to_json
from camloom.sinks.paths import OutPath

_MOST_KEPT = 10_000
_AT_ONCE = 200
_AGAIN_S = 1.0
_logger = logging.getLogger(__name__)


class PlatformConfig(StrictModel):
    """Which exchange."""

    exchange: OutPath = Field(default="exchange.db", description="its file, inside the output folder or absolute")
    host_id: str = Field(default=LOCAL_HOST, min_length=1, max_length=64, description="of this host")


def event_message(event: Event, task_id: str, out: Path) -> EventMessage:
    """Return an event as it goes to the server.

    Args:
        out: folder that the names of its media count from.
    """
    # What a camera calls itself may be no proper text.
    document = json.loads(to_json(event_to_dict(event)).encode("utf-8", "replace"))
    media = {kind: out / place for kind, place in event.media.items()}
    return EventMessage(id=event.id, task_id=task_id, event=document, media=media)


class PlatformSink:
    """Hands every event to the exchange, with where its picture and clip will be; on the disk before `write` returns.

    While the exchange takes nothing, up to 10,000 events wait in memory and are tried again every second.
    """

    Config: ClassVar[type[BaseModel]] = PlatformConfig
    needs_pixels: ClassVar = False
    events_only: ClassVar = True

    def __init__(self, config: PlatformConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self._config = config
        self._clock = clock
        self._exchange: LocalHost | None = None
        self._task_id = ""
        self._out = Path()
        self._waiting: deque[EventMessage] = deque()
        self._again_s = 0.0
        self._told = False
        self.lost = 0

    def open(self, context: SinkContext) -> None:
        """Note whose events these are. The exchange may be away at this moment: a camera is not to wait for it."""
        self._task_id, self._out = context.task_id, context.out.absolute()

    def write(self, result: FrameResult) -> None:
        """Hand over the events of a frame."""
        for event in result.events:
            self._keep(event)
        self.idle()

    def take_event(self, event: Event) -> None:
        """Hand over an event that has no frame."""
        self._keep(event)
        self.idle()

    def idle(self) -> None:
        """Hand over what waits, if it is time to try."""
        if self._waiting and self._clock() >= self._again_s:
            self._hand_over()

    def close(self) -> None:
        """Hand over what waits, and close the exchange."""
        if self._waiting:
            self._hand_over()
        if self._waiting:
            _logger.error("%d events of %s did not reach the exchange and are lost", len(self._waiting), self._task_id)
            self._waiting.clear()
        if self._exchange is not None:
            self._exchange.close()
            self._exchange = None

    def _keep(self, event: Event) -> None:
        self._waiting.append(event_message(event, self._task_id, self._out))
        while len(self._waiting) > _MOST_KEPT:
            self._waiting.popleft()
            self.lost += 1
            if self.lost == 1:
                _logger.error("the exchange takes nothing: the oldest events of %s are being lost", self._task_id)

    def _hand_over(self) -> None:
        try:
            exchange = self._connected()
            while self._waiting:
                some = list(islice(self._waiting, _AT_ONCE))
                exchange.publish(some)
                for _ in some:
                    self._waiting.popleft()
        except ExchangeError as error:
            self._again_s = self._clock() + _AGAIN_S
            if not self._told:
                _logger.warning("events of %s wait in memory: %s", self._task_id, error)
            self._told = True
        else:
            self._told = False

    def _connected(self) -> LocalHost:
        if self._exchange is None:
            self._exchange = LocalHost(self._out / self._config.exchange, self._config.host_id)
        return self._exchange
