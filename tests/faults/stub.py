"""Cameras that misbehave on purpose: a small RTSP server that says what it is told to say."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=stub\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0LAHtoCgL/lhAAAAwAEAAADAMo8WLqA,aM48gA==\r\n"
    "a=control:stream=0\r\n"
)

Answer = Callable[[str, str], bytes | None]
"""From the method and the sequence number of a request to what is sent; None: nothing, ever."""


def says(status: str, *headers: str) -> Answer:
    """Answer a DESCRIBE with a status such as `453 Not Enough Bandwidth`; everything else is fine."""

    def answer(method: str, sequence: str) -> bytes | None:
        line = status if method == "DESCRIBE" else "200 OK"
        return _response(line, sequence, *(headers if method == "DESCRIBE" else ()))

    return answer


def says_nothing(method: str, sequence: str) -> bytes | None:
    """Take the connection and every word, and never answer."""
    del method, sequence
    return None


def says_garbage(method: str, sequence: str) -> bytes | None:
    """Answer with noise."""
    del method, sequence
    return bytes(range(1, 250)) * 40 + b"\r\n\r\n"


def sends_no_pictures(method: str, sequence: str) -> bytes | None:
    """Agree to everything, and then send nothing."""
    if method == "DESCRIBE":
        head = _response("200 OK", sequence, "Content-Type: application/sdp", f"Content-Length: {len(_SDP)}")
        return head + _SDP.encode()
    if method == "SETUP":
        return _response("200 OK", sequence, "Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
    return _response("200 OK", sequence, "Session: 1", "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")


def _response(status: str, sequence: str, *headers: str) -> bytes:
    return "\r\n".join([f"RTSP/1.0 {status}", f"CSeq: {sequence}", *headers, "", ""]).encode()


class StubCamera:
    """Listens on a port of the loopback and answers as it is told. A context manager.

    Attributes:
        answer: may be changed at any time.
        asked: the methods of all requests so far.
        connections: how many there were.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    @property
    def url(self) -> str:
        """Where viewers go."""
        return f"rtsp://127.0.0.1:{self.port}/stream"

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
                method, sequence = request.split()[0].decode("ascii", "replace"), "0"
                while (line := lines.readline(4096).strip()) and line:
                    if line.lower().startswith(b"cseq:"):
                        sequence = line.split(b":")[1].strip().decode()
                self.asked.append(method)
                if (answer := self.answer(method, sequence)) is not None:
                    connection.sendall(answer)
