"""nginx with TLS before a server, set up as docs/proxy.md says."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("nginx-light", "openssl")
_PAGE = Path(__file__).parents[3] / "docs" / "proxy.md"
_AROUND = """
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    {page}
}}
"""


def has_nginx() -> bool:
    """Whether it and what makes certificates are installed."""
    return shutil.which("nginx") is not None and shutil.which("openssl") is not None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx.

    Attributes:
        url: as people see the server.
        plain_port: where they come without TLS.
        trust: of its certificate.
    """

    folder: Path
    port: int
    plain_port: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    @property
    def access_log(self) -> str:
        return (self.folder / "access.log").read_text()

    @contextmanager
    def before(self, server: str) -> Iterator[None]:
        """Run it before a server (host and port)."""
        _make_certificate(self.folder)
        changes = {
            "listen 443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "/etc/ssl/camloom": str(self.folder),
            "127.0.0.1:8780": server,
            "https://camloom.example.com": self.url,
            "camloom.example.com": "localhost",
        }
        page = _PAGE.read_text().partition("```nginx\n")[2].partition("```")[0]
        for told, here in changes.items():
            assert told in page, told
            page = page.replace(told, here)
        (self.folder / "nginx.conf").write_text(_AROUND.format(folder=self.folder, page=page))
        command = ["nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "stderr"]
        with subprocess.Popen(command) as process:
            try:
                _wait_for(self.port, process)
                yield
            finally:
                process.terminate()


def _make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*command, *names, *files], capture_output=True, check=True)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until_s = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, "nginx does not take what docs/proxy.md says"
            assert time.monotonic() < until_s, "nginx does not listen"
            time.sleep(0.02)
        else:
            return


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        return one.getsockname()[1], two.getsockname()[1]
