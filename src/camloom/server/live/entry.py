"""Who may watch: somebody who is logged in, a program with a key, a player with a link. Asked again now and then."""

from pathlib import Path
from typing import Annotated

from fastapi import Depends
from sqlalchemy import select
from starlette.requests import HTTPConnection

from camloom.server.access.accounts import principal_of
from camloom.server.access.guards import Guard, address_of, identify, now
from camloom.server.access.principal import Principal, Role
from camloom.server.database.tables import account, camera
from camloom.server.live.links import read_link
from camloom.server.live.places import live_socket
from camloom.server.web import RefusedError


class LinkGuard(Guard):
    """Lets in whoever brings a link for the camera that is asked for, or who is logged in."""

    def __init__(self) -> None:
        super().__init__(Role.VIEWER)

    def __call__(self, connection: HTTPConnection) -> Principal:
        """Return whoever asks. RefusedError: 401 nobody knows who."""
        token = connection.query_params.get("token")
        return super().__call__(connection) if token is None else _by_link(connection, token)


Watcher = Annotated[Principal, Depends(LinkGuard())]
"""Anybody who is logged in, and whoever somebody who is gave a link."""


def place_for(connection: HTTPConnection, principal: Principal, camera_id: str) -> Path:
    """Return the socket of a camera. RefusedError: see `live_socket`."""
    with connection.app.state.database.read() as reading:
        return live_socket(reading, camera_id, principal.scope(camera.c.camera_group_id))


def check_again(connection: HTTPConnection, camera_id: str) -> None:
    """Raise RefusedError when whoever watches may not any more: logged out, another group, a link that is over."""
    token = connection.query_params.get("token") if connection.scope["type"] == "http" else None
    principal = identify(connection) if token is None else _by_link(connection, token)
    place_for(connection, principal, camera_id)


def _by_link(connection: HTTPConnection, token: str) -> Principal:
    """Return the account whose link it is, as it is now: what it may not see any more, its links do not show."""
    state = connection.app.state
    link = read_link(token, state.sealer)
    if link is None or not link.holds(connection.query_params.get("stream", ""), now(connection)):
        raise _not_known()
    with state.database.read() as reading:
        row = reading.execute(
            select(account.c.id.label("account_id"), account.c.name, account.c.role, account.c.all_groups).where(
                account.c.id == link.account_id, account.c.active
            )
        ).one_or_none()
        if row is None:
            raise _not_known()
        return principal_of(reading, row._mapping, address_of(connection))


def _not_known() -> RefusedError:
    return RefusedError(401, "link-over", "this link does not hold, or no longer", "Ask for a new one.")
