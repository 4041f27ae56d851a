"""Where an RTSP or RTMP address really leads, asked before FFmpeg goes there, and whether somebody answers.

FFmpeg looks names up itself and follows an RTSP redirect to any host. So the question is asked here first, without
credentials, and afterwards FFmpeg must still be connected to where it was sent.
"""

import os
import re
import socket
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from camloom.config.addresses import AddressPolicy
from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError
from camloom.sources.opening.connections import dial, tls
from camloom.sources.opening.faults import explain, refused_by_status, shown

KNOCK_S = 2.0
PORTS = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443, "http": 80, "https": 443}
_MAX_HEAD_BYTES = 16 << 10
_STATUS = re.compile(rb"RTSP/\d\.\d (\d{3})")
_LOCATION = re.compile(rb"(?im)^Location:[ \t]*(\S+)")
FOREIGN = "Give the address where the stream really is"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source leads.

    Attributes:
        source: what to open.
        addresses: of its host; those that may be connected to.
        port: which.
        lines: connections to keep until `release`.
    """

    source: SourceUrl
    addresses: tuple[str, ...]
    port: int
    lines: list[socket.socket] = field(default_factory=list)

    @property
    def pinned(self) -> SourceUrl:
        """The source with an address in place of the name, so that nobody looks the name up again."""
        address = min(self.addresses, key=lambda text: ":" in text)  # IPv4 if there is one: IPv6 may lead nowhere
        return replace(self.source, host=f"[{address}]" if ":" in address else address)

    def is_connected(self) -> bool:
        """Tell whether this process has a connection there; also if the system does not tell."""
        peers = _peers()
        return peers is None or any((address, self.port) in peers for address in self.addresses)

    def release(self) -> None:
        """Close what was kept open."""
        while self.lines:
            self.lines.pop().close()


def find_place(source: SourceUrl, policy: AddressPolicy, timeout_s: float) -> Place:
    """Look a network source up and hear whether RTSP is spoken there.

    A strict policy asks for the stream itself, so that FFmpeg never sees a redirect; the connection stays open until
    `Place.release`, for there are servers that take the stream down with the last one who asked. Else the question
    is one that no server minds, and a redirect is noticed when FFmpeg has followed it.

    Raises:
        SourceError: nobody is there, it leads where it may not, or it has no place left.
    """
    place = look_up(source, policy)
    if not source.scheme.startswith("rtsp"):
        return place
    location = _location(_heard(place, _question("OPTIONS", source), timeout_s), source)
    if location is not None:
        return _redirected(place, location, policy, timeout_s)
    return (policy.level == "strict" and follow(place, policy, timeout_s)) or place


def follow(place: Place, policy: AddressPolicy, timeout_s: float) -> Place | None:
    """Ask an RTSP server where its stream is and return that place; None if it is there.

    Raises:
        SourceError: it leads where it may not, or on and on; or see `find_place`.
    """
    location = _location(_heard(place, _question("DESCRIBE", place.source), timeout_s, keep=True), place.source)
    return None if location is None else _redirected(place, location, policy, timeout_s)


def _redirected(place: Place, location: str, policy: AddressPolicy, timeout_s: float) -> Place:
    place.release()
    target = look_up(_target(place.source, location), policy.from_afar(place.addresses))
    if _location(_heard(target, _question("DESCRIBE", target.source), timeout_s, keep=True), target.source) is not None:
        raise led_astray(place.source)
    return target


def led_astray(source: SourceUrl) -> SourceError:
    """Return the error for a place that leads on and on, or does not say where."""
    return SourceError(f"{shown(source)} redirects more than once, or in secret", FOREIGN, reason="policy")


def answers(source: SourceUrl, policy: AddressPolicy) -> bool:
    """Tell within `KNOCK_S` whether somebody answers; nobody logs in."""
    try:
        place = look_up(source, policy)
        if source.scheme.startswith("rtsp"):
            return _heard(place, _question("OPTIONS", source), KNOCK_S).startswith(b"RTSP/")
        _dial(place, KNOCK_S).close()
    except (SourceError, OSError):
        return False
    return True


def look_up(source: SourceUrl, policy: AddressPolicy) -> Place:
    """Look up the host of a network source.

    Raises:
        SourceError: there is none of that name, or it is not allowed.
    """
    policy.check_scheme(source.scheme)
    port = source.port or PORTS[source.scheme]
    try:
        return Place(source, tuple(policy.addresses(source.host, port)), port)
    except SourceError as error:
        raise SourceError(f"{shown(source)}: {error.message}", error.hint, reason=error.reason) from None


def _question(method: str, source: SourceUrl) -> bytes:
    """Return a request without credentials."""
    asked = replace(source, user="", password="")
    return f"{method} {asked.url} RTSP/1.0\r\nCSeq: 1\r\nAccept: application/sdp\r\n\r\n".encode()


def _heard(place: Place, question: bytes, timeout_s: float, *, keep: bool = False) -> bytes:
    """Return the head of the answer of an RTSP server.

    Args:
        keep: leave the connection open, with the place.
    """
    end_s = time.monotonic() + timeout_s
    try:
        line = _dial(place, timeout_s)
        try:
            return _exchange(line, question, end_s)
        finally:
            place.lines.append(line)
            if not keep:
                place.release()
    except OSError as error:
        problem = explain(error, place.source, timeout_s)
    raise problem


def _location(answer: bytes, source: SourceUrl) -> str | None:
    found = _STATUS.match(answer)
    status = int(found[1]) if found else 0
    if status in (453, 503):
        raise refused_by_status(status, source)
    if not 300 <= status < 400:
        return None  # FFmpeg will say what is wrong, if anything
    location = _LOCATION.search(answer)
    if location is None:
        raise SourceError(f"{shown(source)} redirects to nowhere", FOREIGN, reason="policy")
    return location[1].decode("utf-8", "replace")


def _target(source: SourceUrl, location: str) -> SourceUrl:
    """Take apart where a redirect leads; credentials go along to the same host only, and never out of TLS."""
    try:
        target = parse_source(location)
    except SourceError:
        target = SourceUrl("", "")
    if target.scheme not in ("rtsp", "rtsps"):
        hint = "It may lead to rtsp and rtsps only"
        raise SourceError(f"{shown(source)} redirects to something that is not RTSP", hint, reason="policy")
    downgraded = (source.scheme, target.scheme) == ("rtsps", "rtsp")
    ours = target.host == source.host and not downgraded
    return replace(target, user=source.user if ours else "", password=source.password if ours else "")


def _exchange(line: socket.socket, question: bytes, end_s: float) -> bytes:
    """Return the head of the answer. OSError: there is none until then."""
    line.sendall(question)
    answer = b""
    while b"\r\n\r\n" not in answer and len(answer) < _MAX_HEAD_BYTES:
        line.settimeout(max(0.001, end_s - time.monotonic()))  # in all, however slowly it comes
        data = line.recv(4096)
        if not data:
            break
        answer += data
    return answer


def _dial(place: Place, timeout_s: float) -> socket.socket:
    line = dial(place.addresses, place.port, timeout_s)
    # No secret goes over it, so nobody has to prove anything.
    return tls(proof=False).wrap_socket(line) if place.source.scheme == "rtsps" else line


def _peers() -> set[tuple[str, int]] | None:
    """Return the other ends of this process's connections; None if the system does not tell."""
    files = Path("/proc/self/fd")
    if not files.is_dir():
        return None
    return {peer for file in files.iterdir() if (peer := _peer(int(file.name)))}


def _peer(file: int) -> tuple[str, int] | None:
    copy = -1
    try:
        copy = os.dup(file)
        with socket.socket(fileno=copy) as line:
            copy = -1
            peer = line.getpeername()
    except (OSError, ValueError):
        return None
    finally:
        if copy >= 0:
            os.close(copy)
    # A text is the path of a Unix socket.
    return (str(peer[0]), int(peer[1])) if isinstance(peer, tuple) else None
