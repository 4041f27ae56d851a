"""The cookies of a session, and of the way to one."""

from fastapi import Response
from starlette.requests import HTTPConnection


def cookie_name(connection: HTTPConnection, *, purpose: str = "") -> str:
    """Return its name: over TLS one that no other host and no plain connection can set."""
    return f"__Host-camloom{purpose}" if _is_secure(connection) else f"camloom{purpose}"


def set_cookie(
    connection: HTTPConnection, response: Response, value: str, max_age_s: int, *, purpose: str = ""
) -> None:
    """Give a browser its session, or what `purpose` names."""
    response.set_cookie(
        cookie_name(connection, purpose=purpose),
        value,
        max_age=max_age_s,
        path="/",
        secure=_is_secure(connection),
        httponly=True,
        samesite="strict",
    )


def clear_cookie(connection: HTTPConnection, response: Response, *, purpose: str = "") -> None:
    """Take it away again."""
    response.delete_cookie(
        cookie_name(connection, purpose=purpose),
        path="/",
        secure=_is_secure(connection),
        httponly=True,
        samesite="strict",
    )


def _is_secure(connection: HTTPConnection) -> bool:
    public: str = connection.app.state.settings.public_url
    return connection.scope["scheme"] in {"https", "wss"} or public.startswith("https:")
