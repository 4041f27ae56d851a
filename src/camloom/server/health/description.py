"""The description of the API, with what FastAPI does not know by itself: who may use what, and how it says no."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from camloom.server.access.guards import CSRF_HEADER, Guard
from camloom.server.web.errors import ErrorAnswer

_SCHEMES = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key, made under Settings."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "camloom",
        "description": f"Of a browser (over TLS: __Host-camloom); what changes something also sends {CSRF_HEADER}.",
    },
}
_REF = {"$ref": "#/components/schemas/ErrorAnswer"}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an app; `x-role` of an operation is the role that it needs."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    components = document.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    schemas = components.setdefault("schemas", {})
    schema = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"))
    schemas["ErrorAnswer"] = schema
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for route in iter_route_contexts(app.routes):
        for operation in _operations(document, route):
            _complete(operation, guard_of(route))
    app.openapi_schema = document
    return document


def guard_of(route: RouteContext) -> Guard | None:
    """Return the guard of a route; None: it has none."""
    dependant = getattr(route, "dependant", None)
    return next(_guards(dependant), None) if isinstance(dependant, Dependant) else None


def _guards(dependant: Dependant) -> Iterator[Guard]:
    if isinstance(dependant.call, Guard):
        yield dependant.call
    for below in dependant.dependencies:
        yield from _guards(below)


def _operations(document: dict[str, Any], route: RouteContext) -> Iterator[dict[str, Any]]:
    path = document["paths"].get(route.path_format, {}) if route.path_format else {}
    for method in route.methods or ():
        if method.lower() in path:
            yield path[method.lower()]


def _complete(operation: dict[str, Any], guard: Guard | None) -> None:
    answers = operation["responses"]
    for status in ("422",) if guard is None else ("401", "403", "404", "422"):
        if status != "422" or status in answers or "requestBody" in operation:
            answers[status] = {"description": "Refused", "content": {"application/json": {"schema": _REF}}}
    answers["default"] = {"description": "Refused", "content": {"application/json": {"schema": _REF}}}
    operation["security"] = []
    if guard is not None:
        operation["x-role"] = guard.role.word
        operation["security"] = [{"key": []}, {"session": []}]
