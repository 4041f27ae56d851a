"""The catalogue of alarm templates, for people to choose from and for forms to be made of."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from camloom.config.alarms import missing_blocks
from camloom.config.parameter import Bilingual, Parameter
from camloom.config.schema import alarm_schema, task_schema
from camloom.config.template import (
    Stage,
    Template,
    find_template,
    needs_by_default,
    template_file,
    template_folders,
    template_names,
)
from camloom.errors import CamloomError
from camloom.server.access.guards import Viewer
from camloom.server.database.tables import host
from camloom.server.management.desk import TheDesk
from camloom.server.management.hosts.models import ModelOnHost
from camloom.server.management.scope import row_of
from camloom.server.management.tasks.fitting import Fit, fit_of
from camloom.server.web import Answer, Page, RefusedError, not_there

router = APIRouter(tags=["tasks"])


class TemplateOut(Answer):
    """A template.

    Attributes:
        parameters: what can be set, with unit, bounds and default.
        form: JSON Schema of an alarm of it.
        missing_blocks: rule plug-ins that are not installed; empty: it can be used.
        fit: whether a host has models for it; None: that is not known.
        has_picture: whether an example picture is at `/templates/NAME/picture`.
    """

    name: str
    title: Bilingual
    description: Bilingual
    advice: Bilingual | None
    severity: str
    merge_s: float
    stages: dict[str, Stage]
    parameters: dict[str, Parameter]
    form: dict[str, Any]
    missing_blocks: list[str]
    fit: Fit | None
    has_picture: bool


@router.get("/templates")
def list_templates(viewer: Viewer, desk: TheDesk, host_id: str | None = None) -> Page[TemplateOut]:
    """List the templates; whether the models of a host do for each, if it answers."""
    del viewer
    models = _models(desk, host_id)
    folders = template_folders()
    found = [_template(name, folders, models) for name in template_names(folders)]
    return Page(items=[one for one in found if one is not None], next=None)


@router.get("/templates/{name}/picture", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
def get_template_picture(name: str, viewer: Viewer) -> Response:
    """Return the example picture of a template."""
    del viewer
    folders = template_folders()
    # Looked for among the names that there are: it is never part of a path.
    if (
        name not in template_names(folders)
        or not (picture := template_file(name, folders).with_suffix(".jpg")).is_file()
    ):
        raise not_there("picture")
    return Response(picture.read_bytes(), media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/task-schema")
def get_task_schema(viewer: Viewer) -> dict[str, Any]:
    """Return JSON Schema of tasks, with the plug-ins and templates of this machine."""
    del viewer
    return task_schema()


def _models(desk: TheDesk, host_id: str | None) -> tuple[ModelOnHost, ...] | None:
    with desk.database.read() as connection:
        if host_id is None:
            host_id = connection.scalars(select(host.c.id).order_by(host.c.id).limit(1)).first()
        else:
            row_of(connection, host, host_id, "host")
    try:
        return desk.models.of(host_id) if host_id else None
    except RefusedError:
        return None  # the catalogue is of use without a host, too


def _template(name: str, folders: list[Path], models: tuple[ModelOnHost, ...] | None) -> TemplateOut | None:
    try:
        template = find_template(name, folders)
        missing = missing_blocks(template)
        form = {} if missing else alarm_schema(name, template)
        has_picture = template_file(name, folders).with_suffix(".jpg").is_file()
    except CamloomError:
        return None  # one that is broken must not hide the others; `camloom rules list` tells why
    fit = None if models is None else fit_of(needs_by_default(template), models)
    return _out(name, template, form, missing, fit, has_picture=has_picture)


def _out(
    name: str, template: Template, form: dict[str, Any], missing: list[str], fit: Fit | None, *, has_picture: bool
) -> TemplateOut:
    same = ("description", "advice", "severity", "merge_s", "stages", "parameters")
    return TemplateOut(
        name=name,
        title=template.name,
        **{key: getattr(template, key) for key in same},
        form=form,
        missing_blocks=missing,
        fit=fit,
        has_picture=has_picture,
    )
