"""A camera that sends its alerts over HTTP as firmware does: digest login, an endless answer, any framing."""

import hashlib
import queue
import re
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

NAMESPACE = 'version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema"'
BORDER = b"--boundary\r\n"
HEARTBEAT = ("videoloss", "inactive", 0)


def document(kind: str, state: str, count: int = 1, channel: int = 1) -> bytes:
    """Return what the camera says of one alert."""
    return (
        f"<EventNotificationAlert {NAMESPACE}>\r\n<ipAddress>192.168.1.64</ipAddress>\r\n"
        f"<channelID>{channel}</channelID>\r\n<dateTime>2026-11-29T01:02:03+08:00</dateTime>\r\n"
        f"<activePostCount>{count}</activePostCount>\r\n<eventType>{kind}</eventType>\r\n"
        f"<eventState>{state}</eventState>\r\n<eventDescription>{kind} alarm</eventDescription>\r\n"
        "</EventNotificationAlert>\r\n"
    ).encode()


def part(body: bytes, *, length: bool = True) -> bytes:
    """Return a document with its border and header."""
    size = f"Content-Length: {len(body)}\r\n" if length else ""
    return BORDER + f'Content-Type: application/xml; charset="UTF-8"\r\n{size}\r\n'.encode() + body + b"\r\n"


def line(code: str, action: str, index: int = 0, data: str = "") -> bytes:
    """Return one message of the other make, with its border and header."""
    body = f"Code={code};action={action};index={index}{data}\r\n".encode()
    return b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:%d\r\n\r\n" % len(body) + body + b"\r\n"


class AlertCamera(ThreadingHTTPServer):
    """Sends what is put: bytes as they are, None ends the connection.

    `connections`: how many were let in. `refused`: how often a login was wrong.
    """

    daemon_threads = True

    def __init__(self, *, user: str = "admin", password: str = "p@ss:w/r#1%?&!", path: str = "/ISAPI/") -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.user, self.password, self.path = user, password, path
        self.outbox: queue.Queue[bytes | None] = queue.Queue()
        self.nonces: set[str] = set()
        self.connections = 0
        self.refused = 0
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.outbox.put(None)
        self.shutdown()
        self._thread.join()
        self.server_close()

    def put(self, *pieces: bytes) -> None:
        """Send pieces one by one."""
        for piece in pieces:
            self.outbox.put(piece)

    def hang_up(self) -> None:
        """End the connection."""
        self.outbox.put(None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when the listener has gone."""


class _Stream(BaseHTTPRequestHandler):
    server: AlertCamera

    def do_GET(self) -> None:
        camera = self.server
        if not self.path.startswith(camera.path):
            self.send_error(404)
            return
        if not self._may_see():
            nonce = uuid.uuid4().hex
            camera.nonces.add(nonce)
            self.send_response(401)
            self.send_header(
                "WWW-Authenticate", f'Digest qop="auth", realm="IP Camera", nonce="{nonce}", stale="FALSE"'
            )
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        camera.connections += 1
        self.send_response(200)
        self.send_header("Content-Type", "multipart/mixed; boundary=boundary")
        self.end_headers()
        while (piece := camera.outbox.get()) is not None:
            self.wfile.write(piece)
            self.wfile.flush()

    def _may_see(self) -> bool:
        camera = self.server
        told = dict(re.findall(r'(\w+)="?([^",]*)"?', self.headers.get("Authorization", "")))
        if told.get("nonce") not in camera.nonces:
            return False
        first = _md5(f"{camera.user}:IP Camera:{camera.password}")
        right = _md5(f"{first}:{told['nonce']}:{told['nc']}:{told['cnonce']}:auth:{_md5(f'GET:{self.path}')}")
        camera.refused += told["response"] != right
        return bool(told["response"] == right)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
