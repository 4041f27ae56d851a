"""Calls from the platform above: INVITE, ACK, BYE, and the goodbye at the end of a live picture."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from camloom.errors import CamloomError
from camloom.gb28181.cascade.config import CascadeConfig
from camloom.gb28181.cascade.live import LiveChannel, MakeSource
from camloom.gb28181.cascade.paths import CallingPath, ListeningPath, MediaPath, UdpPath
from camloom.gb28181.cascade.viewer import Viewer
from camloom.gb28181.sip.dialog import Dialog, new_token
from camloom.gb28181.sip.endpoint import SipEndpoint, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage, parse_address, response_to
from camloom.gb28181.sip.sdp import Sdp, SdpSyntaxError, parse_sdp
from camloom.gb28181.sip.transport import Peer

_log = logging.getLogger(__name__)
_PS = 96
_ACK_S = 32.0
_ANSWER_S = 5.0
_CLOSE_S = 5.0
SDP_TYPE = "APPLICATION/SDP"


class RefusalError(Exception):
    """An INVITE that is not followed; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(slots=True)
class _Call:
    channel_id: str
    viewer: Viewer
    dialog: Dialog
    answer: SipMessage
    acknowledged: bool = False


class Calls:
    """The live pictures that the platform above looks at.

    Args:
        make_source: a source for a channel, not opened yet.
        ended: told the id of a channel whose picture came to its end, before BYE.
    """

    def __init__(
        self,
        config: CascadeConfig,
        endpoint: SipEndpoint,
        make_source: MakeSource,
        ended: Callable[[str], Awaitable[None]],
    ) -> None:
        self._config, self._endpoint, self._ended = config, endpoint, ended
        self._channels = {one.id: LiveChannel(one, make_source) for one in config.channels if one.source is not None}
        self._calls: dict[str, _Call] = {}
        self._ports = range(config.media_ports[0], config.media_ports[1] + 1)
        self._opening = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    async def invite(self, asked: SipMessage, peer: Peer) -> SipMessage:
        """Answer an INVITE; the pictures go after its ACK."""
        known = self._calls.get(asked.call_id)
        if known is not None:  # a re-INVITE changes nothing here
            body = known.answer.body
            return response_to(asked, 200, self._contact(peer), body=body, content_type=SDP_TYPE)
        try:
            return await self._accept(asked, peer)
        except RefusalError as refusal:
            return response_to(asked, refusal.status, tag=new_token())
        except CamloomError as error:
            _log.warning("channel %s cannot be shown: %s", asked.target.user, error)
            return response_to(asked, 503, tag=new_token())

    def acknowledge(self, asked: SipMessage, peer: Peer) -> None:
        """Let the pictures of a call go."""
        call = self._calls.get(asked.call_id)
        if call is not None and call.dialog.peer == peer:
            call.acknowledged = True
            call.viewer.start()

    async def bye(self, asked: SipMessage, peer: Peer) -> SipMessage:
        """End a call."""
        call = self._calls.get(asked.call_id)
        if call is None or not call.dialog.matches(asked, peer):
            return response_to(asked, 481, tag=new_token())
        del self._calls[asked.call_id]
        self._spawn(self._let_go(call))  # a camera that is silent at this moment must not hold up the answer
        return response_to(asked, 200)

    async def close(self) -> None:
        """Say goodbye to all."""
        for call_id in list(self._calls):
            self._spawn(self._finish(call_id, "service"))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_S)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def drop(self, peer: Peer | None = None) -> None:
        """End without a word what hung on a connection that is gone; None: all, as the platform is gone."""
        for call_id, call in list(self._calls.items()):
            if peer is None or call.dialog.peer == peer:
                del self._calls[call_id]
                self._spawn(self._let_go(call))

    async def _accept(self, asked: SipMessage, peer: Peer) -> SipMessage:
        offer = _read_offer(asked)
        channel = self._channels.get(parse_address(asked.uri).user) or self._channels.get(asked.target.user)
        if channel is None:
            raise RefusalError(404)
        if len(self._calls) + self._opening >= self._config.max_calls:
            raise RefusalError(486)
        path = self._path(offer, peer)
        viewer = Viewer(path, int(offer.ssrc or 0) & 0xFFFFFFFF, _payload_type(offer), self._on_end(asked.call_id))
        self._opening += 1
        try:
            await asyncio.to_thread(channel.join, viewer)
        except BaseException:
            # Cancelled while the camera was being opened: whenever that ends, nobody watches.
            asyncio.get_running_loop().run_in_executor(None, _abandon, channel, viewer)
            raise
        finally:
            self._opening -= 1
        return self._remember(asked, peer, viewer, offer)

    def _remember(self, asked: SipMessage, peer: Peer, viewer: Viewer, offer: Sdp) -> SipMessage:
        host = self._endpoint.local_host(peer)
        channel_id = parse_address(asked.uri).user
        channel_id = channel_id if channel_id in self._channels else asked.target.user
        body = write_answer(offer, channel_id, host, viewer.port)
        answer = response_to(
            asked, 200, self._contact(peer), tag=new_token(), body=body.encode(), content_type=SDP_TYPE
        )
        call = _Call(channel_id, viewer, Dialog.of_request(asked, answer, peer), answer)
        self._calls[asked.call_id] = call
        asyncio.get_running_loop().call_later(_ACK_S, self._unless_acknowledged, asked.call_id, call)
        return answer

    def _contact(self, peer: Peer) -> tuple[str, str]:
        return "contact", self._endpoint.contact(peer)

    def _path(self, offer: Sdp, peer: Peer) -> MediaPath:
        video = offer.video
        assert video is not None
        host = offer.video_host
        self._check_host(host, peer)
        local, ports = self._endpoint.local_host(peer), self._ports
        if not video.is_tcp:
            return UdpPath(host, video.port, ports)
        if video.attribute("setup") == "active":
            return ListeningPath(host, local, ports)
        return CallingPath(host, video.port)

    def _check_host(self, host: str, peer: Peer) -> None:
        """Video goes to whoever asks for it, or where the user says: whoever forges an offer aims it at nobody else."""
        allowed = self._config.upstream.media_hosts or (peer.host,)
        try:
            is_allowed = _plain_address(host) in map(_plain_address, allowed)
        except ValueError:
            is_allowed = False
        if not is_allowed:
            _log.warning("the platform above asks for video to %s: refused, it is not among `media_hosts`", host[:64])
            raise RefusalError(488)

    def _on_end(self, call_id: str) -> Callable[[str], None]:
        loop = asyncio.get_running_loop()

        def ended(why: str) -> None:
            with contextlib.suppress(RuntimeError):  # the service has ended before it
                loop.call_soon_threadsafe(lambda: self._spawn(self._finish(call_id, why)))

        return ended

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _finish(self, call_id: str, why: str) -> None:
        """End a call from this side."""
        call = self._calls.pop(call_id, None)
        if call is None:
            return
        if why == "source":
            await self._ended(call.channel_id)
        await self._say_bye(call)
        await self._let_go(call)

    async def _let_go(self, call: _Call) -> None:
        await asyncio.to_thread(_abandon, self._channels[call.channel_id], call.viewer)

    async def _say_bye(self, call: _Call) -> None:
        try:
            await self._endpoint.request(call.dialog.request("BYE"), call.dialog.peer, timeout_s=_ANSWER_S)
        except SipTimeoutError:
            _log.info("BYE for channel %s was not answered", call.channel_id)

    def _unless_acknowledged(self, call_id: str, call: _Call) -> None:
        if not call.acknowledged and self._calls.get(call_id) is call:
            self._spawn(self._finish(call_id, "network"))


