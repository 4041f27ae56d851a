"""MESSAGE and NOTIFY: only from a device that is registered, and only from where it registered."""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import replace

from camloom.gb28181.manscdp.answers import GONE, Channel, read_alarm, read_channels
from camloom.gb28181.manscdp.documents import Document, parse_document
from camloom.gb28181.manscdp.xml import XmlError, text_of
from camloom.gb28181.platform.alarms import Alarms
from camloom.gb28181.platform.calls import Calls
from camloom.gb28181.platform.devices import Device, Devices
from camloom.gb28181.platform.limits import RateLimit
from camloom.gb28181.platform.queries import DeviceRefusedError, Queries
from camloom.gb28181.sip.endpoint import SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.transport import Peer

_log = logging.getLogger(__name__)
MAX_UDP_BODY_BYTES = 64 << 10
_MESSAGES = (400.0, 100.0)
_MAX_REPLIES = 64
_MEDIA_ENDED = "121"


class Inbox:
    """Takes what devices tell.

    Attributes:
        counters: refusals by reason.
    """

    def __init__(self, devices: Devices, queries: Queries, calls: Calls, alarms: Alarms) -> None:
        self._devices, self._queries, self._calls, self._alarms = devices, queries, calls, alarms
        self._limit = RateLimit(*_MESSAGES, devices.now)
        self._replies: set[asyncio.Task[None]] = set()
        self.counters: Counter[str] = Counter()

    def answer(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        """Return the answer to a MESSAGE or NOTIFY; None for one too many."""
        device = self._devices.at(asked.sender.user, peer)
        if device is None:
            return self._stranger(asked, peer)
        if not self._limit.take(device.id):
            self.counters["flood"] += 1
            return None
        if peer.protocol == "udp" and len(asked.body) > MAX_UDP_BODY_BYTES:
            return self._refuse(asked, 413, "big")
        try:
            document = parse_document(asked.body)
        except XmlError:
            return self._refuse(asked, 400, "xml")
        self._devices.seen(device)
        self._take(device, document, asked)
        return response_to(asked, 200)

    async def close(self) -> None:
        """Stop replying."""
        for task in self._replies:
            task.cancel()
        await asyncio.gather(*self._replies, return_exceptions=True)

    def _stranger(self, asked: SipMessage, peer: Peer) -> SipMessage:
        """Answer one who is not registered, or not there; some end a session under another name than their own."""
        with contextlib.suppress(XmlError):
            ours = self._calls.has(asked.call_id, peer)
            if ours and _says_media_ended(parse_document(asked.body)) and self._calls.take_end(asked.call_id, peer):
                return response_to(asked, 200)
        known = self._devices.get(asked.sender.user) is not None
        return self._refuse(asked, 403 if known else 404, "elsewhere" if known else "unknown")

    def _take(self, device: Device, document: Document, asked: SipMessage) -> None:
        if document.kind == "Response":
            if not self._queries.take(device, document):
                self.counters["unasked"] += 1
        elif document.kind == "Notify":
            self._take_notice(device, document, asked)
        else:
            self.counters["unhandled"] += 1

    def _take_notice(self, device: Device, document: Document, asked: SipMessage) -> None:
        if document.command == "Alarm":
            self._take_alarm(device, document, asked)
        elif document.command == "Catalog":
            _take_catalog(device, document)
        elif document.command == "MediaStatus" and _says_media_ended(document):
            self._calls.take_end(asked.call_id, device.peer)
        elif document.command != "Keepalive":
            self.counters["unhandled"] += 1

    def _take_alarm(self, device: Device, document: Document, asked: SipMessage) -> None:
        self._alarms.take(device, read_alarm(document))
        if asked.method == "MESSAGE" and len(self._replies) < _MAX_REPLIES:
            task = asyncio.get_running_loop().create_task(self._confirm(device, document))
            self._replies.add(task)
            task.add_done_callback(self._replies.discard)

    async def _confirm(self, device: Device, document: Document) -> None:
        """Tell a device that its alarm was taken, as the standard wants beside the 200."""
        with contextlib.suppress(SipTimeoutError, DeviceRefusedError):
            await self._queries.reply(device, "Alarm", document.sn, document.device_id, (("Result", "OK"),))

    def _refuse(self, asked: SipMessage, status: int, reason: str) -> SipMessage:
        self.counters[reason] += 1
        return response_to(asked, status)


def _says_media_ended(document: Document) -> bool:
    return document.command == "MediaStatus" and text_of(document.root, "NotifyType", 16) == _MEDIA_ENDED


def _take_catalog(device: Device, document: Document) -> None:
    channels = read_channels(document)
    for channel in channels:
        if channel.event.upper() in GONE:
            device.channels.pop(channel.id, None)
    device.take_channels([_merged(device, one) for one in channels if one.event.upper() not in GONE])


def _merged(device: Device, told: Channel) -> Channel:
    """Return a channel after a notice of a change, which may say no more than that it is on or off."""
    known = device.channels.get(told.id)
    if known is None or told.name:
        return told
    return replace(known, status=told.status, event=told.event)
