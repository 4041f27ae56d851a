"""Stub until the real guards are merged: nobody gets in."""

from typing import Annotated

from fastapi import Depends

from camloom.server.access.principal import Principal, Role
from camloom.server.web import RefusedError


def _viewer() -> Principal:
    raise RefusedError(401, "unauthenticated", "sign in first")


def _operator(principal: Annotated[Principal, Depends(_viewer)]) -> Principal:
    return _at_least(principal, Role.OPERATOR)


def _administrator(principal: Annotated[Principal, Depends(_viewer)]) -> Principal:
    return _at_least(principal, Role.ADMINISTRATOR)


def _at_least(principal: Principal, role: Role) -> Principal:
    if principal.role < role:
        raise RefusedError(403, "forbidden", "this account may not do that")
    return principal


Viewer = Annotated[Principal, Depends(_viewer)]
Operator = Annotated[Principal, Depends(_operator)]
Administrator = Annotated[Principal, Depends(_administrator)]
