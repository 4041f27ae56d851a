"""Alarms over HTTP: the list, one of them, what people do with them, and what they take away."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy import Connection, select

from camloom.evidence import fingerprint, public_pem
from camloom.server.access.audit import record
from camloom.server.access.guards import Operator, Viewer
from camloom.server.business.alarm_detail import detail_of
from camloom.server.business.alarm_list import find_alarm, list_page
from camloom.server.business.alarm_models import (
    AlarmAction,
    AlarmDetail,
    AlarmPage,
    AlarmQuery,
    AlarmSummary,
    Assignee,
    BulkAction,
    BulkResult,
)
from camloom.server.business.evidence import handed_out, key_of, sealed_zip
from camloom.server.business.exporting import Language, csv_of
from camloom.server.business.handling import handle
from camloom.server.business.ledger import Ledger
from camloom.server.business.timeline import Timeline, timeline_of
from camloom.server.database import Database
from camloom.server.database.tables import account, media
from camloom.server.web import Answer, Page, RefusedError, not_there
from camloom.server.web.files import file_answered
from camloom.server.web.turns import Turns
from camloom.server.week import site_zone

router = APIRouter(prefix="/alarms", tags=["alarms"])


class AlarmExport(AlarmQuery):
    """A list of alarms as a table."""

    lang: Language = "zh"


class EvidenceKey(Answer):
    """Who signs evidence here.

    Attributes:
        signer: fingerprint, as `camloom evidence verify --signer` takes it.
        public_key: in PEM.
    """

    signer: str
    public_key: str


@router.get("")
def list_alarms(request: Request, principal: Viewer, query: Annotated[AlarmPage, Query()]) -> Page[AlarmSummary]:
    """Return alarms, newest first."""
    with _database(request).read() as connection:
        return list_page(connection, principal, query, request.app.state.clock())


@router.get("/timeline")
def get_timeline(
    request: Request,
    principal: Viewer,
    since: Annotated[datetime, Query(description="begin of the 24 hours")],
    camera: Annotated[list[str] | None, Query(max_length=200)] = None,
) -> Timeline:
    """Return how many alarms each camera had in each ten minutes of 24 hours."""
    if since.tzinfo is None:
        raise RefusedError(422, "no-zone", "'since' needs a time zone, such as 2026-11-29T00:00:00Z")
    with _database(request).read() as connection:
        return timeline_of(connection, principal, since, camera or [])


@router.get("/export.csv", response_class=StreamingResponse, responses=file_answered("text/csv"))
def export_alarms(request: Request, principal: Viewer, query: Annotated[AlarmExport, Query()]) -> StreamingResponse:
    """Return a list of alarms as CSV for a spreadsheet."""
    database, now = _database(request), request.app.state.clock()
    with database.write() as connection:
        zone = site_zone(connection)
        asked = query.model_dump(mode="json", exclude_defaults=True)
        record(connection, principal, "alarm.export", "alarm", "", asked, at=now)
    lines = csv_of(database, principal, query, now, zone, query.lang)
    return _download(lines, "text/csv; charset=utf-8", f"alarms-{now:%Y%m%d-%H%M%S}.csv")


@router.get("/assignees")
def list_assignees(request: Request, principal: Operator) -> list[Assignee]:
    """Return the accounts that alarms may be given to."""
    del principal
    wanted = select(account.c.id, account.c.name).where(account.c.active).order_by(account.c.name_key).limit(1000)
    with _database(request).read() as connection:
        return [Assignee(id=row.id, name=row.name) for row in connection.execute(wanted)]


@router.post("/handling")
def handle_alarms(request: Request, principal: Operator, asked: BulkAction) -> BulkResult:
    """Do the same with up to 500 alarms."""
    action = AlarmAction(action=asked.action, text=asked.text, assignee_id=asked.assignee_id)
    with _database(request).write() as connection:
        rows = handle(_ledger(request, connection), principal, asked.ids, action)
    return BulkResult(done=[row["id"] for row in rows])


@router.get("/evidence-key")
def get_evidence_key(request: Request, principal: Viewer) -> EvidenceKey:
    """Return the public key with which this server signs evidence, for whoever checks it elsewhere."""
    del principal
    public = key_of(request.app.state.settings.data).public_key()
    return EvidenceKey(signer=fingerprint(public), public_key=public_pem(public).decode())


@router.get("/{alarm_id}")
def get_alarm(request: Request, principal: Viewer, alarm_id: str) -> AlarmDetail:
    """Return all that is known of an alarm."""
    with _database(request).read() as connection:
        row = find_alarm(connection, principal, alarm_id)
        if row is None:
            raise not_there("alarm")
        return detail_of(connection, row)


@router.post("/{alarm_id}/handling")
def handle_alarm(request: Request, principal: Operator, alarm_id: str, asked: AlarmAction) -> AlarmDetail:
    """Acknowledge an alarm, judge it true or false, close or reopen it, give it to somebody, or write a note."""
    with _database(request).write() as connection:
        rows = handle(_ledger(request, connection), principal, [alarm_id], asked)
        if not rows:
            raise not_there("alarm")
        return detail_of(connection, rows[0])


@router.get("/{alarm_id}/evidence.zip", response_class=StreamingResponse, responses=file_answered("application/zip"))
def get_alarm_evidence(request: Request, principal: Viewer, alarm_id: str) -> StreamingResponse:
    """Return an alarm with its pictures and clips as a signed zip, which `camloom evidence verify` checks."""
    state = request.app.state
    with _database(request).write() as connection:
        row = find_alarm(connection, principal, alarm_id)
        if row is None:
            raise not_there("alarm")
        detail = detail_of(connection, row)
        there = select(media).where(media.c.alarm_id == alarm_id, media.c.state == "there").order_by(media.c.id)
        files = [dict(one) for one in connection.execute(there).mappings()]
        record(connection, principal, "alarm.evidence", "alarm", row["id"], {}, at=state.clock())
    turns: Turns = state.press
    with turns.turn(principal.account_id):
        key = key_of(state.settings.data)
        made = sealed_zip(detail, files, state.media, state.settings.data, key, state.clock())
    return _download(handed_out(made), "application/zip", f"alarm-{row['id']}.zip")


def _download(pieces: Iterator[str] | Iterator[bytes], kind: str, name: str) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingResponse(pieces, media_type=kind, headers=headers)


def _ledger(request: Request, connection: Connection) -> Ledger:
    return Ledger(connection, request.app.state.clock(), request.app.state.outbox)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
