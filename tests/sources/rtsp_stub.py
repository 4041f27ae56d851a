"""An RTSP server for tests that says one thing and nothing else: redirects, busy signs, garbage."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Reply = Callable[[str, bool], str]
"""What it answers: the method and whether the client logged in -> status line and headers."""


@dataclass
class RtspStub:
    """Attributes: reply: see `Reply`; asked: the methods it was asked with."""

    reply: Reply
    host: str = "127.0.0.1"
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"rtsp://{self.host}:{self.port}/s"

    @contextmanager
    def running(self) -> Iterator["RtspStub"]:
        with socket.create_server((self.host, 0)) as listener:
            self.port = listener.getsockname()[1]
            listener.settimeout(0.05)
            stop = threading.Event()
            thread = threading.Thread(target=self._serve, args=(listener, stop))
            thread.start()
            try:
                yield self
            finally:
                stop.set()
                thread.join()

    def _serve(self, listener: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                line, _ = listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            line.settimeout(5)
            try:
                while question := line.recv(4096).decode():
                    method = question.split(" ", 1)[0]
                    self.asked.append(method)
                    number = re.search(r"CSeq: (\d+)", question)
                    head, _, rest = self.reply(method, "Authorization:" in question).partition("\r\n")
                    answer = f"{head}\r\nCSeq: {number[1] if number else 0}\r\n{rest}\r\n\r\n"
                    line.sendall(answer.encode())
            except OSError:
                return


def redirecting(location: str, at: str = "DESCRIBE") -> Reply:
    """Return the reply of a server whose stream is elsewhere; `at`: the method where it says so."""

    def reply(method: str, logged_in: bool) -> str:
        if method == at:
            return f"RTSP/1.0 302 Found\r\nLocation: {location}"
        return "RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY"

    return reply


def redirecting_in_secret(location: str) -> Reply:
    """Return the reply of a server that redirects only whom it knows."""

    def reply(method: str, logged_in: bool) -> str:
        if method != "DESCRIBE":
            return "RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY"
        if logged_in:
            return f"RTSP/1.0 302 Found\r\nLocation: {location}"
        return 'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm="camera"'

    return reply
