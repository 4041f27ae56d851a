"""Downloads from a real TLS server on this machine."""

import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from camloom.assets import Asset
from camloom.assets.store import fetch_asset
from camloom.errors import AssetError

CONTENT = b"the right bytes of a model"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the server's certificate")


class Publisher(BaseHTTPRequestHandler):
    """Serves /model.bin, redirects /moved, /plain and /file, and never ends /endless."""

    def do_GET(self) -> None:
        moves = {
            "/moved": "/model.bin",
            "/plain": f"http://{self.headers['Host']}/model.bin",
            "/file": "ftp://localhost/x",
        }
        if self.path in moves:
            self.send_response(302)
            self.send_header("Location", moves[self.path])
            self.end_headers()
        elif self.path in ("/model.bin", "/endless"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CONTENT if self.path == "/model.bin" else bytes(1 << 20))
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    make += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(make, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("localhost", 0), Publisher)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("no_proxy", "localhost")
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def from_site(make_asset: Callable[..., Asset], url: str) -> Asset:
    return make_asset({"type": "https", "urls": {"model.bin": url}})


@pytest.mark.parametrize("path", ["/model.bin", "/moved"])
def test_a_file_is_downloaded_with_progress(make_asset: Callable[..., Asset], site: str, path: str) -> None:
    heard: list[tuple[str, int, int | None]] = []
    found = fetch_asset(from_site(make_asset, site + path), progress=lambda *heard_now: heard.append(heard_now))
    assert found.read_bytes() == CONTENT
    assert heard[-1] == ("model.bin", len(CONTENT), len(CONTENT))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/plain", "not reached .*http"),
        ("/file", "not reached .*ftp|answered 302"),
        ("/gone", "the server answered 404"),
        ("/endless", r"model\.bin is larger than"),
    ],
)
def test_what_is_not_the_file_is_refused(make_asset: Callable[..., Asset], site: str, path: str, reason: str) -> None:
    with pytest.raises(AssetError, match=reason):
        fetch_asset(from_site(make_asset, site + path))


def test_an_unknown_certificate_is_refused(
    make_asset: Callable[..., Asset], site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(AssetError, match="CERTIFICATE_VERIFY_FAILED"):
        fetch_asset(from_site(make_asset, site + "/model.bin"))


@pytest.mark.parametrize("url", ["http://localhost/x", "https://me:secret@localhost/x", "file:///etc/hostname"])
def test_the_catalogue_may_only_name_https_without_credentials(make_asset: Callable[..., Asset], url: str) -> None:
    with pytest.raises(ValueError, match="String should match pattern"):
        from_site(make_asset, url)
