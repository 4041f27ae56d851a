"""A zip of evidence verifies if not one bit of it was altered, however hostile it is."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from camloom.cli.app import app
from camloom.errors import ConfigError, EvidenceError
from camloom.evidence import MANIFEST, SIGNATURE, default_key_path, fingerprint, public_pem, signing_key, verify_zip
from camloom.evidence.key import KEY_VARIABLE
from camloom.sinks.evidence_page import evidence_page
from camloom.sinks.evidence_zip import write_zip

ALARM: dict[str, Any] = {
    "rule_id": "lawn",
    "source_id": "yard",
    "name": {"en": "Lawn trampling", "zh": "绿地踩踏"},
    "severity": "minor",
    "stage": "",
    "count": 1,
    "began": "2026-11-01T08:00:04.000Z",
    "ended": None,
    "provenance": {"camloom": "9.9", "models": [{"name": "eyes", "sha256": "ab"}], "rule": {"version": "cd"}},
    "events": [
        {
            "occurred_at": "2026-11-01T08:00:04.000Z",
            "type": "region.entered",
            "zone": "lawn",
            "direction": "",
            "change": "",
            "value": 2.5,
            "unit": "s",
            "media": {"picture": "media/01K8/a.jpg", "clip": "media/01K8/gone.mp4"},
            "why": [{"name": "min_time", "value": 2.5, "threshold": 2, "margin": 0.5, "unit": "s"}],
        }
    ],
}
FILES = {"alarm.json": json.dumps(ALARM).encode(), "a.jpg": b"\xff\xd8 red box"}
SEALED = {*FILES, "index.html"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an alarm."""
    place = tmp_path / "media" / "01K8"
    place.mkdir(parents=True)
    for name, content in FILES.items():
        (place / name).write_bytes(content)
    return place


@pytest.fixture
def sealed(folder: Path, tmp_path: Path) -> Path:
    """Return its zip."""
    write_zip(folder, tmp_path / "01K8.zip", signing_key(tmp_path / "key.pem"), "camloom 9.9")
    return tmp_path / "01K8.zip"


def repacked(path: Path, **changes: bytes | None) -> Path:
    """Return a zip with other contents by name (`a_jpg` for a.jpg); None takes the file out."""
    wanted = {name.replace("__", "/").replace("_", "."): content for name, content in changes.items()}
    with zipfile.ZipFile(path) as archive:
        contents = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for info, content in contents.items():
            new = wanted.pop(info.filename, content)
            if new is not None:
                archive.writestr(zipfile.ZipInfo(info.filename, info.date_time), new)
        for name, extra in wanted.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), extra or b"")
    return path


def test_it_holds_everything_and_any_zip_reader_reads_it(sealed: Path, tmp_path: Path) -> None:
    found = verify_zip(sealed)
    assert found.signer == fingerprint(signing_key(tmp_path / "key.pem").public_key())
    assert set(found.manifest.files) == SEALED
    with zipfile.ZipFile(sealed) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in FILES} == FILES
        assert archive.read("public_key.pem") == public_pem(signing_key(tmp_path / "key.pem").public_key())
        manifest = json.loads(archive.read(MANIFEST))
    assert manifest["files"]["a.jpg"]["size_bytes"] == len(FILES["a.jpg"])
    assert manifest["made_by"] == "camloom 9.9"


def test_no_bit_can_be_altered(sealed: Path) -> None:
    whole = sealed.read_bytes()
    # Every byte of the list and the end of the zip, and one of eleven of the contents.
    for place in {*range(0, len(whole), 11), *range(len(whole) - 400, len(whole))}:
        altered = bytearray(whole)
        altered[place] ^= 1 << place % 8
        sealed.write_bytes(altered)
        with pytest.raises(EvidenceError):
            verify_zip(sealed)


