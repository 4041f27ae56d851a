"""Subscriptions to changes of the catalogue and to alarms, kept alive."""

from dataclasses import dataclass
from typing import Literal

from camloom.gb28181.manscdp.documents import write_document
from camloom.gb28181.manscdp.xml import CONTENT_TYPE, Tree
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.queries import MESSAGE_TIMEOUT_S, Queries
from camloom.gb28181.sip.dialog import Dialog, new_token
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError

Topic = Literal["Catalog", "Alarm"]
EXPIRES_S = 3600
_ANY_ALARM: Tree = (
    ("StartAlarmPriority", "0"),
    ("EndAlarmPriority", "0"),
    ("AlarmMethod", "0"),
)


@dataclass(slots=True)
class _Subscription:
    dialog: Dialog
    event: str


class Subscriptions:
    """What a device was asked to tell by itself. One instance a device.

    Attributes:
        lifetime_s: of the shortest subscription.
    """

    def __init__(self, endpoint: SipEndpoint, queries: Queries, device: Device) -> None:
        self._endpoint, self._queries, self._device = endpoint, queries, device
        self.lifetime_s = EXPIRES_S
        self._kept: dict[Topic, _Subscription] = {}

    async def ask(self, topic: Topic) -> int:
        """Subscribe, or go on with a subscription; return the SIP status (0 for no answer)."""
        kept = self._kept.pop(topic, None)
        status = await self._ask(topic, kept)
        if kept is not None and status >= 400:  # it forgot, as after a restart
            status = await self._ask(topic, None)
        return status

    async def _ask(self, topic: Topic, kept: _Subscription | None) -> int:
        event = kept.event if kept else _event(topic)
        contact = self._endpoint.contact(self._device.peer)
        headers = (("event", event), ("expires", str(EXPIRES_S)), ("contact", contact))
        body = self._body(topic)
        if kept is not None:
            asked = kept.dialog.request("SUBSCRIBE", *headers, body=body, content_type=CONTENT_TYPE)
        else:
            asked = self._queries.request_to(self._device, "SUBSCRIBE", self._device.id, *headers, body=body)
        try:
            answer = await self._endpoint.request(asked, self._device.peer, timeout_s=MESSAGE_TIMEOUT_S)
        except SipTimeoutError:
            return 0
        if answer.status < 300:
            dialog = kept.dialog if kept else Dialog.of_response(asked, answer, self._device.peer)
            self._kept[topic] = _Subscription(dialog, event)
            self.lifetime_s = min(self.lifetime_s, max(60, answer.expires or EXPIRES_S))
        return answer.status

    def _body(self, topic: Topic) -> bytes:
        more = _ANY_ALARM if topic == "Alarm" else ()
        return write_document("Query", topic, int(new_token(3), 16), self._device.id, more, self._device.charset)


def _event(topic: Topic) -> str:
    return f"Catalog;id={int(new_token(2), 16)}" if topic == "Catalog" else "presence"
