"""The composition root of the server."""

from datetime import timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.datastructures import State

from camloom.exchange import ServerSide
from camloom.server.access.housekeeping import tidy_access
from camloom.server.access.oidc.attempt import Attempts
from camloom.server.access.oidc.provider import open_provider
from camloom.server.access.passwords import Passwords
from camloom.server.access.routes import router as access
from camloom.server.access.sealing import load_sealer
from camloom.server.access.throttle import Throttle
from camloom.server.business import AlarmWork, open_place
from camloom.server.business.flow_days import sum_flows
from camloom.server.business.proving import prove_sums
from camloom.server.business.reports.sending import ReportPost
from camloom.server.business.routes import ROUTERS as BUSINESS
from camloom.server.business.summing import sum_up
from camloom.server.clock import Clock, system_clock
from camloom.server.console import add_console
from camloom.server.database import Database
from camloom.server.health.description import describe
from camloom.server.health.room import folders_of, short_of_room, watch_room
from camloom.server.health.routes import probes
from camloom.server.health.routes import router as health
from camloom.server.jobs import Job, Loop
from camloom.server.live.routes import players, seat_viewers
from camloom.server.live.routes import router as live
from camloom.server.lived import LivedClock
from camloom.server.mail import SmtpMailer
from camloom.server.mail.routes import router as mail
from camloom.server.management import api as management
from camloom.server.management.desk import install as install_management
from camloom.server.management.rounds import every_few_seconds, every_hour, every_minute
from camloom.server.pushes import ROUTERS as PUSHES
from camloom.server.pushes import PushOutbox, PushWork, make_around
from camloom.server.pushes.viid.digest import Digest
from camloom.server.pushes.viid.routes import router as viid
from camloom.server.settings import ServerSettings
from camloom.server.trouble import Troubles
from camloom.server.web.handlers import install
from camloom.server.web.metrics import Metrics
from camloom.server.web.protection import Headers, Patience, RequestLog
from camloom.server.web.seats import Seats
from camloom.server.web.turns import Turns

_API = "/api/v1"
# A route that takes more says so: `@router.post(..., max_body_size=...)`.
_BODY_BYTES = 1 << 20
# Sockets that hear of alarms, in all and of one account: each asks the database several times a second.
_FEEDS = 256, 32
# Reports that are made at once, in all and for one account, and how many wait for that.
_REPORTS = {"at_once": 2, "of_one": 2, "waiting": 6}


def routers() -> tuple[APIRouter, ...]:
    """Return every room's routes; the whole server on one page."""
    return (access, *management.routers(), *BUSINESS, *PUSHES, live, mail, health)


def jobs(app: FastAPI) -> tuple[Job, ...]:
    """Return what every room does from time to time."""
    settings, database, clock, lived = app.state.settings, app.state.database, app.state.clock, app.state.lived
    desk, exchange, alarms = app.state.management, app.state.exchange, _alarm_work(app)
    return (
        Job("tidy access", timedelta(hours=1), partial(tidy_access, database, settings, lived)),
        Job("take reports", timedelta(seconds=3), partial(every_few_seconds, desk, exchange)),
        Job("tell hosts", timedelta(minutes=1), partial(every_minute, desk)),
        Job("tidy cameras", timedelta(hours=1), partial(every_hour, desk, lived)),
        Job("alarms due", timedelta(seconds=2), alarms.look_again),
        Job("sum up", timedelta(minutes=1), partial(sum_up, database, clock)),
        Job("sum up crossings", timedelta(minutes=1), partial(sum_flows, database, clock)),
        Job("prove sums", timedelta(days=1), partial(prove_sums, database, clock)),
        Job("reports due", timedelta(seconds=30), app.state.report_post.send_due),
        Job("retention", timedelta(minutes=10), alarms.retain),
        Job("room", timedelta(seconds=5), partial(watch_room, folders_of(app.state), app.state.troubles)),
        Job("make room", timedelta(minutes=1), lambda: alarms.make_room(short_of_room(folders_of(app.state)))),
        Job("push log", timedelta(minutes=1), partial(_push_work(app).trim, lived)),
    )


def loops(app: FastAPI) -> tuple[Loop, ...]:
    """Return what every room does without end."""
    return (_alarm_work(app), _push_work(app))


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
        ServerError: the file of keys in the data folder is not one, or others may read it; the settings of an
            identity provider do not fit together.
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
    )
    furnish(app, settings, database, exchange, clock)
    _protect(app)
    app.include_router(probes, max_body_size=0)
    app.include_router(viid, max_body_size=_BODY_BYTES)
    app.include_router(players, max_body_size=0)
    for router in routers():
        app.include_router(router, prefix=_API, max_body_size=_BODY_BYTES)
    add_console(app)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's own pages do it
    return app


def furnish(
    app: FastAPI, settings: ServerSettings, database: Database, exchange: ServerSide, clock: Clock = system_clock
) -> None:
    """Give an app all that its routes work with; what it had before is gone. See `create_app`."""
    app.state = State()
    app.state.settings, app.state.database, app.state.exchange, app.state.clock = settings, database, exchange, clock
    app.state.sealer, app.state.troubles = load_sealer(settings.data), Troubles()
    app.state.lived = LivedClock(database, clock, app.state.troubles)
    app.state.media, app.state.outbox = open_place(settings.media), PushOutbox(clock)
    app.state.mailer, app.state.press = SmtpMailer(database, app.state.sealer, clock), Turns(**_REPORTS)
    app.state.pushes_around = make_around(
        database, app.state.media, app.state.mailer, clock, public_url=settings.public_url, allow=settings.push_allow
    )
    app.state.viid_digest = Digest()
    app.state.passwords, app.state.throttle, app.state.metrics = Passwords(), Throttle(clock), Metrics()
    app.state.oidc, app.state.oidc_attempts = open_provider(settings, clock), Attempts(app.state.sealer)
    app.state.report_post = ReportPost(database, app.state.mailer, clock, settings.address)
    app.state.feed_seats = Seats(*_FEEDS)
    seat_viewers(app)
    install_management(app)


def _alarm_work(app: FastAPI) -> AlarmWork:
    state = app.state
    return AlarmWork(
        state.database,
        state.exchange,
        state.media,
        state.settings.data / "streams",
        state.clock,
        state.outbox,
        state.troubles,
        state.lived,
    )


def _push_work(app: FastAPI) -> PushWork:
    return PushWork(app.state.database, app.state.sealer, app.state.pushes_around, app.state.troubles)


def _watch(app: FastAPI, *seen: Any) -> None:
    app.state.metrics.watch(*seen)


def _protect(app: FastAPI) -> None:
    install(app)
    # The last one added is the outermost.
    app.add_middleware(Patience)
    app.add_middleware(RequestLog, watch=partial(_watch, app))
    app.add_middleware(Headers)
