"""The cookie of a session."""

from fastapi import Response
from starlette.requests import HTTPConnection


def cookie_name(connection: HTTPConnection) -> str:
    """Return its name: over TLS one that no other host and no plain connection can set."""
    return "__Host-camloom" if _is_secure(connection) else "camloom"


def set_cookie(connection: HTTPConnection, response: Response, token: str, max_age_s: int) -> None:
    """Give a browser its session."""
    response.set_cookie(
        cookie_name(connection),
        token,
        max_age=max_age_s,
        path="/",
        secure=_is_secure(connection),
        httponly=True,
        samesite="strict",
    )


def clear_cookie(connection: HTTPConnection, response: Response) -> None:
    """Take it away again."""
    response.delete_cookie(
        cookie_name(connection), path="/", secure=_is_secure(connection), httponly=True, samesite="strict"
    )


def _is_secure(connection: HTTPConnection) -> bool:
    public: str = connection.app.state.settings.public_url
    return connection.scope["scheme"] in {"https", "wss"} or public.startswith("https:")
