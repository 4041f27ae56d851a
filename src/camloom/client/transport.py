"""How a call gets to the server and what comes back of it, for all calls alike."""

from types import TracebackType
from typing import Any

import httpx

from camloom.client.errors import AnswerError, ClientError, RefusedError, UnreachableError

_LINE_MAX = 200
_MISFITS = (KeyError, TypeError, ValueError, AttributeError)


class Transport:
    """Sends calls; whatever goes wrong is a `ClientError`.

    Args:
        http: with the address of the server and the key.
    """

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Return what the server answers. ClientError: that is no success."""
        try:
            response = self._http.request(method, path, **how)
        except httpx.TimeoutException as error:
            raise UnreachableError(f"{self._place} does not answer in time", "Ask again, or wait longer.") from error
        except httpx.HTTPError as error:
            raise UnreachableError(f"{self._place} cannot be reached: {_line(error)}", "Check the address.") from error
        if not response.is_success:
            raise _refusal(response)
        return response

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    @property
    def _place(self) -> str:
        return str(self._http.base_url).rstrip("/")


class understood:  # noqa: N801  # it reads as a word: `with understood(response)`
    """Raises AnswerError where an answer is not what the description of the API says."""

    def __init__(self, response: httpx.Response) -> None:
        self._path = response.request.url.path

    def __enter__(self) -> None:
        """Begin to read the answer."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Raise AnswerError instead of what says that a part is missing or is another."""
        if isinstance(error, _MISFITS):
            raise AnswerError(
                f"the answer to {self._path} is not what this client knows",
                "Take the client of the server's version, and check that the address is that of a Camloom.",
            ) from error


def _refusal(response: httpx.Response) -> ClientError:
    try:
        told = response.json()["error"]
        problems = [(tuple(one["path"]), str(one["message"])) for one in told["problems"]]
        words = [str(told[key]) for key in ("code", "message", "hint")]
        return RefusedError(response.status_code, *words, problems=problems, id=str(told["id"]))
    except _MISFITS:
        return AnswerError(
            f"{response.request.url.path}: {response.status_code}, and not in the words of a Camloom",
            "Check the address, and what stands between here and there.",
        )


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:_LINE_MAX]
