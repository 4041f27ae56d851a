"""What browsers get of the console."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from camloom.server.console import add_console

PAGE = {"accept": "text/html,*/*"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("show()")
    (tmp_path / "index.html").write_text("<p>console</p>")
    (tmp_path.parent / "secret.txt").write_text("secret")
    return tmp_path


def client(built: Path) -> TestClient:
    app = FastAPI(openapi_url=None)
    add_console(app, built)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/", "/alarms", "/alarms/01J0?from=1", "/setup"])
def test_every_path_of_a_browser_shows_the_console_and_is_asked_for_again(built: Path, path: str) -> None:
    answer = client(built).get(path, headers=PAGE)
    assert (answer.status_code, answer.text) == (200, "<p>console</p>")
    assert answer.headers["cache-control"] == "no-cache"


def test_files_with_a_hash_in_their_name_are_kept_by_the_browser(built: Path) -> None:
    answer = client(built).get("/assets/index-1a2b.js")
    assert answer.text == "show()"
    assert "immutable" in answer.headers["cache-control"]


def test_scripts_travel_compressed(built: Path) -> None:
    script = "show()" * 1000
    (built / "assets" / "big-1a2b.js").write_text(script)
    answer = client(built).get("/assets/big-1a2b.js", headers={"accept-encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.text) == ("gzip", script)
    plain = client(built).get("/assets/big-1a2b.js", headers={"accept-encoding": "identity"})
    assert ("content-encoding" in plain.headers, plain.text) == (False, script)


@pytest.mark.parametrize(
    "path", ["/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/assets/..%5c..%5csecret.txt", "/assets/"]
)
def test_nothing_outside_is_handed_out(built: Path, path: str) -> None:
    answer = client(built).get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/flv"])
def test_a_route_of_the_api_that_is_not_there_is_no_page(built: Path, path: str) -> None:
    assert client(built).get(path, headers=PAGE).status_code == 404


def test_a_console_that_is_not_built_says_what_to_do(tmp_path: Path) -> None:
    answer = client(tmp_path).get("/", headers=PAGE)
    assert answer.status_code == 503
    assert "make console" in answer.text