def test_what_was_altered_is_named_in_one_line(sealed: Path) -> None:
    whole = sealed.read_bytes()
    cases: list[tuple[dict[str, bytes | None], str]] = [
        ({"a_jpg": b"\xff\xd8 no  box"}, "01K8.zip was altered: a.jpg"),
        ({"a_jpg": None}, "01K8.zip was altered: a.jpg was taken out"),
        ({"b_jpg": b"x"}, "01K8.zip was altered: b.jpg was added"),
        ({"alarm_json": b"{}", "a_jpg": b""}, "01K8.zip was altered: a.jpg, alarm.json"),
        ({"manifest_json": b"{}"}, "manifest.json is not what the key in it signed"),
        ({"manifest_sig": b"\0" * 64}, "manifest.json is not what the key in it signed"),
        ({"manifest_sig": b"\0" * 65}, "manifest.sig was altered: it is too large"),
        ({"manifest_json": b" " * (1 << 21)}, "manifest.json was altered: it is too large"),
    ]
    for changes, said in cases:
        sealed.write_bytes(whole)
        with pytest.raises(EvidenceError) as error:
            verify_zip(repacked(sealed, **changes))
        assert said in str(error.value)
        assert "\n" not in str(error.value)


def test_another_key_is_seen(sealed: Path, tmp_path: Path) -> None:
    other = signing_key(tmp_path / "other.pem")
    with zipfile.ZipFile(sealed) as archive:
        text = archive.read(MANIFEST)
    first = verify_zip(sealed).signer
    altered = {"manifest_sig": other.sign(text)}
    whole = sealed.read_bytes()
    with pytest.raises(EvidenceError, match="is not what the key in it signed"):
        verify_zip(repacked(sealed, **altered))
    sealed.write_bytes(whole)
    with zipfile.ZipFile(sealed) as archive:
        kept = {info.filename: archive.read(info) for info in archive.infolist()}
    kept[SIGNATURE], kept["public_key.pem"] = other.sign(text), public_pem(other.public_key())
    with zipfile.ZipFile(sealed, "w") as archive:
        for name, content in kept.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    assert verify_zip(sealed).signer == fingerprint(other.public_key()) != first


def odd_zip(path: Path, kind: str) -> None:
    """Turn a good zip into a hostile one."""
    whole = path.read_bytes()
    if kind == "bytes before":
        path.write_bytes(b"MZ" + whole)
    elif kind == "bytes behind":
        path.write_bytes(whole + b"\0")
    elif kind == "comment":
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = b"look here"
    elif kind == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "no zip":
        path.write_bytes(b"%PDF-1.7" * 100)
    else:
        with zipfile.ZipFile(path, "a") as archive:
            _add(archive, kind)


def _add(archive: zipfile.ZipFile, kind: str) -> None:
    if kind == "bomb":
        archive.writestr("bomb.bin", b"\0" * 5_000_000, zipfile.ZIP_DEFLATED)
    elif kind == "twice":
        archive.writestr(zipfile.ZipInfo("a.jpg"), b"another")
    elif kind == "traversal":
        archive.writestr("../../etc/cron.d/x", b"x")
    elif kind == "absolute":
        archive.writestr("/etc/passwd", b"x")
    elif kind == "folder":
        archive.writestr("folder/", b"")
    elif kind == "link":
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, b"/etc/passwd")
    else:
        for number in range(1001):
            archive.writestr(f"{number}", b"")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "kind",
    [
        "bytes before",
        "bytes behind",
        "comment",
        "cut",
        "empty",
        "no zip",
        "bomb",
        "twice",
        "traversal",
        "absolute",
        "folder",
        "link",
        "many",
    ],
)
def test_a_hostile_zip_is_refused(sealed: Path, kind: str) -> None:
    odd_zip(sealed, kind)
    with pytest.raises(EvidenceError, match=r"^01K8.zip is not as Camloom made it: [^\n]*$"):
        verify_zip(sealed)


def test_a_zip_that_names_its_parts_twice_is_refused(sealed: Path) -> None:
    # All files of the list lie over each other: a bomb without any packing.
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("a", "b"):
            archive.writestr(zipfile.ZipInfo(name), b"x" * 100)
            archive.start_dir = archive.fp.tell()  # type: ignore[union-attr]
        archive.infolist()[1].header_offset = 0
    sealed.write_bytes(stream.getvalue())
    with pytest.raises(EvidenceError, match="belong to no file"):
        verify_zip(sealed)


