"""Secrets that the server must be able to read again, such as passwords of cameras: sealed in the database.

The keys are a file of their own beside it: whoever has only the database, or a copy of it, has nothing.
"""

import base64
import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from camloom.errors import ServerError

_FORMAT = b"\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_FORMAT) + _KEY_ID_BYTES + _NONCE_BYTES


class Sealer:
    """Seals and opens small secrets with AES-256-GCM.

    Args:
        keys: by id; the last one seals, all of them open.
    """

    def __init__(self, keys: dict[bytes, bytes]) -> None:
        self._keys = dict(keys)
        self._newest = list(keys)[-1]

    def seal(self, secret: bytes) -> bytes:
        """Return a secret sealed: format, id of the key, nonce, cipher text."""
        head = _FORMAT + self._newest
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + AESGCM(self._keys[self._newest]).encrypt(nonce, secret, head)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed. ServerError: by a key that is not here, or altered since."""
        head, nonce = sealed[: len(_FORMAT) + _KEY_ID_BYTES], sealed[len(_FORMAT) + _KEY_ID_BYTES : _HEAD_BYTES]
        key = self._keys.get(head[len(_FORMAT) :])
        if not head.startswith(_FORMAT) or key is None:
            raise ServerError("a stored secret was sealed with a key that is not here", "Restore the file of keys.")
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEAD_BYTES:], head)
        except (InvalidTag, ValueError) as error:
            raise ServerError("a stored secret was altered", "Enter it again.") from error

    def is_old(self, sealed: bytes) -> bool:
        """Tell whether a secret was sealed with a key before the newest, so that it should be sealed again."""
        return sealed[len(_FORMAT) : len(_FORMAT) + _KEY_ID_BYTES] != self._newest


def load_sealer(folder: Path) -> Sealer:
    """Return the sealer of a data folder; its first key is made when there is none.

    ServerError: the file of keys is not one, or others of this machine may read it.
    """
    path = _file(folder)
    if not path.exists():
        _make(path, [_new_key()])
    return Sealer({bytes.fromhex(name): base64.b64decode(key) for name, key in _read(path)})


def rotate(folder: Path) -> Sealer:
    """Add a key that seals from now on; those before it still open."""
    load_sealer(folder)
    path = _file(folder)
    entries = [*_read(path), _new_key()]
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(beside, entries)
    beside.replace(path)
    return load_sealer(folder)


def _file(folder: Path) -> Path:
    return folder / "secrets.key"


def _new_key() -> tuple[str, str]:
    return secrets.token_hex(_KEY_ID_BYTES), base64.b64encode(AESGCM.generate_key(256)).decode()


def _make(path: Path, entries: list[tuple[str, str]]) -> None:
    """Write the file complete or not at all; whoever comes second keeps what the first wrote."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _write(beside, entries)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def _write(path: Path, entries: list[tuple[str, str]]) -> None:
    content = json.dumps({"keys": [{"id": name, "key": key} for name, key in entries]}).encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)


def _read(path: Path) -> list[tuple[str, str]]:
    if path.stat().st_mode & 0o077:
        raise ServerError(f"others may read the keys in {path}", f"chmod 600 {path}")
    try:
        entries = [(entry["id"], entry["key"]) for entry in json.loads(path.read_bytes())["keys"]]
        for name, key in entries:
            AESGCM(base64.b64decode(key, validate=True))
            assert len(bytes.fromhex(name)) == _KEY_ID_BYTES
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise ServerError(f"{path} is not a file of keys", "Restore it from a backup.") from error
    if not entries:
        raise ServerError(f"{path} holds no key", "Restore it from a backup.")
    return entries
