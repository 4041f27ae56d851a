"""Reports that come by themselves: real mail to a real server."""

import socket
import ssl
import subprocess
from asyncio import Server
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from fastapi import FastAPI
from sqlalchemy import select, update
from tests.server.people import Person, add_account, add_group
from tests.server.reports.conftest import ReportSite

from camloom.server.database.tables import account, audit, report_schedule, setting

CANARY = "canary-Pa55"
_PASSWORD = {"host": "127.0.0.1", "security": "none", "user": "box", "password": CANARY, "sender": "box@site.test"}


class Office(Controller):
    """A mail server at any port that is free."""

    def _trigger_server(self) -> None:
        """Connect once to the port that was free, as the base class does to the one that was asked for."""
        with socket.create_connection(("127.0.0.1", _port(self)), 30) as connection:
            connection.recv(1024)


class Postman:
    """Takes mail, or does not."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], Any]] = []
        self.refuse = ""
        self.refused_people: set[str] = set()

    async def handle_RCPT(  # noqa: N802  # as aiosmtpd calls it
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused_people:
            return "550 no such person; secret text of the server"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # as above
        if self.refuse:
            return self.refuse
        self.taken.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    @property
    def letters(self) -> list[Message]:
        """What came."""
        return [letter for _, letter in self.taken]


@pytest.fixture
def postman() -> Postman:
    """Whoever takes the mail."""
    return Postman()


@pytest.fixture
def office(postman: Postman) -> Iterator[Controller]:
    """A mail server that wants a password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = data.login == b"box" and data.password == CANARY.encode()
        return AuthResult(success=right, handled=False)

    made = Office(
        postman,
        "127.0.0.1",
        0,
        ready_timeout=30,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
        server_hostname="x",
    )
    made.start()
    yield made
    made.stop()


def _port(office: Controller) -> int:
    assert isinstance(office.server, Server)
    port: int = office.server.sockets[0].getsockname()[1]
    return port


@pytest.fixture
def by_mail(site: ReportSite, admin: Person, office: Controller) -> Person:
    """An administrator who has set up the mail server."""
    answer = admin.put("/api/v1/mail", json=_PASSWORD | {"port": _port(office)})
    assert answer.status_code == 200, answer.text
    return admin


def _form(**wish: Any) -> dict[str, Any]:
    timing = {"every": "weekly", "weekday": "mon", "at": "08:00"}
    told = {"timing": timing, "language": "en", "recipients": ["ann@site.test"], **wish}
    return {"name": "Monday 周一", "enabled": True, "wish": told}


def _add(person: Person, **wish: Any) -> dict[str, Any]:
    answer = person.post("/api/v1/reports/schedules", json=_form(**wish))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _kept(site: ReportSite) -> dict[str, Any]:
    """Return the one that there is. From the database: sessions do not last for weeks."""
    (found,) = site.rows(report_schedule)
    return found


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


def test_on_monday_morning(site: ReportSite, app: FastAPI, by_mail: Person, clock: Any, postman: Postman) -> None:
    _, task_id = site.camera("Gate")
    site.alarm(task_id, "2026-11-10T10:00:00+08:00")
    assert _add(by_mail, csv=True)["next_at"] == "2026-11-16T00:00:00Z"
    clock.at = datetime.fromisoformat("2026-11-16T07:59:59+08:00")
    assert app.state.report_post.send_due() == 0
    clock.forward(seconds=1)
    assert (app.state.report_post.send_due(), app.state.report_post.send_due()) == (1, 0)
    ((people, letter),) = postman.taken
    assert people == ["ann@site.test"]
    assert letter["subject"] == "Monday 周一: Weekly report 2026-11-09 to 2026-11-15"
    assert "Alarms: 1" in letter.get_body().get_content()
    pdf, table = letter.iter_attachments()
    assert (pdf.get_content_type(), pdf.get_content()[:5]) == ("application/pdf", b"%PDF-")
    assert "Gate" in table.get_content()
    assert _kept(site)["next_at"] == _utc("2026-11-23T00:00:00")
    assert _kept(site)["last_ok_at"] == _utc("2026-11-16T00:00:00")


def test_what_was_missed_while_the_machine_was_off_comes_once(
    site: ReportSite, app: FastAPI, by_mail: Person, clock: Any, postman: Postman
) -> None:
    _add(by_mail)
    clock.at = datetime.fromisoformat("2026-12-09T15:00:00+08:00")
    assert (app.state.report_post.send_due(), app.state.report_post.send_due()) == (1, 0)
    assert str(postman.letters[0]["subject"]).endswith("2026-11-30 to 2026-12-06")
    assert _kept(site)["next_at"] == _utc("2026-12-14T00:00:00")


