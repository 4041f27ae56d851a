"""States of places over HTTP: what a host was taught, its examples, training, judging."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Query, status
from pydantic import ValidationError
from sqlalchemy import select

from camloom.exchange import CommandKind
from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator
from camloom.server.database.tables import camera, host, task
from camloom.server.management.desk import Desk, TheDesk
from camloom.server.management.models.answering import picture_to_try, read_answer
from camloom.server.management.models.bodies import TryOn
from camloom.server.management.scope import row_of
from camloom.server.management.states.bodies import (
    ExampleName,
    PlaceName,
    StateExampleAdded,
    StateExampleIn,
    StateExamplePage,
    StateJudgement,
    StateName,
    StateTraining,
    TaughtPlace,
)
from camloom.server.web import Page, RefusedError

router = APIRouter(prefix="/hosts/{host_id}/states", tags=["hosts"])
_PATIENCE_S = 10.0
_LOOK_S = 30.0
_TRAIN_S = 110.0
_MOST = 200
_BODY_BYTES = 4 << 20


@router.get("")
def list_taught_places(host_id: str, operator: Operator, desk: TheDesk) -> Page[TaughtPlace]:
    """List the places whose states a host was taught."""
    told = _ask(desk, operator, host_id, CommandKind.STATES, {}, _PATIENCE_S).get("places")
    places = [place for one in (told if isinstance(told, list) else [])[:_MOST] if (place := _place(one))]
    return Page(items=places, next=None)


@router.get("/{name}/examples")
def list_state_examples(
    host_id: str,
    name: PlaceName,
    state: Annotated[StateName, Query()],
    administrator: Administrator,
    desk: TheDesk,
    after: Annotated[ExampleName | None, Query()] = None,
) -> StateExamplePage:
    """Return a page of the examples of a state, the newest first."""
    asked = {"name": name, "state": state, "after": after}
    return read_answer(
        StateExamplePage, _ask(desk, administrator, host_id, CommandKind.STATE_EXAMPLES, asked, _PATIENCE_S)
    )


@router.post("/{name}/examples", status_code=status.HTTP_201_CREATED, max_body_size=_BODY_BYTES)
def add_state_example(
    host_id: str, name: PlaceName, body: StateExampleIn, administrator: Administrator, desk: TheDesk
) -> StateExampleAdded:
    """Keep what a place looks like in a picture as an example of a state; the first one makes the place."""
    picture = _picture(desk, administrator, body.camera_id, body.picture)
    taken_at = body.taken_at or desk.clock()
    label = f"{taken_at.astimezone(UTC):%Y%m%dT%H%M%S%f}"
    asked = {"name": name, "state": body.state, "picture": picture, "vertices": body.vertices, "label": label}
    found = _ask(desk, administrator, host_id, CommandKind.ADD_STATE_EXAMPLE, asked, _LOOK_S)
    added = read_answer(StateExampleAdded, found)
    _record(desk, administrator, "teach", name, {"host": host_id, "state": body.state, "example": added.id})
    return added


@router.delete("/{name}/examples/{state}/{example}", status_code=status.HTTP_204_NO_CONTENT)
def delete_state_example(
    host_id: str, name: PlaceName, state: StateName, example: ExampleName, administrator: Administrator, desk: TheDesk
) -> None:
    """Forget an example."""
    asked = {"name": name, "state": state, "example": example}
    _ask(desk, administrator, host_id, CommandKind.REMOVE_STATE_EXAMPLE, asked, _PATIENCE_S)
    _record(desk, administrator, "unteach", name, {"host": host_id, "state": state, "example": example})


@router.post("/{name}/train")
def train_state_model(host_id: str, name: PlaceName, administrator: Administrator, desk: TheDesk) -> StateTraining:
    """Train the model of a place; streams that run use it from the next look on, if it is good enough."""
    found = _ask(desk, administrator, host_id, CommandKind.TRAIN_STATE, {"name": name}, _TRAIN_S)
    trained = read_answer(StateTraining, found)
    _record(desk, administrator, "train", name, {"host": host_id, "kept": trained.kept, "accuracy": trained.accuracy})
    return trained


@router.post("/{name}/judge", max_body_size=_BODY_BYTES)
def judge_state(
    host_id: str, name: PlaceName, body: TryOn, administrator: Administrator, desk: TheDesk
) -> StateJudgement:
    """Say which state a picture shows."""
    asked = {"name": name, "picture": _picture(desk, administrator, body.camera_id, body.picture)}
    return read_answer(StateJudgement, _ask(desk, administrator, host_id, CommandKind.JUDGE_STATE, asked, _LOOK_S))


@router.delete("/{name}", status_code=status.HTTP_204_NO_CONTENT)
def delete_taught_place(host_id: str, name: PlaceName, administrator: Administrator, desk: TheDesk) -> None:
    """Remove a place that no task names, with its examples and its model."""
    _require_unused(desk, host_id, name)
    _ask(desk, administrator, host_id, CommandKind.REMOVE_STATE, {"name": name}, _PATIENCE_S)
    _record(desk, administrator, "delete", name, {"host": host_id})


def _ask(
    desk: Desk, principal: Principal, host_id: str, kind: CommandKind, asked: dict[str, Any], seconds: float
) -> dict[str, Any]:
    with desk.database.read() as connection:
        row_of(connection, host, host_id, "host")
    return desk.line.ask_for(principal, host_id, kind, asked, seconds)


def _picture(desk: Desk, principal: Principal, camera_id: str, picture: str) -> str:
    if not camera_id and not picture:
        raise RefusedError(422, "not-a-picture", "there is no picture", "Send one, or name a camera")
    return picture_to_try(desk, principal, TryOn(camera_id=camera_id, picture=picture))


def _require_unused(desk: Desk, host_id: str, name: str) -> None:
    on_host = select(task.c.name, task.c.document).join(camera, camera.c.id == task.c.camera_id)
    with desk.database.read() as connection:
        for row in connection.execute(on_host.where(camera.c.host_id == host_id)):
            if name in _taught_in(row.document):
                raise RefusedError(409, "in-use", f"task '{row.name}' uses these states", "Remove its rule first")


def _taught_in(document: dict[str, Any]) -> set[str]:
    blocks = [one for key in ("alarms", "rules") for one in document.get(key) or () if isinstance(one, dict)]
    return {name for one in blocks if isinstance(name := one.get("model"), str)}


def _place(told: Any) -> TaughtPlace | None:
    try:
        return TaughtPlace.model_validate(told)
    except ValidationError:
        return None  # one that cannot be read must not hide the others


def _record(desk: Desk, principal: Principal, action: str, name: str, detail: dict[str, Any]) -> None:
    with desk.database.write() as connection:
        record(connection, principal, action, "state_model", name, detail, at=desk.clock())
