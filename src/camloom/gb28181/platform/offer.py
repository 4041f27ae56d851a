"""The session description of a platform that wants live video."""

from dataclasses import dataclass
from typing import Literal

from camloom.gb28181.platform.quirks import Quirks

Transport = Literal["udp", "tcp-passive", "tcp-active"]
Stream = Literal["main", "sub"]
_ENCODINGS = ((96, "PS/90000"), (97, "MPEG4/90000"), (98, "H264/90000"), (99, "H265/90000"))
_MOST_SESSIONS = 10_000


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """What is wanted.

    Attributes:
        owner: channel that is asked.
        host, port: where the video goes to; of no meaning with tcp-active.
        ssrc: ten digits, the y= line.
    """

    owner: str
    host: str
    port: int
    transport: Transport
    stream: Stream
    ssrc: str

    def to_bytes(self, quirks: Quirks) -> bytes:
        """Return the description, its lines in the order that devices expect."""
        family = "IP6" if ":" in self.host else "IP4"
        protocol = "RTP/AVP" if self.transport == "udp" else "TCP/RTP/AVP"
        types = " ".join(str(number) for number, _ in _ENCODINGS)
        lines = [
            "v=0",
            f"o={self.owner} 0 0 IN {family} {self.host}",
            "s=Play",
            f"c=IN {family} {self.host}",
            "t=0 0",
            f"m=video {self.port} {protocol} {types}",
            "a=recvonly",
            *(f"a=rtpmap:{number} {encoding}" for number, encoding in _ENCODINGS),
            *self._setup(),
            f"a={self._choice(quirks)}",
            f"y={self.ssrc}",
        ]
        return "".join(f"{line}\r\n" for line in lines).encode()

    def _setup(self) -> tuple[str, ...]:
        if self.transport == "udp":
            return ()
        return f"a=setup:{self.transport.removeprefix('tcp-')}", "a=connection:new"

    def _choice(self, quirks: Quirks) -> str:
        number = 0 if self.stream == "main" else 1
        return quirks.stream_attribute.format(number=number, word=self.stream)


class SsrcPool:
    """Ten-digit SSRCs of live video: 0, five digits of the domain, four of the session; each for one at a time."""

    def __init__(self, domain: str) -> None:
        digits = "".join(c for c in domain if c.isascii() and c.isdecimal())
        self._middle = digits[3:8].ljust(5, "0")
        self._last = 0
        self._taken: set[str] = set()

    def take(self) -> str | None:
        """Return one that is free; None if all are taken."""
        for _ in range(_MOST_SESSIONS - 1):
            self._last = self._last % (_MOST_SESSIONS - 1) + 1
            ssrc = f"0{self._middle}{self._last:04d}"
            if ssrc not in self._taken:
                self._taken.add(ssrc)
                return ssrc
        return None

    def give_back(self, ssrc: str) -> None:
        """Make it free."""
        self._taken.discard(ssrc)
