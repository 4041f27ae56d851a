"""Passwords: Argon2id, with bounds on what a crowd of callers can make this machine do."""

import base64
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from camloom.server.web import RefusedError

SHORTEST = 10
LONGEST = 256
_AT_ONCE = 2
_WAITING = 6
_MEMORY_KIB = 19_456
_PASSES = 2


class Passwords:
    """Hashes and checks passwords, two at a time; a crowd is sent away and does not take the machine's memory."""

    def __init__(self) -> None:
        # 19 MiB, two passes, one lane: what OWASP asks at least, and what a small box can give.
        hasher = Argon2Hasher(time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=1)
        self._hash = PasswordHash((hasher,))
        self._places = threading.BoundedSemaphore(_AT_ONCE + _WAITING)
        self._work = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody = _hash_of_nothing()

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        with self._turn():
            return self._hash.hash(_usual(password))

    def check(self, password: str, kept: str | None) -> str | None:
        """Return what is to be kept from now on when a password is right, None when it is wrong.

        Args:
            password: what somebody says.
            kept: None: there is no such account; that takes as long as a wrong password.
        """
        with self._turn():
            right, better = self._hash.verify_and_update(_usual(password), kept or self._nobody)
        if not right or kept is None:
            return None
        return better or kept

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise RefusedError(
                429, "busy", "too many people log in at this moment", "Try again.", headers={"Retry-After": "1"}
            )
        try:
            with self._work:
                yield
        finally:
            self._places.release()


def require_fit(password: str, name: str) -> None:
    """Raise RefusedError (422) for a password that would not keep anybody out."""
    usual = _usual(password)
    if len(usual) < SHORTEST:
        raise RefusedError(422, "weak-password", f"the password is too short: {SHORTEST} characters at least")
    if len(usual) > LONGEST:
        raise RefusedError(422, "weak-password", f"the password is too long: {LONGEST} characters at most")
    bare = usual.casefold()
    if _usual(name).casefold() in {bare, bare[::-1]} or len(set(bare)) < 4 or bare in _FIRST_GUESSES:
        raise RefusedError(422, "weak-password", "the password is one of the first that anybody would try")


def _hash_of_nothing() -> str:
    """Return what looks like the hash of a password and is that of none; checking it takes as long."""
    salt, key = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p=1${salt}${key}"


def _usual(password: str) -> str:
    """A keyboard may send the same letter in several ways."""
    return unicodedata.normalize("NFKC", password)


_FIRST_GUESSES = frozenset(
    (
        "0123456789",
        "1234567890",
        "12345678910",
        "administrator",
        "changeme123",
        "password12",
        "password123",
        "password1234",
        "qwertyuiop",
        "1qaz2wsx3edc",
    )
)
