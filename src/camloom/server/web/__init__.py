"""What every room that answers HTTP shares: the shape of errors, lists in pages, limits, headers, the log."""

from camloom.server.web.bodies import Answer, Asked, PlainName
from camloom.server.web.errors import Problem, RefusedError, not_there
from camloom.server.web.paging import Page, Paging, cursor_of, cursor_values, moment_cursor, moment_place, page_of

__all__ = [
    "Answer",
    "Asked",
    "Page",
    "Paging",
    "PlainName",
    "Problem",
    "RefusedError",
    "cursor_of",
    "cursor_values",
    "moment_cursor",
    "moment_place",
    "not_there",
    "page_of",
]
