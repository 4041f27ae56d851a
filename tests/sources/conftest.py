"""Cameras and web servers for tests: real ones, on the loopback."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from tests.gb28181.clips import read_clip
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Device
from tests.gb28181.service import RunningService
from tests.packages import provide

from camloom.bench.camera import SYSTEM_PYTHON
from camloom.sources.gige import GigeConfig, GigeSource


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


ARAVIS_PACKAGES = ("python3-gi", "gir1.2-aravis-0.8", "aravis-tools")
FAKE_GIGE = "arv-fake-gv-camera-0.8"
_START_S = 5.0


class FakeGigeCamera:
    """Aravis's camera without hardware, on the loopback: there is one address, so one at a time."""

    def __init__(self, lost_per_thousand: int = 0) -> None:
        self.serial = f"T{os.getpid()}"
        self._lost = lost_per_thousand
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [FAKE_GIGE, "-i", "127.0.0.1", "-s", self.serial, "-r", str(self._lost)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until_s = time.monotonic() + _START_S
        while not GigeSource(GigeConfig(url="gige://127.0.0.1")).knock():
            assert time.monotonic() < until_s, "the fake camera does not start"
            time.sleep(0.05)

    def signal(self, number: signal.Signals) -> None:
        """Freeze it, thaw it."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _no_aravis() -> bool:
    check = "import gi; gi.require_version('Aravis', '0.8')"
    done = subprocess.run([SYSTEM_PYTHON, "-c", check], capture_output=True, check=False)
    return shutil.which(FAKE_GIGE) is None or done.returncode != 0


@pytest.fixture(scope="session")
def aravis_packages() -> None:
    """Aravis's Debian packages; installed if this is root, else the test is skipped."""
    provide("GigE Vision camera", lambda: not _no_aravis(), *ARAVIS_PACKAGES)


@pytest.fixture
def make_gige_camera(aravis_packages: None, discovery_alone: None) -> Iterator[Callable[..., FakeGigeCamera]]:
    """A function that starts a camera: `make_gige_camera(lost_per_thousand=20)`."""
    with ExitStack() as stack:

        def make(**how: int) -> FakeGigeCamera:
            camera = FakeGigeCamera(**how)
            stack.callback(camera.kill)
            camera.start()
            return camera

        yield make


@pytest.fixture
def gige_camera(make_gige_camera: Callable[..., FakeGigeCamera]) -> FakeGigeCamera:
    """A camera that loses nothing."""
    return make_gige_camera()


@pytest.fixture(scope="session")
def vendor_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with stand-ins for makers' libraries and what they play; see tests/sources/vendor."""
    from tests.sources.vendor.libraries import build, write_program_stream

    folder = tmp_path_factory.mktemp("vendor")
    for name in ("hcnetsdk", "mvs"):
        build(name, folder)
    write_program_stream(folder)
    return folder


@pytest.fixture
def fake_hcnetsdk(vendor_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-in for HCNetSDK, installed."""
    monkeypatch.setenv("CAMLOOM_HCNETSDK", str(vendor_folder / "libhcnetsdk.so"))
    return vendor_folder / "libhcnetsdk.so"


@pytest.fixture
def fake_mvs(vendor_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-in for MVS, installed."""
    monkeypatch.setenv("CAMLOOM_MVS", str(vendor_folder / "libmvs.so"))
    return vendor_folder / "libmvs.so"
