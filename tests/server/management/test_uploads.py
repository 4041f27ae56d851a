"""Files from strangers: recordings and site maps."""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import insert
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.management.conftest import API, HOST, ULID, Site

from camloom.server.database import new_id
from camloom.server.database.tables import upload
from camloom.server.management.cameras import uploads
from camloom.server.management.cameras.maps import drawn_anew
from camloom.server.management.cameras.recordings import kind_of
from camloom.server.management.rounds import every_hour
from camloom.server.web import RefusedError

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(500)


def _picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(out, kind)
    return out.getvalue()


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_a_recording_becomes_a_camera(any_site: Site, exchange: FakeExchange) -> None:
    site = any_site
    content = MP4 + bytes(3 << 20)  # more than other bodies may be
    answer = site.admin.post(f"{API}/uploads", params={"name": "../../etc/cron.d/x"}, content=content)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["kind"], made["size_bytes"], made["name"]) == ("mp4", len(content), "../../etc/cron.d/x")
    file = site.desk.uploads / made["id"]
    assert file.read_bytes() == content
    assert [one.name for one in site.desk.uploads.iterdir()] == [made["id"]]
    camera = site.add_camera(url=made["url"])
    site.add_task(camera["id"])
    assert exchange.wanted[HOST].tasks[0].document["source"] == {
        **{"type": "media", "url": str(file), "pace": "realtime", "loop": True},
    }
    assert site.admin.delete(f"{API}/uploads/{made['id']}").status_code == 409
    site.admin.delete(f"{API}/cameras/{camera['id']}")
    assert site.admin.delete(f"{API}/uploads/{made['id']}").status_code == 204
    assert not file.exists()


def test_a_camera_of_an_upload_that_is_not_there_is_refused(site: Site) -> None:
    body = {"name": "x", "url": f"upload:{ULID}"}
    assert site.admin.post(f"{API}/cameras", json=body).status_code == 404


def test_what_is_no_recording_is_refused_and_leaves_nothing(site: Site) -> None:
    for content in (
        b"",
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"<svg/>",
        _picture(),
    ):
        answer = site.admin.post(f"{API}/uploads?name=x", content=content)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "not-a-recording")
    assert list(site.desk.uploads.iterdir()) == []
    assert site.admin.post(f"{API}/uploads", content=MP4, params={"name": "a" * 10_000}).status_code == 422


def test_a_recording_too_long_is_refused_and_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    assert site.admin.post(f"{API}/uploads?name=x", content=MP4 * 2).status_code == 413

    def without_length() -> Iterator[bytes]:
        yield from [MP4, MP4]

    assert site.admin.post(f"{API}/uploads?name=x", content=without_length()).status_code == 413
    assert list(site.desk.uploads.iterdir()) == []


def test_all_recordings_together_have_a_limit(site: Site, clock: FakeClock) -> None:
    row = {"id": new_id(), "name": "x", "kind": "mp4", "size_bytes": 20_000_000_000, "created_at": clock()}
    with site.desk.database.write() as connection:
        connection.execute(insert(upload).values(**row))
    assert site.admin.post(f"{API}/uploads?name=x", content=MP4).status_code == 507


def test_files_that_nobody_knows_are_swept(site: Site, clock: FakeClock) -> None:
    kept = site.admin.post(f"{API}/uploads?name=x", content=MP4).json()["id"]
    left = site.desk.uploads / f"{HOST}.part"
    left.write_bytes(MP4)
    for file in site.desk.uploads.iterdir():
        os.utime(file, (clock().timestamp(), clock().timestamp()))
    every_hour(site.desk)
    assert left.exists()
    clock.forward(hours=3)
    every_hour(site.desk)
    assert [file.name for file in site.desk.uploads.iterdir()] == [kept]


def test_recordings_are_known_by_their_first_bytes() -> None:
    assert kind_of(b"\x1a\x45\xdf\xa3rest") == "mkv"
    assert kind_of(b"RIFF\x00\x00\x00\x00AVI ") == "avi"
    assert kind_of(b"RIFF\x00\x00\x00\x00WAVE") is None
    assert kind_of(b"FLV\x01\x05") == "flv"
    assert kind_of(b"\x00\x00\x01\xba") == "ps"
    assert kind_of((b"\x47" + bytes(187)) * 4) == "ts"
    assert kind_of(b"\x47" + bytes(800)) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_map_is_drawn_anew_and_shown_to_who_has_a_camera_on_it(site: Site, kind: str) -> None:
    hidden = _picture(kind) + b"<script>alert(1)</script>PK\x03\x04"
    made = site.admin.post(f"{API}/site-maps", params={"name": "Yard"}, content=hidden).json()
    assert (made["width"], made["height"]) == (64, 48)
    path = f"{API}/site-maps/{made['id']}/picture"
    shown = site.admin.get(path)
    assert shown.headers["content-type"] == f"image/{kind.lower()}"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert b"script" not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (64, 48)
    assert site.viewer.get(path).status_code == 404
    assert site.viewer.get(f"{API}/site-maps").json()["items"] == []
    camera = site.add_camera(site_map_id=made["id"], map_x=0.5, map_y=0.25)
    assert site.viewer.get(path).status_code == 200
    assert [one["id"] for one in site.viewer.get(f"{API}/site-maps").json()["items"]] == [made["id"]]
    assert site.stranger.get(path).status_code == 404
    assert site.admin.delete(f"{API}/site-maps/{made['id']}").status_code == 204
    moved = site.viewer.get(f"{API}/cameras/{camera['id']}").json()
    assert (moved["site_map_id"], moved["map_x"]) == (None, None)
    assert list(site.desk.maps.iterdir()) == []


def test_pictures_that_are_none_or_bombs_are_refused(site: Site) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    gif = io.BytesIO()
    Image.new("P", (8, 8)).save(gif, "GIF")
    for content in (
        *(b"", svg, gif.getvalue(), MP4, _picture()[:60], _picture("JPEG")[:100], b"\x89PNG\r\n\x1a\n" + bytes(100)),
        *(_png_that_claims(50_000, 50_000), _png_that_claims(12_001, 1), _png_that_claims(2**31 - 1, 2**31 - 1)),
    ):
        answer = site.admin.post(f"{API}/site-maps?name=x", content=content)
        assert answer.status_code == 422, content[:20]
    assert site.admin.post(f"{API}/site-maps?name=x", content=bytes(16_000_001)).status_code == 413
    assert not site.desk.maps.exists() or list(site.desk.maps.iterdir()) == []


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(RefusedError) as caught:
        drawn_anew(_png_that_claims(12_000, 12_000))
    assert caught.value.code == "picture-too-large"


@pytest.mark.parametrize("path", ["../camloom.db", "%2e%2e%2fcamloom.db", "..%5c..", "%2fetc%2fpasswd"])
def test_paths_lead_nowhere(site: Site, path: str) -> None:
    Path(site.desk.folder).mkdir(exist_ok=True)
    assert site.admin.get(f"{API}/site-maps/{path}/picture").status_code in (400, 404)
    assert site.admin.delete(f"{API}/uploads/{path}").status_code in (400, 404, 405)
