"""Reports as pages: what stands on them, in both languages, whatever cameras are called."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.packages import provide
from tests.server.people import Person, add_account
from tests.server.reports.conftest import ReportSite

_WEEK = {"period": "week", "day": "2026-11-04"}


@pytest.fixture(scope="session", autouse=True)
def _reader() -> None:
    chinese = Path("/usr/share/poppler/cMap/Adobe-GB1")
    provide("pdftotext", lambda: bool(shutil.which("pdftotext")) and chinese.exists(), "poppler-utils", "poppler-data")


@pytest.fixture
def boss(sqlite_app: Any, visit: Any) -> Person:
    """An administrator."""
    found: Person = visit(sqlite_app).let_in(add_account(sqlite_app, "admin", "administrator"))
    return found


def words_of(pdf: bytes) -> str:
    """Return the text of a PDF."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    assert not read.stderr, read.stderr
    return read.stdout.decode()


def _pages(person: Person, **asked: Any) -> str:
    answer = person.get("/api/v1/reports/report.pdf", params=_WEEK | asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return words_of(answer.content)


def test_pages_in_both_languages(sqlite_site: ReportSite, boss: Person) -> None:
    camera_id, task_id = sqlite_site.camera("东门 Gate 1")
    sqlite_site.alarm(task_id, "2026-11-03T10:00:00+08:00", handled_s=90, verdict="false")
    sqlite_site.state(camera_id, "2026-11-01T00:00:00+08:00", "online")
    chinese, english = _pages(boss, lang="zh"), _pages(boss, lang="en")
    for word in (
        "周报",
        "2026-11-02",
        "误报率",
        "100 %",
        "入侵检测",
        "东门",
        "Gate 1",
        "告警时段热力图",
        "摄像机在线率",
    ):
        assert word in chinese
    for word in (
        "Weekly report",
        "False alarms",
        "Intrusion",
        "东门",
        "When alarms happen",
        "100.0 %",
        "Asia/Shanghai",
    ):
        assert word in english


def test_a_week_without_alarms_says_so(sqlite_site: ReportSite, boss: Person) -> None:
    assert "本周期没有告警" in _pages(boss)
    assert "There were no alarms" in _pages(boss, lang="en", severity="critical")


def test_a_day_is_drawn_by_the_hour_and_a_period_that_lasts_says_so(sqlite_site: ReportSite, boss: Person) -> None:
    _, task_id = sqlite_site.camera()
    sqlite_site.alarm(task_id, "2026-11-09T08:00:00+08:00")
    told = _pages(boss, lang="en", period="day", day="2026-11-09")
    assert "Alarms by hour" in told
    assert "The period is not over: numbers until 2026-11-09 09:00" in told


@pytest.mark.parametrize(
    "name",
    [
        "<b>x</b> & <img src=x onerror=alert(1)> &amp;",
        '<font name="Nowhere">x</font>',
        "x" * 128,
        "门" * 128,
        "кириллица العربية हिन्दी 🚨 ﷽",
        "\u202eevil\u2066 \u0007",
        "a\u0300\u0301" * 40,
        "€œ–²",
    ],
)
def test_whatever_a_camera_is_called_there_are_pages(sqlite_site: ReportSite, boss: Person, name: str) -> None:
    camera_id, task_id = sqlite_site.camera(name)
    sqlite_site.alarm(task_id, "2026-11-03T10:00:00+08:00", name={"zh": name, "en": name})
    sqlite_site.state(camera_id, "2026-11-01T00:00:00+08:00", "online")
    told = _pages(boss, lang="en")
    assert "By camera" in told
    if name.startswith("<b>"):
        assert "<b>x</b> &" in told


def test_very_many_cameras_are_not_all_listed(sqlite_site: ReportSite, boss: Person) -> None:
    for number in range(30):
        _, task_id = sqlite_site.camera(f"Camera {number:02}")
        sqlite_site.alarm(task_id, "2026-11-03T10:00:00+08:00")
    assert "10 more are not listed" in _pages(boss, lang="en")
