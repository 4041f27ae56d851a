"""Segments of HLS that are encrypted with AES-128, as the list says; FFmpeg leaves that to who opens the files."""

from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_BLOCK_BYTES = 16


class Readable(Protocol):
    """Anything that is read from the front to the end."""

    def read(self, size: int) -> bytes:
        """Return up to so many bytes; none at the end."""

    def close(self) -> None:
        """Let go of it."""


class EncryptedFile:
    """An encrypted file, read as what is in it.

    Args:
        key, iv: 16 bytes each, in hexadecimal digits as FFmpeg has them. ValueError: they are not.
    """

    def __init__(self, file: Readable, key: str, iv: str) -> None:
        self._file = file
        # The standard of HLS asks for CBC.
        self._cipher = Cipher(AES(bytes.fromhex(key)), CBC(bytes.fromhex(iv))).decryptor()
        self._ready = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return up to so many bytes; none at the end."""
        while not self._ended and len(self._ready) <= _BLOCK_BYTES:  # the last block holds the padding
            data = self._file.read(max(size, _BLOCK_BYTES))
            self._ready += self._cipher.update(data)
            if not data:
                self._ended = True
                self._ready = self._ready[: -self._ready[-1]] if self._ready else b""
        held = 0 if self._ended else _BLOCK_BYTES
        given = self._ready[: min(size, len(self._ready) - held)]
        self._ready = self._ready[len(given) :]
        return given

    def close(self) -> None:
        """Close the encrypted one."""
        self._file.close()
