"""The alarm templates of this machine, read once for as long as their files stay as they are."""

import threading
from pathlib import Path
from typing import Any

from camloom.config.alarms import missing_blocks
from camloom.config.parameter import Bilingual, Parameter
from camloom.config.schema import alarm_schema, task_schema
from camloom.config.template import (
    Needs,
    Stage,
    Template,
    find_template,
    needs_by_default,
    template_file,
    template_folders,
    template_names,
)
from camloom.errors import CamloomError
from camloom.server.web import Answer

_Stamp = tuple[tuple[str, int], ...]


class TemplateOut(Answer):
    """A template.

    Attributes:
        parameters: what can be set, with unit, bounds and default.
        needs: of the models, where the settings are left as they are.
        form: JSON Schema of an alarm of it, see `FormSchema`.
        missing_blocks: rule plug-ins that are not installed; empty: it can be used.
        has_picture: whether an example picture is at `/templates/NAME/picture`.
    """

    name: str
    title: Bilingual
    description: Bilingual
    advice: Bilingual | None
    severity: str
    merge_s: float
    stages: dict[str, Stage]
    parameters: dict[str, Parameter]
    needs: Needs
    form: dict[str, Any]
    missing_blocks: list[str]
    has_picture: bool


class TemplateShelf:
    """Reads the templates when somebody asks, and again when a file has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._known: tuple[TemplateOut, ...] = ()
        self._schema: dict[str, Any] = {}

    def all(self) -> tuple[TemplateOut, ...]:
        """Return all templates that are whole."""
        with self._lock:
            self._look()
            return self._known

    def schema(self) -> dict[str, Any]:
        """Return JSON Schema of tasks, with the plug-ins and templates of this machine."""
        with self._lock:
            self._look()
            self._schema = self._schema or task_schema()
            return self._schema

    def picture_of(self, name: str) -> Path | None:
        """Return the file of an example picture; None: there is none. The name is never part of a path."""
        if not any(one.name == name and one.has_picture for one in self.all()):
            return None
        return template_file(name, template_folders()).with_suffix(".jpg")

    def _look(self) -> None:
        folders = template_folders()
        files = [template_file(name, folders) for name in template_names(folders)]
        stamp = tuple((str(file), file.stat().st_mtime_ns) for file in files)
        if stamp != self._stamp:
            found = (_template(file, folders) for file in files)
            self._known, self._schema = tuple(one for one in found if one is not None), {}
            self._stamp = stamp


def _template(file: Path, folders: list[Path]) -> TemplateOut | None:
    try:
        template = find_template(file.stem, folders)
        missing = missing_blocks(template)
        form = {} if missing else alarm_schema(file.stem, template)
    except CamloomError:
        return None  # one that is broken must not hide the others; `camloom rules list` tells why
    return _out(file, template, form, missing)


def _out(file: Path, template: Template, form: dict[str, Any], missing: list[str]) -> TemplateOut:
    same = ("description", "advice", "severity", "merge_s", "stages", "parameters")
    return TemplateOut(
        name=file.stem,
        title=template.name,
        **{key: getattr(template, key) for key in same},
        needs=needs_by_default(template),
        form=form,
        missing_blocks=missing,
        has_picture=file.with_suffix(".jpg").is_file(),
    )
