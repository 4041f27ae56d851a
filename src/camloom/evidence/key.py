"""The key that evidence is signed with: Ed25519, made on first use, readable by its owner only."""

import base64
import hashlib
import os
import stat
from pathlib import Path

import platformdirs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from camloom.errors import ConfigError

KEY_VARIABLE = "CAMLOOM_EVIDENCE_KEY"
_MAX_BYTES = 4096
_OWNER_ONLY = 0o600


def default_key_path() -> Path:
    """Return where the key is: in the file that `CAMLOOM_EVIDENCE_KEY` names, or in the user's folder."""
    return named_key_path() or platformdirs.user_data_path("camloom") / "evidence-key.pem"


def named_key_path() -> Path | None:
    """Return where `CAMLOOM_EVIDENCE_KEY` says that the key is."""
    named = os.environ.get(KEY_VARIABLE)
    return Path(named).expanduser() if named else None


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file; made if there is no file.

    Raises:
        ConfigError: the file is no such key, others may read it, or it cannot be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        _check_rights(path)
        return _private(path.read_bytes(), path)
    except OSError as error:
        raise ConfigError(f"cannot use the key {path}: {error.strerror}", "Name another file with `--key`") from error


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Return a public key as PEM."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_key(pem: bytes) -> Ed25519PublicKey | None:
    """Return the public key in PEM; None if it is none of this kind."""
    try:
        key = serialization.load_pem_public_key(pem[:_MAX_BYTES])
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the short name of a public key: `SHA256:` and its sum in Base64, as ssh shows keys."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def _make(path: Path) -> None:
    """Write a new key; the file never exists with other rights, and one that just appeared is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    hidden = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(hidden, path)
    except FileExistsError:
        if not path.exists():
            raise
    finally:
        hidden.unlink(missing_ok=True)


def _check_rights(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigError(f"others may read the key {path}", f"chmod 600 {path}, or make a new one: it may be known")


def _private(pem: bytes, path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(pem[:_MAX_BYTES], None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> ConfigError:
    return ConfigError(f"{path} is no Ed25519 key without a password", "Name another file with `--key`")
