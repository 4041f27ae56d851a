"""Sending reports by mail: those that are due, and one that somebody wants now."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import Connection, select, update

from camloom.server.access import Principal, Role
from camloom.server.access.accounts import principal_of
from camloom.server.business.reports.making import make_report
from camloom.server.business.reports.models import Report
from camloom.server.business.reports.pdf import pdf_of
from camloom.server.business.reports.pdf.pages import online_of, trend_of
from camloom.server.business.reports.schedules import Schedule, due_schedules, find_schedule, has_late, set_right
from camloom.server.business.reports.spreadsheet import alarms_csv
from camloom.server.business.reports.subject import subject_of
from camloom.server.business.reports.words import Speech, percent
from camloom.server.business.sums import sums_zone
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import account, report_schedule
from camloom.server.mail import Mailer, MailError
from camloom.server.web import RefusedError

_AT_ONCE = 50
# If the server dies while it sends, somebody tries again after so long.
_LEASE = timedelta(minutes=10)
_PAUSE, _LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)


class ReportPost:
    """Sends reports.

    Whatever was due while the server was away is sent once, about the period of the last of it. A report is sent again
    when it is not certain that it was: its `Message-ID` is the same then.
    """

    def __init__(self, database: Database, mailer: Mailer, clock: Clock, address: str) -> None:
        self._database, self._mailer, self._clock, self._address = database, mailer, clock, address

    def send_due(self) -> int:
        """Send what is due and return how many that were. Called every half minute."""
        sent, now = 0, self._clock()
        with self._database.read() as connection:
            late = has_late(connection, now)
            due = due_schedules(connection, now, _AT_ONCE)
        if late:
            with self._database.write() as connection:
                set_right(connection, now)
        for schedule_id, due_at in due:
            schedule = self._claim(schedule_id, due_at)
            if schedule is None:
                continue
            try:
                self.send(schedule)
                sent += 1
            except MailError as error:
                if error.away:
                    break  # it is so for the others as well
            except RefusedError:
                continue
        return sent

    def send(self, schedule: Schedule) -> None:
        """Send a report and write down what came of it.

        Raises:
            MailError: it could not be sent.
            RefusedError: its owner may not have it sent any more.
        """
        try:
            with self._database.read() as connection:
                message = self._message(connection, schedule)
            refused = self._mailer.send(message, schedule.wish.recipients)
        except RefusedError as error:
            self._note(schedule.id, error.message)
            raise
        self._note(schedule.id, "", f"refused: {', '.join(refused)}" if refused else "")

    def pages(self, connection: Connection, schedule: Schedule) -> tuple[Report, bytes]:
        """Return the report that was due last, and its pages. RefusedError: its owner may not see it any more."""
        zone, now = sums_zone(connection), self._clock()
        period = schedule.wish.timing.period(now, zone)
        owner = _owner(connection, schedule.owner_id)
        report = make_report(connection, owner, period, schedule.wish.filter, now)
        return report, pdf_of(report, schedule.wish.filter, schedule.wish.language)

    def _message(self, connection: Connection, schedule: Schedule) -> EmailMessage:
        report, pages = self.pages(connection, schedule)
        say, message = Speech(schedule.wish.language), EmailMessage()
        frame = {"title": say(f"title_{report.period}"), "first": report.first, "last": report.last}
        message["Subject"] = say("mail_subject", name=schedule.name, **frame)
        message["Message-ID"] = f"<report.{schedule.id}.{report.first}@camloom.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        numbers = {
            "alarms": report.totals.alarms,
            "trend": trend_of(report, say),
            "false_share": percent(report.totals.false_share),
            "median": say.span(report.totals.median_s),
            "uptime": percent(online_of(report), digits=1),
        }
        link = f"{self._address}/reports?period={report.period}&day={report.first}"
        message.set_content(say("mail_text", link=link, **frame, **numbers))
        name = f"camloom-{report.first}-{report.last}"
        message.add_attachment(pages, maintype="application", subtype="pdf", filename=f"{name}.pdf")
        if schedule.wish.csv:
            table = self._table(connection, schedule, report).encode()
            message.add_attachment(table, maintype="text", subtype="csv", filename=f"{name}.csv")
        return message

    def _table(self, connection: Connection, schedule: Schedule, report: Report) -> str:
        zone, owner = sums_zone(connection), _owner(connection, schedule.owner_id)
        period = schedule.wish.timing.period(report.made_at, zone)
        subject = subject_of(connection, owner, period, zone, schedule.wish.filter)
        return "".join(alarms_csv(connection, subject, schedule.wish.language))

    def _claim(self, schedule_id: str, due_at: datetime) -> Schedule | None:
        """Take one for oneself; None: somebody else has it, or it was changed."""
        here = update(report_schedule).where(
            report_schedule.c.id == schedule_id, report_schedule.c.next_at == due_at, report_schedule.c.enabled
        )
        with self._database.write() as connection:
            if not connection.execute(here.values(next_at=self._clock() + _LEASE)).rowcount:
                return None
            return find_schedule(connection, schedule_id)

    def _note(self, schedule_id: str, error: str, remark: str = "") -> None:
        """Write down what came of it, and when to send it next."""
        now = self._clock()
        with self._database.write() as connection:
            schedule = find_schedule(connection, schedule_id)
            if schedule is None:
                return
            regular = schedule.wish.timing.next_after(now, sums_zone(connection))
            attempts = schedule.attempts + 1 if error else 0
            soon = now + min(_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE) if error else regular
            values = {"attempts": attempts, "last_error": (error or remark)[:500]}
            values |= {} if error else {"last_ok_at": now}
            values |= {"next_at": min(soon, regular) if schedule.enabled else None}
            connection.execute(update(report_schedule).where(report_schedule.c.id == schedule_id).values(**values))


def _owner(connection: Connection, account_id: str) -> Principal:
    columns = account.c.id.label("account_id"), account.c.name, account.c.role, account.c.all_groups
    row = connection.execute(select(*columns).where(account.c.id == account_id, account.c.active)).mappings().first()
    owner = None if row is None else principal_of(connection, row, "")
    if owner is None or owner.role < Role.OPERATOR:
        raise RefusedError(409, "owner", "the account of its owner may not send reports any more", "Make a new one.")
    return owner
