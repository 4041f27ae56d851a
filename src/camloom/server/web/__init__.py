"""What every room that answers HTTP shares: the shape of errors, lists in pages, limits, headers, the log."""

from camloom.server.web.bodies import Answer, Asked, PlainName
from camloom.server.web.errors import Problem, RefusedError, not_there
from camloom.server.web.paging import Page, Paging, cursor_of, cursor_values, moment_cursor, moment_place, page_of
from camloom.server.web.problems import problem_of, wrong

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
    "problem_of",
    "wrong",
]
