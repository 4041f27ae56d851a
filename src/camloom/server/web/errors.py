"""How the server says no: one shape for everything that goes wrong."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from camloom.errors import ServerError
from camloom.phrases import Value


class Problem(BaseModel):
    """One thing that is wrong with what was sent.

    Attributes:
        path: where: keys and positions from the top of the body, or the name of a parameter.
        message: what, for a person.
        code: the kind of mistake, for programs and for words in other languages; never changes.
        limit: the bound that was not kept.
    """

    path: list[str | int]
    message: str
    code: str = "invalid"
    limit: float | None = None


class ErrorDetail(BaseModel):
    """What went wrong.

    Attributes:
        code: for programs; never changes.
        message: for a person, one line.
        hint: what to do about it; may be empty.
        problems: of a document that was sent, each with its place.
        id: of an error of the server itself: the same is in its log.
        values: what is particular about it, by name, for words in other languages.
    """

    code: str
    message: str
    hint: str = ""
    problems: list[Problem] = Field(default_factory=list)
    id: str = ""
    values: dict[str, str | int | float] = Field(default_factory=dict)


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class RefusedError(ServerError):
    """What was asked is not done; the caller is told why.

    Args:
        status: of HTTP.
        code: for programs; never changes.
        message, hint: see `CamloomError`.
        problems: of a document that was sent.
        headers: to send with it.
        values: what is particular about it, see `ErrorDetail`.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        hint: str = "",
        *,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status, self.code = status, code
        self.problems, self.headers, self.values = list(problems), dict(headers or {}), dict(values or {})


def not_there(what: str) -> RefusedError:
    """Return the refusal for what is not there, or not for this caller to know of: both look the same."""
    return RefusedError(404, "not-found", f"there is no such {what}")
