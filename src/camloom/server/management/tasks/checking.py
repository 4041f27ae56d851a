"""Everything that is wrong with the document of a task, each with its place, before it is kept."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from camloom.config import TaskConfig
from camloom.config.addresses import policy_in_force
from camloom.config.document import Origin
from camloom.config.model import Loc, complaints_of, suggestion
from camloom.config.source_url import parse_source
from camloom.errors import CamloomError, SourceError
from camloom.server.management.cameras.sources import upload_of
from camloom.server.management.tasks.completed import OWN_KEYS
from camloom.server.web import Problem, RefusedError
from camloom.server.web.bodies import plain_name

# Names of cards, and of places that were taught; a path would make the engine read any file of its machine.
_CARD = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
_MOST_BYTES = 256_000
_MOST_TEXT = 4096
_MOST_NAME = 128
_MOST = {"zones": 32, "lines": 32, "alarms": 64, "rules": 64, "secondary": 8}
_MOST_CORNERS = 200
_PLACES = ("zones", "lines")
_STAND_IN = "sample:street"


def check_document(document: dict[str, Any], camera_url: str) -> None:
    """Refuse (422) a document that is no task; its problems come with their places.

    Args:
        camera_url: of its camera, masked; empty: that is lost, and says nothing about the task.
    """
    if problems := problems_of(document, camera_url):
        first = problems[0]
        text = f"{'.'.join(map(str, first.path))}: {first.message}" if first.path else first.message
        raise RefusedError(422, "task-invalid", text, "Nothing was kept", problems=problems)


def problems_of(document: dict[str, Any], camera_url: str) -> list[Problem]:
    """Return everything that is wrong with a document; empty: nothing."""
    if found := [_problem(loc, text) for loc, text in _first_look(document)]:
        return found  # what is as wrong as this is not looked at any closer
    found = [_problem(loc, text) for loc, text in _no_files((), document)]
    found += [_problem(("camera_alerts", "url"), text) for text in _alerts(document.get("camera_alerts"))]
    whole = {**document, "id": "task", "source": camera_url if camera_url and not upload_of(camera_url) else _STAND_IN}
    try:
        TaskConfig.model_validate(whole, context=Origin("task"))
    except ValidationError as error:
        found += [_problem(loc, text, kind) for loc, kind, text in complaints_of(error)]
    except CamloomError as error:
        found.append(_problem((), str(error)))
    return found


def _problem(loc: Loc, text: str, kind: str = "refused") -> Problem:
    return Problem(path=list(loc), message=text[:1000], code=kind.replace("_", "-"))


def _first_look(document: dict[str, Any]) -> Iterator[tuple[Loc, str]]:
    for key in sorted(OWN_KEYS & document.keys()):
        yield (key,), "is set by the platform; leave it out"
    if wrong := list(_unkeepable((), document)):
        yield from wrong
        return
    if len(json.dumps(document, ensure_ascii=False)) > _MOST_BYTES:
        yield (), f"is larger than {_MOST_BYTES // 1000} kB"
    for key, most in _MOST.items():
        if isinstance(value := document.get(key), list) and len(value) > most:
            yield (key,), f"has {len(value)} entries; {most} are the most"
    yield from _names(document)


def _unkeepable(loc: Loc, value: Any) -> Iterator[tuple[Loc, str]]:
    """Find what no database keeps and nobody means; deep nesting was refused before."""
    if isinstance(value, float) and not math.isfinite(value):
        yield loc, "must be a finite number"
    elif isinstance(value, int) and abs(value) > 1 << 53:
        yield loc, "is too large a number"
    elif isinstance(value, str) and len(value) > _MOST_TEXT:
        yield loc, f"is longer than {_MOST_TEXT} characters"
    for key, one in _entries(value):
        yield from _unkeepable((*loc, key), one)


def _names(document: dict[str, Any]) -> Iterator[tuple[Loc, str]]:
    for key in _PLACES:
        for index, place in _entries(document.get(key)):
            if not isinstance(place, dict):
                continue
            if isinstance(name := place.get("name"), str) and (text := _wrong_name(name)):
                yield (key, index, "name"), text
            corners = place.get("vertices")
            if isinstance(corners, list) and len(corners) > _MOST_CORNERS:
                yield (key, index, "vertices"), f"has {len(corners)} corners; {_MOST_CORNERS} are the most"


def _wrong_name(name: str) -> str:
    if len(name) > _MOST_NAME:
        return f"is longer than {_MOST_NAME} characters"
    try:
        plain_name(name)
    except ValueError as error:
        return str(error)
    return ""


def _no_files(loc: Loc, value: Any) -> Iterator[tuple[Loc, str]]:
    """Find settings that would name a file of the machine."""
    for key, one in _entries(value):
        here = (*loc, key)
        if key == "model" and isinstance(one, str) and not _CARD.match(one):
            yield here, "must be the name of a model; files cannot be named here"
        elif key == "gallery" and one is not None:
            yield here, "files cannot be named here: leave it out for the gallery of the host"
        elif key == "holidays" and isinstance(one, str):
            yield here, "must be a list of dates; files cannot be named here"
        else:
            yield from _no_files(here, one)


def _alerts(alerts: Any) -> Iterator[str]:
    """Find what is wrong with the address of a camera's own alerts; the rest of them is checked with the task."""
    if not isinstance(alerts, dict) or not isinstance(alerts.get("url"), str):
        return
    try:
        url = parse_source(alerts["url"])
        if not url.host:
            yield "must be http://HOST"
            return
        if url.user or url.password:
            yield "must be without user and password: the camera's own are taken"
        policy_in_force("strict").addresses(url.host, url.port or (443 if url.scheme == "https" else 80))
    except SourceError as error:
        if error.reason != "unreachable":
            yield str(error)


def _entries(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else []


def known_model(document: dict[str, Any], names: set[str]) -> list[Problem]:
    """Return which models of a document a host does not have."""
    asked: list[tuple[Loc, Any]] = [(("model",), document.get("model"))]
    asked += [(("secondary", at, "model"), one.get("model")) for at, one in _entries(document.get("secondary"))]
    unknown = [(loc, name) for loc, name in asked if isinstance(name, str) and name not in names]
    return [_problem(loc, f"its host has no model '{name}'. {suggestion(name, names)}") for loc, name in unknown]
