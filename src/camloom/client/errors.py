"""What a call raises when it does not succeed."""

from collections.abc import Sequence

from camloom.errors import CamloomError


class ClientError(CamloomError):
    """A call did not succeed."""


class UnreachableError(ClientError):
    """The server did not answer. Whether it has done what was asked is not known."""


class AnswerError(ClientError):
    """What answered is no Camloom, or one of another version."""


class RefusedError(ClientError):
    """The server said no; nothing was done.

    Args:
        status: of HTTP.
        code: for programs; never changes (docs/api.md).
        message, hint: for a person.
        problems: what is wrong with what was sent, each with its place: keys and positions from the top of the body.
        id: of an error of the server itself: the same is in its log.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        hint: str = "",
        *,
        problems: Sequence[tuple[tuple[str | int, ...], str]] = (),
        id: str = "",  # as the server calls it
    ) -> None:
        super().__init__(message, hint)
        self.status, self.code, self.id = status, code, id
        self.problems = tuple(problems)
