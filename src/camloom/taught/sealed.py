"""Files that only the holder of a key file can read: AES-256-GCM, one nonce for each writing."""

import base64
import binascii
import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from camloom.errors import ConfigError

KEY_VARIABLE = "CAMLOOM_GALLERY_KEY_FILE"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_BYTES = 8
_KEY_FILE_BYTES_MAX = 256
_OTHERS = 0o077


def key_file() -> Path:
    """Return where the key is: CAMLOOM_GALLERY_KEY_FILE, or in the user's configuration folder."""
    named = os.environ.get(KEY_VARIABLE)
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_config_dir("camloom", appauthor=False)) / "gallery.key"


def write_sealed(path: Path, magic: bytes, content: bytes) -> None:
    """Encrypt content into a file (mode 0600), whole or not at all; a key is made if there is none yet.

    Args:
        magic: first bytes of such files; they are authenticated too.

    Raises:
        ConfigError: the key or the file cannot be written, or the key is no key.
    """
    key = _read_key(key_file()) if key_file().exists() else _make_key(key_file())
    nonce = secrets.token_bytes(_NONCE_BYTES)
    head = magic + _key_id(key)
    _replace(path, head + nonce + _cipher(key).encrypt(nonce, content, head))


def read_sealed(path: Path, magic: bytes, bytes_max: int) -> bytes:
    """Return the content of a sealed file.

    Raises:
        ConfigError: it is none, too large, made with another key, or was changed; or the key cannot be read.
    """
    sealed = _read(path, bytes_max)
    head, rest = sealed[: len(magic) + _KEY_ID_BYTES], sealed[len(magic) + _KEY_ID_BYTES :]
    if not sealed.startswith(magic) or len(rest) <= _NONCE_BYTES:
        raise ConfigError(f"{path} is no gallery of faces", "Name a file that `camloom faces add` made")
    key = _read_key(key_file())
    if head != magic + _key_id(key):
        raise ConfigError(
            f"{path} was made with another key than the one in {key_file()}", f"Name its key file in {KEY_VARIABLE}"
        )
    from cryptography.exceptions import InvalidTag

    try:
        return bytes(_cipher(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head))
    except InvalidTag:
        raise ConfigError(f"{path} is damaged or was changed by someone", "Take it from a backup") from None


def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"camloom key id" + key).digest()[:_KEY_ID_BYTES]


def _make_key(path: Path) -> bytes:
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
    except FileExistsError:
        return _read_key(path)
    except OSError as error:
        raise ConfigError(f"cannot make the key file {path}: {error.strerror}", _name_another()) from error
    return key


def _read_key(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            text = file.read(_KEY_FILE_BYTES_MAX)
    except OSError as error:
        raise ConfigError(f"cannot read the key file {path}: {error.strerror}", _name_another()) from error
    if mode & _OTHERS:
        raise ConfigError(f"others may read the key file {path} (mode {mode:o})", f"chmod 600 {path}")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ConfigError(f"{path} holds no key of a gallery", _name_another())
    return key


def _read(path: Path, bytes_max: int) -> bytes:
    try:
        with path.open("rb") as file:
            sealed = file.read(bytes_max + 1)
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", "Make one: camloom faces add NAME PICTURE"
        ) from error
    if len(sealed) > bytes_max:
        raise ConfigError(f"{path} is larger than any gallery of faces", "Name a file that `camloom faces add` made")
    return sealed


def _replace(path: Path, content: bytes) -> None:
    """Put a file in place in one step: whoever reads it sees the old or the new one."""
    made: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:  # mode 0600
            made = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        if made is not None:
            with suppress(OSError):
                made.unlink(missing_ok=True)
        raise ConfigError(f"cannot write {path}: {error.strerror}", "Name another file") from error


def _name_another() -> str:
    return f"Mend it, or name another key file in {KEY_VARIABLE}"
