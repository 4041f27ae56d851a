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
    """Return every room's routes; the whole server on one page.

    They are tried one after the other, so that those that are asked most come first.
    """
    return (*BUSINESS, access, *management.routers(), *PUSHES, live, mail, health)


def jobs(state: State) -> tuple[Job, ...]:
    """Return what every room does from time to time."""
    settings, database, clock, lived = state.settings, state.database, state.clock, state.lived
    desk, exchange, alarms = state.management, state.exchange, _alarm_work(state)
    return (
        Job("tidy access", timedelta(hours=1), partial(tidy_access, database, settings, lived)),
        Job("take reports", timedelta(seconds=3), partial(every_few_seconds, desk, exchange)),
        Job("tell hosts", timedelta(minutes=1), partial(every_minute, desk)),
        Job("tidy cameras", timedelta(hours=1), partial(every_hour, desk, lived)),
        Job("alarms due", timedelta(seconds=2), alarms.look_again),
        Job("sum up", timedelta(minutes=1), partial(sum_up, database, clock)),
        Job("sum up crossings", timedelta(minutes=1), partial(sum_flows, database, clock)),
        Job("prove sums", timedelta(days=1), partial(prove_sums, database, clock)),
        Job("reports due", timedelta(seconds=30), state.report_post.send_due),
        Job("retention", timedelta(minutes=10), alarms.retain),
        Job("room", timedelta(seconds=5), partial(watch_room, folders_of(state), state.troubles)),
        Job("make room", timedelta(minutes=1), lambda: alarms.make_room(short_of_room(folders_of(state)))),
        Job("push log", timedelta(minutes=1), partial(_push_work(state).trim, lived)),
    )


def loops(state: State) -> tuple[Loop, ...]:
    """Return what every room does without end."""
    return (_alarm_work(state), _push_work(state))


def furnish(
    settings: ServerSettings,
    database: Database,
    exchange: ServerSide,
    clock: Clock = system_clock,
    troubles: Troubles | None = None,
) -> State:
    """Put together what the rooms work with; nothing runs yet.

    Args:
        settings: of this installation.
        database: migrated; closed by whoever opened it.
        exchange: the way to the hosts.
        clock: what time it is.
        troubles: what keeps the server from its work.

    Raises:
        ServerError: the file of keys in the data folder is not one, or others may read it; the settings of an
            identity provider do not fit together.
    """
    state = State()
    state.settings, state.database, state.exchange, state.clock = settings, database, exchange, clock
    state.sealer, state.troubles = load_sealer(settings.data), troubles or Troubles()
    state.lived = LivedClock(database, clock, state.troubles)
    state.media, state.outbox = open_place(settings.media), PushOutbox(clock)
    state.mailer, state.press = SmtpMailer(database, state.sealer, clock), Turns(**_REPORTS)
    state.pushes_around = make_around(
        database, state.media, state.mailer, clock, public_url=settings.public_url, allow=settings.push_allow
    )
    state.viid_digest = Digest()
    state.passwords, state.throttle, state.metrics = Passwords(), Throttle(clock), Metrics()
    state.oidc, state.oidc_attempts = open_provider(settings, clock), Attempts(state.sealer)
    state.report_post = ReportPost(database, state.mailer, clock, settings.address)
    state.feed_seats = Seats(*_FEEDS)
    seat_viewers(state)
    install_management(state)
    return state


def create_app(
    settings: ServerSettings,
    database: Database,
    exchange: ServerSide,
    clock: Clock = system_clock,
    troubles: Troubles | None = None,
) -> FastAPI:
    """Build the server; nothing runs until it is served. Arguments and errors: see `furnish`."""
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
    app.state = furnish(settings, database, exchange, clock, troubles)
    _protect(app)
    app.include_router(probes, max_body_size=0)
    app.include_router(viid, max_body_size=_BODY_BYTES)
    app.include_router(players, max_body_size=0)
    for router in routers():
        app.include_router(router, prefix=_API, max_body_size=_BODY_BYTES)
    add_console(app)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # as FastAPI's own pages do it
    return app


def _alarm_work(state: State) -> AlarmWork:
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


def _push_work(state: State) -> PushWork:
    return PushWork(state.database, state.sealer, state.pushes_around, state.troubles)


def _watch(app: FastAPI, *seen: Any) -> None:
    app.state.metrics.watch(*seen)


def _protect(app: FastAPI) -> None:
    install(app)
    # The last one added is the outermost.
    app.add_middleware(Patience)
    app.add_middleware(RequestLog, watch=partial(_watch, app))
    app.add_middleware(Headers)
