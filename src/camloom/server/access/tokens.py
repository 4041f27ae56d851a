"""Secrets that a person or a program carries; what is kept of them is a digest."""

import hashlib
import secrets


def new_token() -> str:
    """Return a new secret of 256 bits: nobody guesses it, so its digest needs no salt and no slowness."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
