"""Documents that hold passwords are sealed while they wait on the disk."""

import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from camloom.errors import ExchangeError

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Seal:
    """Seals and opens with a key that lies beside the exchange and that only its owner can read.

    Args:
        path: of the key; made when it is not there.

    Raises:
        ExchangeError: the key can be neither read nor made.
    """

    def __init__(self, path: Path) -> None:
        try:
            key = _read_or_make(path)
        except OSError as error:
            raise ExchangeError(f"cannot read or make the key {path}: {error.strerror}", "Check its rights") from error
        if len(key) != _KEY_BYTES:
            raise ExchangeError(
                f"the key {path} is damaged", "Remove it: it is made anew, and what it sealed sent again"
            )
        self._cipher = AESGCM(key)

    def seal(self, data: bytes, purpose: str) -> bytes:
        """Return it sealed; it opens for the same purpose only."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Return what was sealed. ExchangeError: with another key, for another purpose, or it was altered."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise ExchangeError("a document of the exchange was sealed with another key", "Save it again") from error


def _read_or_make(path: Path) -> bytes:
    """Return the key; whoever comes first makes it, whole or not at all."""
    if not path.exists():
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, os.urandom(_KEY_BYTES))
            os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(unfinished, path)
        finally:
            os.close(descriptor)
            unfinished.unlink()
    return path.read_bytes()
