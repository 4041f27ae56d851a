"""A site whose clock is that of Shanghai, and alarms as hosts and people would make them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from tests.server.alarms import Site, event
from tests.server.fakes import START

from camloom.server.access import Principal, Role
from camloom.server.business.alarm_models import AlarmAction
from camloom.server.business.handling import handle
from camloom.server.business.hooks import no_outbox
from camloom.server.business.ledger import Ledger
from camloom.server.business.summing import sum_up
from camloom.server.database import Database, new_id
from camloom.server.database.tables import camera_state, setting
from camloom.server.database.upsert import put

BOSS = Principal("", "boss", Role.ADMINISTRATOR, None)
NOW = datetime.fromisoformat("2026-11-09T09:00:00+08:00")


class ReportSite(Site):
    """A site with the clock of Shanghai."""

    def zone(self, name: str) -> None:
        """Hang up another clock."""
        with self.database.write() as connection:
            put(connection, setting, {"key": "timezone", "value": name})
        sum_up(self.database, lambda: NOW)

    def alarm(self, task_id: str, at: str, *, handled_s: float | None = None, verdict: str = "", **more: Any) -> str:
        """Raise an alarm at a time such as `2026-11-02T08:00+08:00`; return its id."""
        moment = datetime.fromisoformat(at)
        known = {row["id"] for row in self.alarms()}
        self.take(event(task_id, after_s=(moment - START).total_seconds(), **more), at=moment)
        (alarm_id,) = {row["id"] for row in self.alarms()} - known
        if handled_s is not None:
            self.handle(alarm_id, moment + timedelta(seconds=handled_s), verdict or "acknowledge")
        return str(alarm_id)

    def handle(self, alarm_id: str, at: datetime, action: str) -> None:
        """Do something with an alarm."""
        asked = AlarmAction.model_validate({"action": action})
        with self.database.write() as connection:
            handle(Ledger(connection, at, no_outbox), BOSS, [alarm_id], asked)

    def state(self, camera_id: str, at: str, condition: str) -> None:
        """Write down how a camera is."""
        told = {"reason": "", "detail": "", "condition": condition, "at": datetime.fromisoformat(at)}
        with self.database.write() as connection:
            connection.execute(insert(camera_state).values(id=new_id(), camera_id=camera_id, **told))


def _site(database: Database) -> ReportSite:
    made = ReportSite(database)
    made.zone("Asia/Shanghai")
    return made


@pytest.fixture
def site(app: FastAPI, clock: Any) -> ReportSite:
    """A site on each kind of database."""
    clock.at = NOW
    return _site(app.state.database)


@pytest.fixture
def sqlite_site(sqlite_app: FastAPI, clock: Any) -> ReportSite:
    """A site on SQLite."""
    clock.at = NOW
    return _site(sqlite_app.state.database)
