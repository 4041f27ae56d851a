"""The devices that are registered now, and where each is."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from camloom.gb28181.manscdp.answers import Channel, DeviceInfo, DeviceStatus
from camloom.gb28181.sip.transport import Peer

MAX_CHANNELS = 10_000


@dataclass(slots=True, eq=False)
class Device:
    """One device that proved who it is.

    Attributes:
        id: exactly as it writes it.
        peer: where its last proven REGISTER came from; only from there it is listened to.
        version: of the standard: 1.0 2011, 1.1 2014, 2.0 2016, 3.0 2022; empty where it does not say.
        expires_s, seen_s: `now()` when its registration ends, and when it last spoke.
        registered_at: aware UTC.
        call_id: of its last REGISTER; another one may mean that it restarted.
    """

    id: str
    peer: Peer
    version: str
    expires_s: float
    seen_s: float
    registered_at: datetime
    call_id: str = ""
    info: DeviceInfo | None = None
    status: DeviceStatus | None = None
    channels: dict[str, Channel] = field(default_factory=dict)

    @property
    def charset(self) -> str:
        """What to declare in XML for it."""
        return "GB18030" if self.version.startswith("3") else "GB2312"

    @property
    def manufacturer(self) -> str:
        """The maker as it says, or as its channels say."""
        if self.info is not None and self.info.manufacturer:
            return self.info.manufacturer
        return next((one.manufacturer for one in self.channels.values() if one.manufacturer), "")

    def take_channels(self, channels: list[Channel]) -> None:
        """Remember channels, up to `MAX_CHANNELS`."""
        for channel in channels:
            if channel.id in self.channels or len(self.channels) < MAX_CHANNELS:
                self.channels[channel.id] = channel


class Devices:
    """Registered devices by identity.

    Args:
        offline_s: so long a device may be silent.
        most: how many there may be.
    """

    def __init__(self, offline_s: float, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._offline_s = offline_s
        self._most = most
        self.now = now
        self._known: dict[str, Device] = {}

    def __iter__(self) -> Iterator[Device]:
        return iter(list(self._known.values()))

    def get(self, identity: str) -> Device | None:
        """Return the device of an identity."""
        return self._known.get(identity)

    def at(self, identity: str, peer: Peer) -> Device | None:
        """Return the device of an identity if it is at that place."""
        device = self._known.get(identity)
        return device if device is not None and device.peer == peer else None

    def register(self, identity: str, peer: Peer, expires_s: float, *, version: str) -> Device | None:
        """Remember where a device is; None if there is no room for one more.

        One that moved is another `Device` with the channels that it had.
        """
        now_s = self.now()
        device = self.at(identity, peer)
        if device is None:
            if identity not in self._known and len(self._known) >= self._most:
                return None
            before = self._known.get(identity)
            device = self._known[identity] = Device(identity, peer, version, 0.0, 0.0, datetime.now(UTC))
            if before is not None:
                device.info, device.status, device.channels = before.info, before.status, before.channels
        device.version = version or device.version
        device.expires_s, device.seen_s = now_s + expires_s, now_s
        return device

    def seen(self, device: Device) -> None:
        """Remember that it lives."""
        device.seen_s = self.now()

    def remove(self, device: Device) -> None:
        """Forget it."""
        if self._known.get(device.id) is device:
            del self._known[device.id]

    def overdue(self) -> list[Device]:
        """Return those whose registration ended or who were silent for too long."""
        return [one for one in self if self.is_overdue(one)]

    def is_overdue(self, device: Device) -> bool:
        """Tell whether the registration of a device ended or it was silent for too long."""
        return self.now() > min(device.expires_s, device.seen_s + self._offline_s)

    def on(self, peer: Peer) -> list[Device]:
        """Return those behind a connection."""
        return [one for one in self if one.peer == peer]
