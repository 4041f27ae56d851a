"""The server for tests: on SQLite and on PostgreSQL, with a clock that stands still and hosts in memory."""

import asyncio
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event, make_url
from starlette.routing import BaseRoute
from tests.packages import provide
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.people import Person, add_account, add_group
from tests.server.postgresql import PACKAGES, programs, running_postgresql

from camloom.server.access import passwords
from camloom.server.app import create_app, furnish
from camloom.server.database import Database
from camloom.server.database.migrate import migrate
from camloom.server.database.tables import metadata
from camloom.server.health.description import describe
from camloom.server.management.tasks.catalogue import TemplateShelf
from camloom.server.settings import ServerSettings
from camloom.server.web.log import configure_log


@pytest.fixture(scope="session", autouse=True)
def _plain_log() -> None:
    """The log as the server writes it: pytest shows it with a test that fails."""
    configure_log()
    logging.getLogger().handlers.clear()


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    """What every server of this program has alike, and what takes long to make: its description, its templates."""
    described: dict[str, Any] = {}
    shelf = TemplateShelf()

    def describe_once(app: FastAPI) -> dict[str, Any]:
        if not described:
            described.update(describe(app))
        return described

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("camloom.server.app.describe", describe_once)
        patch.setattr("camloom.server.management.desk.TemplateShelf", lambda: shelf)
        yield


@pytest.fixture(scope="session", autouse=True)
def password_cost() -> Iterator[tuple[int, int]]:
    """Kibibytes and passes that a password takes; in tests it takes next to nothing."""
    real = passwords._MEMORY_KIB, passwords._PASSES
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_MEMORY_KIB", 64)
        patch.setattr(passwords, "_PASSES", 1)
        yield real


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """URL of a PostgreSQL of one's own, empty."""
    provide("PostgreSQL", lambda: programs() is not None, *PACKAGES)
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "camloom.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


# What SQLAlchemy makes of a statement is kept with the engine: with one of each kind for all tests it is made once.
@pytest.fixture(scope="session")
def _sqlite_engine() -> Iterator[Database]:
    database = Database("sqlite:///of-each-test.db")

    @event.listens_for(database.engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: list[Any], _more: Any) -> None:
        arguments[0] = database.engine.url.database

    yield database
    database.close()


@pytest.fixture(scope="session")
def _postgresql_engine(postgresql_url: str) -> Iterator[Database]:
    database = Database(postgresql_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def sqlite_database(_sqlite_engine: Database, _sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty database in a file, for tests that need no other."""
    shutil.copy(_sqlite_template, tmp_path / "camloom.db")
    _sqlite_engine.engine.url = make_url(f"sqlite:///{tmp_path / 'camloom.db'}")
    yield _sqlite_engine
    _sqlite_engine.close()


@pytest.fixture
def postgresql_database(_postgresql_engine: Database) -> Iterator[Database]:
    """An empty database in PostgreSQL."""
    yield _postgresql_engine
    everything = "".join(f"delete from {table.name};" for table in reversed(metadata.sorted_tables))
    with _postgresql_engine.write() as connection:
        connection.exec_driver_sql(f"do $$ begin {everything} end $$")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database that has all tables: the test runs with each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()


@pytest.fixture
def exchange() -> FakeExchange:
    """Hosts in memory."""
    return FakeExchange()


@pytest.fixture(scope="session")
def _usual_settings(tmp_path_factory: pytest.TempPathFactory) -> ServerSettings:
    return ServerSettings(data=tmp_path_factory.mktemp("unused"))


@pytest.fixture
def settings(_usual_settings: ServerSettings, tmp_path: Path) -> ServerSettings:
    """Settings of a server that keeps everything in a folder of the test."""
    return _usual_settings.model_copy(update={"data": tmp_path / "data"})


class _Shells:
    """Apps that one test after the other uses: to put the routes together takes longer than most tests."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[FastAPI, list[BaseRoute]]] = {}

    def furnished(self, name: str, *what: Any) -> FastAPI:
        """Return an app as if it was new."""
        if name not in self._made:
            made = create_app(*what)
            self._made[name] = made, list(made.router.routes)
        app, routes = self._made[name]
        app.router.routes[:] = routes
        app.state = furnish(*what)
        return app


@pytest.fixture(scope="session")
def _shells() -> _Shells:
    return _Shells()


@pytest.fixture
def app(
    _shells: _Shells, settings: ServerSettings, database: Database, exchange: FakeExchange, clock: FakeClock
) -> FastAPI:
    """The server, on each kind of database."""
    return _shells.furnished("any", settings, database, exchange, clock)


@pytest.fixture
def sqlite_app(
    _shells: _Shells, settings: ServerSettings, sqlite_database: Database, exchange: FakeExchange, clock: FakeClock
) -> FastAPI:
    """The server on SQLite, for tests to which the database makes no difference."""
    return _shells.furnished("sqlite", settings, sqlite_database, exchange, clock)


Visitors = Callable[[FastAPI], Person]
Serve = Callable[[FastAPI], str]


@pytest.fixture
def visit() -> Iterator[Visitors]:
    """A function that opens a browser at a server; nobody is logged in."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(Person(app))


@pytest.fixture
def served() -> Iterator[Serve]:
    """A function that serves an app over real HTTP and returns host and port."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(app: FastAPI) -> str:
        config = uvicorn.Config(app, port=0, log_level="error", ws_per_message_deflate=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield serve
    for server, thread in running:
        server.should_exit = server.force_exit = True
        thread.join()


@pytest.fixture
def client(app: FastAPI, visit: Visitors) -> Person:
    """A browser in which nobody is logged in."""
    return visit(app)


@pytest.fixture
def admin(app: FastAPI, visit: Visitors) -> Person:
    """An administrator."""
    return visit(app).let_in(add_account(app, "admin", "administrator"))


@pytest.fixture
def operator(app: FastAPI, visit: Visitors) -> Person:
    """Somebody who handles the alarms of all cameras."""
    return visit(app).let_in(add_account(app, "operator", "operator", all_groups=True))


@pytest.fixture
def group_id(app: FastAPI) -> str:
    """The camera group of `viewer`."""
    return add_group(app, "East gate")


@pytest.fixture
def viewer(app: FastAPI, group_id: str, visit: Visitors) -> Person:
    """Somebody who sees the cameras of one group."""
    return visit(app).let_in(add_account(app, "viewer", "viewer", groups=(group_id,)))


@pytest.fixture
def keep_log() -> Iterator[None]:
    """Undo what a test makes the log do."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
