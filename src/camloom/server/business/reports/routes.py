"""Reports over HTTP: as numbers, as a table, as pages, and when they come by themselves."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from camloom.server.access import Operator, Principal, Viewer
from camloom.server.access.audit import record
from camloom.server.business.reports.making import make_report
from camloom.server.business.reports.models import Language, Report, ReportQuery
from camloom.server.business.reports.pdf import pdf_of
from camloom.server.business.reports.schedules import (
    Schedule,
    ScheduleForm,
    add_schedule,
    change_schedule,
    find_schedule,
    list_of,
    remove_schedule,
)
from camloom.server.business.reports.sending import ReportPost
from camloom.server.business.reports.spreadsheet import Table, alarms_csv, cameras_csv, flows_csv
from camloom.server.business.reports.subject import subject_of
from camloom.server.business.sums import sums_zone
from camloom.server.database import Database
from camloom.server.web import not_there
from camloom.server.web.files import file_answered
from camloom.server.web.turns import Turns

router = APIRouter(prefix="/reports", tags=["reports"])


class PagesQuery(ReportQuery):
    """A report as pages."""

    lang: Language = "zh"


class TableQuery(PagesQuery):
    """A report as a table: alarms by day, camera, template and severity; flows by line; or how cameras were."""

    table: Table = "alarms"


@router.get("")
def get_report(request: Request, principal: Viewer, query: Annotated[ReportQuery, Query()]) -> Report:
    """Return what happened in a period, compared with the one before."""
    with _database(request).read() as connection:
        return _report(request, connection, principal, query)


@router.get("/report.csv", response_class=Response, responses=file_answered("text/csv"))
def get_report_csv(request: Request, principal: Viewer, query: Annotated[TableQuery, Query()]) -> Response:
    """Return a report as CSV for a spreadsheet."""
    with _press(request).turn(principal.account_id), _database(request).read() as connection:
        zone, now = sums_zone(connection), request.app.state.clock()
        period = query.of(now.astimezone(zone).date())
        if query.table == "alarms":
            lines = alarms_csv(connection, subject_of(connection, principal, period, zone, query), query.lang)
        else:
            report = make_report(connection, principal, period, query, now)
            lines = (flows_csv if query.table == "flows" else cameras_csv)(report, query.lang)
        content = "".join(lines)
    _note(request, principal, query)
    name = f"{query.table}-{period.first}-{period.last}.csv"
    return _download(content.encode(), "text/csv; charset=utf-8", name)


@router.get("/report.pdf", response_class=Response, responses=file_answered("application/pdf"))
def get_report_pdf(request: Request, principal: Viewer, query: Annotated[PagesQuery, Query()]) -> Response:
    """Return a report as PDF."""
    with _press(request).turn(principal.account_id):
        with _database(request).read() as connection:
            report = _report(request, connection, principal, query)
        pages = pdf_of(report, query, query.lang)
    _note(request, principal, query)
    return _download(pages, "application/pdf", f"report-{report.first}-{report.last}.pdf")


@router.get("/schedules")
def list_report_schedules(request: Request, principal: Operator) -> list[Schedule]:
    """Return the reports that come by themselves: one's own, an administrator all."""
    with _database(request).read() as connection:
        return list_of(connection, principal)


@router.post("/schedules", status_code=201)
def create_report_schedule(request: Request, principal: Operator, asked: ScheduleForm) -> Schedule:
    """Have a report sent by itself."""
    with _database(request).write() as connection:
        schedule_id = add_schedule(connection, principal, asked, request.app.state.clock())
        return _changed(request, connection, principal, schedule_id, "create")


@router.put("/schedules/{schedule_id}")
def change_report_schedule(request: Request, principal: Operator, schedule_id: str, asked: ScheduleForm) -> Schedule:
    """Change a report that comes by itself; its owner stays."""
    with _database(request).write() as connection:
        _find(connection, principal, schedule_id)
        change_schedule(connection, schedule_id, asked, request.app.state.clock())
        return _changed(request, connection, principal, schedule_id, "change")


@router.delete("/schedules/{schedule_id}", status_code=204)
def delete_report_schedule(request: Request, principal: Operator, schedule_id: str) -> None:
    """Have a report sent no longer."""
    with _database(request).write() as connection:
        _find(connection, principal, schedule_id)
        remove_schedule(connection, schedule_id)
        at = request.app.state.clock()
        record(connection, principal, "report.unschedule", "report_schedule", schedule_id, {}, at=at)


@router.post("/schedules/{schedule_id}/run")
def run_report_schedule(request: Request, principal: Operator, schedule_id: str) -> Schedule:
    """Send the report that was due last once more, now."""
    post: ReportPost = request.app.state.report_post
    with _database(request).write() as connection:
        schedule = _find(connection, principal, schedule_id)
        at = request.app.state.clock()
        record(connection, principal, "report.send", "report_schedule", schedule_id, {}, at=at)
    with _press(request).turn(principal.account_id):
        post.send(schedule)
    with _database(request).read() as connection:
        return _find(connection, principal, schedule_id)


@router.get("/schedules/{schedule_id}/report.pdf", response_class=Response, responses=file_answered("application/pdf"))
def get_scheduled_report_pdf(request: Request, principal: Operator, schedule_id: str) -> Response:
    """Return the report that was due last, as its owner may see it."""
    post: ReportPost = request.app.state.report_post
    with _press(request).turn(principal.account_id), _database(request).read() as connection:
        report, pages = post.pages(connection, _find(connection, principal, schedule_id))
    return _download(pages, "application/pdf", f"report-{report.first}-{report.last}.pdf")


def _report(request: Request, connection: Connection, principal: Principal, query: ReportQuery) -> Report:
    now = request.app.state.clock()
    period = query.of(now.astimezone(sums_zone(connection)).date())
    return make_report(connection, principal, period, query, now)


def _find(connection: Connection, principal: Principal, schedule_id: str) -> Schedule:
    schedule = find_schedule(connection, schedule_id, principal)
    if schedule is None:
        raise not_there("scheduled report")
    return schedule


def _changed(request: Request, connection: Connection, principal: Principal, schedule_id: str, verb: str) -> Schedule:
    schedule = _find(connection, principal, schedule_id)
    told = {"name": schedule.name, "recipients": schedule.wish.recipients}
    at = request.app.state.clock()
    record(connection, principal, f"report.schedule-{verb}", "report_schedule", schedule_id, told, at=at)
    return schedule


def _note(request: Request, principal: Principal, query: ReportQuery) -> None:
    asked = query.model_dump(mode="json", exclude_defaults=True)
    with _database(request).write() as connection:
        record(connection, principal, "report.export", "report", "", asked, at=request.app.state.clock())


def _download(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


def _press(request: Request) -> Turns:
    press: Turns = request.app.state.press
    return press


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
