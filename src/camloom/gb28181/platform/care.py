"""What is done for a device while it is registered: ask who it is and what it has, subscribe, go on with that."""

import asyncio
import contextlib
import logging

from camloom.gb28181.manscdp.answers import read_info, read_status
from camloom.gb28181.manscdp.documents import Document
from camloom.gb28181.platform.catalog import fetch_catalog
from camloom.gb28181.platform.config import PlatformConfig
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.queries import DeviceRefusedError, Queries
from camloom.gb28181.platform.quirks import quirks_of
from camloom.gb28181.platform.subscriptions import Subscriptions, Topic
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError
from camloom.redaction import log_unexpected

_log = logging.getLogger(__name__)
_AT_ONCE = 64
_INFO_S = 6.0
_MOODS = (SipTimeoutError, DeviceRefusedError)


class Care:
    """Looks after all devices, a few at once when all of them come at the same time."""

    def __init__(self, config: PlatformConfig, endpoint: SipEndpoint, queries: Queries) -> None:
        self._config, self._endpoint, self._queries = config, endpoint, queries
        self._alarms = {one.id: one.alarms for one in config.devices}
        self._tasks: dict[Device, asyncio.Task[None]] = {}
        self._woken: dict[Device, asyncio.Event] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)

    def begin(self, device: Device) -> None:
        """Look after a device that came."""
        self._woken[device] = asyncio.Event()
        task = asyncio.create_task(self._look_after(device))
        task.add_done_callback(_report)
        self._tasks[device] = task

    def wake(self, device: Device) -> None:
        """Subscribe anew: it may have forgotten."""
        if device in self._woken:
            self._woken[device].set()

    def end(self, device: Device) -> None:
        """Do no more for one that went."""
        self._woken.pop(device, None)
        if task := self._tasks.pop(device, None):
            task.cancel()

    async def close(self) -> None:
        """Stop."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        self._tasks.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def refresh(self, device: Device) -> None:
        """Fetch the catalogue anew. Raises SipTimeoutError or DeviceRefusedError if the device does not tell."""
        channels = await fetch_catalog(
            self._queries, device, first_s=self._config.catalog_first_s, next_s=self._config.catalog_next_s
        )
        if channels:
            device.channels.clear()
        device.take_channels(channels)
        _log.info("%s has %d channels", device.id, len(channels))

    async def _look_after(self, device: Device) -> None:
        subscriptions = Subscriptions(self._endpoint, self._queries, device)
        async with self._places:
            await self._get_to_know(device)
        while True:
            async with self._places:
                await self._subscribe(device, subscriptions)
            if not await self._was_woken(device, subscriptions.lifetime_s * 0.8):
                with contextlib.suppress(*_MOODS):
                    await self.refresh(device)

    async def _was_woken(self, device: Device, within_s: float) -> bool:
        woken = self._woken[device]
        try:
            async with asyncio.timeout(within_s):
                await woken.wait()
        except TimeoutError:
            return False
        woken.clear()
        return True

    async def _get_to_know(self, device: Device) -> None:
        if document := await self._one_answer(device, "DeviceInfo"):
            device.info = read_info(document)
        if document := await self._one_answer(device, "DeviceStatus"):
            device.status = read_status(document)
        try:
            await self.refresh(device)
        except _MOODS as error:
            _log.warning("%s does not tell its channels: %s", device.id, error)

    async def _one_answer(self, device: Device, command: str) -> Document | None:
        with contextlib.suppress(*_MOODS):
            async with contextlib.aclosing(
                self._queries.answers(device, command, first_s=_INFO_S, next_s=_INFO_S)
            ) as answers:
                async for document in answers:
                    return document
        return None

    async def _subscribe(self, device: Device, subscriptions: Subscriptions) -> None:
        if not quirks_of(device.manufacturer, self._config.quirks).subscribes:
            return
        topics: tuple[Topic, ...] = ("Catalog", "Alarm") if self._alarms.get(device.id, True) else ("Catalog",)
        for topic in topics:
            status = await subscriptions.ask(topic)
            if not 200 <= status < 300:
                _log.info("%s takes no subscription to %s (%s)", device.id, topic, status or "no answer")


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log_unexpected(_log, "a device is not looked after any more", error)
