"""Policies as they are kept, and those of the first start."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from camloom.server.access.accounts import groups_below
from camloom.server.business.policies import Policy, PolicyEffect, PolicyMatch
from camloom.server.database import Database, new_id
from camloom.server.database.tables import camera, camera_group, policy, push_target, setting
from camloom.server.database.upsert import insert_new
from camloom.server.web import Problem, RefusedError

_MADE = "policies_made"
_MAX_POLICIES = 200
_CALLED = {"camera": "camera", "camera_group": "group", "push_target": "push"}
_OUTAGES = ("source.offline", "source.degraded", "source.disabled")


def load_policies(connection: Connection) -> tuple[Policy, ...]:
    """Return all policies, those first that are asked first."""
    rows = connection.execute(select(policy).order_by(policy.c.position, policy.c.id)).mappings()
    return tuple(_read(row) for row in rows)


def policies_at_work(connection: Connection) -> tuple[Policy, ...]:
    """Return the same with the groups below those that they name."""
    return tuple(_with_groups_below(connection, one) for one in load_policies(connection))


def _with_groups_below(connection: Connection, one: Policy) -> Policy:
    if not one.match.groups:
        return one
    groups = tuple(sorted(groups_below(connection, one.match.groups)))
    return one.model_copy(update={"match": one.match.model_copy(update={"groups": groups})})


def refuse_strangers(connection: Connection, made: Policy) -> None:
    """Refuse (422) a policy that names what is not there, each with its place; what it named before may be gone."""
    before = next((one for one in load_policies(connection) if one.id == made.id), None)
    named, kept = _named(made), _named(before) if before else {}
    problems: list[Problem] = []
    for (path, table), ids in named.items():
        known = {*connection.scalars(select(table.c.id).where(table.c.id.in_(ids))), *kept.get((path, table), ())}
        problems += [
            Problem(path=[*path, at], message=f"there is no such {_CALLED[table.name]}", code="not-there")
            for at, one in enumerate(ids)
            if one not in known
        ]
    if problems:
        text = f"{'.'.join(map(str, problems[0].path))}: {problems[0].message}"
        raise RefusedError(422, "invalid", text, problems=problems)


def _named(one: Policy) -> dict[tuple[tuple[str, ...], Table], tuple[str, ...]]:
    """Return the ids that a policy names, by their place and what they are of."""
    targets = one.effect.escalate.targets if one.effect.escalate else ()
    return {
        (("match", "cameras"), camera): one.match.cameras,
        (("match", "groups"), camera_group): one.match.groups,
        (("effect", "escalate", "targets"), push_target): targets,
    }


def make_default_policies(database: Database) -> None:
    """Make the policies of the first start; afterwards people may change and remove them."""
    with database.write() as connection:
        if insert_new(connection, setting, {"key": _MADE, "value": True}):
            for made in default_policies():
                add_policy(connection, made)


def default_policies() -> tuple[Policy, ...]:
    """Return the policies of the first start."""
    offline, counts = PolicyEffect(lasts_s=60, merge_s=600), PolicyEffect(quiet=True)
    return (
        Policy(id=new_id(), name="摄像机离线 / Camera offline", match=PolicyMatch(templates=_OUTAGES), effect=offline),
        Policy(
            id=new_id(),
            name="计数 / Counting",
            match=PolicyMatch(templates=("counting", "occupancy.changed", "camera_alerts.online")),
            effect=counts,
        ),
        Policy(id=new_id(), name="其他 / Everything else", effect=PolicyEffect(merge_s=30)),
    )


def add_policy(connection: Connection, made: Policy) -> bool:
    """Put a policy behind all others; False: there are too many."""
    count, last = connection.execute(select(func.count(), func.max(policy.c.position))).one()
    if count >= _MAX_POLICIES:
        return False
    connection.execute(insert(policy).values(position=0 if last is None else last + 1, **_columns(made)))
    return True


def change_policy(connection: Connection, changed: Policy) -> bool:
    """Write a policy anew; False: there is none of this id."""
    columns = _columns(changed)
    done = connection.execute(update(policy).where(policy.c.id == columns.pop("id")).values(**columns))
    return done.rowcount > 0


def remove_policy(connection: Connection, policy_id: str) -> bool:
    """Take a policy away; what it decided stays as it is."""
    return connection.execute(delete(policy).where(policy.c.id == policy_id)).rowcount > 0


def order_policies(connection: Connection, ids: Iterable[str]) -> None:
    """Give policies their places in this order."""
    for position, policy_id in enumerate(ids):
        connection.execute(update(policy).where(policy.c.id == policy_id).values(position=position))


def _columns(one: Policy) -> dict[str, Any]:
    return one.model_dump(mode="json")


def _read(row: RowMapping) -> Policy:
    return Policy.model_validate({name: row[name] for name in ("id", "name", "enabled", "match", "effect")})
