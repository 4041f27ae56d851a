"""What an event and a request cost the server, in CPU time: all of it in this process, nothing else runs in it.

Other programs make clocks slow, and CPU times noisy; so everything is done in pieces, of which the middle one counts.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from benchmarks.server.agent import Incidents
from benchmarks.server.readers import FILTERS
from benchmarks.server.site import Site, make_site, opened
from fastapi import FastAPI
from sqlalchemy import select

from camloom.exchange.local import LocalHost, LocalServer
from camloom.server.app import create_app
from camloom.server.business.ingest import Ingest
from camloom.server.business.media_intake import MediaIntake
from camloom.server.business.policy_store import make_default_policies
from camloom.server.database import Database
from camloom.server.database.tables import alarm, media
from camloom.server.settings import ServerSettings
from camloom.server.web.log import configure_log

_PIECES = 15
_EVENTS = 60  # of a piece
_REQUESTS = 40


def measure_cost(cameras: int, users: int, url: str, at_once: int) -> None:
    """Print what events and requests cost.

    Args:
        cameras: of the site.
        users: of the site.
        url: of an empty database; empty: SQLite.
        at_once: events that the server finds waiting when it looks.
    """
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "server.log").open("w") as log:
        configure_log(log)
        hooks = ["http://192.0.2.1/alive", "http://192.0.2.1/dead"]
        site = make_site(Path(folder), cameras, users, hooks, url)
        settings = ServerSettings(data=Path(folder))
        with opened(site) as database:
            app = create_app(settings, database, LocalServer(settings.exchange))
            _tell(f"event, {at_once} at once", _of_events(app, site, settings, at_once))
            for kind, paths in _paths(database, site).items():
                _tell(kind, _of_requests(app, site, paths))


def _tell(kind: str, costs_ms: Sequence[float]) -> None:
    print(f"{kind}: {median(costs_ms):.2f} ms of CPU ({min(costs_ms):.2f} to {max(costs_ms):.2f})")


def _of_events(app: FastAPI, site: Site, settings: ServerSettings, at_once: int) -> list[float]:
    state = app.state
    make_default_policies(state.database)
    files = MediaIntake(state.database, state.media, settings.data / "streams", _now, state.outbox)
    ingest = Ingest(state.database, state.exchange, files, _now, state.outbox)
    host, incidents = LocalHost(settings.exchange), Incidents([task for _, task in site.cameras], settings.data)
    costs_ms = []
    for _ in range(_PIECES + 2):
        spent_s = 0.0
        for _ in range(_EVENTS // at_once):
            for _ in range(at_once):
                host.publish(incidents.next())
            spent_s += _spent_s(lambda: ingest.round(0.0))
        costs_ms.append(1000 * spent_s / (_EVENTS // at_once * at_once))
    host.close()
    return costs_ms[2:]


def _of_requests(app: FastAPI, site: Site, paths: Sequence[str]) -> list[float]:
    costs_ms = []
    for _ in range(_PIECES + 2):
        asked = [(random.choice(paths), random.choice(site.keys)) for _ in range(_REQUESTS)]
        costs_ms.append(1000 * _spent_s(partial(asyncio.run, _ask(app, asked))) / _REQUESTS)
    return costs_ms[2:]


def _paths(database: Database, site: Site) -> dict[str, list[str]]:
    with database.read() as connection:
        ids = list(connection.scalars(select(alarm.c.id).limit(200)))
        pictures = list(connection.scalars(select(media.c.id).where(media.c.state == "there").limit(200)))
    cameras = [{}, *({"camera": camera_id} for camera_id, _ in site.cameras[:20])]
    lists = [f"/api/v1/alarms?{urlencode({**one, **other})}" for one in FILTERS for other in cameras]
    return {
        "list": lists,
        "detail": [f"/api/v1/alarms/{one}" for one in ids],
        "picture": [f"/api/v1/media/{one}" for one in pictures],
    }


async def _ask(app: FastAPI, asked: Sequence[tuple[str, str]]) -> None:
    for path, key in asked:
        status = await _answered(app, path, key)
        assert status in (200, 404), (path, status)  # not everybody sees everything


async def _answered(app: FastAPI, target: str, key: str) -> int:
    """Ask the server as uvicorn does; return the status."""
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {key}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }
    told: list[int] = []
    silent = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if told:
            await silent.wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    await app(scope, receive, send)
    return told[0]


def _spent_s(work: Callable[[], object]) -> float:
    before_s = time.process_time()
    work()
    return time.process_time() - before_s


def _now() -> datetime:
    return datetime.now(UTC)
