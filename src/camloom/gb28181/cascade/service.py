"""Camloom as a device of another platform: everything that is said to it and by it."""

import asyncio
import contextlib
import logging
from collections import Counter, OrderedDict
from collections.abc import Coroutine, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from camloom.gb28181.cascade.alarms import AlarmNotice, alarm_sn, alarm_tree, is_alarm, read_notice
from camloom.gb28181.cascade.answers import catalog_change, catalog_parts, device_info, device_status
from camloom.gb28181.cascade.calls import Calls
from camloom.gb28181.cascade.config import CascadeConfig
from camloom.gb28181.cascade.live import MakeSource
from camloom.gb28181.cascade.registration import Registration
from camloom.gb28181.cascade.subscriptions import Subscriptions
from camloom.gb28181.manscdp.documents import Document, parse_document
from camloom.gb28181.manscdp.xml import Tree, XmlError, text_of
from camloom.gb28181.sip.dialog import new_token
from camloom.gb28181.sip.endpoint import Identity, SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer

_log = logging.getLogger(__name__)
_MAX_DELIVERED = 10_000
_MAX_ANSWERING = 8
_MAX_UNDER_WAY = 256
# We are not known there at the moment, or it is too slow: that passes.
_NOT_NOW = (401, 403, 404, 408, 481)
_NO_SUBSCRIBER = 481
AGAIN = ("offline", "refused")
Delivery = Literal["delivered", "duplicate", "not an alarm", "offline", "unknown channel", "refused", "rejected"]


