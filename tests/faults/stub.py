"""Cameras that misbehave on purpose: a small RTSP server that says what it is told to say."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=stub\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtoCgL/lhAAAAwAEAAADAMo8WLqA,aM48gA==\r\n"
    "a=control:stream=0\r\n"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a viewer asks; `logged_in`: with credentials, whatever they are."""

    method: str
    sequence: str
    logged_in: bool


Answer = Callable[[Request], bytes | None]
"""What is sent to a request; None: nothing, ever."""


def says(status: str, *headers: str, at: str = "DESCRIBE") -> Answer:
    """Answer one method with a status such as `453 Not Enough Bandwidth`; everything else is fine."""

    def answer(request: Request) -> bytes | None:
        return _response(status, request, *headers) if request.method == at else _fine(request)

    return answer


def redirecting(location: str, at: str = "DESCRIBE") -> Answer:
    """Have the stream elsewhere; `at`: the method where it says so."""
    return says("302 Found", f"Location: {location}", at=at)


def redirecting_in_secret(location: str) -> Answer:
    """Redirect only whom it knows."""
    redirect, challenge = redirecting(location), says("401 Unauthorized", 'WWW-Authenticate: Basic realm="camera"')
    return lambda request: (redirect if request.logged_in else challenge)(request)


def says_nothing(request: Request) -> bytes | None:
    """Take the connection and every word, and never answer."""
    del request
    return None


def says_garbage(request: Request) -> bytes | None:
    """Answer with noise."""
    del request
    return bytes(range(1, 250)) * 40 + b"\r\n\r\n"


def sends_no_pictures(request: Request) -> bytes | None:
    """Agree to everything, and then send nothing."""
    if request.method == "DESCRIBE":
        head = _response("200 OK", request, "Content-Type: application/sdp", f"Content-Length: {len(_SDP)}")
        return head + _SDP.encode()
    if request.method == "SETUP":
        return _response("200 OK", request, "Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
    return _fine(request, "Session: 1")


def _fine(request: Request, *headers: str) -> bytes:
    return _response("200 OK", request, *headers, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")


def _response(status: str, request: Request, *headers: str) -> bytes:
    return "\r\n".join([f"RTSP/1.0 {status}", f"CSeq: {request.sequence}", *headers, "", ""]).encode()


class StubCamera:
    """Listens on a port of an address of the loopback and answers as it is told. A context manager.

    Attributes:
        answer: may be changed at any time.
        asked: the methods of all requests so far.
        connections: how many there were.
    """

    def __init__(self, answer: Answer, host: str = "127.0.0.1") -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.connections = 0
        self.host = host
        self._listener = socket.create_server((host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    @property
    def url(self) -> str:
        """Where viewers go."""
        return f"rtsp://{self.host}:{self.port}/stream"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(OSError, ValueError):
            while request := lines.readline(4096):
                method, headers = request.split()[0].decode("ascii", "replace"), {}
                while line := lines.readline(4096).decode("ascii", "replace").strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                self.asked.append(method)
                question = Request(method, headers.get("cseq", "0"), "authorization" in headers)
                if (answer := self.answer(question)) is not None:
                    connection.sendall(answer)
