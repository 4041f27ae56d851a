"""One alarm as one zip that can be checked later: a signed list of what is in it.

    manifest.json    the sum (SHA-256) and the size of every file, the alarm, when it was made
    manifest.sig     Ed25519 over the bytes of manifest.json
    public_key.pem   of the key that signed
    index.html       the alarm for people: pictures, clips, why it was raised
    alarm.json, ...  the folder of the alarm

Nothing is packed, and every byte of the zip belongs to one of its files or to the list of them: what a reader may be
fooled by (two files of one name, bytes between or behind files, names that lead elsewhere, bombs) does not verify.
"""

import hashlib
import json
import re
import struct
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any, Literal, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, Field, ValidationError

from camloom.config import StrictModel
from camloom.errors import ConfigError, EvidenceError
from camloom.evidence.key import fingerprint, public_key, public_pem

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "public_key.pem"
SEALS = (MANIFEST, SIGNATURE, KEY)
_LIMITS_BYTES = {MANIFEST: 1 << 20, SIGNATURE: 64, KEY: 4096}
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$")
MAX_FILES = 1000
MAX_BYTES = (1 << 32) - (1 << 24)
_LOCAL_BYTES = 30
_CHUNK_BYTES = 1 << 20
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_LISTED = struct.Struct("<4s4B4HL2L5H2L")
_ZIP_VERSION, _UNIX, _OWNER_ONLY = 20, 3, 0o600 << 16


class SealedFile(StrictModel):
    """What is known of one file."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: int = Field(ge=0)


class Manifest(StrictModel):
    """What was signed."""

    format: Literal["camloom.evidence/1"] = "camloom.evidence/1"
    alarm: str = Field(max_length=128, description="id of the incident")
    made_at: AwareDatetime
    made_by: str = Field(max_length=128)
    files: dict[str, SealedFile] = Field(max_length=MAX_FILES)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A zip of evidence that is as it was signed.

    Attributes:
        signer: fingerprint of the key that signed.
    """

    manifest: Manifest
    signer: str


