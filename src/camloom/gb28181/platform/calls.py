"""Live video: INVITE, what devices answer to it, and BYE from either side."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from camloom.errors import SourceError
from camloom.gb28181.manscdp.control import KEYFRAME
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.offer import LiveOffer, SsrcPool, Stream, Transport
from camloom.gb28181.platform.queries import DeviceRefusedError, Queries
from camloom.gb28181.platform.quirks import Quirks
from camloom.gb28181.platform.refusals import no_answer, refused, unusable
from camloom.gb28181.sip.dialog import Dialog
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage
from camloom.gb28181.sip.sdp import Sdp, SdpSyntaxError, parse_sdp
from camloom.gb28181.sip.transport import Peer

MAX_CALLS = 4096
_BYE_TIMEOUT_S = 2.0


@dataclass(slots=True, eq=False)
class Call:
    """One live session.

    Attributes:
        remote_host, remote_port: where the device says its video is (tcp-active: where to call); 0 where it does not.
        ended: see `Calls.start`.
    """

    device: Device
    channel_id: str
    ssrc: str
    dialog: Dialog
    remote_host: str = ""
    remote_port: int = 0
    ended: "Callable[[Call, str], None] | None" = None

    @property
    def id(self) -> str:
        """Its Call-ID, which nobody can guess."""
        return self.dialog.call_id


class Calls:
    """The live sessions of all devices."""

    def __init__(self, endpoint: SipEndpoint, queries: Queries, domain: str) -> None:
        self._endpoint, self._queries = endpoint, queries
        self._ssrcs = SsrcPool(domain)
        self._live: dict[str, Call] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._live)

    async def start(
        self,
        device: Device,
        channel_id: str,
        *,
        host: str,
        port: int,
        transport: Transport,
        stream: Stream,
        quirks: Quirks,
        timeout_s: float,
        ended: "Callable[[Call, str], None]",
    ) -> Call:
        """Ask for live video and return the session; a keyframe is asked for too.

        Args:
            host, port: where the video goes to.
            ended: called once with the session and a reason when not we end it: `bye`, `offline`, `moved`.

        Raises:
            SourceError: the device says no, nothing, or something that is of no use.
        """
        ssrc = self._ssrcs.take() if len(self._live) < MAX_CALLS else None
        if ssrc is None:
            raise SourceError("too many live sessions at once", "End some of them", reason="busy")
        offer = LiveOffer(channel_id, host, port, transport, stream, ssrc)
        try:
            call = await self._invite(device, offer, quirks, timeout_s)
            call.ended = ended
        except BaseException:
            self._ssrcs.give_back(ssrc)
            raise
        self._live[call.id] = call
        if quirks.sends_keyframe:
            self._spawn(self._ask_keyframe(call))
        return call

    async def end(self, call: Call) -> None:
        """End a session from our side; a device that does not answer is left alone."""
        if not self._forget(call):
            return
        with contextlib.suppress(SipTimeoutError):
            await self._endpoint.request(call.dialog.request("BYE"), call.dialog.peer, timeout_s=_BYE_TIMEOUT_S)

    def get(self, call_id: str) -> Call | None:
        """Return a live session."""
        return self._live.get(call_id)

    def has(self, call_id: str, peer: Peer) -> bool:
        """Tell whether there is such a session at that place."""
        call = self._live.get(call_id)
        return call is not None and call.dialog.peer == peer

    def take_end(self, call_id: str, peer: Peer) -> bool:
        """Take the word of a device that a session is over (BYE, or MediaStatus); False if it has none there."""
        if not self.has(call_id, peer):
            return False
        self._tell(self._live[call_id], "bye")
        return True

    def drop(self, device: Device, reason: str) -> None:
        """End all sessions of a device that is not where it was."""
        for call in list(self._live.values()):
            if call.device is device:
                self._tell(call, reason)

    async def close(self) -> None:
        """End all."""
        await asyncio.gather(*(self.end(call) for call in list(self._live.values())), return_exceptions=True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _invite(self, device: Device, offer: LiveOffer, quirks: Quirks, timeout_s: float) -> Call:
        own = self._endpoint.identity.user
        asked = self._queries.request_to(
            device,
            "INVITE",
            offer.owner,
            ("contact", self._endpoint.contact(device.peer)),
            ("subject", f"{offer.owner}:{offer.ssrc},{own}:0"),
            body=offer.to_bytes(quirks),
            content_type="APPLICATION/SDP",
        )
        try:
            answer = await self._endpoint.request(asked, device.peer, timeout_s=timeout_s)
        except SipTimeoutError:
            raise no_answer(device.id, offer.owner, timeout_s) from None
        if answer.status >= 300:
            raise refused(device.id, offer.owner, answer)
        dialog = Dialog.of_response(asked, answer, device.peer)
        self._endpoint.send_ack(dialog.ack(asked.cseq), device.peer)
        return await self._accepted(Call(device, offer.owner, offer.ssrc, dialog), offer, answer)

    async def _accepted(self, call: Call, offer: LiveOffer, answer: SipMessage) -> Call:
        """Read what was accepted. Without a description, UDP and tcp-passive work all the same."""
        try:
            sdp = parse_sdp(answer.body)
        except SdpSyntaxError:
            sdp = Sdp()
        if sdp.video is not None:
            call.remote_host, call.remote_port = _address(sdp.video_host), sdp.video.port
        if offer.transport == "tcp-active" and not call.remote_port:
            self._live[call.id] = call
            await self.end(call)
            raise unusable(call.device.id, call.channel_id)
        return call

    async def _ask_keyframe(self, call: Call) -> None:
        with contextlib.suppress(SipTimeoutError, DeviceRefusedError):
            await self._queries.send(call.device, "Control", "DeviceControl", call.channel_id, KEYFRAME)

    def _tell(self, call: Call, reason: str) -> None:
        if self._forget(call) and call.ended is not None:
            call.ended(call, reason)

    def _forget(self, call: Call) -> bool:
        if self._live.pop(call.id, None) is None:
            return False
        self._ssrcs.give_back(call.ssrc)
        return True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _address(host: str) -> str:
    """Return a host of a description if it is an address; names are not looked up for a device."""
    try:
        return str(ip_address(host))
    except ValueError:
        return ""
