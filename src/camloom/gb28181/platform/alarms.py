"""Alarms of cameras, for whoever listens."""

import itertools
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

from camloom.gb28181.manscdp.answers import Alarm
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.feed import Feed

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class CameraAlarm:
    """An alarm, who told it and when.

    Attributes:
        number: rises by one with each alarm of this run of the service.
        device_id: who told it; `alarm.device_id` may be a channel or an input of it.
        received_at: aware UTC, by our clock.
    """

    number: int
    device_id: str
    received_at: datetime
    alarm: Alarm


class Alarms:
    """Gives alarms to all listeners and remembers the last of them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.latest: deque[CameraAlarm] = deque(maxlen=_REMEMBERED)
        self.feed: Feed[CameraAlarm] = Feed()

    def take(self, device: Device, alarm: Alarm) -> None:
        """Take an alarm of a device."""
        told = CameraAlarm(next(self._numbers), device.id, datetime.now(UTC), alarm)
        self.latest.append(told)
        self.feed.publish(told)