def test_a_mail_server_that_is_away_is_tried_again_later_and_later(
    site: ReportSite, app: FastAPI, by_mail: Person, clock: Any, postman: Postman
) -> None:
    first = _add(by_mail)
    postman.refuse = f"451 come back {CANARY}"
    clock.at = datetime.fromisoformat("2026-11-16T08:00:00+08:00")
    waits = []
    for _ in range(4):
        assert app.state.report_post.send_due() == 0
        waits.append(_kept(site)["next_at"] - clock())
        clock.at = _kept(site)["next_at"]
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert _kept(site)["last_error"] == "the mail server refused it with 451"
    postman.refuse = ""
    assert app.state.report_post.send_due() == 1
    found = _kept(site)
    assert (found["attempts"], found["last_error"], found["next_at"]) == (0, "", _utc("2026-11-23T00:00:00"))
    assert postman.letters[0]["message-id"] == f"<report.{first['id']}.2026-11-09@camloom.invalid>"


def test_a_server_that_died_while_sending_is_followed_by_one_that_sends(
    site: ReportSite, app: FastAPI, by_mail: Person, clock: Any, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    _add(by_mail)
    clock.at = datetime.fromisoformat("2026-11-16T08:00:00+08:00")
    with monkeypatch.context() as patch:
        patch.setattr(app.state.report_post, "send", lambda schedule: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            app.state.report_post.send_due()
    assert app.state.report_post.send_due() == 0
    clock.forward(minutes=10)
    assert app.state.report_post.send_due() == 1
    assert len(postman.taken) == 1


def test_a_report_tells_what_its_owner_may_see(
    site: ReportSite, app: FastAPI, by_mail: Person, visit: Any, group_id: str, clock: Any, postman: Postman
) -> None:
    _, mine = site.camera("East", group_id)
    _, other = site.camera("West", add_group(app, "West gate"))
    for task_id in (mine, other, other):
        site.alarm(task_id, "2026-11-03T10:00:00+08:00")
    owner = visit(app).let_in(add_account(app, "ann", "operator", groups=(group_id,)))
    made = _add(owner, csv=True)
    assert by_mail.post(f"/api/v1/reports/schedules/{made['id']}/run").status_code == 200
    (letter,) = postman.letters
    assert "Alarms: 1" in letter.as_string()
    _, table = letter.iter_attachments()  # type: ignore[attr-defined]
    assert "East" in table.get_content()
    assert "West" not in table.get_content()
    pages = by_mail.get(f"/api/v1/reports/schedules/{made['id']}/report.pdf")
    assert (pages.status_code, pages.content[:5]) == (200, b"%PDF-")
    with site.database.write() as connection:
        connection.execute(update(account).where(account.c.name == "ann").values(role="viewer"))
    clock.at = datetime.fromisoformat("2026-11-16T08:00:00+08:00")
    assert app.state.report_post.send_due() == 0
    assert "may not send reports any more" in _kept(site)["last_error"]
    assert len(postman.taken) == 1


def test_others_do_not_know_of_it(site: ReportSite, app: FastAPI, by_mail: Person, visit: Any, viewer: Person) -> None:
    made = _add(by_mail)
    other = visit(app).let_in(add_account(app, "bob", "operator", all_groups=True))
    path = f"/api/v1/reports/schedules/{made['id']}"
    assert other.get("/api/v1/reports/schedules").json() == []
    answers = [
        other.put(path, json=_form()),
        other.delete(path),
        other.post(f"{path}/run"),
        other.get(f"{path}/report.pdf"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert viewer.post("/api/v1/reports/schedules", json=_form()).status_code == 403
    assert other.get("/api/v1/mail").status_code == 403


def test_changing_and_removing(site: ReportSite, by_mail: Person) -> None:
    made = _add(by_mail)
    path = f"/api/v1/reports/schedules/{made['id']}"
    off = by_mail.put(path, json=_form() | {"enabled": False}).json()
    assert (off["enabled"], off["next_at"]) == (False, None)
    daily = by_mail.put(path, json=_form(timing={"every": "daily", "at": "23:30"})).json()
    assert daily["next_at"] == "2026-11-09T15:30:00Z"
    assert by_mail.delete(path).status_code == 204
    assert by_mail.delete(path).status_code == 404
    with site.database.read() as connection:
        actions = set(connection.scalars(select(audit.c.action).where(audit.c.object_kind == "report_schedule")))
    assert actions == {"report.schedule-create", "report.schedule-change", "report.unschedule"}


@pytest.mark.parametrize(
    "wish",
    [
        {"recipients": []},
        {"recipients": ["ann@site.test\r\nBcc: all@site.test"]},
        {"recipients": ["ann@site.test, bob@site.test"]},
        {"recipients": ['"a b"@site.test']},
        {"recipients": ["ann"]},
        {"recipients": [f"a{n}@site.test" for n in range(21)]},
        {"timing": {"every": "hourly"}},
        {"timing": {"every": "monthly", "day": 31}},
        {"timing": {"at": "08:00+02:00"}},
        {"language": "fr"},
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # it does not come to that
def test_wishes_that_cannot_be_met_are_refused(site: ReportSite, admin: Person, wish: dict[str, Any]) -> None:
    assert admin.post("/api/v1/reports/schedules", json=_form(**wish)).status_code == 422


def test_nobody_schedules_without_end(site: ReportSite, admin: Person) -> None:
    codes = [admin.post("/api/v1/reports/schedules", json=_form()).status_code for _ in range(21)]
    assert codes == [201] * 20 + [409]


def test_a_person_who_is_refused_does_not_stop_the_others(site: ReportSite, by_mail: Person, postman: Postman) -> None:
    postman.refused_people = {"gone@site.test"}
    made = _add(by_mail, recipients=["ann@site.test", "gone@site.test"])
    ran = by_mail.post(f"/api/v1/reports/schedules/{made['id']}/run").json()
    assert (postman.taken[0][0], ran["last_error"]) == (["ann@site.test"], "refused: gone@site.test")


# --- the mail server ---------------------------------------------------------------------------------------------


def test_without_a_mail_server_it_is_said_so(site: ReportSite, admin: Person) -> None:
    made = _add(admin)
    answer = admin.post(f"/api/v1/reports/schedules/{made['id']}/run")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "mail")
    assert admin.get("/api/v1/mail").json() is None


def test_the_password_is_sealed_and_shown_to_nobody(site: ReportSite, by_mail: Person, office: Controller) -> None:
    shown = by_mail.get("/api/v1/mail").json()
    assert (shown["user"], shown["password"]) == ("box", "***")
    with site.database.read() as connection:
        told = [*connection.execute(select(setting.c.value)), *connection.execute(select(audit.c.detail))]
    assert CANARY not in str(told)
    kept = by_mail.put("/api/v1/mail", json=shown | {"sender": "new@site.test"})
    assert kept.status_code == 200
    assert by_mail.post("/api/v1/mail/test", json={"to": "ann@site.test"}).status_code == 204
    for moved in ({"host": "10.9.8.7"}, {"port": 25}, {"user": "other"}, {"security": "starttls"}):
        answer = by_mail.put("/api/v1/mail", json=shown | moved)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "masked-password")


def test_what_a_mail_server_says_is_shown_to_nobody(site: ReportSite, by_mail: Person, postman: Postman) -> None:
    postman.refuse = f"554 {CANARY} <script>"
    answer = by_mail.post("/api/v1/mail/test", json={"to": "ann@site.test"})
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == "the mail server refused it with 554"


def test_a_wrong_password_is_told_as_such(site: ReportSite, by_mail: Person, office: Controller) -> None:
    by_mail.put("/api/v1/mail", json=_PASSWORD | {"port": _port(office), "password": "wrong"})
    answer = by_mail.post("/api/v1/mail/test", json={"to": "ann@site.test"})
    assert (answer.status_code, answer.json()["error"]["message"]) == (409, "the mail server refused it with 535")


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "0x7f.1", "100.100.100.200"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # it does not come to that
def test_hosts_that_are_no_mail_server_are_not_asked(site: ReportSite, admin: Person, host: str) -> None:
    assert admin.put("/api/v1/mail", json=_PASSWORD | {"host": host, "port": 25}).status_code == 200
    answer = admin.post("/api/v1/mail/test", json={"to": "ann@site.test"})
    assert answer.status_code == 409
    assert "not allowed" in answer.json()["error"]["message"]


def test_whose_certificate_it_is_matters(site: ReportSite, admin: Person, postman: Postman, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    office = Office(postman, "127.0.0.1", 0, tls_context=context, server_hostname="x")
    office.start()
    try:
        admin.put("/api/v1/mail", json=_PASSWORD | {"port": _port(office), "security": "starttls"})
        answer = admin.post("/api/v1/mail/test", json={"to": "ann@site.test"})
    finally:
        office.stop()
    assert answer.status_code == 409
    assert "SSLCertVerificationError" in answer.json()["error"]["message"]
    assert not postman.taken


def test_removing_an_account_removes_its_reports(site: ReportSite, app: FastAPI, by_mail: Person, visit: Any) -> None:
    owner = visit(app).let_in(add_account(app, "ann", "operator", all_groups=True))
    _add(owner)
    assert by_mail.delete(f"/api/v1/accounts/{owner.account_id}").status_code == 204
    assert site.count(report_schedule) == 0