def write_answer(offer: Sdp, channel_id: str, host: str, port: int) -> str:
    """Return the session description that accepts an offer."""
    video = offer.video
    assert video is not None
    family = "IP6" if ":" in host else "IP4"
    lines = ["v=0", f"o={channel_id} 0 0 IN {family} {host}", "s=Play", f"c=IN {family} {host}", "t=0 0"]
    kind = _payload_type(offer)
    lines += [f"m=video {port} {video.protocol} {kind}", "a=sendonly", f"a=rtpmap:{kind} PS/90000"]
    if video.is_tcp:
        own = "passive" if video.attribute("setup") == "active" else "active"
        lines += [f"a=setup:{own}", "a=connection:new"]
    return "\r\n".join([*lines, f"y={offer.ssrc or '0000000000'}", "f=", ""])


def _plain_address(host: str) -> IPv4Address | IPv6Address:
    address = ip_address(host.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _read_offer(asked: SipMessage) -> Sdp:
    try:
        offer = parse_sdp(asked.body)
    except SdpSyntaxError:
        raise RefusalError(488) from None
    video = offer.video
    if video is None or (not video.port and video.attribute("setup") != "active") or offer.session.lower() != "play":
        raise RefusalError(488)  # recordings and downloads are not offered
    if not set(video.protocol) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ/"):
        raise RefusalError(488)
    return offer


def _payload_type(offer: Sdp) -> int:
    """Return the number that the offer gives to PS."""
    encodings = offer.video.encodings if offer.video else {}
    return next((number for number, name in encodings.items() if name.upper().startswith("PS/")), _PS)


def _abandon(channel: LiveChannel, viewer: Viewer) -> None:
    channel.leave(viewer)
    viewer.stop()
