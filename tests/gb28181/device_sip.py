"""SIP as a simple camera speaks it: written apart from the product, so that no mistake stands in both."""

import hashlib
import re
import socket
from dataclasses import dataclass, field
from typing import Protocol

Address = tuple[str, int]
_SHORT = {
    "v": "Via",
    "f": "From",
    "t": "To",
    "i": "Call-ID",
    "m": "Contact",
    "l": "Content-Length",
    "c": "Content-Type",
}
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
MAX_DATAGRAM_BYTES = 65507
POLL_S = 0.03


@dataclass
class Sip:
    """One message; `status` is 0 for a request, `method` empty for an answer; `declared_bytes` may lie."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    declared_bytes: int | None = None

    @property
    def method(self) -> str:
        return "" if self.status else self.start.split(" ")[0]

    @property
    def uri(self) -> str:
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def key(self) -> tuple[str, str]:
        """What an answer has in common with its request."""
        return self.get("Call-ID"), " ".join(self.get("CSeq").split())

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def encode(self) -> bytes:
        """The wire form."""
        length = len(self.body) if self.declared_bytes is None else self.declared_bytes
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {length}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def parse(data: bytes) -> Sip:
    """Read one message."""
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = []
    for line in lines:
        name, _, value = line.partition(":")
        name = name.strip()
        headers.append((_SHORT.get(name.lower(), name), value.strip()))
    return Sip(start, [pair for pair in headers if pair[0].lower() != "content-length"], body)


def take(buffer: bytearray) -> bytes | None:
    """Cut the first whole message out of what came over TCP."""
    while buffer[:2] == b"\r\n":
        del buffer[:2]
    head, found, _ = bytes(buffer).partition(b"\r\n\r\n")
    if not found:
        return None
    length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
    end = len(head) + 4 + (int(length[1]) if length else 0)
    if len(buffer) < end:
        return None
    message = bytes(buffer[:end])
    del buffer[:end]
    return message


def answer_to(request: Sip, status: int, reason: str, *, tag: str = "", contact: str = "") -> Sip:
    """An answer with everything that must be copied from the request."""
    to = request.get("To")
    if tag and ";tag=" not in to:
        to = f"{to};tag={tag}"
    headers = [("Via", via) for via in request.all("Via")]
    headers += [("From", request.get("From")), ("To", to)]
    headers += [(name, request.get(name)) for name in ("Call-ID", "CSeq")]
    if contact:
        headers.append(("Contact", contact))
    return Sip(f"SIP/2.0 {status} {reason}", headers)


def user_of(header: str) -> str:
    """The user part of a From, a To or a URI."""
    found = re.search(r"sips?:([^@;>]+)@", header)
    return found[1] if found else ""


def tag_of(header: str) -> str:
    found = re.search(r";\s*tag=([^;>\s]+)", header)
    return found[1] if found else ""


def parameters(header: str) -> dict[str, str]:
    """What stands in a WWW-Authenticate or Authorization header, by lower-case name."""
    pairs = re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))', header.partition(" ")[2])
    return {name.lower(): quoted or plain for name, quoted, plain in pairs}


def digest_response(given: dict[str, str], password: str, method: str) -> str:
    """The `response` that belongs to the fields of an Authorization header."""

    def hashed(text: str) -> str:
        return _HASHES[given.get("algorithm", "MD5").upper()](text.encode()).hexdigest()

    first = hashed(f"{given['username']}:{given['realm']}:{password}")
    second = hashed(f"{method}:{given['uri']}")
    middle = [given["nonce"]]
    if "qop" in given:
        middle += [given["nc"], given["cnonce"], given["qop"]]
    return hashed(":".join([first, *middle, second]))


def authorization(challenge: dict[str, str], user: str, password: str, method: str, uri: str) -> str:
    """The Authorization header that a challenge asks for."""
    given = {"username": user, "realm": challenge["realm"], "nonce": challenge["nonce"], "uri": uri}
    given["algorithm"] = challenge.get("algorithm", "MD5")
    if "auth" in challenge.get("qop", "").split(","):
        given |= {"qop": "auth", "nc": "00000001", "cnonce": "0a4f113b"}
    if "opaque" in challenge:
        given["opaque"] = challenge["opaque"]
    given["response"] = digest_response(given, password, method)
    bare = {"algorithm", "qop", "nc"}
    return "Digest " + ", ".join(f"{k}={v}" if k in bare else f'{k}="{v}"' for k, v in given.items())


class Link(Protocol):
    """How messages travel. `local` is where the other side sees us."""

    local: Address
    word: str

    def send(self, data: bytes, to: Address) -> None: ...

    def receive(self) -> tuple[bytes, Address] | None:
        """Wait `POLL_S` for a message."""
        ...

    def close(self) -> None: ...


class UdpLink:
    """Datagrams."""

    word = "UDP"

    def __init__(self, server: Address, local: Address) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(local)
        self._socket.settimeout(POLL_S)
        self.local: Address = self._socket.getsockname()

    def send(self, data: bytes, to: Address) -> None:
        self._socket.sendto(data, to)

    def receive(self) -> tuple[bytes, Address] | None:
        try:
            data, sender = self._socket.recvfrom(MAX_DATAGRAM_BYTES)
        except (TimeoutError, ConnectionError):  # refused: nobody listens there at this moment
            return None
        return data, sender

    def close(self) -> None:
        self._socket.close()


class TcpLink:
    """One connection to the platform, over which everything goes."""

    word = "TCP"

    def __init__(self, server: Address, local: Address) -> None:
        self._socket = socket.create_connection(server, timeout=3, source_address=local if local[1] else None)
        self.local: Address = self._socket.getsockname()
        self._socket.settimeout(POLL_S)
        self._server = server
        self._buffer = bytearray()

    def send(self, data: bytes, to: Address) -> None:
        self._socket.sendall(data)

    def receive(self) -> tuple[bytes, Address] | None:
        if message := take(self._buffer):
            return message, self._server
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return None
        if not data:
            raise ConnectionResetError("the platform closed the connection")
        self._buffer += data
        message = take(self._buffer)
        return (message, self._server) if message else None

    def close(self) -> None:
        self._socket.close()
