"""What the tests of abuse share: one world for all tests of a file, for refusals change nothing."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.server.abuse.world import World
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.people import Person

from camloom.server.app import create_app
from camloom.server.database import Database
from camloom.server.settings import ServerSettings


@pytest.fixture(scope="module")
def world(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A site of two groups, and people of either."""
    folder = tmp_path_factory.mktemp("world")
    shutil.copy(_sqlite_template, folder / "camloom.db")
    database = Database(f"sqlite:///{folder / 'camloom.db'}")
    with ExitStack() as stack:
        stack.callback(database.close)
        app = create_app(ServerSettings(data=folder / "data"), database, FakeExchange(), FakeClock())
        yield World(app, lambda one: stack.enter_context(Person(one)))
