"""The composition root of the server."""

from fastapi import APIRouter, FastAPI

from camloom.exchange import ServerSide
from camloom.server.clock import Clock, system_clock
from camloom.server.database import Database
from camloom.server.settings import ServerSettings

_API = "/api/v1"


def routers() -> tuple[APIRouter, ...]:
    """Return every room's routes; the whole server on one page."""
    return ()


def create_app(
    settings: ServerSettings, database: Database, exchange: ServerSide, clock: Clock = system_clock
) -> FastAPI:
    """Build the server; nothing runs until it is served.

    Args:
        settings: of this installation.
        database: migrated; closed by whoever opened it.
        exchange: the way to the hosts.
        clock: what time it is.
    """
    app = FastAPI(title="Camloom", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings, app.state.database, app.state.exchange, app.state.clock = settings, database, exchange, clock
    for router in routers():
        app.include_router(router, prefix=_API)
    return app
