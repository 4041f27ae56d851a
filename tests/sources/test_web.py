"""Web servers that lie, dawdle or talk nonsense: an error with a reason within the time, and no connection left."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from camloom.config.addresses import AddressPolicy
from camloom.config.source_url import parse_source
from camloom.errors import SourceError
from camloom.sources.opening.connections import must_prove
from camloom.sources.opening.open import Reading, open_source
from camloom.sources.opening.web import Web

OK = b"HTTP/1.1 200 OK\r\n"


class RawServer:
    """Sends what it is told to whoever connects: bytes, then if `drip` one more of them every 20 ms."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.05)
        self.says = b""
        self.drip = b""
        self.holds = False
        self.stop = threading.Event()
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/live"
        self.thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                line, _ = self.listener.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            try:
                line.recv(4096)
                line.sendall(self.says)
                while self.drip and not self.stop.wait(0.02):
                    line.sendall(self.drip)
                if self.holds:
                    self.stop.wait(10)
            except OSError:
                return


@pytest.fixture
def server() -> Iterator[RawServer]:
    raw = RawServer()
    raw.thread.start()
    yield raw
    raw.stop.set()
    raw.thread.join()
    raw.listener.close()


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def failure(server: RawServer, timeout_s: float = 0.6) -> str:
    files = open_files()
    with pytest.raises(SourceError) as caught:
        open_source(server.url, Reading(timeout_s=timeout_s))
    assert "\n" not in str(caught.value)
    assert open_files() <= files + 1  # the server's own end may linger
    return caught.value.reason


@pytest.mark.parametrize(
    ("says", "reasons"),
    [
        (b"", ("unreachable",)),
        (b"\r\n\r\n", ("not-a-video", "unreachable")),
        (b"SSH-2.0-OpenSSH_9.2\r\n", ("not-a-video",)),
        (b"\x16\x03\x01" + b"\0" * 600, ("not-a-video",)),
        (b"HTTP/1.1 999999 X\r\n\r\n", ("not-a-video",)),
        (OK + b"A: " + b"x" * 70000 + b"\r\n\r\n", ("not-a-video",)),
        (OK + b"A: x\r\n" * 200 + b"\r\n", ("not-a-video",)),
        (OK + b"Content-Length: -5\r\n\r\nabc", ("not-a-video",)),
        (OK + b"Content-Length: 99999999999999999999\r\n\r\nabc", ("not-a-video",)),
        (OK + b"Content-Length: 50\r\n\r\nabc", ("closed",)),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", ("not-a-video", "unreachable")),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\nabc", ("not-a-video", "unreachable")),
        (b"HTTP/1.1 302 Found\r\n\r\n", ("unreachable",)),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n", ("policy",)),
        (b"HTTP/1.1 302 Found\r\nLocation: //\r\n\r\n", ("policy",)),
        (b"HTTP/1.1 302 Found\r\nLocation: http://a b\\c/\r\n\r\n", ("policy", "unreachable")),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Negotiate\r\n\r\n", ("auth",)),
        (b"HTTP/1.1 401 No\r\nWWW-Authenticate: Digest x\r\n\r\n", ("auth",)),
    ],
)
def test_nonsense_is_an_error_with_a_reason(server: RawServer, says: bytes, reasons: tuple[str, ...]) -> None:
    server.says = says

    assert failure(server) in reasons


@pytest.mark.parametrize(
    "challenge",
    [
        "",
        "Digest",
        "Digest x",
        'Digest realm="a"',
        'Digest realm="a", nonce="b", algorithm=SHA-512',
        "Digest realm=",
        "Negotiate",
        "Basic",
    ],
)
def test_a_strange_challenge_to_a_login_is_an_error_too(server: RawServer, challenge: str) -> None:
    server.says = f"HTTP/1.1 401 No\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n".encode()
    server.url = server.url.replace("//", "//admin:canary@")

    assert failure(server) in ("auth", "read")


@pytest.mark.parametrize(
    ("says", "drip"),
    [
        (b"", b""),
        (b"H", b"T"),
        (OK, b"A"),
        (OK, b"A: x\r\n"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (OK + b"\r\n", b"\0"),
    ],
)
def test_whoever_dawdles_is_given_up_in_time(server: RawServer, says: bytes, drip: bytes) -> None:
    server.says, server.drip, server.holds = says, drip, not drip

    assert failure(server) in ("timeout", "not-a-video")  # 100 header lines are too many before they take too long


def test_a_server_that_ignores_the_range_is_not_believed(server: RawServer) -> None:
    server.says = OK + b"Accept-Ranges: bytes\r\nContent-Length: 10\r\n\r\n0123456789"
    web = Web(parse_source(server.url), AddressPolicy(), 1, verify=None)
    file = web.open()
    assert file.read(4) == b"0123"

    with pytest.raises(SourceError, match="parts"):
        file.seek(8)

    web.stop()


@pytest.mark.parametrize(
    ("host", "verify", "must"),
    [
        ("cam.example.org", None, True),
        ("localhost", None, True),
        ("10.0.0.5", None, False),
        ("[fd12::5]", None, False),
        ("10.0.0.5", True, True),
        ("cam.lan", False, False),
    ],
)
def test_who_must_prove_who_it_is(host: str, verify: bool | None, must: bool) -> None:
    assert must_prove(host, verify) is must


def test_a_file_is_read_in_parts_with_few_connections(
    web_server: Any, make_clip: Callable[..., Path], tmp_path: Path
) -> None:
    """The small server knows no ranges: then a file with its index at the end is read to the end all the same."""
    url = web_server.put("/a.mp4", make_clip("a.mp4", frames=5, fast_start=True).read_bytes())
    began_s = time.monotonic()

    opened = open_source(url, Reading(timeout_s=5))

    assert sum(packet.size > 0 for packet in opened.container.demux(video=0)) == 5
    assert web_server.asked == ["/a.mp4"]
    assert time.monotonic() - began_s < 5
    opened.close()
