"""What the routes of this room work with, put together once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import State

from camloom.exchange import ServerSide
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.management.asking import HostLine
from camloom.server.management.cameras.secrets import Seals
from camloom.server.management.hosts.models import ModelShelf
from camloom.server.management.orders import Orders
from camloom.server.management.tasks.catalogue import TemplateShelf


@dataclass(frozen=True, slots=True)
class Desk:
    """The hands of this room.

    Attributes:
        exchange: the way to hosts.
        line: asks them.
        orders: tells hosts what to do.
        models: which models hosts have.
        templates: of alarms.
        folder: of what was uploaded.
    """

    database: Database
    clock: Clock
    seals: Seals
    exchange: ServerSide
    line: HostLine
    orders: Orders
    models: ModelShelf
    templates: TemplateShelf
    folder: Path

    @property
    def uploads(self) -> Path:
        """Folder of recordings, by their id."""
        return self.folder / "uploads"

    @property
    def drafts(self) -> Path:
        """Folder of model files that are still coming."""
        return self.folder / "drafts"

    @property
    def maps(self) -> Path:
        """Folder of site maps, by their id."""
        return self.folder / "maps"


def put_together(database: Database, exchange: ServerSide, seals: Seals, clock: Clock, folder: Path) -> Desk:
    """Return the desk of a server.

    Args:
        folder: the data folder of the server.
    """
    line = HostLine(exchange, clock)
    absolute = folder.absolute()
    orders = Orders(database, exchange, seals, clock, absolute / "uploads")
    return Desk(database, clock, seals, exchange, line, orders, ModelShelf(line, clock), TemplateShelf(), absolute)


def install(state: State) -> None:
    """Put the desk where the routes find it; the state of the server has everything else already."""
    folder: Path = state.settings.data
    state.management = put_together(state.database, state.exchange, state.sealer, state.clock, folder)


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.management
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]
"""The desk, for a route."""
