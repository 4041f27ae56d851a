"""Every error becomes an answer of the one shape; see `errors`."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocketState
from structlog import get_logger

from camloom.errors import CamloomError, ExchangeError, UsageError
from camloom.server.trouble import AWAY
from camloom.server.web.errors import ErrorAnswer, ErrorDetail, Problem, RefusedError
from camloom.server.web.problems import problem_of

_CODES = {
    400: "malformed",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    415: "media-type",
    416: "range",
    422: "invalid",
}
_PROBLEMS_SHOWN = 20
_PLACES = {"body", "query", "path", "header", "cookie"}
_log = get_logger()


def install(app: FastAPI) -> None:
    """Let an app answer every error in the one shape."""
    # Any: each takes requests and sockets; Starlette's types know only handlers of one of them.
    handlers: dict[type[Exception], Any] = {
        CamloomError: _camloom_error,
        RequestValidationError: _validation_error,
        HTTPException: _http_exception,
        **dict.fromkeys((DataError, OverflowError, IntegrityError, *AWAY), _database_error),
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def answer(status: int, detail: ErrorDetail, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer that says what went wrong."""
    return JSONResponse(ErrorAnswer(error=detail).model_dump(), status, dict(headers or {}))


async def _camloom_error(connection: Request | WebSocket, error: Exception) -> Response | None:
    assert isinstance(error, CamloomError)
    status = _status(error)
    if isinstance(connection, WebSocket):
        await _close(connection, status, error.message, opened=_code(error) != "origin")
        return None
    detail = ErrorDetail(code=_code(error), message=error.message, hint=error.hint)
    if not isinstance(error, RefusedError):
        return answer(status, detail)
    more = {"problems": error.problems, "values": error.values}
    return answer(status, detail.model_copy(update=more), error.headers)


def _status(error: CamloomError) -> int:
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, ExchangeError):
        return 503
    return 422 if isinstance(error, UsageError) else 500


def _code(error: CamloomError) -> str:
    if isinstance(error, RefusedError):
        return error.code
    if isinstance(error, ExchangeError):
        return "host-away"
    return "refused" if isinstance(error, UsageError) else "failed"


async def _close(socket: WebSocket, status: int, reason: str, *, opened: bool = True) -> None:
    """Close a socket that was not let in: 4401 for 401.

    Browsers tell the code only of a socket that was opened; a page of another site gets none even for a moment.
    """
    if opened and socket.client_state is WebSocketState.CONNECTING:
        await socket.accept()
    await socket.close(4000 + status, reason[:120])


async def _validation_error(request: Request | WebSocket, error: Exception) -> Response | None:
    assert isinstance(error, RequestValidationError)
    if isinstance(request, WebSocket):
        await _close(request, 422, "a parameter is wrong")
        return None
    found = error.errors()[:_PROBLEMS_SHOWN]
    if any(one["type"] == "json_invalid" for one in found):
        return answer(422, ErrorDetail(code="invalid", message="what was sent is no JSON"))
    problems = [problem_of(one, _words(one["msg"]), _path(one["loc"])) for one in found]
    return answer(422, ErrorDetail(code="invalid", message=_first(problems), problems=problems))


def _path(loc: tuple[int | str, ...]) -> list[int | str]:
    """Return where a mistake is, without the part of the request in which FastAPI found it."""
    return list(loc[1:] if loc and loc[0] in _PLACES else loc)


def _words(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


def _first(problems: list[Problem]) -> str:
    if not problems:
        return "what was sent is not valid"
    place = ".".join(map(str, problems[0].path))
    return f"{place}: {problems[0].message}" if place else problems[0].message


async def _http_exception(request: Request | WebSocket, error: Exception) -> Response | None:
    assert isinstance(error, HTTPException)
    if isinstance(request, WebSocket):
        await _close(request, error.status_code, str(error.detail))
        return None
    code = _CODES.get(error.status_code, "refused" if error.status_code < 500 else "failed")
    return answer(error.status_code, ErrorDetail(code=code, message=str(error.detail)), error.headers)


async def _database_error(request: Request | WebSocket, error: Exception) -> Response | None:
    status, code, message = _of_database(error)
    _log.warning("database", code=code, error=str(getattr(error, "orig", error)).splitlines()[:1])
    if isinstance(request, WebSocket):
        await _close(request, status, message)
        return None
    return answer(status, ErrorDetail(code=code, message=message))


def _of_database(error: Exception) -> tuple[int, str, str]:
    if isinstance(error, IntegrityError):
        return 409, "conflict", "this would contradict what is there, or what it refers to is gone"
    if isinstance(error, AWAY):
        return 503, "database", "the database cannot do it at the moment"
    return 422, "invalid", "a value is out of the range of what can be kept"
