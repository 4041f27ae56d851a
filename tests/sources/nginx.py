"""A real media server for tests: nginx with its RTMP module takes a stream and gives it out as RTMP and HLS."""

import getpass
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av

MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
PACKAGES = ("nginx-light", "libnginx-mod-rtmp")
_CONFIG = """
daemon off;
user {user};
worker_processes 1;
pid {folder}/nginx.pid;
load_module {module};
events {{ worker_connections 64; }}
rtmp {{
    server {{
        listen 127.0.0.1:{rtmp_port};
        access_log off;
        application live {{
            live on;
            hls on;
            hls_path {folder}/hls;
            hls_fragment 500ms;
            hls_playlist_length 6s;
        }}
    }}
}}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 mp4; }}
    server {{
        listen 127.0.0.1:{http_port};
        location / {{ root {folder}; }}
        location /private/ {{
            alias {folder}/hls/;
            auth_basic "camera";
            auth_basic_user_file {folder}/users;
        }}
    }}
}}
"""


def has_nginx() -> bool:
    """Whether it is installed."""
    return shutil.which("nginx") is not None and MODULE.is_file()


class Nginx:
    """A running server with one live stream, `cam`.

    Attributes:
        folder: what it serves over http.
        rtmp, hls: addresses of the stream.
        web: of the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rtmp_port, http_port = _free_ports()
        self.rtmp = f"rtmp://127.0.0.1:{rtmp_port}/live/cam"
        self.web = f"http://127.0.0.1:{http_port}"
        self.hls = f"{self.web}/hls/cam.m3u8"
        user = getpass.getuser()  # else its worker could not read a test's folder
        text = _CONFIG.format(folder=folder, module=MODULE, rtmp_port=rtmp_port, http_port=http_port, user=user)
        (folder / "nginx.conf").write_text(text)
        (folder / "hls").mkdir()

    def private(self, user: str, password: str) -> None:
        """Let this user watch what is below `/private/`."""
        command = ["openssl", "passwd", "-apr1", "-stdin"]
        done = subprocess.run(command, input=password, capture_output=True, text=True, check=True)
        (self.folder / "users").write_text(f"{user}:{done.stdout}")

    @contextmanager
    def running(self, clip: Path) -> Iterator["Nginx"]:
        """Run it, fed with a clip again and again."""
        command = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]
        with subprocess.Popen(command) as process:
            stop = threading.Event()
            feeder = threading.Thread(target=self._feed, args=(clip, stop))
            try:
                _wait_for(lambda: _listens(self.rtmp))
                feeder.start()
                _wait_for((self.folder / "hls" / "cam.m3u8").is_file)
                yield self
            finally:
                stop.set()
                if feeder.is_alive():
                    feeder.join()
                process.terminate()

    def _feed(self, clip: Path, stop: threading.Event) -> None:
        """Send the clip in a loop at its own pace."""
        began_s, offset = time.monotonic(), 0
        with av.open(str(clip)) as source, av.open(self.rtmp, "w", format="flv") as target:
            stream = source.streams.video[0]
            assert stream.time_base is not None
            sent = target.add_stream_from_template(stream)
            while not stop.is_set():
                source.seek(0)
                for packet in source.demux(stream):
                    if packet.dts is None or packet.pts is None or stop.is_set():
                        continue
                    packet.dts, packet.pts, packet.stream = packet.dts + offset, packet.pts + offset, sent
                    stop.wait(began_s + float(packet.dts * stream.time_base) - time.monotonic())
                    target.mux(packet)
                offset += stream.duration or 0


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        return one.getsockname()[1], two.getsockname()[1]


def _listens(url: str) -> bool:
    host, port = url.split("/")[2].split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


def _wait_for(ready: Callable[[], bool], within_s: float = 20.0) -> None:
    end_s = time.monotonic() + within_s
    while not ready():
        assert time.monotonic() < end_s, "nginx is not ready"
        time.sleep(0.05)
