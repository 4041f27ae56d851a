"""What the smallest superior platform keeps in mind."""

import socket
from dataclasses import dataclass, field

from tests.gb28181 import device_xml as xml
from tests.gb28181.device_sip import Address, Sip
from tests.gb28181.rtp_sink import RtpSink


@dataclass
class Registration:
    """Who is there and how to reach it. `over` is its TCP connection, if it came over one."""

    id: str
    address: Address
    over: socket.socket | None
    expires_s: int
    request: Sip
    count: int = 1


@dataclass
class Heard:
    """What came in, in order."""

    messages: list[tuple[str, xml.Query, Sip]] = field(default_factory=list)
    requests: list[Sip] = field(default_factory=list)

    def of(self, kind: str, root: str = "") -> list[xml.Query]:
        """The MANSCDP messages of one kind."""
        return [query for _, query, _ in self.messages if query.kind == kind and root in ("", query.root)]


@dataclass
class Dialog:
    """An open INVITE or SUBSCRIBE."""

    device: str
    request: Sip
    answer: Sip
    sink: RtpSink | None = None
    cseq: int = 1
