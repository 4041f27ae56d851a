"""From where a browser's request comes: pages of other sites may not act in a user's name."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from camloom.server.settings import ServerSettings
from camloom.server.web import RefusedError

_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def require_same_origin(connection: HTTPConnection, *, needed: bool = False) -> None:
    """Raise RefusedError (403) when a page of another site sent this.

    Args:
        connection: a request or the opening of a socket.
        needed: whether it must be said; browsers say it for sockets always.
    """
    origin = connection.headers.get("origin")
    if origin is None:
        if needed or connection.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            raise _refusal()
        return
    settings: ServerSettings = connection.app.state.settings
    # The Host header counts for this one question only: a page of another site cannot forge it, and nothing is
    # ever built from it.
    own = {_place(f"{connection.scope['scheme']}://{connection.headers.get('host', '')}")}
    if settings.public_url:
        own.add(_place(settings.public_url))
    if (place := _place(origin)) is None or place not in own:
        raise _refusal()


def _refusal() -> RefusedError:
    return RefusedError(
        403,
        "origin",
        "this came from a page of another site",
        "Behind a proxy, CAMLOOM_PUBLIC_URL says how browsers see this server.",
    )


def _place(url: str) -> tuple[str, int] | None:
    """Host and port: whether it is TLS, a proxy may hide."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in _PORTS:
        return None
    return parts.hostname.lower(), port or _PORTS[parts.scheme]
