"""docs/proxy.md: what it says of nginx, done; people and players go through it as they would without."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from tests.engine.live.viewing import Watching
from tests.packages import provide
from tests.server.conftest import Serve
from tests.server.live.conftest import Watched
from tests.server.live.playing import played
from tests.server.live.proxy import PACKAGES, Proxy, free_ports, has_nginx
from tests.server.people import PASSWORD, add_account
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from camloom.server.settings import ServerSettings

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    """nginx, not yet running."""
    provide("nginx", has_nginx, *PACKAGES)
    folder = tmp_path / "nginx"
    folder.mkdir()
    return Proxy(folder, *free_ports())


@pytest.fixture
def settings(tmp_path: Path, proxy: Proxy) -> ServerSettings:
    """Settings of a server that people see through the proxy."""
    return ServerSettings(data=tmp_path / "data", public_url=proxy.url)


@pytest.fixture
def browser(watched: Watched, served: Serve, proxy: Proxy) -> Iterator[httpx.Client]:
    """A browser at the address of the proxy, in which an administrator has logged in."""
    add_account(watched.app, "ann", "administrator")
    with (
        proxy.before(served(watched.app)),
        httpx.Client(base_url=proxy.url, verify=proxy.trust, headers={"Origin": proxy.url}, timeout=30) as browser,
    ):
        answer = browser.post("/api/v1/login", json={"name": "ann", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield browser


def _socket(browser: httpx.Client, proxy: Proxy, path: str, origin: str = "") -> ClientConnection:
    """Open a socket as a page of the server does, or one of another origin."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    address = f"wss://localhost:{proxy.port}/api/v1/{path}"
    return connect(address, origin=Origin(origin or proxy.url), ssl=proxy.trust, additional_headers={"Cookie": cookies})


def test_a_session_is_for_tls_only(browser: httpx.Client, proxy: Proxy, sqlite_app: FastAPI) -> None:
    (cookie,) = browser.cookies.jar
    assert (cookie.name, cookie.secure, cookie.path) == ("__Host-camloom", True, "/")
    assert cookie.has_nonstandard_attr("HttpOnly")
    me = browser.get("/api/v1/me")
    assert me.json()["name"] == "ann"
    assert me.headers["strict-transport-security"].startswith("max-age=")
    assert browser.patch("/api/v1/me", json={"language": "zh"}).status_code == 200
    elsewhere = browser.patch("/api/v1/me", json={"language": "en"}, headers={"Origin": "https://evil.example"})
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (403, "origin")
    plain = httpx.get(f"http://127.0.0.1:{proxy.plain_port}/alarms?x=1")
    assert (plain.status_code, plain.headers["location"]) == (301, f"{proxy.url}/alarms?x=1")


def test_the_address_of_a_caller_is_its_own_and_cannot_be_made_up(browser: httpx.Client) -> None:
    again = browser.post(
        "/api/v1/login", json={"name": "ann", "password": PASSWORD}, headers={"X-Forwarded-For": "10.9.8.7"}
    )
    assert again.status_code == 200
    addresses = {one["address"] for one in browser.get("/api/v1/me/sessions").json()}
    assert addresses == {"127.0.0.1"}


def test_sockets_go_through(browser: httpx.Client, watched: Watched, proxy: Proxy) -> None:
    watched.play(0, 14)
    watching = Watching(None)  # type: ignore[arg-type]
    with _socket(browser, proxy, f"live/{watched.id}/flv") as line:
        watched.wait_for_viewers(1)
        watched.play(14)
        while len(watching.payload) < 14 or len(watching.pictures) < 20:
            data = line.recv(timeout=10)
            assert isinstance(data, bytes)
            watching.payload += data
    with _socket(browser, proxy, "feed") as line:
        assert json.loads(line.recv(timeout=10))["alarms"] == []
    with pytest.raises(InvalidStatus), _socket(browser, proxy, "feed", "https://evil.example"):
        pass


def test_a_player_plays_by_a_link_that_no_log_keeps(browser: httpx.Client, watched: Watched, proxy: Proxy) -> None:
    link = browser.post(f"/api/v1/live/{watched.id}/link", json={}).json()["url"]
    assert link.startswith(f"{proxy.url}/flv?")
    assert len(played(watched, link, ca_file=str(proxy.folder / "fullchain.pem"))) == 20
    assert "/api/v1/live/" in proxy.access_log
    assert "token" not in proxy.access_log


def test_a_recording_goes_up(browser: httpx.Client) -> None:
    body = b"\x00\x00\x00\x20ftypisom" + bytes(4 << 20)
    answer = browser.post("/api/v1/uploads?name=street", content=body)
    assert (answer.status_code, answer.json()["size_bytes"]) == (201, len(body))
