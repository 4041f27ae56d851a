"""Passwords are taken out of every line that leaves the agent."""

import re
import threading
from typing import Any
from urllib.parse import quote, unquote

_IN_URL = re.compile(r"(?<=://)[^/\s@'\"]*:[^/\s'\"]*@")
_KEYS = ("password", "secret", "token", "passphrase")
_LEAST_LETTERS = 3
_MOST_KNOWN = 10_000


class Redactor:
    """Replaces the secrets that it knows, and whatever stands where URLs have one; any thread."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}
        self._lock = threading.Lock()

    def learn(self, document: Any) -> None:
        """Remember the secrets in a document."""
        with self._lock:
            self._learn(document, secret=False)
            while len(self._known) > _MOST_KNOWN:
                del self._known[next(iter(self._known))]

    def clean(self, text: str) -> str:
        """Return a text without secrets."""
        with self._lock:
            known = sorted(self._known, key=len, reverse=True)
        for secret in known:
            text = text.replace(secret, "***")
        return _IN_URL.sub("***@", text)

    def _learn(self, value: Any, *, secret: bool) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                self._learn(inner, secret=any(word in str(key).lower() for word in _KEYS))
        elif isinstance(value, list | tuple):
            for inner in value:
                self._learn(inner, secret=secret)
        elif isinstance(value, str):
            for each in [value] if secret else _in_url(value):
                self._remember(each)

    def _remember(self, secret: str) -> None:
        for form in (secret, unquote(secret), quote(secret, safe="")):
            if len(form) >= _LEAST_LETTERS:
                self._known.pop(form, None)
                self._known[form] = None


def _in_url(text: str) -> list[str]:
    found = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:([^/\s]*)@", text)
    return [found[1]] if found else []
