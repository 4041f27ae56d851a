"""Groups of cameras by their names from the top; the groups themselves are a matter of who sees what."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from camloom.server.access import Principal
from camloom.server.database.tables import camera_group

_DEEPEST = 32


def groups_by_path(connection: Connection, principal: Principal) -> dict[tuple[str, ...], str]:
    """Return the ids of the groups that a caller sees."""
    rows = connection.execute(select(camera_group.c.id, camera_group.c.name, camera_group.c.parent_id))
    groups = {group_id: (name, parent_id) for group_id, name, parent_id in rows}
    seen = [group_id for group_id in groups if principal.sees(group_id)]
    return {tuple(_names(group_id, groups))[::-1]: group_id for group_id in seen}


def _names(group_id: str | None, groups: Mapping[str, tuple[str, str | None]]) -> Iterator[str]:
    """Yield the name of a group and of those above it."""
    for _ in range(_DEEPEST):
        if group_id is None or group_id not in groups:
            return
        name, group_id = groups[group_id]
        yield name
