"""Archives with models: what is in them comes out, and nothing else happens."""

import errno
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from camloom.agent import unpacking
from camloom.agent.unpacking import unpacked
from camloom.errors import ModelError

Fill = Callable[[zipfile.ZipFile], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where it goes."""
    (tmp_path / "inside").mkdir()
    return tmp_path / "inside"


def _zip(path: Path, fill: Fill) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return path


def test_a_file_that_is_no_archive_is_the_model(tmp_path: Path, folder: Path) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(b"\0\0\0\0TFL3" + bytes(64))
    assert unpacked(model, folder) == model
    with zipfile.ZipFile(model, "a") as archive:  # TFLite has its labels in an archive at the end
        archive.writestr("labels.txt", "person")
    assert unpacked(model, folder) == model


def test_the_only_model_in_it_is_the_model(tmp_path: Path, folder: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("helmets/best.onnx", b"onnx")
        archive.writestr("helmets/classes.names", "helmet\nhead")
        archive.writestr("__MACOSX/helmets/._best.onnx", b"junk")

    assert unpacked(_zip(tmp_path / "a.zip", fill), folder) == folder / "helmets" / "best.onnx"
    assert (folder / "helmets" / "classes.names").read_text() == "helmet\nhead"
    assert not (folder / "__MACOSX").exists()


def test_files_that_belong_together_are_a_folder(tmp_path: Path, folder: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("a/b/model.xml", "<net")
        archive.writestr("a/b/model.bin", b"weights")

    assert unpacked(_zip(tmp_path / "a.zip", fill), folder) == folder / "a" / "b"


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("model.onnx")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _device(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("model.onnx")
    entry.external_attr = (stat.S_IFCHR | 0o600) << 16
    archive.writestr(entry, "")


def _many(archive: zipfile.ZipFile) -> None:
    for number in range(1001):
        archive.writestr(f"{number}.bin", b"")


HOSTILE: dict[str, Fill] = {
    "up": lambda archive: archive.writestr("../out.onnx", b"x"),
    "far up": lambda archive: archive.writestr("a/../../out.onnx", b"x"),
    "absolute": lambda archive: archive.writestr("/tmp/out.onnx", b"x"),
    "backslash": lambda archive: archive.writestr("..\\out.onnx", b"x"),
    "drive": lambda archive: archive.writestr("c:out.onnx", b"x"),
    "line": lambda archive: archive.writestr("a\nb.onnx", b"x"),
    "deep": lambda archive: archive.writestr("a/b/c/d/e/out.onnx", b"x"),
    "link": _link,
    "device": _device,
    "many": _many,
    "nothing": lambda archive: archive.writestr("__MACOSX/x", b"x"),
    "pickle": lambda archive: archive.writestr("archive/data.pkl", b"\x80\x02."),
    "bomb": lambda archive: archive.writestr("model.onnx", bytes(3 << 20)),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_plain_file_below_it_is_refused(
    tmp_path: Path, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_FREE_BYTES", 2 << 20)
    archive = _zip(tmp_path / "a.zip", HOSTILE[kind])
    with pytest.raises(ModelError) as refused:
        unpacked(archive, folder)
    assert "\n" not in str(refused.value)
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "inside"}
    assert not any(path.is_symlink() for path in folder.rglob("*"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path: Path, folder: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("model.onnx", b"one")
        archive.writestr("model.onnx", b"two")

    with pytest.raises(ModelError):
        unpacked(_zip(tmp_path / "a.zip", fill), folder)


def test_damaged_archives_are_refused_in_one_line(tmp_path: Path, folder: Path) -> None:
    whole = _zip(tmp_path / "a.zip", lambda archive: archive.writestr("model.onnx", bytes(range(256)) * 40))
    content = whole.read_bytes()
    for number, damaged in enumerate((content[:200], content[:60] + b"\xff" * 40 + content[100:], content[:4])):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(damaged)
        inside = folder / str(number)
        inside.mkdir()
        with pytest.raises(ModelError):
            unpacked(path, inside)


def test_a_disk_without_room_is_not_the_fault_of_the_archive(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(tmp_path / "a.zip", lambda archive: archive.writestr("model.onnx", b"onnx"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(unpacking, "_unpack", full)
    with pytest.raises(ModelError, match=r"no room to unpack a\.zip"):
        unpacked(path, folder)
