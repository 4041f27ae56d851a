"""The description of the API, with what FastAPI does not know by itself: who may use what, and how it says no."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import TypeAdapter

from camloom.server.access.guards import CSRF_HEADER, Guard
from camloom.server.business.event_shape import HostEvent
from camloom.server.business.feed import FeedMessage
from camloom.server.live.messages import LiveLook, LiveScript
from camloom.server.management.tasks.documents import TaskDocument
from camloom.server.pushes.cloudevent import PushedEvent
from camloom.server.web.errors import ErrorAnswer
from camloom.server.web.forms import FormSchema

_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, made under Settings."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "camloom",
        "description": f"Of a browser (over TLS: __Host-camloom); what changes something also sends {CSRF_HEADER}.",
    },
}
# Of these FastAPI does not know: how every operation says no, what comes over sockets, and what the documents are that
# are handed on as they came.
OF_NO_OPERATION: tuple[type[Any], ...] = (
    ErrorAnswer,
    FeedMessage,
    LiveLook,
    LiveScript,
    HostEvent,
    TaskDocument,
    PushedEvent,
    FormSchema,
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_END_OF_SENTENCE = re.compile(r"\.(?=\s|$)")
_MODEL = "#/components/schemas/"
_REF = {"$ref": f"{_MODEL}ErrorAnswer"}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an app; `x-role` of an operation is the role that it needs."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components["schemas"] = {**_of_no_operation(), **components.get("schemas", {})}
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    _call_pages_by_their_names(document, schemas)
    for route in iter_route_contexts(app.routes):
        for method, operation in _operations(document, route):
            _complete(operation, guard_of(route), changes=method not in _SAFE)
    app.openapi_schema = document
    return document


def _of_no_operation() -> dict[str, Any]:
    mode: Literal["serialization"] = "serialization"
    inputs = [(model.__name__, mode, TypeAdapter[Any](model)) for model in OF_NO_OPERATION]
    _, described = TypeAdapter.json_schemas(inputs, ref_template=f"{_MODEL}{{model}}")
    found: dict[str, Any] = described["$defs"]
    return found


def _call_pages_by_their_names(document: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give lists in pages the names of their classes, such as `AccountPage`: pydantic calls them `Page_Account_`."""
    names = {name: schemas[name]["title"] for name in schemas if "_" in name}
    for name, title in names.items():
        schemas[title] = schemas.pop(name)
    _refer(document, {_MODEL + name: _MODEL + title for name, title in names.items()})


def _refer(part: Any, names: dict[str, str]) -> None:
    """Let whatever refers to a model in a part of the document do so by its new name."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            part["$ref"] = names.get(part["$ref"], part["$ref"])
        part = list(part.values())
    for below in part if isinstance(part, list) else ():
        _refer(below, names)


def guard_of(route: RouteContext) -> Guard | None:
    """Return the guard of a route; None: it has none."""
    dependant = getattr(route, "dependant", None)
    return next(_guards(dependant), None) if isinstance(dependant, Dependant) else None


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)


def _operations(document: dict[str, Any], route: RouteContext) -> Iterator[tuple[str, dict[str, Any]]]:
    path = document["paths"].get(route.path_format, {}) if route.path_format else {}
    for method in route.methods or ():
        if method.lower() in path:
            yield method, path[method.lower()]


def _complete(operation: dict[str, Any], guard: Guard | None, *, changes: bool) -> None:
    answers = operation["responses"]
    for status in (*_statuses(operation, guard, changes=changes), "default"):
        answers[status] = {"description": "Refused", "content": {"application/json": {"schema": _REF}}}
    operation["security"] = []
    if guard is not None:
        operation["x-role"] = guard.role.word
        operation["security"] = [{"key": []}, {"session": []}]
    summary, *more = _END_OF_SENTENCE.split(operation.pop("description", "").strip(), maxsplit=1)
    operation["summary"] = " ".join(summary.split())
    if more and more[0].strip():
        operation["description"] = more[0].strip()


def _statuses(operation: dict[str, Any], guard: Guard | None, *, changes: bool) -> Iterator[str]:
    """Yield the refusals that an operation is known for; there may be others, all of the same shape."""
    asks = "requestBody" in operation or bool(operation.get("parameters"))
    if guard is not None or changes:
        yield from ("401", "403")  # without a guard: a wrong password or token
    if guard is not None and asks:
        yield "404"
    if asks:
        yield "422"
