"""Cameras as a table: read from CSV, and written to it."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from camloom.config.addresses import scheme_of
from camloom.config.model import complaints_of
from camloom.config.source_url import CAMERA_SCHEMES, parse_camera_url
from camloom.errors import SourceError
from camloom.redaction import HIDDEN
from camloom.server.access.group_routes import GROUPS_DEEPEST
from camloom.server.management.cameras.documents import CameraIn, CameraOut
from camloom.server.web import Answer, RefusedError, problem_of
from camloom.server.web.bodies import plain_name
from camloom.server.web.spreadsheet import begins_as_formula, table_line

COLUMNS = ("name", "url", "user", "password", "main_url", "group", "place", "enabled")
_NEEDED = ("name", "url")
_MOST_LINES = 2000
_MOST_CELL = 4096
_MOST_NAME = 128
_YES, _NO = ("", "1", "yes", "true", "是", "on"), ("0", "no", "false", "否", "off")


class ImportProblem(Answer):
    """What is wrong with a line of a table.

    Attributes:
        line: counted from 1, which is that of the headings.
        column: heading; empty: the whole line.
        code, limit: see `Problem`.
    """

    line: int
    column: str
    message: str
    code: str = "invalid"
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class CameraLine:
    """A camera as it stands in a table.

    Attributes:
        group: names from the top.
    """

    line: int
    body: CameraIn
    group: tuple[str, ...]


def text_of(body: bytes) -> str:
    """Return the text of a table: UTF-8, else GBK, which spreadsheets in China write.

    Raises:
        RefusedError: 422: it is neither.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RefusedError(422, "not-a-table", "this is no text in UTF-8 or GBK", "Save the table as CSV in UTF-8")


def read_cameras(text: str) -> tuple[list[CameraLine], list[ImportProblem]]:
    """Return the cameras of a table, and what is wrong with the lines that are none.

    Raises:
        RefusedError: 422: it is no table of cameras at all.
    """
    cameras, problems = [], []
    for line, cells in _rows(text):
        found = _camera(line, cells)
        if isinstance(found, ImportProblem):
            problems.append(found)
        else:
            cameras.append(found)
    return cameras, problems


def written(cameras: list[CameraOut], paths: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table of cameras, without passwords, safe to open in a spreadsheet.

    Args:
        paths: of the groups, by id.
    """
    yield "\ufeff" + table_line(COLUMNS)
    for one in cameras:
        group = paths.get(one.group_id or "", "")
        yield table_line((one.name, one.url, "", "", one.main_url or "", group, one.place, "1" if one.enabled else "0"))


_SURPLUS = ""  # the name of a column that no table has


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        headings = [cell.strip().lower() for cell in next(reader, [])]
        _check_headings(headings)
        for number, cells in enumerate(reader, 2):
            if number > _MOST_LINES + 1:
                raise RefusedError(422, "too-many", f"a table has {_MOST_LINES} cameras at most", "Split it")
            if any(cell.strip() for cell in cells):
                surplus = "".join(cells[len(headings) :]).strip()
                named = dict(zip(headings, (_plain(cell) for cell in cells), strict=False))
                yield number, named | ({_SURPLUS: surplus} if surplus else {})
    except csv.Error as error:
        raise RefusedError(422, "not-a-table", f"line {reader.line_num}: this is no CSV: {error}") from None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _check_headings(headings: list[str]) -> None:
    unknown = [name for name in headings if name not in COLUMNS]
    missing = [name for name in _NEEDED if name not in headings]
    if unknown or missing or len(set(headings)) < len(headings):
        what = (
            f"does not know the column '{unknown[0][:40]}'" if unknown else f"needs each of {', '.join(_NEEDED)} once"
        )
        raise RefusedError(422, "not-a-table", f"a table of cameras {what}", f"Columns: {', '.join(COLUMNS)}")


def _plain(cell: str) -> str:
    """Return a cell as it was before it was made harmless for a spreadsheet."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and begins_as_formula(text[1:]) else text


def _camera(line: int, cells: dict[str, str]) -> CameraLine | ImportProblem:
    if wrong := _wrong_cell(line, cells):
        return wrong
    enabled = cells.get("enabled", "").lower()
    try:
        urls = {key: _with_login(cells, key) for key in ("url", "main_url") if cells.get(key)}
        told = {"name": cells.get("name", ""), "place": cells.get("place", ""), "enabled": enabled in _YES}
        body = CameraIn.model_validate({**told, **urls})
    except ValidationError as error:
        return _refused(line, error)
    except SourceError as error:
        return ImportProblem(line=line, column="url", message=str(error), code=f"source-{error.reason}")
    try:
        return CameraLine(line, body, _group_path(cells.get("group", "")))
    except ValueError as error:
        return ImportProblem(line=line, column="group", message=str(error))


def _wrong_cell(line: int, cells: dict[str, str]) -> ImportProblem | None:
    """Return what is wrong with a line before one looks at the camera that it describes."""
    if _SURPLUS in cells:  # most often a comma within one: then all that follow are in the wrong column
        told = "has more cells than the table has columns; a cell with a comma in it stands in double quotes"
        return ImportProblem(line=line, column="", message=told, code="cells-too-many")
    if long := next((name for name, cell in cells.items() if len(cell) > _MOST_CELL), None):
        return ImportProblem(line=line, column=long, message="is too long", code="string-too-long", limit=_MOST_CELL)
    if cells.get("enabled", "").lower() not in (*_YES, *_NO):
        known = f"is one of {', '.join(_YES[1:] + _NO)}"
        return ImportProblem(line=line, column="enabled", message=known, code="literal-error")
    if cells.get("password") and not cells.get("user"):
        return ImportProblem(line=line, column="user", message="a password needs a user", code="no-user")
    return None


def _refused(line: int, error: ValidationError) -> ImportProblem:
    loc, _, text = complaints_of(error)[0]
    found = next((one for one in error.errors() if one["loc"] == loc), error.errors()[0])
    told = problem_of(found, text, list(loc))
    column = str(loc[0]) if loc else ""
    return ImportProblem(line=line, column=column, message=text, code=told.code, limit=told.limit)


def _group_path(text: str) -> tuple[str, ...]:
    """Return the names of a group and of those above it, from the top. ValueError: no group can be called so."""
    path = tuple(plain_name(part) for part in text.split("/") if part.strip())
    if len(path) > GROUPS_DEEPEST:
        raise ValueError(f"groups lie at most {GROUPS_DEEPEST} deep")
    if any(len(name) > _MOST_NAME for name in path):
        raise ValueError(f"the name of a group has {_MOST_NAME} characters at most")
    return path


def _with_login(cells: dict[str, Any], key: str) -> str:
    url, user, password = cells[key], cells.get("user", ""), cells.get("password", "")
    if not user or scheme_of(url) not in CAMERA_SCHEMES:
        return str(url)
    if password == HIDDEN:
        raise SourceError("the password is hidden", "Write it out")
    return parse_camera_url(url).with_login(user, password).url
