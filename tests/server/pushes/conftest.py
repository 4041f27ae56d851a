"""Sites and receivers of pushes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.fakes import FakeClock
from tests.server.pushes.receivers import HttpReceiver, http_receiver
from tests.server.pushes.site import PushSite

from camloom.server.database import Database


@pytest.fixture
def push_site(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[PushSite]:
    """A site on SQLite."""
    site = PushSite(sqlite_database, clock, tmp_path)
    yield site
    site.sender.close()


@pytest.fixture
def any_site(database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[PushSite]:
    """A site on each kind of database."""
    site = PushSite(database, clock, tmp_path)
    yield site
    site.sender.close()


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    """A receiver of HTTP."""
    with http_receiver() as found:
        yield found
