"""A camera of one's own on the loopback, for the benchmark of latency and for tests."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self
from urllib.parse import quote

from camloom.errors import UsageError

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
_CHECK = """
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gio, Gst, GstRtspServer
Gst.init(None)
assert Gio.TlsBackend.get_default().supports_tls()
assert all(map(Gst.ElementFactory.find, ('x264enc', 'x265enc', 'h264parse', 'rtph264pay', 'qtdemux')))
"""


def has_rtsp_server() -> bool:
    """Tell whether the system's Python can serve RTSP here."""
    try:
        return subprocess.run([SYSTEM_PYTHON, "-c", _CHECK], capture_output=True, check=False).returncode == 0  # noqa: S603  # our own statement
    except OSError:
        return False


def require_rtsp_server() -> None:
    """Raise UsageError where `RtspServer` cannot run, with what to install."""
    if not has_rtsp_server():
        hint = f"On Debian and Ubuntu: apt-get install {' '.join(PACKAGES)}"
        raise UsageError("there is no RTSP server on this machine (GStreamer under /usr/bin/python3)", hint)


class RtspServer:
    """A camera of one's own: see rtsp_server.py for what can be asked of it.

    Use it as a context manager. It can be killed, frozen, thawed and started again on the same port.

    Args:
        on_push: told the number and the monotonic time of every picture pushed, of a server of `units`.
        spec: what is asked of it.

    Attributes:
        spec: holds from the next start on.
    """

    def __init__(self, *, on_push: Callable[[int, float], None] | None = None, **spec: Any) -> None:
        self.spec = spec
        self.port = 0
        self._on_push = on_push or (lambda _number, _at_s: None)
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None

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
        """Start it, after `kill` on the same port as before.

        Raises:
            UsageError: it does not come up.
        """
        command = [SYSTEM_PYTHON, str(SERVER)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own program
        assert process.stdin
        assert process.stdout
        self._process = process
        with process.stdin as stdin:
            json.dump({**self.spec, "port": self.port}, stdin)
        port = process.stdout.readline()
        if not port:
            self.kill()
            raise UsageError("the RTSP server did not start", "Its own words are above")
        self.port = int(port)
        if self.spec.get("units"):
            self._listener = threading.Thread(target=self._listen, args=(process.stdout,), daemon=True)
            self._listener.start()

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._listener is not None:
            self._listener.join()
            self._listener = None
        assert self._process.stdout
        self._process.stdout.close()
        self._process = None

    def freeze(self) -> None:
        """Let it hang, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def turn_valve(self) -> None:
        """Stop the picture alone, or let it go on; the sound stays."""
        os.kill(self.pid, signal.SIGUSR1)

    def change_picture(self) -> None:
        """Turn the picture into the one that `then` names, without a break."""
        os.kill(self.pid, signal.SIGUSR2)

    def _listen(self, stdout: IO[str]) -> None:
        """Pass on what the server tells about its pushes, until it ends."""
        for line in stdout:
            number, at_s = line.split()
            self._on_push(int(number), float(at_s))
