"""What holds for every request, whatever answers it: headers, time, one line in the log, no stack to strangers."""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog import get_logger

from camloom.server.web.errors import ErrorDetail
from camloom.server.web.handlers import answer

# Ant Design writes style elements while it runs; scripts are files of ours and nothing else.
_CSP = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_BODY_IDLE_S = 20.0
# A body has this long, and more the more of it has come: whoever sends a byte now and then holds no place for hours.
_BODY_S, _BODY_BPS = 60.0, 4096
_SECURE = {"Strict-Transport-Security": "max-age=31536000"}
_log = get_logger()


class Watch(Protocol):
    """Told of every request that was answered."""

    def __call__(self, method: str, route: str, status: int, took_s: float) -> None:
        """Count it; `route` is the pattern of the path, of which there are few."""


class Headers:
    """Puts what protects browsers on every answer; nothing of the API is kept by anybody on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in (_HEADERS | _SECURE if scope["scheme"] == "https" else _HEADERS).items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


class Patience:
    """Gives up on a caller that stops in the middle of a body, and refuses NUL in an address.

    It also hides how long a body claims to be: what comes is counted (`max_body_size` of a router or route), and the
    refusal has the one shape.
    """

    def __init__(self, app: ASGIApp, idle_s: float = _BODY_IDLE_S, all_s: float = _BODY_S) -> None:
        self._app, self._idle_s, self._all_s = app, idle_s, all_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await _refuse_nul(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        # In place: the log outside looks into the same scope for the route that was found.
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        await self._app(scope, self._timed(receive), send)

    def _timed(self, receive: Receive) -> Receive:
        complete = False
        until_s = time.monotonic() + self._all_s

        async def timed() -> Message:
            nonlocal complete, until_s
            if complete:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), min(self._idle_s, until_s - time.monotonic()))
            except TimeoutError:
                return {"type": "http.disconnect"}
            complete = not message.get("more_body", False)
            until_s += len(message.get("body", b"")) / _BODY_BPS
            return message

        return timed


async def _refuse_nul(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4400, "reason": ""})
        return
    await answer(400, ErrorDetail(code="malformed", message="the address holds NUL"))(scope, receive, send)


class RequestLog:
    """Writes one line for each request, and answers for those who cannot.

    An address is logged without its query, a name is data of a JSON line: nobody writes lines of their own into it.
    """

    def __init__(self, app: ASGIApp, watch: Watch, timer: Callable[[], float] = time.monotonic) -> None:
        self._app, self._watch, self._timer = app, watch, timer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        began_s = self._timer()
        status = 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and not status:
                status = 403
            await send(message)

        try:
            await self._app(scope, receive, seen)
        except Exception:  # noqa: BLE001  # the last one who can answer
            error_id = secrets.token_hex(8)
            _log.exception("error", error_id=error_id, method=scope.get("method", "WS"), path=scope["path"])
            if not status:
                status = 500
                await _own_error(error_id, scope, receive, send)
        self._note(scope, status, self._timer() - began_s)

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        method = scope.get("method", "WS")
        client = scope.get("client") or ("", 0)
        _log.info(
            "request",
            method=method,
            path=scope["path"],
            status=status,
            ms=round(1000 * took_s, 1),
            address=client[0],
            account=scope.get("state", {}).get("account_name", ""),
        )
        self._watch(method, _route(scope), status, took_s)


def _route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else "none"


async def _own_error(error_id: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1011, "reason": ""})
        return
    detail = ErrorDetail(
        code="internal", message="the server made a mistake", hint="Its log has more under this id.", id=error_id
    )
    await answer(500, detail)(scope, receive, send)
