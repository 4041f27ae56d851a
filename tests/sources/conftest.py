"""Cameras and web servers for tests: real ones, on the loopback."""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from tests.gb28181.clips import read_clip
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Device
from tests.gb28181.service import RunningService
from tests.packages import provide

SYSTEM_PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).with_name("rtsp_server.py")
PACKAGES = (
    "python3-gi",
    "gir1.2-gst-rtsp-server-1.0",
    *(f"gstreamer1.0-plugins-{kind}" for kind in ("base", "good", "ugly", "bad")),
    "gstreamer1.0-libav",
    "glib-networking",
)
# What the server needs, as one statement for the system's Python.
CHECK = """
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gio, Gst, GstRtspServer
Gst.init(None)
assert Gio.TlsBackend.get_default().supports_tls()
assert all(map(Gst.ElementFactory.find, ('x264enc', 'x265enc', 'h264parse', 'rtph264pay', 'qtdemux')))
"""


class RtspServer:
    """A camera of one's own: see rtsp_server.py for what can be asked of it.

    Use it as a context manager. It can be killed, frozen, thawed and started again on the same port.
    """

    def __init__(self, **spec: Any) -> None:
        self.spec = spec
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """The address without a user."""
        return f"rtsp{'s' if self.spec.get('certificate') else ''}://127.0.0.1:{self.port}/stream"

    def url_as(self, user: str, password: str) -> str:
        """Return the address with a user and a password, percent-encoded."""
        return f"rtsp://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{self.port}/stream"

    def raw_url_as(self, user: str, password: str) -> str:
        """Return the address as people type it."""
        return f"rtsp://{user}:{password}@127.0.0.1:{self.port}/stream"

    @property
    def pid(self) -> int:
        """Of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, after `kill` on the same port as before."""
        process = subprocess.Popen([SYSTEM_PYTHON, SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin
        assert process.stdout
        self._process = process
        with process.stdin as stdin:
            json.dump({**self.spec, "port": self.port}, stdin)
        port = process.stdout.readline()
        assert port, "the RTSP server did not start"
        self.port = int(port)

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout
            self._process.stdout.close()
            self._process = None

    def freeze(self) -> None:
        """Let it hang, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)


def _has_server() -> bool:
    try:
        return subprocess.run([SYSTEM_PYTHON, "-c", CHECK], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.fixture(scope="session")
def rtsp_packages() -> None:
    """The RTSP server's Debian packages; installed if this is root, else the test is skipped."""
    provide("RTSP server", _has_server, *PACKAGES)


@pytest.fixture
def rtsp_server(rtsp_packages: None) -> Iterator[Callable[..., RtspServer]]:
    """A function that starts an RTSP server: `rtsp_server(gop=50, user="admin", password="x")`."""
    with ExitStack() as stack:
        yield lambda **spec: stack.enter_context(RtspServer(**spec))


class WebServer(ThreadingHTTPServer):
    """Serves what `pages` says: path -> (status, content type, body). `asked`: the paths that were."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.pages: dict[str, tuple[int, str, bytes]] = {}
        self.asked: list[str] = []

    def put(self, path: str, body: bytes, *, status: int = 200, content_type: str = "video/mp4") -> str:
        """Serve a page and return its URL. The body of a redirect is where it leads."""
        self.pages[path] = (status, content_type, body)
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Page(BaseHTTPRequestHandler):
    server: WebServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, content_type, body = self.server.pages.get(self.path, (404, "text/plain", b"no"))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", body.decode())
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet."""


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    """A small web server."""
    with WebServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port where nothing listens, and nothing will: it is taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """A function that encodes a clip: `make_clip("a.mp4", frames=50, gop=12, bframes=0, codec="libx264")`."""

    def make(name: str, **how: Any) -> Path:
        return encode_clip(tmp_path / name, **how)

    return make


def encode_clip(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 50,
    fps: int = 25,
    size: tuple[int, int] = (160, 120),
    gop: int = 12,
    bframes: int = 0,
    pix_fmt: str = "yuv420p",
    pts: Callable[[int], int] = lambda index: index,
    options: dict[str, str] | None = None,
    fast_start: bool = False,
) -> Path:
    """Encode a white bar that moves over noise; `fast_start` puts the index of an MP4 at its beginning."""
    rng = np.random.default_rng(7)
    ground = rng.integers(0, 80, (size[1], size[0], 3), np.uint8)
    with av.open(str(path), "w", container_options={"movflags": "faststart"} if fast_start else {}) as container:
        stream = container.add_stream(codec, rate=fps, options={"bf": str(bframes), "g": str(gop), **(options or {})})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        for index in range(frames):
            picture = ground.copy()
            picture[:, (index * 3) % (size[0] - 8) :][:, :8] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = pts(index)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture
def gb28181_url(moving_clip: Callable[..., Path]) -> Iterator[dict[str, Any]]:
    """The settings of a source that reads a simulated GB/T 28181 camera of fifty pictures through a real service."""
    codec, pictures = read_clip(moving_clip())
    with (
        RunningService() as service,
        Device(service.address, pictures=pictures, codec=codec, limit=len(pictures)) as device,
    ):
        assert device.wait_online()
        yield {"url": f"gb28181://{DEVICE_ID}/{CHANNEL_ID}", "control": service.config.control}
