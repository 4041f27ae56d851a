"""The passwords of cameras: in the database they are sealed, everywhere else they are masked."""

import json
from typing import Any, Protocol

from sqlalchemy import RowMapping

from camloom.server.management.cameras.sources import masked

_KEYS = ("source", "main_source")


class Seals(Protocol):
    """Seals and opens secrets."""

    def seal(self, plain: bytes, /) -> bytes:
        """Return it sealed."""

    def open(self, sealed: bytes, /) -> bytes:
        """Return what was sealed."""


def columns_of(
    url: str, options: dict[str, Any], main: tuple[str, dict[str, Any]] | None, seals: Seals
) -> dict[str, Any]:
    """Return the columns of a camera that say where its pictures come from.

    Args:
        url: with its password.
        options: of it.
        main: the same of the large stream, if it has one of its own.
        seals: for what is secret in them.
    """
    urls = {"source": url} | ({"main_source": main[0]} if main else {})
    hidden = {key: one for key, one in urls.items() if masked(one) != one}
    return {
        "source": {"url": masked(url), "options": options},
        "main_source": {"url": masked(main[0]), "options": main[1]} if main else None,
        "secret": seals.seal(json.dumps(hidden).encode()) if hidden else None,
    }


def urls_of(row: RowMapping, seals: Seals) -> dict[str, str]:
    """Return the URLs of a camera with their passwords, by column. Never show or log them."""
    shown = {key: row[key]["url"] for key in _KEYS if row[key]}
    hidden: dict[str, str] = json.loads(seals.open(row["secret"])) if row["secret"] else {}
    return {**shown, **hidden}