class SealedZip:
    """Writes a zip of evidence: file by file, and at last the signed list of them.

    Args:
        file: to write into; it must be one that can be sought in.
        key: signs.
        alarm: id of the incident.
        made_at: in whole seconds.
        made_by: the program and its version.
    """

    def __init__(self, file: IO[bytes], key: Ed25519PrivateKey, *, alarm: str, made_at: datetime, made_by: str) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._key = key
        self._told: dict[str, Any] = {"alarm": alarm, "made_at": made_at, "made_by": made_by}
        self._sums: dict[str, SealedFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the zip; without `seal` it is none that verifies."""
        self._archive.close()

    @property
    def names(self) -> Collection[str]:
        """Names of the files that are in it so far."""
        return self._sums.keys()

    def add(self, name: str, pieces: Iterable[bytes]) -> SealedFile:
        """Write a file into the zip; its sum is that of the bytes which went in."""
        total, found = 0, hashlib.sha256()
        with self._archive.open(self._entry(name), "w") as entry:
            for piece in pieces:
                entry.write(piece)
                found.update(piece)
                total += len(piece)
        self._sums[name] = SealedFile(sha256=found.hexdigest(), size_bytes=total)
        return self._sums[name]

    def seal(self) -> Sealed:
        """Write the list and who signed it, and end the zip."""
        manifest = Manifest(**self._told, files=self._sums)
        listed = f"{json.dumps(manifest.model_dump(mode='json'), indent=1)}\n".encode()
        public = self._key.public_key()
        for name, content in ((MANIFEST, listed), (SIGNATURE, self._key.sign(listed)), (KEY, public_pem(public))):
            self._archive.writestr(self._entry(name), content)
        self._archive.close()
        return Sealed(manifest, fingerprint(public))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        made_at: datetime = self._told["made_at"]
        return zipfile.ZipInfo(name, made_at.timetuple()[:6])


def verify_zip(path: Path) -> Sealed:
    """Check a zip of evidence from the first to the last byte. It may be hostile.

    Raises:
        ConfigError: it cannot be read.
        EvidenceError: it is not as it was signed; the message says what was altered.
    """
    if not path.is_file():
        raise ConfigError(f"{path} is not a file", "Give a zip of `camloom evidence zip`")
    try:
        with path.open("rb") as file:
            return _verify(file, path.name)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", "Give a zip of `camloom evidence zip`") from error


def _verify(file: IO[bytes], name: str) -> Sealed:
    entries = _entries(file, name)
    for seal in SEALS:
        if seal not in entries:
            raise EvidenceError(f"{name} has no {seal}: it was taken out, or this is no evidence of Camloom")
        if entries[seal].file_size > _LIMITS_BYTES[seal]:
            raise EvidenceError(f"{name}: {seal} was altered: it is too large")
    text, signature, pem = (b"".join(_content(file, entries[seal])) for seal in SEALS)
    key = public_key(pem)
    if key is None or public_pem(key) != pem:
        raise EvidenceError(f"{name}: {KEY} was altered: it is no Ed25519 key as Camloom writes it")
    manifest = _manifest(text, signature, key, name)
    if altered := _altered(file, entries, manifest):
        raise EvidenceError(f"{name} was altered: {', '.join(altered)}")
    return Sealed(manifest, fingerprint(key))


def _manifest(text: bytes, signature: bytes, key: Ed25519PublicKey, name: str) -> Manifest:
    try:
        key.verify(signature, text)
        return Manifest.model_validate_json(text)
    except InvalidSignature as error:
        raise EvidenceError(f"{name} was altered: {MANIFEST} is not what the key in it signed") from error
    except ValidationError as error:
        raise EvidenceError(f"{name} is no evidence that this version knows") from error


def _altered(file: IO[bytes], entries: dict[str, zipfile.ZipInfo], manifest: Manifest) -> list[str]:
    here = entries.keys() - set(SEALS)
    found = [f"{name} was taken out" for name in sorted(manifest.files.keys() - here)]
    found += [f"{name} was added" for name in sorted(here - manifest.files.keys())]
    for name in sorted(here & manifest.files.keys()):
        digest = hashlib.sha256()
        for chunk in _content(file, entries[name]):
            digest.update(chunk)
        if digest.hexdigest() != manifest.files[name].sha256:
            found.append(name)
    return found


def _entries(file: IO[bytes], name: str) -> dict[str, zipfile.ZipInfo]:
    """Return what is in a zip by name, once it is sure that nothing else is."""
    begins, directory = _directory(file, name)
    try:
        infos = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeDecodeError) as error:
        raise _odd(name, "its list of files cannot be read") from error
    place = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if not NAME.match(info.filename) or info.orig_filename != info.filename:
            raise _odd(name, f"it holds a file with the name {info.orig_filename[:60]!r}")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits or info.file_size != info.compress_size:
            raise _odd(name, f"{info.filename} is packed or encrypted, which evidence never is")
        if info.header_offset != place or not _says_the_same(file, info):
            raise _odd(name, f"there are bytes around {info.filename} that belong to no file")
        place += _LOCAL_BYTES + len(info.filename) + info.file_size
    if place != begins or directory != b"".join(map(_listed, infos)):
        raise _odd(name, "there are bytes in it that belong to no file")
    if len({info.filename for info in infos}) < len(infos):
        raise _odd(name, "it holds two files of one name")
    return {info.filename: info for info in infos}


def _directory(file: IO[bytes], name: str) -> tuple[int, bytes]:
    """Return where the list of files begins, and the list; it is short, and the end of the zip comes behind it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    tail = file.read(_END.size)
    if len(tail) < _END.size or not tail.startswith(_END_MARK):
        raise _odd(name, "it does not end as a zip does")
    _, disk, first_disk, here, count, length, begins, comment = _END.unpack(tail)
    if disk or first_disk or comment or here != count or count > MAX_FILES or begins + length + _END.size != size:
        raise _odd(name, "there are bytes in it that belong to no file, or too many files")
    file.seek(begins)
    return begins, file.read(min(length, MAX_FILES * (_LISTED.size + 128)))


def _listed(info: zipfile.ZipInfo) -> bytes:
    """Return a file as the list of files has it, if it was made here."""
    year, month, day, hour, minute, second = info.date_time
    date, time = (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2
    sizes = (info.CRC, info.compress_size, info.file_size, len(info.filename))
    made = (b"PK\x01\x02", _ZIP_VERSION, _UNIX, _ZIP_VERSION, 0, 0, zipfile.ZIP_STORED, time, date)
    return _LISTED.pack(*made, *sizes, 0, 0, 0, 0, _OWNER_ONLY, info.header_offset) + info.filename.encode()


def _says_the_same(file: IO[bytes], info: zipfile.ZipInfo) -> bool:
    """Tell whether the header before a file says the same of it as the list of files."""
    file.seek(info.header_offset)
    return file.read(_LOCAL_BYTES + len(info.filename)) == info.FileHeader(zip64=False)


def _content(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(info.header_offset + _LOCAL_BYTES + len(info.filename))
    left = info.file_size
    while left and (chunk := file.read(min(left, _CHUNK_BYTES))):
        left -= len(chunk)
        yield chunk


def _odd(name: str, what: str) -> EvidenceError:
    return EvidenceError(f"{name} is not as Camloom made it: {what}")
