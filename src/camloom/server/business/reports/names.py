"""What people call the parts of a report."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from camloom.server.access import Principal
from camloom.server.business.alarm_lanes import Wanted, search_for
from camloom.server.business.alarm_looks import newest
from camloom.server.business.reports.words import WORDS
from camloom.server.database.tables import alarm, camera

Name = dict[str, str]


class Names:
    """Finds names; of what is gone, the last that alarms have, as far as the caller may know of them."""

    def __init__(self, connection: Connection, principal: Principal) -> None:
        self._connection = connection
        self._principal = principal

    def of(self, kind: str, ids: Sequence[str]) -> dict[str, Name]:
        """Return the names of `camera_id`, `template` or `severity`, each at least under `en`."""
        match kind:
            case "camera_id":
                return {one: {"en": name, "zh": name} for one, name in self.cameras(ids).items()}
            case "template":
                return {one: self._template(one) for one in ids}
            case _:
                return {one: {language: words[one] for language, words in WORDS.items()} for one in ids}

    def cameras(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of cameras."""
        wanted = select(camera.c.id, camera.c.name).where(camera.c.id.in_(ids))
        found = {row.id: row.name for row in self._connection.execute(wanted)}
        return {one: found[one] if one in found else self._gone(one) for one in ids}

    def _gone(self, camera_id: str) -> str:
        name = self._newest("camera_name", {"camera_id": [camera_id]})
        return name or camera_id or "?"

    def _template(self, template: str) -> Name:
        name = self._newest("name", {"template": [template]})
        return {"en": template, **(name or {})}

    def _newest(self, column: str, any_of: dict[str, list[str]]) -> Any:
        """Return what the newest alarm of some kind that the caller may know of says; None: there is none."""
        if self._principal.groups is not None:
            any_of["camera_group_id"] = sorted(self._principal.groups)
        if not all(any_of.values()):
            return None
        wanted = select(alarm.c[column])
        ids = newest(self._connection, search_for(Wanted(any_of)), 1)
        return self._connection.execute(wanted.where(alarm.c.id.in_(ids))).scalar()
