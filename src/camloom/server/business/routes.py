"""The routes of this room."""

from camloom.server.business import alarm_routes, feed, media_routes, policy_routes, storage_routes
from camloom.server.business.reports import routes as report_routes

ROUTERS = (
    alarm_routes.router,
    feed.router,
    media_routes.router,
    policy_routes.router,
    report_routes.router,
    storage_routes.router,
)
