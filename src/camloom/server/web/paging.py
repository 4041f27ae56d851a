"""Long lists, a page at a time: `?limit=&after=`.

A cursor says where the last page ended, so that nothing is skipped or shown twice while new rows come in.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from camloom.server.web.errors import RefusedError

_CURSOR_MAX = 512
Row = TypeVar("Row")
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """A part of a list.

    Attributes:
        next: `after` of the next page; None: this is the last.
    """

    items: list[Item]
    next: str | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return the name that it has in the description of the API, such as `AccountPage`."""
        return f"{params[0].__name__}Page"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is wanted."""

    limit: int
    after: str | None


def _paging(
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[str | None, Query(max_length=_CURSOR_MAX, description="`next` of the page before")] = None,
) -> PageRequest:
    return PageRequest(limit, after)


Paging = Annotated[PageRequest, Depends(_paging)]
"""`limit` and `after` of a list."""


def cursor_of(*values: Any) -> str:
    """Return an opaque cursor that holds what the last row of a page is sorted by."""
    text = json.dumps(values, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cursor_values(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """Return what a cursor holds; RefusedError (422) when it is not one of ours."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    fits = isinstance(values, list) and [type(value) for value in values] == list(kinds)
    if not fits or any(_unkeepable(value) for value in values):
        raise _not_ours()
    return tuple(values)


def moment_cursor(at: datetime, row_id: str) -> str:
    """Return the cursor of a list that is sorted by a time and by ids."""
    return cursor_of(at.isoformat(), row_id)


def moment_place(cursor: str) -> tuple[datetime, str]:
    """Return the time and the id that a cursor holds; RefusedError (422) when it is not one of ours."""
    text, row_id = cursor_values(cursor, str, str)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _not_ours() from None
    if at.tzinfo is None:
        raise _not_ours()
    return at, row_id


def _not_ours() -> RefusedError:
    return RefusedError(422, "bad-cursor", "'after' is not a cursor of this list", "Take 'next' of the page before.")


def _unkeepable(value: Any) -> bool:
    return not -(2**63) <= value < 2**63 if type(value) is int else isinstance(value, str) and not value.isprintable()


def page_of(rows: Sequence[Row], limit: int, item: Callable[[Row], Item], cursor: Callable[[Row], str]) -> Page[Item]:
    """Return a page.

    Args:
        rows: one more than `limit` where there are more.
        limit: how many may be shown.
        item: makes of a row what is shown.
        cursor: where a row stands in the list.
    """
    shown = rows[:limit]
    return Page(items=[item(row) for row in shown], next=cursor(shown[-1]) if len(rows) > limit else None)
