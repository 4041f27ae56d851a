"""Files from strangers, and paths that would lead elsewhere."""

import io
import pickle
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
from tests.server.abuse.world import API, World

from camloom.server.database.tables import media

UP = ["../camloom.db", "..%2fcamloom.db", "%2e%2e%2fcamloom.db", "..%5ccamloom.db", "%2fetc%2fpasswd", "....//x", "%00"]


def _zip(name: str, content: bytes = b"x", times: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"{name}{number or ''}", content)
    return out.getvalue()


def _tar(kind: bytes, target: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("x")
        entry.type, entry.linkname = kind, target
        archive.addfile(entry)
    return out.getvalue()


NOT_TAKEN = {
    "a pickled model": pickle.dumps({"model": 1}),
    "a saved PyTorch model": _zip("archive/data.pkl", pickle.dumps([1])),
    "an array of objects": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
    "an ONNX model": b"\x08\x07\x12\x07pytorch",
    "a zip that climbs": _zip("../../evil"),
    "a zip from the root": _zip("/etc/cron.d/evil"),
    "a zip bomb": _zip("bomb", bytes(10_000_000)),
    "a zip of very many": _zip("f", b"", 10_001),
    "a link in a tar": _tar(tarfile.SYMTYPE, "/etc/passwd"),
    "a device in a tar": _tar(tarfile.CHRTYPE, ""),
    "a gzip bomb": zlib.compress(bytes(10_000_000)),
    "a playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "a list of files": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a session that listens": b"v=0\nc=IN IP4 10.0.0.1\nm=video 5000 RTP/AVP 96\n",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a document with entities": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "a program": b"\x7fELF" + bytes(100),
}


@pytest.mark.parametrize("what", NOT_TAKEN)
def test_what_is_neither_a_recording_nor_a_picture_is_not_kept(world: World, what: str) -> None:
    """Two routes know what they take by its bytes. The third takes models: it opens none, its host does."""
    folder: Path = world.app.state.settings.data
    before = sorted(folder.rglob("*"))
    for path in ("uploads", "site-maps"):
        answer = world.admin.post(f"{API}/{path}", params={"name": "film.mp4"}, content=NOT_TAKEN[what])
        assert answer.status_code == 422, (path, answer.text)
    assert sorted(folder.rglob("*")) == before


def test_no_other_route_takes_bytes_or_free_arguments(world: World) -> None:
    """A route that takes bytes is a decision: its tests belong here."""
    takes_bytes = {
        operation["operationId"]: sorted(operation["requestBody"]["content"])
        for methods in world.app.openapi()["paths"].values()
        for operation in methods.values()
        if "requestBody" in operation and "application/json" not in operation["requestBody"]["content"]
    }
    assert takes_bytes == {
        "create_site_map": ["image/jpeg", "image/png"],
        "import_cameras": ["text/csv"],
        "upload_model": ["application/octet-stream"],
        "upload_recording": ["application/octet-stream"],
    }
    fields = {name for schema in world.app.openapi()["components"]["schemas"].values()
              for name in schema.get("properties", {})}  # fmt: skip
    free = {"args", "arguments", "filter_complex", "ffmpeg", "hook", "command", "exec", "shell", "pipeline", "script"}
    assert fields & free == set()


@pytest.mark.parametrize("path", UP)
def test_no_path_leads_out_of_its_place(world: World, path: str) -> None:
    for before, after in (("media/", ""), ("site-maps/", "/picture"), ("templates/", "/picture"), ("uploads/", "")):
        answer = world.admin.get(f"{API}/{before}{path}{after}")
        assert answer.status_code in (400, 404, 405)
        assert b"SQLite" not in answer.content
    for prefix in ("/assets/", "/assets/../", "/"):
        answer = world.admin.get(f"{prefix}{path}")
        assert answer.status_code in (400, 404)


def test_a_link_in_the_place_of_pictures_is_not_followed_out_of_the_database(world: World) -> None:
    """Whoever could write a key into the database still reads no file of the machine."""
    here = media.c.id == world.bravo.ids["media_id"]
    for key in ("../camloom.db", "/etc/passwd", "..%2fsecrets.key", "a/../../secrets.key", "", ".", "a//b"):
        with world.app.state.database.write() as connection:
            connection.execute(media.update().where(here).values(key=key))
        for path in (f"media/{world.bravo.ids['media_id']}", f"alarms/{world.bravo.ids['alarm_id']}/evidence.zip"):
            answer = world.admin.get(f"{API}/{path}")
            assert answer.status_code in (200, 404)
            assert b"root:" not in answer.content
            assert b'"keys"' not in answer.content


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-0", 206),
        ("bytes=-1", 206),
        ("bytes=0-,0-,0-,0-,0-,0-,0-,0-", 200),
        ("bytes=999999999999999999-", 416),
        ("bytes=" + "9" * 5000 + "-", 200),
        ("bytes=-0", 416),
        ("bytes=5-2", 200),
        ("items=0-5", 200),
        ("bytes=\u0660-\u0665", 200),
    ],
)
def test_parts_of_a_file_are_bounded(world: World, asked: str, status: int) -> None:
    headers = {"Range": asked.encode()}
    answer = world.admin.get(f"{API}/media/{world.alpha.ids['media_id']}", headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert len(answer.content) < 10_000
