"""The routes of this room on one page."""

from fastapi import APIRouter

from camloom.server.management import site_routes
from camloom.server.management.cameras import finding, maps, uploads
from camloom.server.management.cameras import routes as cameras
from camloom.server.management.hosts import routes as hosts
from camloom.server.management.models import routes as models
from camloom.server.management.states import routes as states
from camloom.server.management.tasks import routes as tasks
from camloom.server.management.tasks import templates


def routers() -> tuple[APIRouter, ...]:
    """Return all routers of hosts, cameras and tasks."""
    return (
        hosts.router,
        models.router,
        states.router,
        finding.router,  # before the cameras: `/cameras/probe` is not one of them
        cameras.router,
        maps.router,
        uploads.router,
        templates.router,
        tasks.router,
        site_routes.router,
    )
