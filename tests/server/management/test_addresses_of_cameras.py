"""Which sources the platform takes, and what becomes of their passwords."""

import logging
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.server.fakes import FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.config.addresses import VARIABLE
from camloom.errors import CamloomError
from camloom.server.management.cameras.sources import SourceOptions, check_source, masked, source_document, unmasked
from camloom.server.web import RefusedError

CANARY = "p@ss:w/r#1%?&!canary"
NOT_CAMERAS = (
    *(
        "file:///etc/passwd",
        "/etc/passwd",
        "./x.mp4",
        "concat:a|b",
        "concat,x:a",
        "subfile,,start,0,end,9,,:/etc/passwd",
    ),
    *(
        "data:video/mp4;base64,AA",
        "pipe:0",
        "exec:ls",
        "lavfi:testsrc",
        "gst:videotestsrc",
        "unix:/run/x",
        "tcp://10.0.0.1",
    ),
    *(
        "hcnetsdk://10.0.0.1",
        "mvs:1",
        "image:/etc",
        "synthetic:",
        "usb:/etc/passwd",
        "usb:/dev/video0/../../etc/passwd",
    ),
    *("upload:../../etc/passwd", "upload:x", "rtsp://", "rtsp:///x", "http://", "onvif://", "rtsp://10.0.0.1/\n\rX: y"),
)
NOT_THERE = (
    *("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "[fe80::1]"),
    *("2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("100.100.100.200", "[ff02::1]", "localhost.", "LOCALHOST"),
)


def _code(url: str, **options: object) -> str:
    """Return the code of the refusal of a source; empty: it may be."""
    try:
        check_source(url, SourceOptions.model_validate(options))
    except RefusedError as error:
        return error.code if error.status == 422 else f"status {error.status}"
    return ""


@pytest.mark.parametrize("url", NOT_CAMERAS)
def test_what_is_no_camera_is_refused(url: str) -> None:
    assert _code(url).startswith("source-")


@pytest.mark.parametrize("host", NOT_THERE)
@pytest.mark.parametrize("form", ["rtsp://admin:x@{}/s", "http://{}:8080/v.mjpg", "onvif://{}"])
def test_where_no_camera_may_be_is_refused(host: str, form: str) -> None:
    assert _code(form.format(host)) == "source-policy"


def test_names_that_lead_there_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(name: str, port: int, **more: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("10.0.0.1", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("camloom.config.addresses.socket.getaddrinfo", look_up)
    assert _code("rtsp://cam.example/s") == "source-policy"


@pytest.mark.parametrize(
    "url",
    [
        *("rtsp://10.0.0.1/s", "rtsps://192.168.1.5:322/s", "rtmp://10.0.0.1/live/s", "https://10.0.0.1/live.m3u8"),
        *("gb28181://34020000001320000001/34020000001310000001", "onvif://10.0.0.1", "usb:C920", "usb:/dev/video0"),
        *("sample:street", "gige:ACME-1", "gige://10.0.0.1", "rtsp://not-known-yet.invalid/s"),
    ],
)
def test_cameras_go(url: str) -> None:
    assert _code(url) == ""


def test_the_environment_may_allow_more_hosts_but_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "strict")
    monkeypatch.setenv("CAMLOOM_SOURCE_ALLOW", "127.0.0.1")
    assert _code("rtsp://127.0.0.1/s") == ""
    monkeypatch.setenv(VARIABLE, "local")
    assert _code("/etc/passwd") == "source-scheme"
    monkeypatch.setenv("CAMLOOM_SOURCE_SCHEMES", "rtsp,file")
    assert (_code("/etc/passwd"), _code("http://10.0.0.1/x"), _code("rtsp://10.0.0.1/")) == (
        *("source-scheme", "source-scheme"),
        "",
    )


def test_options_are_those_of_the_kind_of_source() -> None:
    assert _code("rtsp://10.0.0.1/s", transport="udp", timeout_s=5) == ""
    assert _code("rtsp://10.0.0.1/s", profile="sub") == "source-options"
    assert _code("onvif://10.0.0.1", profile="sub", channel=2) == ""
    assert _code("rtsp://10.0.0.1/s", transport="tcp-active") == "source-options"


def test_no_free_arguments_are_taken(site: Site) -> None:
    for key in ("policy", "pipeline", "args", "options", "filter", "hook", "features", "control", "values"):
        body = {"name": "x", "url": "rtsp://10.0.0.1/s", "options": {key: "x"}}
        assert site.admin.post(f"{API}/cameras", json=body).status_code == 422, key


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.1/s", "rtsp://10.0.0.1/s"),
        ("rtsp://admin@10.0.0.1/s", "rtsp://admin@10.0.0.1/s"),
        (f"rtsp://admin:{CANARY}@10.0.0.1:554/s?x=1", "rtsp://admin:***@10.0.0.1:554/s?x=1"),
        ("http://10.0.0.1/v?user=a&password=b&n=1", "http://10.0.0.1/v?user=a&password=***&n=1"),
        (f"onvif://admin:{CANARY}@10.0.0.1", "onvif://admin:***@10.0.0.1"),
        ("usb:C920", "usb:C920"),
    ],
)
def test_urls_are_shown_without_password(url: str, shown: str) -> None:
    assert masked(url) == shown
    assert unmasked(shown, url) == url


@pytest.mark.parametrize(
    "given",
    [
        *("rtsp://admin:***@10.0.0.2/s", "rtsp://admin:***@10.0.0.1:8554/s", "http://admin:***@10.0.0.1/s"),
        *("rtsp://root:***@10.0.0.1/s", "rtsp://admin:***@10.0.0.1@10.0.0.2/s", "rtsp://admin:x@10.0.0.1/s?token=***"),
        "rtsp://admin:***@evil.example/10.0.0.1/s",
    ],
)
def test_the_mask_gives_no_password_to_anybody_else(given: str) -> None:
    with pytest.raises(RefusedError) as caught:
        unmasked(given, f"rtsp://admin:{CANARY}@10.0.0.1/s")
    assert (caught.value.status, caught.value.code) == (422, "masked-password")
    assert CANARY not in str(caught.value)


def test_the_mask_stands_for_the_password_on_another_path() -> None:
    found = unmasked("rtsp://admin:***@10.0.0.1:554/other", "rtsp://admin:secret@10.0.0.1/s")
    assert found == "rtsp://admin:secret@10.0.0.1:554/other"


def test_recordings_play_as_cameras_do() -> None:
    document = source_document("upload:01K00000000000000000000000", {}, Path("/data/uploads"))
    assert document == {
        "type": "media",
        "url": "/data/uploads/01K00000000000000000000000",
        "pace": "realtime",
        "loop": True,
    }
    assert source_document("sample:street", {}, Path())["loop"] is True
    assert "loop" not in source_document("rtsp://10.0.0.1/", {}, Path())


def test_a_password_is_nowhere_but_sealed_and_at_the_engine(
    any_site: Site, exchange: FakeExchange, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    site = any_site
    caplog.set_level(logging.DEBUG)
    quoted = "p%40ss%3Aw%2Fr%231%25%3F%26%21canary"
    camera = site.add_camera(url=f"rtsp://admin:{quoted}@10.1.2.3/s", main_url=f"rtsp://admin:{quoted}@10.1.2.3/big")
    site.add_task(camera["id"])
    order = exchange.wanted[HOST].tasks[0].document
    assert order["source"]["url"] == f"rtsp://admin:{quoted}@10.1.2.3/s"
    assert order["evidence_source"]["url"] == f"rtsp://admin:{quoted}@10.1.2.3/big"

    path = f"{API}/cameras/{camera['id']}"
    body = {"name": "Gate", "group_id": site.east, "url": camera["url"], "main_url": camera["main_url"]}
    answers = [
        site.admin.get(path),
        site.admin.put(path, json=body),
        site.admin.put(path, json=body | {"url": "rtsp://admin:***@10.1.2.4/s"}),
        site.admin.put(path, json=body | {"url": f"file://{quoted}"}),
        site.admin.get(f"{API}/cameras"),
        site.admin.get(f"{API}/cameras/export.csv"),
        site.admin.get(f"{API}/hosts/{HOST}"),
        site.admin.get(f"{API}/audit"),
        site.admin.get(f"{API}/tasks"),
        site.admin.post(f"{API}/cameras/import", content=f"name,url\nx,rtsp://a:{quoted}@127.0.0.1/"),
        site.admin.post(f"{API}/cameras/probe", json={"url": f"rtsp://a:{quoted}@10.1.2.3/"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422, 422, 200, 200, 200, 200, 200, 200, 504]
    assert exchange.wanted[HOST].tasks[0].document == order
    told = "".join([*(answer.text for answer in answers), *capfd.readouterr(), caplog.text])
    assert "canary" not in told
    with site.desk.database.read() as connection:
        kept = [
            str(row)
            for table in ("camera", "task", "host", "audit")
            for row in connection.execute(text(f"select * from {table}"))
        ]
    assert "canary" not in "".join(kept)


def test_secrets_in_a_query_are_masked(site: Site) -> None:
    camera = site.add_camera(url="http://10.1.2.3/v.mjpg?user=a&password=canary")
    assert "canary" not in str(camera)


def test_errors_about_sources_hold_no_password() -> None:
    for url in (f"rtsp://admin:{CANARY}@127.0.0.1/", f"rtsp://admin:{CANARY}@/x", f"bad:{CANARY}"):
        with pytest.raises(CamloomError) as caught:
            check_source(url, SourceOptions())
        assert "canary" not in str(caught.value)
