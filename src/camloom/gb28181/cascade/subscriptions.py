"""Who above wants to be told: SUBSCRIBE for alarms and for changes of the catalogue."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from camloom.gb28181.manscdp.documents import Document, write_document
from camloom.gb28181.manscdp.xml import CONTENT_TYPE, Tree
from camloom.gb28181.sip.dialog import Dialog, new_token
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, response_to
from camloom.gb28181.sip.transport import Peer

Topic = Literal["Alarm", "Catalog"]
_TOPICS: tuple[Topic, ...] = ("Alarm", "Catalog")
_MAX_EXPIRES_S = 604_800
_DEFAULT_EXPIRES_S = 3600
_ANSWER_S = 5.0


@dataclass(slots=True)
class _Subscription:
    dialog: Dialog
    event: str
    until_s: float


class Subscriptions:
    """At most one for each topic; a new one takes the place of the old one."""

    def __init__(self, endpoint: SipEndpoint) -> None:
        self._endpoint = endpoint
        self._of: dict[str, _Subscription] = {}

    def take(self, asked: SipMessage, document: Document, peer: Peer) -> SipMessage:
        """Answer a SUBSCRIBE."""
        if document.command not in _TOPICS:
            return response_to(asked, 489, tag=new_token())
        expires_s = min(_DEFAULT_EXPIRES_S if asked.expires is None else asked.expires, _MAX_EXPIRES_S)
        contact = ("contact", self._endpoint.contact(peer))
        event = asked.get("event") or "presence"
        answer = response_to(
            asked, 200, contact, ("expires", str(expires_s)), ("event", event), tag=asked.target.tag or new_token()
        )
        if expires_s:
            self._keep(document.command, asked, answer, peer, event, expires_s)
        else:
            self._of.pop(document.command, None)
        return answer

    def has(self, topic: Topic) -> bool:
        """Whether somebody wants to be told now."""
        found = self._of.get(topic)
        if found is not None and found.until_s <= _now_s():
            del self._of[topic]
            return False
        return found is not None

    async def tell(self, topic: Topic, about: str, sn: int, more: Tree, charset: str) -> bool:
        """Send a NOTIFY; False if nobody wants it or it was not taken."""
        if not self.has(topic):
            return False
        found = self._of[topic]
        kind: Literal["Notify"] = "Notify"
        left_s = max(0, round(found.until_s - _now_s()))
        asked = found.dialog.request(
            "NOTIFY",
            ("event", found.event),
            ("subscription-state", f"active;expires={left_s}"),
            body=write_document(kind, topic, sn, about, more, charset),
            content_type=CONTENT_TYPE,
        )
        try:
            status = (await self._endpoint.request(asked, found.dialog.peer, timeout_s=_ANSWER_S)).status
        except SipTimeoutError:
            status = 0
        if status != 200:  # whoever does not take it has forgotten that it asked
            self._of.pop(topic, None)
        return status == 200

    def _keep(self, topic: str, asked: SipMessage, answer: SipMessage, peer: Peer, event: str, expires_s: int) -> None:
        known = self._of.get(topic)
        until_s = _now_s() + expires_s
        if known is not None and known.dialog.call_id == asked.call_id:
            known.until_s, known.event = until_s, event
        else:
            self._of[topic] = _Subscription(Dialog.of_request(asked, answer, peer), event, until_s)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
