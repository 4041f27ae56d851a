"""Archives of strangers: what is in one, of a bounded size, inside a folder; nothing else."""

import errno
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from camloom.errors import ModelError
from camloom.phrases import Phrase

_MEMBERS = 1000
_ALL_BYTES = 2 << 30
_RATIO = 200  # weights hardly become smaller; what does is a bomb, or mostly empty
_FREE_BYTES = 64 << 20  # so much may be of any ratio: texts do become small
_DEEPEST = 4
_CHUNK_BYTES = 1 << 20
_PART = re.compile(r"^[^\x00-\x1f/\\:]{1,200}$")
_LONE = (".onnx", ".tflite", ".pb")
_MAGIC = b"PK\x03\x04"
_TORCH = "data.pkl"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


def unpacked(path: Path, folder: Path) -> Path:
    """Return the model file, or the folder of one, that is in an archive; a file that is no archive itself.

    Args:
        path: a zip, perhaps.
        folder: empty; what is in it goes there.

    Raises:
        ModelError: the archive is damaged, too large, or holds what is no plain file below it.
    """
    with path.open("rb") as file:  # at its beginning: TFLite has archives at the end
        if file.read(len(_MAGIC)) != _MAGIC:
            return path
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and not _is_of_a_desktop(one.filename)]
            if any(PurePosixPath(one.filename).name == _TORCH for one in members):
                text = f"{path.name} is of PyTorch: loading it would run what is in it, so it is refused"
                told = Phrase(text, "pytorch", file=path.name)
                raise ModelError(told, "Export it as ONNX where it was made")
            _unpack(archive, members, folder, path.stat().st_size)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            told = Phrase(f"there is no room to unpack {path.name}", "no-room")
            raise ModelError(told, "Make room on the disk of this host") from error
        told = Phrase(f"{path.name} is a damaged archive, or one with a password", "archive-damaged", file=path.name)
        raise ModelError(told, "Pack it again") from error
    return _model_in(folder)


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, packed_bytes: int) -> None:
    if len(members) > _MEMBERS:
        told = Phrase(f"the archive holds {len(members)} files, no model has so many", "archive-many")
        raise ModelError(told, "Pack one model")
    left = min(_ALL_BYTES, max(_FREE_BYTES, _RATIO * packed_bytes))
    for member in members:
        target = folder.joinpath(*_parts(member))
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, target.open("xb") as out:  # what lies there already is an error
            while chunk := source.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    told = Phrase("the archive becomes too large when it is unpacked", "archive-large")
                    raise ModelError(told, "Pack the model alone")
                out.write(chunk)


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = tuple(member.filename.split("/"))
    plain = kind in {0, stat.S_IFREG} and len(parts) <= _DEEPEST
    if not plain or any(part in {".", ".."} or not _PART.match(part) for part in parts):
        told = Phrase("the archive holds something else than plain files below it", "hostile")
        raise ModelError(told, "Do not trust it")
    return parts


def _is_of_a_desktop(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db"}


def _model_in(folder: Path) -> Path:
    """Return the only model file, else the innermost folder in which there is more than a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not files:
        raise ModelError(Phrase("the archive is empty", "archive-empty"), "Pack the model")
    lone = [path for path in files if path.suffix.lower() in _LONE and path.name != "saved_model.pb"]
    if len(lone) == 1:
        return lone[0]
    while not any(path.is_file() for path in folder.iterdir()) and len(inside := list(folder.iterdir())) == 1:
        folder = inside[0]
    return files[0] if len(files) == 1 else folder
