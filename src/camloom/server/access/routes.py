"""All routes of this room."""

from fastapi import APIRouter

from camloom.server.access import (
    account_routes,
    audit_routes,
    group_routes,
    key_routes,
    login_routes,
    oidc_routes,
    session_routes,
)

router = APIRouter()
for _part in (login_routes, oidc_routes, session_routes, account_routes, group_routes, key_routes, audit_routes):
    router.include_router(_part.router)
