"""Targets over HTTP: set up by administrators; operators see how they are, and send again."""

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy import Connection, RowMapping, delete, select

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator, now
from camloom.server.database import Database, new_id
from camloom.server.database.tables import push_delivery, push_target
from camloom.server.pushes import queue
from camloom.server.pushes.cloudevent import cloud_event
from camloom.server.pushes.kind_list import describe_kinds
from camloom.server.pushes.matching import PushMatch, read_match
from camloom.server.pushes.message import message_of
from camloom.server.pushes.models import (
    DeliveryState,
    PushDelivery,
    PushDeliveryDetail,
    PushForm,
    PushHealth,
    PushKindAnswer,
    PushTarget,
    PushTest,
    PushTrial,
    Replay,
    Replayed,
)
from camloom.server.pushes.seam import Around
from camloom.server.pushes.sending import make_kind, start_kind
from camloom.server.pushes.targets import (
    MAX_TARGETS,
    Row,
    add_target,
    change_target,
    columns_of,
    find_target,
    find_targets,
    kind_class,
    known_settings,
    masked_settings,
    read_settings,
)
from camloom.server.pushes.trial import TEST_ID, try_out
from camloom.server.web import Page, Paging, RefusedError, cursor_of, cursor_values, not_there, page_of

router = APIRouter(prefix="/pushes", tags=["pushes"])


@router.get("/kinds")
def list_push_kinds(principal: Administrator) -> list[PushKindAnswer]:
    """Return all kinds of targets with their forms."""
    del principal
    return describe_kinds()


@router.get("/health")
def list_push_health(request: Request, principal: Operator) -> list[PushHealth]:
    """Return how each target is, without its settings."""
    del principal
    with _database(request).read() as connection:
        return [_health(connection, row) for row in find_targets(connection)]


@router.get("")
def list_pushes(request: Request, principal: Administrator) -> list[PushTarget]:
    """Return all targets."""
    del principal
    with _database(request).read() as connection:
        return [_shown(request, connection, row) for row in find_targets(connection)]


@router.post("", status_code=201)
def create_push(request: Request, principal: Administrator, asked: PushForm) -> PushTarget:
    """Make a target."""
    config = read_settings(kind_class(asked.kind), asked.settings)
    columns = {**_columns(asked), **columns_of(request.app.state.sealer, config, now(request)), "id": new_id()}
    with _database(request).write() as connection:
        if not add_target(connection, columns):
            raise RefusedError(409, "too-many", f"there are {MAX_TARGETS} targets already", "Remove one first.")
        _note(request, connection, principal, "push.create", columns["id"], asked)
        return _find_shown(request, connection, columns["id"])


@router.post("/test")
def try_push(request: Request, principal: Administrator, asked: PushTrial) -> PushTest:
    """Send a message that says that it is a test, by settings that are not kept yet."""
    state, kind = request.app.state, kind_class(asked.kind)
    with _database(request).write() as connection:
        row = None if asked.push_id is None else _find_of_kind(connection, asked.push_id, asked.kind)
        config = read_settings(kind, asked.settings, row and known_settings(state.sealer, row))
        record(connection, principal, "push.test", "push", asked.push_id or "", {"kind": asked.kind}, at=now(request))
    around: Around = state.pushes_around
    return try_out(partial(start_kind, kind, config, around, TEST_ID), around, asked.language)


@router.get("/{push_id}")
def get_push(request: Request, principal: Administrator, push_id: str) -> PushTarget:
    """Return a target."""
    del principal
    with _database(request).read() as connection:
        return _find_shown(request, connection, push_id)


@router.put("/{push_id}")
def change_push(request: Request, principal: Administrator, push_id: str, asked: PushForm) -> PushTarget:
    """Write a target anew. What waits is sent as the new settings say."""
    sealer = request.app.state.sealer
    with _database(request).write() as connection:
        row = _find_of_kind(connection, push_id, asked.kind)
        config = read_settings(kind_class(asked.kind), asked.settings, known_settings(sealer, row))
        change_target(connection, push_id, {**_columns(asked), **columns_of(sealer, config, now(request))})
        queue.hurry(connection, push_id, now(request))
        _note(request, connection, principal, "push.change", push_id, asked)
        return _find_shown(request, connection, push_id)


@router.delete("/{push_id}", status_code=204)
def delete_push(request: Request, principal: Administrator, push_id: str) -> None:
    """Remove a target and all that waits for it."""
    with _database(request).write() as connection:
        if not connection.execute(delete(push_target).where(push_target.c.id == push_id)).rowcount:
            raise not_there("push")
        record(connection, principal, "push.delete", "push", push_id, {}, at=now(request))