def test_only_the_files_of_an_alarm_go_into_a_zip(folder: Path, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.pem")
    (folder / ".half.part").write_bytes(b"x")
    assert set(write_zip(folder, tmp_path / "a.zip", key, "camloom 9.9").manifest.files) == SEALED
    (folder / "secret").symlink_to("/etc/passwd")
    with pytest.raises(ConfigError, match="secret is no file that belongs to an alarm"):
        write_zip(folder, tmp_path / "b.zip", key, "camloom 9.9")
    with pytest.raises(ConfigError, match="is not the folder of an alarm"):
        write_zip(folder.parent, tmp_path / "b.zip", key, "camloom 9.9")
    assert not (tmp_path / "b.zip").exists()


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.pem"
    made = fingerprint(signing_key(path).public_key())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fingerprint(signing_key(path).public_key()) == made
    assert [each.name for each in path.parent.iterdir()] == ["key.pem"]
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="others may read the key"):
        signing_key(path)


def test_the_page_shows_what_is_there_and_why(sealed: Path) -> None:
    with zipfile.ZipFile(sealed) as archive:
        text = archive.read("index.html").decode()
    for words in (
        "Lawn trampling 绿地踩踏",
        'src="a.jpg"',
        "<td>min_time</td><td>2.5</td><td>2</td><td>0.5</td>",
        "cd",
    ):
        assert words in text
    assert "gone.mp4" not in text


def test_nothing_in_a_document_becomes_markup(folder: Path) -> None:
    odd = "<script>alert(1)</script>"
    event = {**ALARM["events"][0], "zone": odd, "media": {odd: 'a.jpg"onerror="x', "p": "../../a.jpg"}}
    text = evidence_page(
        json.dumps({**ALARM, "rule_id": odd, "name": {"en": odd}, "provenance": {odd: odd}, "events": [event]}),
        ["a.jpg", 'a.jpg"onerror="x'],
    )
    assert "<script" not in text
    assert '"onerror="' not in text
    assert 'src="a.jpg"' in text


@pytest.mark.parametrize("document", ["", "[]", "{}", "[" * 100_000, '{"name": 1}', "null"])
def test_an_alarm_that_is_none_is_refused(folder: Path, tmp_path: Path, document: str) -> None:
    (folder / "alarm.json").write_text(document)
    with pytest.raises(ConfigError, match="is not as the sink wrote it"):
        write_zip(folder, tmp_path / "a.zip", signing_key(tmp_path / "key.pem"), "camloom 9.9")
    assert not (tmp_path / "a.zip").exists()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", os.urandom(10_000)])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="is no Ed25519 key"):
        signing_key(path)


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Return what calls `camloom evidence` with a key of its own."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "mine.pem"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["evidence", *map(str, words)], env={"COLUMNS": "120"})


def test_the_commands(evidence: Callable[..., Result], folder: Path, tmp_path: Path) -> None:
    assert default_key_path() == tmp_path / "mine.pem"
    assert "01K8" in evidence("list", folder.parent).stdout
    made = evidence("zip", folder)
    assert made.exit_code == 0
    name = evidence("key").stdout.split()[0]
    assert made.stdout == f"01K8.zip: 3 files, signed by {name}\n"
    told = evidence("verify", "01K8.zip").stdout
    assert "01K8.zip: ok, 3 files as signed on " in told
    assert "Anybody can sign" in told
    assert "Anybody" not in evidence("verify", "01K8.zip", "--signer", name).stdout
    other = evidence("verify", "01K8.zip", "--signer", "SHA256:other")
    assert isinstance(other.exception, EvidenceError)
    assert "was signed by another key" in str(other.exception)
    whole = (tmp_path / "01K8.zip").read_bytes()
    (tmp_path / "01K8.zip").write_bytes(whole.replace(b"red box", b"no  box"))
    wrong = evidence("verify", "01K8.zip")
    assert str(wrong.exception) == "01K8.zip was altered: a.jpg"
    assert isinstance(wrong.exception, EvidenceError)
    assert wrong.exception.exit_code == 1
    assert isinstance(evidence("verify", "nothing.zip").exception, ConfigError)
