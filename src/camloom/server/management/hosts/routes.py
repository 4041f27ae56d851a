"""Hosts over HTTP."""

from enum import IntEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import update

from camloom.exchange import CommandKind
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.database.tables import host
from camloom.server.management.desk import TheDesk
from camloom.server.management.hosts.models import ModelOnHost
from camloom.server.management.hosts.rows import HostDetail, HostOut, LoadPoint, detail_of, hosts_of, load_of
from camloom.server.management.scope import row_of
from camloom.server.web import Answer, Asked, Page, PlainName

router = APIRouter(prefix="/hosts", tags=["hosts"])
_PATIENCE_S = 10.0
_LINE_MAX = 2000


class GraphHours(IntEnum):
    """How many hours a graph shows."""

    HOUR = 1
    SIX_HOURS = 6
    DAY = 24
    WEEK = 168


class HostIn(Asked):
    """What can be changed of a host."""

    name: PlainName


class LogLines(Answer):
    """The last lines of a host's log, oldest first."""

    lines: list[str]


@router.get("")
def list_hosts(viewer: Viewer, desk: TheDesk) -> Page[HostOut]:
    """List the hosts with how they are."""
    del viewer
    with desk.database.read() as connection:
        return Page(items=hosts_of(connection, desk.clock()), next=None)


@router.get("/{host_id}")
def get_host(host_id: str, viewer: Viewer, desk: TheDesk) -> HostDetail:
    """Show a host: hardware, versions, load, and its tasks."""
    with desk.database.read() as connection:
        return detail_of(connection, viewer, row_of(connection, host, host_id, "host"), desk.clock())


@router.patch("/{host_id}")
def rename_host(host_id: str, body: HostIn, administrator: Administrator, desk: TheDesk) -> HostDetail:
    """Give a host another name."""
    with desk.database.write() as connection:
        row_of(connection, host, host_id, "host")
        connection.execute(update(host).where(host.c.id == host_id).values(name=body.name))
        record(connection, administrator, "change", "host", host_id, {"name": body.name}, at=desk.clock())
        return detail_of(connection, administrator, row_of(connection, host, host_id, "host"), desk.clock())


@router.get("/{host_id}/utilisation")
def get_host_utilisation(
    host_id: str, viewer: Viewer, desk: TheDesk, hours: Annotated[GraphHours, Query()] = GraphHours.HOUR
) -> list[LoadPoint]:
    """Show the load of the last hours, of 7 days at most."""
    del viewer
    with desk.database.read() as connection:
        row_of(connection, host, host_id, "host")
        return load_of(connection, host_id, int(hours), desk.clock())


@router.get("/{host_id}/logs")
def get_host_logs(
    host_id: str, administrator: Administrator, desk: TheDesk, lines: Annotated[int, Query(ge=1, le=2000)] = 200
) -> LogLines:
    """Show the last lines of the engine's log."""
    _known(desk, host_id)
    answer: Any = desk.line.ask_for(administrator, host_id, CommandKind.LOGS, {"lines": lines}, _PATIENCE_S).get(
        "lines"
    )
    found = answer if isinstance(answer, list) else []
    return LogLines(lines=[str(line)[:_LINE_MAX] for line in found[-lines:]])


@router.get("/{host_id}/models")
def list_host_models(host_id: str, viewer: Viewer, desk: TheDesk) -> Page[ModelOnHost]:
    """List the models that a host has."""
    del viewer
    _known(desk, host_id)
    return Page(items=list(desk.models.of(host_id)), next=None)


def _known(desk: TheDesk, host_id: str) -> None:
    with desk.database.read() as connection:
        row_of(connection, host, host_id, "host")
