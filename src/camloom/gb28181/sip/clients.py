"""Requests of ours that wait for an answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from camloom.gb28181.sip.dialog import Dialog, new_token
from camloom.gb28181.sip.message import SipMessage
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer

_MAX_INVITES = 4096
Send = Callable[[SipMessage | bytes, Peer], bool]


class SipTimeoutError(Exception):
    """No final answer came."""


@dataclass(slots=True)
class _Waiting:
    asked: SipMessage
    peer: Peer
    answers: "asyncio.Queue[SipMessage | None]" = field(default_factory=lambda: asyncio.Queue(16))


@dataclass(slots=True)
class _Invite:
    """What is kept of an INVITE after it was answered or given up.

    Attributes:
        given_up: nobody waits for it any more.
        cancelled: CANCEL was sent.
        ack: sent for its final answer, and again each time that it comes again.
    """

    asked: SipMessage
    peer: Peer
    ringing: bool = False
    given_up: bool = False
    cancelled: bool = False
    ack: SipMessage | None = None


class ClientTransactions:
    """Sends requests again until they are answered; acknowledges answers to INVITEs as often as they come."""

    def __init__(self, send: Send, timing: Timing) -> None:
        self._send = send
        self._timing = timing
        self._waiting: dict[tuple[str, str], _Waiting] = {}
        self._invites: OrderedDict[tuple[str, int], _Invite] = OrderedDict()

    async def request(
        self,
        asked: SipMessage,
        peer: Peer,
        via: str,
        timeout_s: float | None,
    ) -> SipMessage:
        """See `SipEndpoint.request`."""
        branch = f"z9hG4bK{new_token()}"
        asked = asked.with_first("via", f"{via};branch={branch}")
        waiting = _Waiting(asked, peer)
        self._waiting[branch, asked.method] = waiting
        if asked.method == "INVITE":
            self._remember(_Invite(asked, peer))
        answered = False
        try:
            answer = await self._answer(waiting, timeout_s or self._timing.limit_s)
            answered = True
            return answer
        finally:
            del self._waiting[branch, asked.method]
            if not answered:
                self._give_up(asked)

    def take(self, answer: SipMessage, peer: Peer) -> None:
        """Take a response; one that nobody asked for is dropped."""
        waiting = self._waiting.get((answer.branch, answer.method))
        invite = self._invites.get((answer.call_id, answer.cseq)) if answer.method == "INVITE" else None
        if invite is not None and _same_place(invite.peer, peer):
            self._take_invite(invite, answer, peer)
        if waiting is not None and _same_place(waiting.peer, peer) and not waiting.answers.full():
            waiting.answers.put_nowait(answer)

    def acknowledge(self, ack: SipMessage, peer: Peer, via: str) -> None:
        """Send the ACK of a 2xx and remember it."""
        ack = ack.with_first("via", f"{via};branch=z9hG4bK{new_token()}")
        self._send(ack, peer)
        if invite := self._invites.get((ack.call_id, ack.cseq)):
            invite.ack = ack

    def lost(self, peer: Peer) -> None:
        """Give up what waits on a connection that is gone."""
        for waiting in self._waiting.values():
            if waiting.peer == peer and not waiting.answers.full():
                waiting.answers.put_nowait(None)

    def close(self) -> None:
        """Give up all."""
        for waiting in self._waiting.values():
            if not waiting.answers.full():
                waiting.answers.put_nowait(None)
        self._invites.clear()

    async def _answer(self, waiting: _Waiting, timeout_s: float) -> SipMessage:
        sending = asyncio.create_task(self._send_again(waiting))
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    answer = await waiting.answers.get()
                    if answer is None:
                        raise SipTimeoutError("the connection is gone")
                    if answer.status >= 200:
                        return answer
                    sending.cancel()
        except TimeoutError:
            raise SipTimeoutError(f"no answer to {waiting.asked.method} within {timeout_s:g} s") from None
        finally:
            sending.cancel()

    async def _send_again(self, waiting: _Waiting) -> None:
        data = waiting.asked.to_bytes()
        for wait_s in self._timing.waits(capped=waiting.asked.method != "INVITE"):
            if not self._send(data, waiting.peer):
                waiting.answers.put_nowait(None)
                return
            if waiting.peer.protocol == "tcp":
                return
            await asyncio.sleep(wait_s)

    def _take_invite(self, invite: _Invite, answer: SipMessage, peer: Peer) -> None:
        if answer.status < 200:
            invite.ringing = True
            if invite.given_up:
                self._cancel(invite)
        elif answer.status >= 300:
            self._send(_ack_of_refusal(invite.asked, answer), peer)
        elif invite.ack is not None:
            self._send(invite.ack, peer)
        elif invite.given_up:
            self._end_unwanted(invite, answer)

    def _end_unwanted(self, invite: _Invite, answer: SipMessage) -> None:
        """Acknowledge and end a call that was accepted after it was given up."""
        dialog = Dialog.of_response(invite.asked, answer, invite.peer)
        via = invite.asked.get("via").partition(";branch=")[0]
        self.acknowledge(dialog.ack(invite.asked.cseq), invite.peer, via)
        bye = dialog.request("BYE").with_first("via", f"{via};branch=z9hG4bK{new_token()}")
        self._send(bye, invite.peer)

    def _give_up(self, asked: SipMessage) -> None:
        invite = self._invites.get((asked.call_id, asked.cseq)) if asked.method == "INVITE" else None
        if invite is not None:
            invite.given_up = True
            if invite.ringing:  # before the first answer CANCEL may overtake the INVITE
                self._cancel(invite)

    def _cancel(self, invite: _Invite) -> None:
        if invite.cancelled:
            return
        invite.cancelled = True
        kept = [one for one in invite.asked.headers if one[0] in ("via", "from", "to", "call-id", "max-forwards")]
        headers = (*kept, ("cseq", f"{invite.asked.cseq} CANCEL"))
        self._send(SipMessage("CANCEL", invite.asked.uri, headers=headers), invite.peer)

    def _remember(self, invite: _Invite) -> None:
        self._invites[invite.asked.call_id, invite.asked.cseq] = invite
        if len(self._invites) > _MAX_INVITES:
            self._invites.popitem(last=False)


def _same_place(asked: Peer, answering: Peer) -> bool:
    """Tell whether an answer comes from whom was asked; some devices answer from another UDP port."""
    if asked.protocol == "udp":
        return answering.protocol == "udp" and asked.host == answering.host
    return asked == answering


def _ack_of_refusal(asked: SipMessage, answer: SipMessage) -> SipMessage:
    kept = [one for one in asked.headers if one[0] in ("via", "from", "call-id", "max-forwards")]
    headers = (*kept, ("to", answer.get("to")), ("cseq", f"{asked.cseq} ACK"))
    return SipMessage("ACK", asked.uri, headers=headers)