@router.post("/{push_id}/test")
def test_push(request: Request, principal: Administrator, push_id: str) -> PushTest:
    """Send a message now that says that it is a test, and return what became of it."""
    with _database(request).write() as connection:
        row = _find(connection, push_id)
        record(connection, principal, "push.test", "push", push_id, {}, at=now(request))
    around: Around = request.app.state.pushes_around
    kept = partial(make_kind, request.app.state.sealer, around, {**row, "id": TEST_ID})
    return try_out(kept, around, row["language"])


@router.post("/{push_id}/retry", status_code=204)
def retry_push(request: Request, principal: Operator, push_id: str) -> None:
    """Try the next delivery at once, whatever pause it has."""
    del principal
    with _database(request).write() as connection:
        _find(connection, push_id)
        queue.hurry(connection, push_id, now(request))


@router.post("/{push_id}/replay")
def replay_push(request: Request, principal: Operator, push_id: str, asked: Replay) -> Replayed:
    """Send the deliveries of a span again, under the same keys: who has them already takes them for what they are."""
    with _database(request).write() as connection:
        _find(connection, push_id)
        scope = principal.scope(push_delivery.c.camera_group_id)
        done = queue.replay(connection, push_id, asked.since, asked.until, asked.states, scope, now(request))
        detail = {"since": asked.since.isoformat(), "until": asked.until.isoformat(), "deliveries": done}
        record(connection, principal, "push.replay", "push", push_id, detail, at=now(request))
    return Replayed(deliveries=done)


@router.get("/{push_id}/deliveries")
def list_push_deliveries(
    request: Request,
    principal: Operator,
    push_id: str,
    paging: Paging,
    state: Annotated[list[DeliveryState] | None, Query(max_length=4)] = None,
) -> Page[PushDelivery]:
    """Return what was, or is to be, told to a target: newest first."""
    after = None if paging.after is None else cursor_values(paging.after, int, str)
    scope = principal.scope(push_delivery.c.camera_group_id)
    with _database(request).read() as connection:
        _find(connection, push_id)
        rows = queue.log_of(connection, push_id, state or (), scope, after, paging.limit + 1)
    return page_of(rows, paging.limit, _delivery, lambda row: cursor_of(row["seq"], row["id"]))


@router.get("/{push_id}/deliveries/{delivery_id}")
def get_push_delivery(request: Request, principal: Operator, push_id: str, delivery_id: str) -> PushDeliveryDetail:
    """Return what is told to a target, word for word."""
    wanted = select(push_delivery).where(
        push_delivery.c.push_target_id == push_id,
        push_delivery.c.id == delivery_id,
        principal.scope(push_delivery.c.camera_group_id),
    )
    with _database(request).read() as connection:
        row = connection.execute(wanted).mappings().first()
        target = find_target(connection, push_id)
    if row is None or target is None:
        raise not_there("delivery")
    message = message_of(row["key"], row["body"], target["language"])
    document = json.loads(cloud_event(message, request.app.state.pushes_around))
    return PushDeliveryDetail(**_delivery(row).model_dump(), document=document)


def _delivery(row: Row | RowMapping) -> PushDelivery:
    alarm = row["body"]["alarm"]
    about = {"change": row["body"]["change"], "camera_name": alarm["camera_name"], "alarm_name": alarm["name"]}
    return PushDelivery.model_validate({**row, **about})


def _columns(asked: PushForm) -> dict[str, Any]:
    match = asked.match or PushMatch(changes=kind_class(asked.kind).changes)
    return {
        "kind": asked.kind,
        "name": asked.name,
        "enabled": asked.enabled,
        "language": asked.language,
        "match": match.model_dump(mode="json"),
    }


def _find(connection: Connection, push_id: str) -> Row:
    row = find_target(connection, push_id)
    if row is None:
        raise not_there("push")
    return row


def _find_of_kind(connection: Connection, push_id: str, kind: str) -> Row:
    row = _find(connection, push_id)
    if row["kind"] != kind:
        raise RefusedError(422, "other-kind", "the kind of a target cannot change", "Make another one.")
    return row


def _find_shown(request: Request, connection: Connection, push_id: str) -> PushTarget:
    return _shown(request, connection, _find(connection, push_id))


def _shown(request: Request, connection: Connection, row: Row) -> PushTarget:
    settings = masked_settings(request.app.state.sealer, row)
    health = _health(connection, row).model_dump()
    return PushTarget(**health, language=row["language"], settings=settings, match=read_match(row["match"]))


def _health(connection: Connection, row: Row) -> PushHealth:
    following = queue.next_delivery(connection, row["id"])
    waiting = queue.waiting_count(connection, row["id"]) if following else 0
    return PushHealth.model_validate({**row, "waiting": waiting, "next_at": following and following["due_at"]})


def _note(
    request: Request, connection: Connection, principal: Principal, action: str, push_id: str, asked: PushForm
) -> None:
    detail = {**_columns(asked), "settings": sorted(asked.settings)}
    record(connection, principal, action, "push", push_id, detail, at=now(request))


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


ROUTERS = (router,)
