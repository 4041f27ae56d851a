"""A camera that speaks HTTP, for tests: endless streams as cameras send them, behind Basic or Digest if asked for."""

import base64
import hashlib
import re
import secrets
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

_BOUNDARY = "picture"


@dataclass
class WebCamera:
    """What it does.

    Attributes:
        certificate: PEM file with its key; then it is https.
        clip: what `/live.flv` plays, in a loop at its own pace.
        fps: of `/live.mjpg`.
        auth: `basic`, `digest` or empty; `offers_both` puts Basic beside Digest.
        logins: how many requests came with credentials.
        silent_after: pictures, after which `/live.mjpg` says nothing more with its connection open.
        trickle: after `silent_after` it sends one byte now and then instead.
    """

    clip: Path | None = None
    certificate: Path | None = None
    fps: float = 25
    auth: str = ""
    user: str = "admin"
    password: str = ""
    offers_both: bool = False
    logins: int = 0
    silent_after: int = 1_000_000
    trickle: bool = False
    url: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator["WebCamera"]:
        """Serve until left."""
        with _Server(self) as server:
            self.url = f"http{'s' if self.certificate else ''}://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            try:
                yield self
            finally:
                self.stop.set()
                server.shutdown()
                thread.join()

    def admits(self, method: str, header: str) -> bool:
        """Check what a client sent to log in, by RFC 7617 and RFC 2617."""
        if not self.auth:
            return True
        self.logins += bool(header)
        if header.startswith("Basic ") and self.auth == "basic":
            return base64.b64decode(header[6:]).decode() == f"{self.user}:{self.password}"
        if not header.startswith("Digest ") or self.auth != "digest":
            return False
        sent = {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', header)}
        ours = _md5(f"{self.user}:camera:{self.password}")
        theirs = _md5(f"{method}:{sent['uri']}")
        middle = ":".join(sent[key] for key in ("nonce", "nc", "cnonce", "qop"))
        return bool(sent["response"] == _md5(f"{ours}:{middle}:{theirs}"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, camera: WebCamera) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.camera = camera
        if camera.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(camera.certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no error."""


class _Answer(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        camera = self.server.camera
        if not camera.admits("GET", self.headers.get("Authorization", "")):
            self._ask_for_login(camera)
        elif self.path == "/live.flv":
            self._flv(camera)
        else:
            self._mjpeg(camera)

    def _ask_for_login(self, camera: WebCamera) -> None:
        self.send_response(401)
        if camera.auth == "basic" or camera.offers_both:
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
        if camera.auth == "digest":
            nonce = secrets.token_hex(8)
            self.send_header("WWW-Authenticate", f'Digest realm="camera", nonce="{nonce}", qop="auth", algorithm=MD5')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _flv(self, camera: WebCamera) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "video/x-flv")
        self.end_headers()
        began_s = time.monotonic()
        with av.open(str(camera.clip)) as source, av.open(self.wfile, "w", format="flv") as target:
            stream = source.streams.video[0]
            assert stream.time_base is not None
            sent = target.add_stream_from_template(stream)
            for packet in source.demux(stream):
                if packet.dts is not None and not camera.stop.is_set():
                    camera.stop.wait(began_s + float(packet.dts * stream.time_base) - time.monotonic())
                    packet.stream = sent
                    target.mux(packet)

    def _mjpeg(self, camera: WebCamera) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        self.end_headers()
        began_s, index = time.monotonic(), 0
        while not camera.stop.is_set():
            if index < camera.silent_after:
                self.wfile.write(_part(index))
            elif camera.trickle:
                self.wfile.write(b"x")
            index += 1
            camera.stop.wait(began_s + index / camera.fps - time.monotonic())

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


def _part(index: int) -> bytes:
    picture = np.full((240, 320, 3), 60, np.uint8)
    picture[:, index % 300 :][:, :20] = 255
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"
