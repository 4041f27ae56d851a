"""Many cameras at once, out of a table: all of them, or none."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from camloom.server.access import Principal
from camloom.server.access.audit import record
from camloom.server.database import new_id
from camloom.server.database.tables import camera, camera_group
from camloom.server.management.cameras.groups import groups_by_path
from camloom.server.management.cameras.rows import add_camera, camera_columns
from camloom.server.management.cameras.secrets import Seals, kept_url
from camloom.server.management.cameras.table import CameraLine, ImportProblem
from camloom.server.web import Answer, RefusedError

_Path = tuple[str, ...]


class ImportAnswer(Answer):
    """What an import does, or would do.

    Attributes:
        cameras: how many the table has without a mistake.
        imported: how many are there now; 0 after a dry run, or where anything is wrong.
        groups: that are made for it, with their names from the top.
        problems: what is wrong, a line each.
    """

    cameras: int
    imported: int
    groups: list[str]
    problems: list[ImportProblem]


@dataclass(slots=True)
class CameraImport:
    """Checks the lines of a table one after the other, and adds what they say.

    Args:
        seals: for passwords.
        principal: whoever imports.
    """

    seals: Seals
    principal: Principal
    ready: list[tuple[CameraLine, dict[str, Any]]] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)

    def check(self, lines: list[CameraLine], connection: Connection) -> list[_Path]:
        """Check all lines; return the groups that are missing."""
        taken = {kept_url(row[0]): row[1] for row in connection.execute(select(camera.c.source, camera.c.name))}
        groups = groups_by_path(connection, self.principal)
        for one in lines:
            try:
                columns = camera_columns(one.body, None, self.seals)
            except RefusedError as error:
                column = str(error.problems[0].path[0]) if error.problems else "url"
                self._wrong(one, column, error.message, error.code)
                continue
            url = columns["source"]["url"]
            if url in taken:
                self._wrong(one, "url", f"camera '{taken[url]}' has this address already", "address-taken")
            else:
                taken[url] = one.body.name
                self.ready.append((one, columns))
        return sorted({line.group for line, _ in self.ready if line.group and line.group not in groups})

    def keep(self, connection: Connection, host_id: str | None, now: datetime) -> None:
        """Add all cameras that were found right. RefusedError: the host is not there, or there are too many."""
        groups = groups_by_path(connection, self.principal)
        for line, columns in self.ready:
            columns["camera_group_id"] = _group(connection, groups, line.group)
            camera_id = add_camera(connection, columns, host_id, now)
            detail = {"name": line.body.name, "url": columns["source"]["url"], "import": True}
            record(connection, self.principal, "create", "camera", camera_id, detail, at=now)

    def _wrong(self, line: CameraLine, column: str, message: str, code: str) -> None:
        self.problems.append(ImportProblem(line=line.line, column=column, message=message, code=code))


def _group(connection: Connection, groups: dict[_Path, str], path: _Path) -> str | None:
    """Return the id of a group, which is made with those above it where they are missing."""
    if not path:
        return None
    if path not in groups:
        parent = _group(connection, groups, path[:-1])
        groups[path] = new_id()
        connection.execute(insert(camera_group).values(id=groups[path], name=path[-1], parent_id=parent))
    return groups[path]
