"""The clock of the site."""

from datetime import timedelta

import pytest
from tests.server.fakes import FakeClock, FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.server.database import Database
from camloom.server.run import _note_zone


def test_schedules_go_by_the_clock_that_was_set(site: Site, exchange: FakeExchange, clock: FakeClock) -> None:
    assert site.viewer.get(f"{API}/site").json() == {"timezone": "UTC"}
    hour = f"{clock() + timedelta(hours=8):%H}"  # of Shanghai
    span = {"start": f"{hour}:00", "end": f"{hour}:59"}
    task = site.add_task(site.add_camera()["id"], schedule=[span])
    path = f"{API}/tasks/{task['id']}"
    assert site.viewer.get(path).json()["runs_now"] is False
    assert site.admin.put(f"{API}/site", json={"timezone": "Asia/Shanghai"}).json() == {"timezone": "Asia/Shanghai"}
    assert site.viewer.get(path).json()["runs_now"] is True
    assert [order.id for order in exchange.wanted[HOST].tasks] == [task["id"]]
    assert site.operator.put(f"{API}/site", json={"timezone": "UTC"}).status_code == 403
    audit = site.admin.get(f"{API}/audit?action=site.change").json()["items"]
    assert [one["detail"]["timezone"] for one in audit] == ["Asia/Shanghai"]


@pytest.mark.parametrize("name", ["", "Asia", "Mars/Base", "../../etc/passwd", "/etc/localtime", "x" * 99])
def test_what_is_no_time_zone_is_refused(site: Site, name: str) -> None:
    answer = site.admin.put(f"{API}/site", json={"timezone": name})
    assert answer.status_code == 422
    assert answer.json()["error"]["problems"][0]["path"] == ["timezone"]


def test_the_first_start_takes_the_clock_of_the_machine(
    site: Site, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Asia/Shanghai")
    _note_zone(sqlite_database)
    assert site.viewer.get(f"{API}/site").json() == {"timezone": "Asia/Shanghai"}
    site.admin.put(f"{API}/site", json={"timezone": "Europe/Berlin"})
    _note_zone(sqlite_database)
    assert site.viewer.get(f"{API}/site").json() == {"timezone": "Europe/Berlin"}
