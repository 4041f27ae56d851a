"""HTTP to a camera: no proxy, no redirects, no compression, digest login, and never more read than asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


def camera_client(timeout_s: float) -> "httpx.AsyncClient":
    """Return a client for one camera; use it in `async with`.

    Args:
        timeout_s: longest wait for the connection and between two pieces of an answer.
    """
    import httpx  # a quarter of a second that no other source should pay

    # Nothing from the environment: no proxy between us and a camera, no login out of a .netrc file. Certificates
    # of cameras are signed by themselves; who could be between us and TLS could be between us and plain HTTP.
    return httpx.AsyncClient(
        trust_env=False,
        verify=False,  # noqa: S501
        follow_redirects=False,
        timeout=timeout_s,
        limits=httpx.Limits(max_connections=2),
    )


@asynccontextmanager
async def opened(
    client: "httpx.AsyncClient", request: "httpx.Request", login: tuple[str, str] | None
) -> "AsyncIterator[httpx.Response]":
    """Send a request and give the answer before its body is read.

    Args:
        login: user and password for HTTP digest, if the camera asks for it; the password itself is never sent.

    Raises:
        httpx.HTTPError: no answer, or one that is no HTTP; also a challenge that cannot be understood.
    """
    response = await client.send(request, stream=True)
    try:
        if response.status_code == 401 and login is not None:
            # Not httpx's own way: it reads the whole body of the refusal, however long that is.
            signed = _signed(request, response, login)
            if signed is not None:
                await response.aclose()
                response = await client.send(signed, stream=True)
        yield response
    finally:
        await response.aclose()


def _signed(request: "httpx.Request", refusal: "httpx.Response", login: tuple[str, str]) -> "httpx.Request | None":
    """Return the request with the digest that the refusal asks for; None if it asks for another kind of login."""
    import httpx

    flow = httpx.DigestAuth(*login).auth_flow(request)
    next(flow)
    try:
        return flow.send(refusal)
    except StopIteration:
        return None
    except (KeyError, NotImplementedError, ValueError) as error:
        kind = type(error).__name__
        raise httpx.RemoteProtocolError(f"a challenge that cannot be understood ({kind})", request=request) from None