class Cascade:
    """Stays registered at one platform from `start` to `close`.

    Args:
        password: of the platform above.
        make_source: a source for a channel, not opened yet.
        timing: of SIP; tests make it shorter.

    Attributes:
        counters: what was refused.
    """

    def __init__(
        self, config: CascadeConfig, password: str, make_source: MakeSource, *, timing: Timing | None = None
    ) -> None:
        identity = Identity(config.id, config.upstream.sip_domain, config.advertise)
        self._config = config
        self._endpoint = SipEndpoint(identity, self, timing=timing)
        self.registration = Registration(config.upstream, config.id, password, self._endpoint, self._forgotten)
        self._subscriptions = Subscriptions(self._endpoint)
        self._calls = Calls(config, self._endpoint, make_source, self._media_ended)
        self._online: dict[str, bool] = {}
        self._delivered: OrderedDict[str, None] = OrderedDict()
        self._delivering = asyncio.Lock()
        self._under_way: dict[str, asyncio.Task[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()
        self.counters: Counter[str] = Counter()

    async def start(self) -> None:
        """Listen, and begin to register. OSError if the address or port cannot be had."""
        await self._endpoint.start(self._config.host, self._config.port)
        self._spawn(self.registration.run())

    async def close(self) -> None:
        """End all calls and say goodbye."""
        await self._calls.close()
        with contextlib.suppress(SipTimeoutError, OSError):
            await self.registration.leave()
        tasks = [*self._tasks, *self._under_way.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._endpoint.close()

    @property
    def port(self) -> int:
        """Of signalling."""
        return self._endpoint.transport.port

    def status(self) -> dict[str, Any]:
        """Return how things are, as plain data."""
        return {
            "upstream": self._config.upstream.id,
            "online": self.registration.online,
            "reason": self.registration.reason,
            "live": len(self._calls),
            "delivered": len(self._delivered),
            "refused": dict(self.counters),
        }

    async def deliver(self, event: Mapping[str, Any], channel: str = "") -> Delivery:
        """Tell the platform above of an event document.

        It goes on when whoever waits for it gives up: who asks again for the same event meanwhile waits for the same
        delivery, and hears of `duplicate` afterwards.

        Args:
            channel: id of the channel; empty: the one that the event's source belongs to.

        Returns:
            What became of it; only after those in `AGAIN` does it make sense to come again. `refused` says not now,
            `rejected` that the platform will never take this one.

        Raises:
            ValueError: it is no event.
        """
        found = self._config.channel(channel or str(event.get("source_id", "")))
        if found is None:
            return "unknown channel"
        await self._follow_state(found.id, str(event.get("type", "")))
        if not is_alarm(event):
            return "not an alarm"
        notice = read_notice(event, found.id, self._config.alarm_types)
        under_way = self._under_way.get(notice.event_id)
        if under_way is None and len(self._under_way) >= _MAX_UNDER_WAY:
            return "refused"
        return await asyncio.shield(under_way or self._begin(notice))

    # What the endpoint calls

    async def handle(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        """Answer a request of the platform above; strangers get no answer."""
        if not self._is_above(peer):
            self.counters["stranger"] += 1
            return None
        if asked.method == "ACK":
            self._calls.acknowledge(asked, peer)
            return None
        if asked.method == "INVITE":
            return await self._calls.invite(asked, peer)
        if asked.method == "BYE":
            return await self._calls.bye(asked, peer)
        if asked.method in ("MESSAGE", "SUBSCRIBE"):
            return self._on_document(asked, peer)
        return response_to(asked, 200 if asked.method in ("OPTIONS", "INFO") else 405, tag=new_token())

    def lost(self, peer: Peer) -> None:
        """A TCP connection is gone, and the calls on it with it."""
        self.registration.lost(peer)
        self._calls.drop(peer)

    def _forgotten(self) -> None:
        """The platform does not know us any more: it does not know its calls either."""
        self._calls.drop()

    def _is_above(self, peer: Peer) -> bool:
        above = self.registration.peer
        if above is None or above.protocol != peer.protocol:
            return False
        return above == peer if peer.protocol == "tcp" else above.host == peer.host

    # What is asked

    def _on_document(self, asked: SipMessage, peer: Peer) -> SipMessage:
        try:
            document = parse_document(asked.body)
        except XmlError:
            self.counters["malformed"] += 1
            return response_to(asked, 400, tag=new_token())
        if asked.method == "SUBSCRIBE":
            return self._subscriptions.take(asked, document, peer)
        answers = self._answers(document)
        if answers and len(self._answering) >= _MAX_ANSWERING:
            self.counters["busy"] += 1
            return response_to(asked, 503, tag=new_token())
        if answers:
            task = self._spawn(self._answer(document, answers))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        return response_to(asked, 200, tag=new_token())

    def _answers(self, document: Document) -> list[Tree]:
        """Return the children of each document that a query or an order is answered with."""
        if document.kind == "Control":
            return _answer_to_order(document)
        if document.kind != "Query":
            return []
        if document.command == "Catalog":
            return list(catalog_parts(self._config, self._online))
        if document.command == "DeviceInfo":
            return [device_info(self._config)]
        if document.command == "DeviceStatus":
            return [device_status(datetime.now().astimezone())]
        return []

    async def _answer(self, document: Document, answers: Iterable[Tree]) -> None:
        """Send the parts of an answer; each only after the one before was taken."""
        about = document.device_id or self._config.id
        try:
            for more in answers:
                status = await self.registration.tell("Response", document.command, about, more, document.sn)
                if status != 200:
                    return
        except SipTimeoutError:
            _log.warning("the platform above did not take the answer to %s", document.command)

    # What is told

    def _begin(self, notice: AlarmNotice) -> "asyncio.Task[Delivery]":
        task = asyncio.get_running_loop().create_task(self._deliver_in_turn(notice))
        self._under_way[notice.event_id] = task
        task.add_done_callback(lambda _: self._under_way.pop(notice.event_id))
        return task

    async def _deliver_in_turn(self, notice: AlarmNotice) -> Delivery:
        async with self._delivering:  # in the order in which they came
            return await self._deliver(notice)

    async def _deliver(self, notice: AlarmNotice) -> Delivery:
        if notice.event_id in self._delivered:
            return "duplicate"
        if not self.registration.online:
            return "offline"
        channel = self._config.channel(notice.channel_id)
        assert channel is not None
        more = alarm_tree(notice, channel.longitude, channel.latitude)
        try:
            status = await self._send_alarm(notice, more)
        except SipTimeoutError:
            return "offline"
        if status != 200:
            _log.warning("the platform above answered %d to an alarm", status)
            return "refused" if status in _NOT_NOW or status >= 500 else "rejected"
        self._delivered[notice.event_id] = None
        if len(self._delivered) > _MAX_DELIVERED:
            self._delivered.popitem(last=False)
        return "delivered"

    async def _send_alarm(self, notice: AlarmNotice, more: Tree) -> int:
        """Send an alarm in the way that is wanted; return the status of the answer."""
        way, sn, charset = self._config.alarms_by, alarm_sn(notice), self.registration.charset
        if way != "message" and await self._subscriptions.tell("Alarm", notice.channel_id, sn, more, charset):
            return 200
        if way == "notify":
            return _NO_SUBSCRIBER
        return await self.registration.tell("Notify", "Alarm", notice.channel_id, more, str(sn))

    async def _follow_state(self, channel_id: str, kind: str) -> None:
        """Keep in mind whether a camera is there, and tell who subscribed to the catalogue."""
        state = {"source.online": True, "source.offline": False}.get(kind)
        if state is None or self._online.get(channel_id, True) == state:
            return
        self._online[channel_id] = state
        channel = self._config.channel(channel_id)
        assert channel is not None
        change = catalog_change(channel, "ON" if state else "OFF")
        sn, charset = self.registration.next_sn(), self.registration.charset
        await self._subscriptions.tell("Catalog", self._config.id, sn, change, charset)

    async def _media_ended(self, channel_id: str) -> None:
        with contextlib.suppress(SipTimeoutError):
            await self.registration.tell("Notify", "MediaStatus", channel_id, (("NotifyType", "121"),))

    def _spawn(self, work: "Coroutine[Any, Any, None]") -> "asyncio.Task[None]":
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _answer_to_order(document: Document) -> list[Tree]:
    """Orders that want an answer get an honest one: alarms are always armed, nothing is recorded for others.

    Movements, keyframes and the like are taken without an answer, as the standard says.
    """
    guard = text_of(document.root, "GuardCmd", 32)
    if guard:
        return [(("Result", "OK" if guard == "SetGuard" else "ERROR"),)]
    if any(text_of(document.root, name, 32) for name in ("RecordCmd", "AlarmCmd")):
        return [(("Result", "ERROR"),)]
    return []
