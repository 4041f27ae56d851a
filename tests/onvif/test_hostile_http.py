"""Whatever a server sends over HTTP, the answer is one error and nothing else."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from camloom.config import CameraAlertsConfig
from camloom.errors import SourceError
from camloom.sources.alerts.stream import AlertListener
from camloom.sources.onvif.services import read_identity
from camloom.sources.onvif.soap import Device

OK = b"HTTP/1.1 200 OK\r\n"
DENIED = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
ANSWERS = {
    "garbage": b"\x00\xffgarbage\r\n\r\n",
    "nothing": b"",
    "half a header": b"HTTP/1.1 200 OK\r\nContent-",
    "negative length": OK + b"Content-Length: -5\r\n\r\n",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "broken chunks": OK + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    "endless header": OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    "many headers": OK + b"X: a\r\n" * 30_000 + b"\r\n",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    "compressed": OK + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n\x1f\x8b\x08\x00aaaaaa",
    "odd algorithm": DENIED + b'WWW-Authenticate: Digest realm="a", nonce="b", algorithm=FOO\r\n\r\n',
    "odd protection": DENIED + b'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth-int"\r\n\r\n',
    "no nonce": DENIED + b"WWW-Authenticate: Digest\r\n\r\n",
    "only Basic": DENIED + b'WWW-Authenticate: Basic realm="a"\r\n\r\n',
    "endless refusal": b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="a", nonce="b"\r\n\r\n' + b"x" * 3_000_000,
}
Serve = Callable[[bytes], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A function that starts a server which answers every connection with these bytes; returns `host:port`."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    ended = threading.Event()
    threads: list[threading.Thread] = []
    seen: list[bytes] = []

    def start(answer: bytes) -> str:
        threads.append(threading.Thread(target=_answer_all, args=(listener, answer, ended, seen)))
        threads[-1].start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    ended.set()
    for thread in threads:
        thread.join()
    listener.close()
    assert not any(b"kilimanjaro" in request for request in seen)


def _answer_all(listener: socket.socket, answer: bytes, ended: threading.Event, seen: list[bytes]) -> None:
    while not ended.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(2)
            try:
                seen.append(connection.recv(65_536))
                connection.sendall(answer)
            except OSError:
                continue


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_device(serve: Serve, answer: bytes) -> None:
    async def ask(url: str) -> None:
        async with Device(url, "admin", "kilimanjaro", timeout_s=2) as device:
            await read_identity(device)

    with pytest.raises(SourceError) as caught:
        asyncio.run(ask(f"http://{serve(answer)}/"))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_stream_of_alerts(serve: Serve, answer: bytes) -> None:
    told: list[tuple[str, str]] = []
    changed = threading.Condition()

    def link(code: str, line: str) -> None:
        with changed:
            told.append((code, line))
            changed.notify()

    url = f"http://admin:kilimanjaro@{serve(answer)}"
    listener = AlertListener(CameraAlertsConfig(type="isapi", url=url, silence_s=1), lambda _change: None, link)
    listener.start()
    with changed:
        assert changed.wait_for(lambda: any(code for code, _ in told), 20)
    listener.stop()
    listener.join(10)
    assert all("unexpected" not in line for _, line in told)
