"""The composition root of the server."""

from functools import partial

from fastapi import APIRouter, FastAPI

from camloom.exchange import ServerSide
from camloom.server.access.passwords import Passwords
from camloom.server.access.routes import router as access
from camloom.server.access.sealing import load_sealer
from camloom.server.access.throttle import Throttle
from camloom.server.business import open_place
from camloom.server.business.routes import ROUTERS as BUSINESS
from camloom.server.clock import Clock, system_clock
from camloom.server.database import Database
from camloom.server.health.description import describe
from camloom.server.health.routes import probes
from camloom.server.health.routes import router as health
from camloom.server.pushes import ROUTERS as PUSHES
from camloom.server.pushes import PushOutbox, make_around
from camloom.server.pushes.viid.digest import Digest
from camloom.server.pushes.viid.routes import router as viid
from camloom.server.settings import ServerSettings
from camloom.server.web.handlers import install
from camloom.server.web.metrics import Metrics
from camloom.server.web.protection import Headers, Patience, RequestLog

_API = "/api/v1"
# A route that takes more says so: `@router.post(..., max_body_size=...)`.
_BODY_BYTES = 1 << 20


def routers() -> tuple[APIRouter, ...]:
    """Return every room's routes; the whole server on one page."""
    return (access, *BUSINESS, *PUSHES, health)


def create_app(
    settings: ServerSettings, database: Database, exchange: ServerSide, clock: Clock = system_clock
) -> FastAPI:
    """Build the server; nothing runs until it is served.

    Args:
        settings: of this installation.
        database: migrated; closed by whoever opened it.
        exchange: the way to the hosts.
        clock: what time it is.

    Raises:
        ServerError: the file of keys in the data folder is not one, or others may read it.
    """
    app = FastAPI(
        title="Camloom",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        # A redirect would be built from the Host header, which anybody may forge.
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        max_body_size=_BODY_BYTES,
    )
    app.state.settings, app.state.database, app.state.exchange, app.state.clock = settings, database, exchange, clock
    app.state.sealer = load_sealer(settings.data)
    app.state.media, app.state.outbox = open_place(settings.media), PushOutbox(clock)
    app.state.pushes_around = make_around(
        database, app.state.media, clock, public_url=settings.public_url, allow=settings.push_allow
    )
    app.state.viid_digest = Digest()
    app.state.passwords, app.state.throttle, app.state.metrics = Passwords(), Throttle(clock), Metrics()
    _protect(app)
    app.include_router(probes)
    app.include_router(viid)
    for router in routers():
        app.include_router(router, prefix=_API)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's own pages do it
    return app


def _protect(app: FastAPI) -> None:
    install(app)
    # The last one added is the outermost.
    app.add_middleware(Patience)
    app.add_middleware(RequestLog, watch=app.state.metrics.watch)
    app.add_middleware(Headers)
