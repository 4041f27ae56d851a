"""The catalogue of alarm templates, for people to choose from and for forms to be made of."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from camloom.server.access.guards import Viewer
from camloom.server.database.tables import host
from camloom.server.management.desk import TheDesk
from camloom.server.management.hosts.models import ModelOnHost
from camloom.server.management.scope import row_of
from camloom.server.management.tasks.catalogue import TemplateOut
from camloom.server.management.tasks.fitting import TemplateFit, fit_of
from camloom.server.web import Page, RefusedError, not_there
from camloom.server.web.files import file_answered

router = APIRouter(tags=["tasks"])


class FittedTemplate(TemplateOut):
    """A template, and whether a host has models for it; None: that is not known."""

    fit: TemplateFit | None


@router.get("/templates")
def list_templates(viewer: Viewer, desk: TheDesk, host_id: str | None = None) -> Page[FittedTemplate]:
    """List the templates; whether the models of a host do for each, if it answers."""
    del viewer
    models = _models(desk, host_id)
    items = [_fitted(one, models) for one in desk.templates.all()]
    return Page(items=items, next=None)


@router.get("/templates/{name}/picture", response_class=Response, responses=file_answered("image/jpeg"))
def get_template_picture(name: str, viewer: Viewer, desk: TheDesk) -> Response:
    """Return the example picture of a template."""
    del viewer
    if (picture := desk.templates.picture_of(name)) is None:
        raise not_there("picture")
    return Response(picture.read_bytes(), media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/task-schema")
def get_task_schema(viewer: Viewer, desk: TheDesk) -> dict[str, Any]:
    """Return JSON Schema of tasks, with the plug-ins and templates of this machine."""
    del viewer
    return desk.templates.schema()


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


def _fitted(one: TemplateOut, models: tuple[ModelOnHost, ...] | None) -> FittedTemplate:
    fit = None if models is None else fit_of(one.needs, models)
    return FittedTemplate(**{key: getattr(one, key) for key in TemplateOut.model_fields}, fit=fit)
