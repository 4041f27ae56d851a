"""Calls of a simulated device: INVITE, ACK, BYE, CANCEL and what they do to its cameras."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.gb28181 import device_xml as xml
from tests.gb28181.device_media import Media, Offer, read_offer
from tests.gb28181.device_sip import Address, Sip, answer_to, user_of

if TYPE_CHECKING:
    from tests.gb28181.device import Device

_REASONS = {400: "Bad Request", 403: "Forbidden", 486: "Busy Here", 488: "Not Acceptable Here", 603: "Decline"}
_AGAIN = 3


@dataclass
class Call:
    """One live session. `ended` says how: `bye` by the platform, `cancel`, `device`, `media` at its end."""

    invite: Sip
    channel: str
    offer: Offer
    media: Media
    tag: str
    ok: Sip | None = None
    acknowledged: int = 0
    ended: str = ""


class Calls:
    """All calls of a device, in the order in which they came."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.all: list[Call] = []
        self.accepted = threading.Condition()

    def on_invite(self, request: Sip, sender: Address) -> None:
        """Answer an INVITE; one that comes again gets the answer of before."""
        device = self._device
        if "silent-invite" in device.habits:
            return
        if (known := self._of(request)) is not None:
            if known.ok is not None and not known.ended:
                device.send(known.ok, sender)
            return
        if "no-trying" not in device.habits:
            device.send(answer_to(request, 100, "Trying"), sender)
        if device.refuse:
            reason = _REASONS.get(device.refuse, "Refused")
            device.send(answer_to(request, device.refuse, reason, tag=device.token()), sender)
            return
        self._accept(request, sender)

    def on_ack(self, request: Sip, sender: Address) -> None:
        """Pictures may go."""
        if (call := self._of(request)) is not None:
            call.acknowledged += 1
            call.media.cleared.set()

    def on_bye(self, request: Sip, sender: Address) -> None:
        """The platform hangs up."""
        self._hang_up(request, sender, "bye")

    def on_cancel(self, request: Sip, sender: Address) -> None:
        """The platform has thought better of it."""
        self._hang_up(request, sender, "cancel")

    def bye(self, call: Call) -> int:
        """Hang up; returns the status of the answer, 0 for silence."""
        self._stop(call, "device")
        return self._say_bye(call)

    def wish_keyframe(self, channel: str) -> None:
        """The next picture of a channel shall be a keyframe."""
        for call in self._living():
            if channel in (call.channel, self._device.settings.id):
                call.media.wish.make()

    def freeze(self, frozen: bool = True) -> None:
        """Let the pictures stop (and go on) while the calls stay."""
        for call in self._living():
            (call.media.frozen.set if frozen else call.media.frozen.clear)()

    def stop_all(self) -> None:
        """Pull the plug."""
        for call in self._living():
            self._stop(call, "device")

    def _living(self) -> list[Call]:
        return [call for call in self.all if not call.ended]

    def _of(self, request: Sip) -> Call | None:
        wanted = request.get("Call-ID")
        return next((call for call in reversed(self.all) if call.invite.get("Call-ID") == wanted), None)

    def _accept(self, request: Sip, sender: Address) -> None:
        device = self._device
        try:
            offer = read_offer(request.body)
        except ValueError:
            device.send(answer_to(request, 488, "Not Acceptable Here", tag=device.token()), sender)
            return
        call = self._open(request, offer)
        call.ok = self._ok(call)
        for _ in range(_AGAIN if "retransmit-200" in device.habits else 1):
            device.send(call.ok, sender)

    def _open(self, request: Sip, offer: Offer) -> Call:
        settings = self._device.settings
        media = Media(
            offer,
            pictures=self._device.pictures(),
            habits=self._device.habits,
            seed=settings.seed + len(self.all),
            fps=settings.fps,
            limit=settings.limit,
            switch_after=settings.switch_after,
            on_end=lambda: self._ended(request),
            host=settings.host,
        )
        call = Call(request, user_of(request.uri), offer, media, self._device.token())
        with self.accepted:
            self.all.append(call)
            self.accepted.notify_all()
        media.start()
        return call

    def _ok(self, call: Call) -> Sip:
        device = self._device
        reply = answer_to(call.invite, 200, "OK", tag=call.tag, contact=device.contact)
        if "ok-without-sdp" not in device.habits:
            reply.headers.append(("Content-Type", "APPLICATION/SDP"))
            reply.body = self._sdp(call).encode()
        return reply

    def _sdp(self, call: Call) -> str:
        habits, offer, host = self._device.habits, call.offer, self._device.settings.host
        port = 0 if "port-0" in habits else call.media.port
        lines = ["v=0", f"o={call.channel} 0 0 IN IP4 {host}", "s=Play", f"c=IN IP4 {host}", "t=0 0"]
        lines += [f"m=video {port} {'TCP/' if offer.tcp else ''}RTP/AVP 96", "a=sendonly", "a=rtpmap:96 PS/90000"]
        if offer.tcp:
            lines += [f"a=setup:{'passive' if offer.setup == 'active' else 'active'}", "a=connection:new"]
        if "no-y" not in habits:
            lines.append(f"y={'0999999999' if 'other-y' in habits else offer.y}")
        return "\r\n".join([*lines, "f="]) + "\r\n"

    def _hang_up(self, request: Sip, sender: Address, why: str) -> None:
        device = self._device
        call = self._of(request)
        if call is None or (call.ended and why == "bye"):
            device.send(answer_to(request, 481, "Call/Transaction Does Not Exist"), sender)
            return
        call.ended = call.ended or why  # before the other side can know
        device.send(answer_to(request, 200, "OK"), sender)
        device.later(lambda: self._stop(call, why))

    def _stop(self, call: Call, why: str) -> None:
        call.ended = call.ended or why
        call.media.stop()

    def _ended(self, request: Sip) -> None:
        """The recording is over: MediaStatus, then BYE."""
        call = self._of(request)
        if call is None or call.ended:
            return
        call.ended = "media"
        self._device.later(lambda: self._farewell(call))

    def _farewell(self, call: Call) -> None:
        device = self._device
        extra: list[tuple[str, str]] = []
        from_id = ""
        if "mediastatus-other-from" in device.habits:
            from_id = "99999999991320000009"
            extra.append(("Call-ID", call.invite.get("Call-ID")))
        device.message(xml.media_status(device.next_sn(), call.channel), extra=extra, from_id=from_id)
        self._say_bye(call)

    def _say_bye(self, call: Call) -> int:
        invite = call.invite
        headers = [
            ("From", f"{invite.get('To')};tag={call.tag}"),
            ("To", invite.get("From")),
            ("Call-ID", invite.get("Call-ID")),
            ("CSeq", "1 BYE"),
        ]
        target = invite.get("Contact").strip("<>") or f"sip:{user_of(invite.get('From'))}@{self._device.server[0]}"
        answer = self._device.ask(self._device.plain("BYE", headers, target))
        return answer.status if answer else 0
