"""The platform: who registers, what they tell, and their live video."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable

from camloom.gb28181.platform.alarms import Alarms
from camloom.gb28181.platform.calls import Calls
from camloom.gb28181.platform.care import Care
from camloom.gb28181.platform.config import Passwords, PlatformConfig
from camloom.gb28181.platform.devices import Device, Devices
from camloom.gb28181.platform.inbox import Inbox
from camloom.gb28181.platform.limits import RateLimit
from camloom.gb28181.platform.queries import Queries
from camloom.gb28181.platform.quirks import Quirks, quirks_of
from camloom.gb28181.platform.registrar import Registrar
from camloom.gb28181.sip.endpoint import Identity, SipEndpoint
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer, TransportLimits

_log = logging.getLogger(__name__)
_SWEEP_S = 1.0


class Platform:
    """A superior platform of GB/T 28181.

    Args:
        now: seconds of a clock that never jumps; tests set it forward.
        timing: of SIP's retransmissions; tests make it shorter.

    Attributes:
        devices, calls, alarms, queries, care: what other parts of the service use.
    """

    def __init__(
        self,
        config: PlatformConfig,
        passwords: Passwords,
        *,
        now: Callable[[], float] = time.monotonic,
        timing: Timing | None = None,
    ) -> None:
        self.config = config
        identity = Identity(config.id, config.domain, config.advertise)
        self.endpoint = SipEndpoint(identity, self, timing=timing, limits=TransportLimits(admits=self._admits))
        self.devices = Devices(config.keepalive_s * config.keepalive_misses, config.max_devices, now)
        self.queries = Queries(self.endpoint)
        self.calls = Calls(self.endpoint, self.queries, config.domain)
        self.alarms = Alarms()
        self.care = Care(config, self.endpoint, self.queries)
        self._registrar = Registrar(
            config, passwords, self.devices, registered=self._registered, left=self._left, now=now
        )
        self._inbox = Inbox(self.devices, self.queries, self.calls, self.alarms)
        self._sweeping: asyncio.Task[None] | None = None
        self._dropped: Counter[str] = Counter()
        self._strangers = RateLimit(burst=3, per_s=1 / 60, now=now)

    @property
    def port(self) -> int:
        """Where it listens, once started."""
        return self.endpoint.transport.port

    @property
    def counters(self) -> Counter[str]:
        """What was refused or dropped, by reason."""
        return self._dropped + self._registrar.counters + self._inbox.counters + self.endpoint.counters

    async def start(self) -> None:
        """Listen. OSError if the port cannot be had."""
        await self.endpoint.start(self.config.host, self.config.port)
        self._sweeping = asyncio.create_task(self._sweep())

    async def close(self) -> None:
        """End all live sessions and stop."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self.calls.close()
        await self.care.close()
        await self._inbox.close()
        await self.endpoint.close()

    async def handle(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        """Answer a request; see `Handler`."""
        if not self._admits(peer.host):
            return None
        if asked.method == "REGISTER":
            return self._registrar.answer(asked, peer)
        if asked.method in ("MESSAGE", "NOTIFY"):
            return self._inbox.answer(asked, peer)
        if asked.method == "ACK":
            return None
        if asked.method == "BYE":
            return response_to(asked, 200 if self.calls.take_end(asked.call_id, peer) else 481)
        return self._other(asked, peer)

    def lost(self, peer: Peer) -> None:
        """Take a device for offline when its connection is gone."""
        for device in self.devices.on(peer):
            self._gone(device, "connection lost")

    def quirks(self, device: Device) -> Quirks:
        """Return how to treat a device."""
        return quirks_of(device.manufacturer, self.config.quirks)

    def sweep(self) -> None:
        """Take devices for offline that were silent for too long."""
        for device in self.devices.overdue():
            self._gone(device, "silent")

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            self.sweep()

    def _admits(self, host: str) -> bool:
        if self.config.allows(host):
            return True
        self._dropped["address"] += 1
        if self._strangers.take("all"):
            _log.warning("a request from %s gets no answer: its address is not in `addresses`", host)
        return False

    def _other(self, asked: SipMessage, peer: Peer) -> SipMessage:
        if self.devices.at(asked.sender.user, peer) is None:
            self._dropped["unknown"] += 1
            return response_to(asked, 403)
        if asked.method == "OPTIONS":
            return response_to(asked, 200)
        return response_to(asked, 488 if asked.method == "INVITE" else 405)

    def _registered(self, device: Device, before: Device | None) -> None:
        if before is device:
            self.care.wake(device)
            return
        if before is not None:
            self.care.end(before)
            self.calls.drop(before, "moved")
        _log.info("%s registered from %s", device.id, device.peer)
        self.care.begin(device)

    def _left(self, device: Device) -> None:
        self._gone(device, "deregistered")

    def _gone(self, device: Device, why: str) -> None:
        _log.info("%s is offline: %s", device.id, why)
        self.devices.remove(device)
        self.care.end(device)
        self.calls.drop(device, "offline")
