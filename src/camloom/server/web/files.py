"""What the description of the API says of bodies that are no JSON: pictures, recordings, tables."""

from typing import Any

_BYTES = {"type": "string", "format": "binary"}


def file_asked(*media_types: str) -> dict[str, Any]:
    """Return `openapi_extra` of a route whose body is a file of one of these types."""
    return {"requestBody": {"required": True, "content": _content(media_types)}}


def file_answered(*media_types: str, parts: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return `responses` of a route that answers with a file of one of these types.

    Args:
        media_types: what it may be.
        parts: whether a part of it may be asked for (`Range`), or nothing where the caller has it (`If-None-Match`).
    """
    whole: dict[int | str, dict[str, Any]] = {200: {"description": "The file", "content": _content(media_types)}}
    if parts:
        whole[206] = {"description": "The part that was asked for", "content": _content(media_types)}
        whole[304] = {"description": "It is still the same"}
    return whole


def _content(media_types: tuple[str, ...]) -> dict[str, Any]:
    return {media_type: {"schema": _BYTES} for media_type in media_types}
