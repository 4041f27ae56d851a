"""What a GA/T 1400 library above asks us: at /VIID, by digest."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import ValidationError

from camloom.errors import ServerError
from camloom.server.access.guards import address_of, now
from camloom.server.database import Database
from camloom.server.database.tables import push_target
from camloom.server.pushes.targets import Row, find_targets, open_settings
from camloom.server.pushes.viid import subscriptions
from camloom.server.pushes.viid.client import local_time
from camloom.server.pushes.viid.digest import is_right
from camloom.server.pushes.viid.subscriptions import SubscriptionDocument
from camloom.server.web import RefusedError

router = APIRouter(prefix="/VIID", tags=["viid"])
Document = Annotated[dict[str, Any], Body()]
Listed = Annotated[str, Query(alias="IDList", max_length=3300)]


def _library(request: Request) -> str:
    """Return the target of whoever asks. RefusedError (401): it does not say who it is, or is not."""
    digest, at = request.app.state.viid_digest, now(request)
    fields = digest.fields(request.headers.get("authorization", ""), at)
    if fields is not None:
        name, throttle = f"viid {fields.get('username', '')}", request.app.state.throttle
        throttle.begin(name, address_of(request))
        query = request.scope["query_string"].decode("latin-1")
        path = request.scope["path"] + (f"?{query}" if query else "")
        found = next((row["id"] for row in _libraries(request) if _is(request, row, fields, path)), None)
        if found is not None:
            throttle.forgive(name, address_of(request))
            return str(found)
    raise RefusedError(401, "not-logged-in", "say who you are", headers={"WWW-Authenticate": digest.challenge(at)})


def _libraries(request: Request) -> list[Row]:
    with _database(request).read() as connection:
        return find_targets(connection, push_target.c.kind == "viid", push_target.c.enabled)


def _is(request: Request, row: Row, fields: dict[str, str], path: str) -> bool:
    try:
        known = open_settings(request.app.state.sealer, row)
    except ServerError:
        return False
    username, password = str(known.get("asks_as", "")), str(known.get("asks_with", ""))
    return bool(username and password) and is_right(fields, request.method, path, username, password)


Library = Annotated[str, Depends(_library)]
"""The target of the library that asks."""


@router.post("/Subscribes")
def viid_subscribe(request: Request, library: Library, document: Document) -> dict[str, Any]:
    """Take subscriptions of a library; the same id again changes one."""
    return _keep(request, library, document)


@router.put("/Subscribes")
def viid_change_subscription(request: Request, library: Library, document: Document) -> dict[str, Any]:
    """Change subscriptions, or take them back."""
    return _keep(request, library, document)


@router.delete("/Subscribes")
def viid_unsubscribe(request: Request, library: Library, listed: Listed) -> dict[str, Any]:
    """Take subscriptions back."""
    ids = [one.strip() for one in listed.split(",")][:50]
    with _database(request).write() as connection:
        subscriptions.remove(connection, library, ids)
    return _answer(request, dict.fromkeys(ids, True))


def _keep(request: Request, library: str, document: Document) -> dict[str, Any]:
    try:
        asked = SubscriptionDocument.model_validate(document).SubscribeListObject.SubscribeObject
    except ValidationError:
        raise RefusedError(422, "invalid", "this is no list of subscriptions") from None
    with _database(request).write() as connection:
        done = subscriptions.keep(connection, library, asked, now(request))
    return _answer(request, dict(zip((one.SubscribeID for one in asked), done, strict=True)))


def _answer(request: Request, done: dict[str, bool]) -> dict[str, Any]:
    at = local_time(now(request))
    states = [
        {
            "RequestURL": "/VIID/Subscribes",
            "StatusCode": 0 if well else 1,
            "StatusString": "OK" if well else "there are too many",
            "Id": one,
            "LocalTime": at,
        }
        for one, well in done.items()
    ]
    return {"ResponseStatusListObject": {"ResponseStatusObject": states}}


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
