"""A GB/T 28181 device of our own for tests: an NVR with channels, well behaved or as sloppy as real ones are.

    with Device(("127.0.0.1", 5060), channels=[Channel("34020000001310000001")], habits={"no-marker"}) as device:
        assert device.wait_online()

    python -m tests.gb28181.device --help

It registers by itself, keeps itself alive, registers again when the platform has forgotten it, answers queries,
sends live pictures when invited, and remembers what it was asked to do. Everything random comes from `seed`.
What it can be told stands in `Settings` (device_talk.py) and in habits.py.
"""

import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from tests.gb28181 import device_xml as xml
from tests.gb28181.clips import Picture, clip
from tests.gb28181.device_calls import Call, Calls
from tests.gb28181.device_sip import Address, Sip, answer_to, authorization, parameters, tag_of
from tests.gb28181.device_talk import CHANNEL_ID, DEVICE_ID, PASSWORD, PLATFORM_ID, Settings, Talk
from tests.gb28181.device_xml import Channel

__all__ = ["CHANNEL_ID", "DEVICE_ID", "PASSWORD", "PLATFORM_ID", "Channel", "Device"]

_VERSIONS = {"2016": "2.0", "2022": "3.0"}


@dataclass
class Subscription:
    """Somebody wants to hear of something, such as Catalog or Alarm."""

    event: str
    request: Sip
    tag: str
    cseq: int = 0


