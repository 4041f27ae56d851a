"""One end of SIP: sends requests and waits for their answers, takes requests and answers each once."""

import asyncio
import socket
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from camloom.config.names import look_up_name
from camloom.gb28181.sip.clients import ClientTransactions, SipTimeoutError
from camloom.gb28181.sip.message import SipMessage
from camloom.gb28181.sip.servers import ServerTransactions
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer, SipTransport, TransportLimits, local_host_towards

__all__ = ["Handler", "Identity", "SipEndpoint", "SipTimeoutError"]


class Handler(Protocol):
    """Who stands behind an endpoint."""

    async def handle(self, asked: SipMessage, peer: Peer) -> SipMessage | None:
        """Return the final answer to a request; None for an ACK, or to say nothing at all.

        For an INVITE, 100 was sent already. It is cancelled when the other side cancels the INVITE.
        """

    def lost(self, peer: Peer) -> None:
        """A TCP connection is gone."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this end is.

    Attributes:
        user: 20 digits.
        domain: SIP domain, the first ten of them.
        advertise: address to name in Via and Contact; empty for the one that packets to each peer leave from.
    """

    user: str
    domain: str
    advertise: str = ""
    agent: str = "Camloom"


class SipEndpoint:
    """SIP over UDP and TCP on one port.

    Args:
        timing: of retransmissions; tests make it shorter.
    """

    def __init__(
        self,
        identity: Identity,
        handler: Handler,
        *,
        timing: Timing | None = None,
        limits: TransportLimits | None = None,
    ) -> None:
        self.identity = identity
        self._handler = handler
        self.transport = SipTransport(self._received, self._lost, limits)
        timing = timing or Timing()
        self._clients = ClientTransactions(self._send, timing)
        self._servers = ServerTransactions(self._send, handler.handle, timing)

    @property
    def counters(self) -> Counter[str]:
        """What was dropped or could not be handled, by reason."""
        return self.transport.counters + self._servers.counters

    async def start(self, host: str, port: int) -> None:
        """Listen. OSError if the address or port cannot be had."""
        await self.transport.start(host, port)

    async def close(self) -> None:
        """Give up all transactions and close all connections."""
        await self._servers.close()
        self._clients.close()
        await self.transport.close()

    async def request(self, asked: SipMessage, peer: Peer, *, timeout_s: float | None = None) -> SipMessage:
        """Send a request and return the final answer, whatever its status.

        An INVITE that is given up (time is up, or the waiting task is cancelled) is cancelled at the other side, and if
        that accepted it meanwhile, acknowledged and ended.

        Raises:
            SipTimeoutError: no final answer in time, or the connection is gone.
        """
        return await self._clients.request(
            asked.with_headers(("user-agent", self.identity.agent)), peer, self._via(peer), timeout_s
        )

    def send_ack(self, ack: SipMessage, peer: Peer) -> None:
        """Acknowledge a 2xx to an INVITE, and from now on each time that it comes again."""
        self._clients.acknowledge(ack, peer, self._via(peer))

    def contact(self, peer: Peer) -> str:
        """Return the Contact header of this end for a peer."""
        protocol = ";transport=tcp" if peer.protocol == "tcp" else ""
        return f"<sip:{self.identity.user}@{self.place(peer)}{protocol}>"

    def place(self, peer: Peer) -> str:
        """Return host:port of this end as a peer sees it."""
        host = self.local_host(peer)
        return f"[{host}]:{self.transport.port}" if ":" in host else f"{host}:{self.transport.port}"

    def local_host(self, peer: Peer) -> str:
        """Return the address of this end as a peer sees it; never a wildcard."""
        return self.identity.advertise or local_host_towards(peer.host, peer.port)

    async def peer_at(self, protocol: str, host: str, port: int) -> Peer:
        """Return the way to somebody who did not call first: a name is looked up, over TCP it is called.

        Raises:
            OSError, UnicodeError: the name is unknown, or nobody answers.
        """
        if protocol != "tcp":
            found = await asyncio.to_thread(look_up_name, host, port, family=socket.AF_INET)
            return Peer("udp", found[0], port)
        failure: OSError = OSError("no address")
        for address in await asyncio.to_thread(look_up_name, host, port):
            try:
                return await self.transport.connect(address, port)
            except OSError as error:
                failure = error
        raise failure

    def _via(self, peer: Peer) -> str:
        return f"SIP/2.0/{peer.protocol.upper()} {self.place(peer)};rport"

    def _received(self, message: SipMessage, peer: Peer) -> None:
        if message.is_request:
            self._servers.take(message, peer)
        else:
            self._clients.take(message, peer)

    def _send(self, message: SipMessage | bytes, peer: Peer) -> bool:
        data = message if isinstance(message, bytes) else message.to_bytes()
        return self.transport.send(data, peer)

    def _lost(self, peer: Peer) -> None:
        self._clients.lost(peer)
        self._handler.lost(peer)
