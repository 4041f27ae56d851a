"""The passwords of cameras: in the database they are sealed, everywhere else they are masked."""

import json
from typing import Any, Protocol

from pydantic import ValidationError
from sqlalchemy import RowMapping

from camloom.errors import ServerError
from camloom.server.management.cameras.sources import SourceOptions, masked
from camloom.server.web import RefusedError

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


def kept_url(column: Any) -> str:
    """Return the address in a column of a camera, masked; empty: there is none, such as after an edit by hand."""
    url = column.get("url") if isinstance(column, dict) else None
    return url if isinstance(url, str) else ""


def require_url(column: Any) -> str:
    """Return the same; RefusedError (409): there is none."""
    if not (url := kept_url(column)):
        raise RefusedError(409, "no-source", "the address of this camera is lost", "Enter it again")
    return url


def kept_options(column: Any) -> SourceOptions:
    """Return the options in a column of a camera; those that cannot be read are as if nobody had set any."""
    try:
        return SourceOptions.model_validate(column["options"])
    except (ValidationError, KeyError, TypeError):
        return SourceOptions()


def urls_of(row: RowMapping, seals: Seals) -> dict[str, str]:
    """Return the URLs of a camera with their passwords, by column. Never show or log them.

    Raises:
        ServerError: they were sealed with a key that is not here.
    """
    shown = {key: url for key in _KEYS if (url := kept_url(row[key]))}
    hidden: dict[str, str] = json.loads(seals.open(row["secret"])) if row["secret"] else {}
    return shown | {key: url for key, url in hidden.items() if key in shown}


def known_urls(row: RowMapping, seals: Seals) -> dict[str, str]:
    """Return the same for an edit: where the key is lost, nothing is known, and the passwords are entered again."""
    try:
        return urls_of(row, seals)
    except ServerError:
        return {}