class Device(Talk):
    """See the text of this module. Use it as a context manager, or `start` and `stop` it.

    Attributes:
        seen: what it was asked and told.
        calls: its live sessions.
        refuse: the status it refuses an INVITE with; 0 accepts.
        keepalive_muted: it sends no keepalive any more.
    """

    def __init__(self, server: Address, **settings: Any) -> None:
        super().__init__(server, Settings(**settings))
        self.subscriptions: dict[str, Subscription] = {}
        self.keepalive_muted = False
        self.refuse = self.settings.refuse
        self.calls = Calls(self)
        self._wake = threading.Event()
        self._register_id = self.token()
        self._away = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # Life

    def start(self) -> None:
        """Plug it in; after `stop` again, on a new port unless `settings.port` says which."""
        self._away = False
        self.start_threads(self._live)

    def stop(self) -> None:
        """Pull the plug: no goodbye."""
        self.over.set()
        self._wake.set()
        self.calls.stop_all()
        self.stop_threads()

    def move(self) -> None:
        """Get another port, as after a reboot or behind a NAT, and register from there."""
        self.drop_link()
        self._wake.set()

    def wait_online(self, timeout_s: float = 5) -> bool:
        """Wait until it is registered."""
        return self.online.wait(timeout_s)

    def deregister(self) -> int:
        """Say goodbye and stay away; returns the status."""
        self._away = True
        return self.register(expires_s=0)

    # What it sends

    def register(self, expires_s: int | None = None) -> int:
        """Register with digest; returns the final status, 0 for silence."""
        expires_s = self.settings.expires_s if expires_s is None else expires_s
        if "cseq-reset" in self.habits:
            self.cseq = 0
        first = self._register_request(expires_s)
        if "preemptive-auth" in self.habits:
            own = {"realm": self.settings.platform_id[:10], "nonce": "0123456789abcdef"}
            first.headers.append(self._authorization(own, first.uri))
        answer = self.ask(first)
        if answer is not None and answer.status == 401:
            second = self._register_request(expires_s)
            second.headers.append(self._authorization(self._challenge(answer), second.uri))
            answer = self.ask(second)
        status = answer.status if answer else 0
        (self.online.set if status == 200 and expires_s else self.online.clear)()
        return status

    def keepalive(self) -> int:
        """Send one keepalive; returns the status, 0 for silence."""
        text = xml.notice("Notify", "Keepalive", self.next_sn(), self.settings.id, xml.element(Status="OK"))
        return self.message(text)

    def message(self, text: str, *, extra: Sequence[tuple[str, str]] = (), from_id: str = "") -> int:
        """Send MANSCDP as a MESSAGE; returns the status, 0 for silence."""
        answer = self.ask(self.with_xml(self.request("MESSAGE", extra=extra, from_id=from_id), text))
        return answer.status if answer else 0

    def alarm(
        self, channel: str = "", *, method: int = 5, kind: int = 6, priority: int = 1, text: str = "入侵", by: str = ""
    ) -> int:
        """Raise an alarm by `message` or by `notify` (if subscribed); returns the status of the answer."""
        channel = channel or self.settings.channels[0].id
        at = time.strftime("%Y-%m-%dT%H:%M:%S")
        inner = xml.alarm(self.next_sn(), channel, method=method, priority=priority, kind=kind, text=text, at=at)
        return self.notify("Alarm", inner) if by == "notify" else self.message(inner)

    def catalog_change(self, channel: Channel, event: str) -> int:
        """Tell the subscriber of the catalog; returns the status of the answer."""
        return self.notify("Catalog", xml.catalog_change(self.next_sn(), self.settings.id, channel, event))

    def notify(self, kind: str, text: str) -> int:
        """Send a NOTIFY in the dialog of a subscription; 0 where there is none, or for silence."""
        found = self.subscriptions.get(kind)
        if found is None:
            return 0
        found.cseq += 1
        headers = [
            ("From", f"{found.request.get('To').split(';tag=')[0]};tag={found.tag}"),
            ("To", found.request.get("From")),
            ("Call-ID", found.request.get("Call-ID")),
            ("CSeq", f"{found.cseq} NOTIFY"),
            ("Event", found.event),
            ("Subscription-State", "active"),
        ]
        answer = self.ask(self.with_xml(self.plain("NOTIFY", headers), text))
        return answer.status if answer else 0

    def _register_request(self, expires_s: int) -> Sip:
        me = f"<sip:{self.settings.id}@{self.settings.platform_id[:10]}>"
        headers = [
            ("From", f"{me};tag={self.token()}"),
            ("To", me),
            ("Call-ID", self._register_id),
            ("CSeq", f"{self.next_cseq()} REGISTER"),
            ("Contact", self.contact),
            ("Expires", str(expires_s)),
            ("X-GB-Ver", _VERSIONS[self.settings.version]),
            ("User-Agent", "Simulated device"),
        ]
        return self.plain("REGISTER", headers)

    def _challenge(self, answer: Sip) -> dict[str, str]:
        """The first challenge that it understands."""
        given = [parameters(header) for header in answer.all("WWW-Authenticate")]
        known = self.settings.algorithms
        return next((one for one in given if one.get("algorithm", "MD5").upper() in known), given[0])

    def _authorization(self, challenge: dict[str, str], uri: str) -> tuple[str, str]:
        user = self.settings.user or self.settings.id
        return "Authorization", authorization(challenge, user, self.settings.password, "REGISTER", uri)

    def _live(self) -> None:
        """Register, keep alive, begin again."""
        registered_s = 0.0
        while not self.over.is_set():
            self._wake.clear()
            due = time.monotonic() - registered_s > self.settings.expires_s / 2
            if self.link is None:
                self.plug_in()
            if not self._away and (due or not self.online.is_set()):
                self._register_fresh()
                registered_s = time.monotonic()
            elif not self.keepalive_muted and not self._away and self.keepalive() in (403, 404):
                self.online.clear()
                continue
            self._wake.wait(self.settings.keepalive_s if self.online.is_set() else self.settings.retry_s)

    def _register_fresh(self) -> None:
        if self.link is None:
            return
        if "deregister-first" in self.habits:
            self.register(expires_s=0)
        self.register()

    # What it is asked

    def on_request(self, request: Sip, sender: Address) -> None:
        """Do what a request asks for."""
        handle = {
            "MESSAGE": self._on_message,
            "SUBSCRIBE": self._on_subscribe,
            "INVITE": self.calls.on_invite,
            "ACK": self.calls.on_ack,
            "BYE": self.calls.on_bye,
            "CANCEL": self.calls.on_cancel,
        }.get(request.method, self._on_other)
        handle(request, sender)

    def _on_other(self, request: Sip, sender: Address) -> None:
        self.send(answer_to(request, 200, "OK"), sender)

    def _on_message(self, request: Sip, sender: Address) -> None:
        query = xml.read(request.body)
        answers = self._answers(query)
        reply = answer_to(request, 200, "OK", tag=self.token())
        if "answer-in-200" in self.habits and answers:
            self.with_xml(reply, answers.pop(0))
        self.send(reply, sender)
        for text in answers:
            self.later(lambda text=text: self.message(text))  # type: ignore[misc]
        if query.root == "Control":
            self._on_control(query)

    def _answers(self, query: xml.Query) -> list[str]:
        """The messages that a query is answered with."""
        settings = self.settings
        if query.root != "Query":
            return []
        if query.kind == "Catalog":
            return list(xml.catalog_parts(query.sn, settings.id, settings.channels, settings.part, self.habits))
        if query.kind == "DeviceInfo":
            return [xml.device_info(query.sn, settings.id, len(settings.channels), settings.manufacturer)]
        return [xml.device_status(query.sn, settings.id)] if query.kind == "DeviceStatus" else []

    def _on_control(self, query: xml.Query) -> None:
        self.seen.controls.append(query)
        if query.field("IFameCmd"):
            self.seen.keyframe_wishes += 1
            self.calls.wish_keyframe(query.device_id)

    def _on_subscribe(self, request: Sip, sender: Address) -> None:
        kind = xml.read(request.body).kind
        tag = tag_of(request.get("To")) or self.token()
        expires = request.get("Expires") or "3600"
        reply = answer_to(request, 200, "OK", tag=tag, contact=self.contact)
        reply.headers += [("Expires", expires), ("Event", request.get("Event"))]
        if expires == "0":
            self.subscriptions.pop(kind, None)
        else:
            self.subscriptions[kind] = Subscription(request.get("Event"), request, tag)
        self.send(reply, sender)

    # Live pictures

    def wait_call(self, count: int = 1, timeout_s: float = 5) -> Call:
        """Wait until it has accepted so many invitations and return that call."""
        with self.calls.accepted:
            if not self.calls.accepted.wait_for(lambda: len(self.calls.all) >= count, timeout_s):
                raise TimeoutError(f"{len(self.calls.all)} calls, not {count}")
            return self.calls.all[count - 1]

    def pictures(self) -> tuple[str, list[Picture]]:
        """What its cameras show."""
        return self.settings.codec, self.settings.pictures or clip(self.settings.codec)


if __name__ == "__main__":
    from tests.gb28181.device_main import main

    sys.exit(main())
