"""Policies over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from sqlalchemy import Connection

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.access.guards import Administrator, Operator
from camloom.server.business.policies import Policy, PolicyEffect, PolicyMatch
from camloom.server.business.policy_store import (
    add_policy,
    change_policy,
    load_policies,
    order_policies,
    refuse_strangers,
    remove_policy,
)
from camloom.server.database import Database, new_id
from camloom.server.web import Asked, PlainName, RefusedError, not_there

router = APIRouter(prefix="/policies", tags=["policies"])


class PolicyForm(Asked):
    """A policy as people write it."""

    name: PlainName
    enabled: bool = True
    match: PolicyMatch = Field(default_factory=PolicyMatch)
    effect: PolicyEffect = Field(default_factory=PolicyEffect)


class PolicyOrder(Asked):
    """The places of all policies: the first that fits decides."""

    ids: list[Annotated[str, Field(max_length=26)]] = Field(max_length=200)


@router.get("")
def list_policies(request: Request, principal: Operator) -> list[Policy]:
    """Return all policies in the order in which they are asked."""
    del principal
    with _database(request).read() as connection:
        return list(load_policies(connection))


@router.post("", status_code=201)
def create_policy(request: Request, principal: Administrator, asked: PolicyForm) -> Policy:
    """Put a policy behind all others."""
    made = _made(new_id(), asked)
    with _database(request).write() as connection:
        refuse_strangers(connection, made)
        if not add_policy(connection, made):
            raise RefusedError(409, "too-many", "there are too many policies", "Remove one first.")
        _note(request, connection, principal, "policy.create", made)
    return made


@router.put("/order")
def reorder_policies(request: Request, principal: Administrator, asked: PolicyOrder) -> list[Policy]:
    """Give all policies their places."""
    with _database(request).write() as connection:
        known = {one.id for one in load_policies(connection)}
        if sorted(asked.ids) != sorted(known):
            raise RefusedError(422, "not-all", "the order must name each policy once", "Load the list again.")
        order_policies(connection, asked.ids)
        at = request.app.state.clock()
        record(connection, principal, "policy.order", "policy", "", {"ids": asked.ids}, at=at)
        return list(load_policies(connection))


@router.put("/{policy_id}", operation_id="change_policy")
def update_policy(request: Request, principal: Administrator, policy_id: str, asked: PolicyForm) -> Policy:
    """Write a policy anew. Alarms that are there already stay as they were decided."""
    changed = _made(policy_id, asked)
    with _database(request).write() as connection:
        refuse_strangers(connection, changed)
        if not change_policy(connection, changed):
            raise not_there("policy")
        _note(request, connection, principal, "policy.change", changed)
    return changed


@router.delete("/{policy_id}", status_code=204)
def delete_policy(request: Request, principal: Administrator, policy_id: str) -> None:
    """Remove a policy."""
    with _database(request).write() as connection:
        if not remove_policy(connection, policy_id):
            raise not_there("policy")
        record(connection, principal, "policy.delete", "policy", policy_id, {}, at=request.app.state.clock())


def _made(policy_id: str, asked: PolicyForm) -> Policy:
    return Policy(id=policy_id, name=asked.name, enabled=asked.enabled, match=asked.match, effect=asked.effect)


def _note(request: Request, connection: Connection, principal: Principal, action: str, policy: Policy) -> None:
    at = request.app.state.clock()
    record(connection, principal, action, "policy", policy.id, policy.model_dump(mode="json"), at=at)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
