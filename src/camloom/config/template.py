"""Alarm templates: YAML files that make an alarm out of rules, and say what a user may set."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from camloom.config.document import read_document
from camloom.config.model import StrictModel, suggestion
from camloom.config.parameter import Bilingual, Parameter
from camloom.errors import ConfigError

Severity = Literal["info", "minor", "major", "critical"]
FOLDERS_VARIABLE = "CAMLOOM_TEMPLATES"
# These stand beside the parameters in an alarm, and mean the same in all.
RESERVED = frozenset({"template", "id", "severity", "merge_s", "outside", "type", "gate"})

_BUILT_IN = Path(__file__).parent.parent / "rules" / "templates"
_REFERENCE = re.compile(r"^\$([a-z][a-z0-9_]*)$")
_SUFFIX = ".yaml"


class Labels(StrictModel):
    """The classes that a model must find."""

    any: tuple[str, ...] = Field(default=(), description="at least one of these; the rule takes all that there are")
    all: tuple[str, ...] = Field(default=(), description="every one of these")


class Needs(StrictModel):
    """What an alarm cannot do without: from the task's model, or from one of crops under `secondary`."""

    labels: Labels = Field(default_factory=Labels, description="classes of the task's model")
    pose: bool = Field(default=False, description="a model that finds the joints of people")
    face: bool = Field(default=False, description="a model that finds faces")
    embedding: bool = Field(default=False, description="a model that makes vectors by which to tell objects apart")
    attributes: tuple[str, ...] = Field(
        default=(), description="attributes that a model says: `name`, `name=value` or `$parameter`"
    )
    pixels: bool = Field(default=False, description="looks at the picture itself: stored tracks alone do not do")
    one_of: tuple["Needs", ...] = Field(default=(), description="besides, all that one of these asks for")


class Stage(StrictModel):
    """One step of an alarm that warns first."""

    severity: Severity
    name: Bilingual


class GrownZone(StrictModel):
    """A zone that the template makes out of one of the task."""

    around: str = Field(description="the place that it grows from: `$zone`")
    margin: str | float = Field(description="by how much: share of the picture's width, up and down of its height")


class TemplateRule(StrictModel):
    """A rule with its settings, in which `$name` stands for a parameter."""

    type: str = Field(min_length=1, description="name of a rule plug-in")
    stage: str = Field(default="", description="which stage its events are")
    settings: dict[str, Any] = Field(default_factory=dict, description="of that plug-in; `$name` is a parameter")

    @field_validator("settings")
    @classmethod
    def _leaves_the_id(cls, value: dict[str, Any]) -> dict[str, Any]:
        if "id" in value:
            raise ValueError("the id comes from the alarm: leave it out here")
        return value


class Template(StrictModel):
    """An alarm as blocks: what it is called, what it needs, what can be set, and the rules that it is made of."""

    name: Bilingual
    description: Bilingual
    severity: Severity = "major"
    merge_s: float = Field(
        default=60, ge=0, le=3600, description="alarms within this time of each other are one incident; 0: never"
    )
    needs: Needs = Field(default_factory=Needs)
    advice: Bilingual | None = Field(default=None, description="where to hang the camera and what must be visible")
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    zones: dict[str, GrownZone] = Field(default_factory=dict, description="places made of those of the task, by name")
    stages: dict[str, Stage] = Field(default_factory=dict)
    rules: tuple[TemplateRule, ...] = Field(min_length=1, max_length=16)

    @model_validator(mode="after")
    def _fits_together(self) -> "Template":
        known = {*self.parameters, *self.zones}
        asked = set(_references([rule.settings for rule in self.rules]))
        asked |= set(_references([[zone.around, zone.margin] for zone in self.zones.values()]))
        asked |= set(_references([self.needs.model_dump()]))
        if missing := sorted(asked - known):
            raise ValueError(f"`${missing[0]}` is no parameter of this template. {suggestion(missing[0], known)}")
        if unused := sorted(known - asked):
            raise ValueError(f"the parameter '{unused[0]}' is used by no rule: use `${unused[0]}` or take it out")
        if taken := sorted(known & RESERVED):
            raise ValueError(f"a parameter cannot be called '{taken[0]}': every alarm has that already")
        self._check_stages()
        return self

    def _check_stages(self) -> None:
        for rule in self.rules:
            if rule.stage not in (self.stages or ("",)):
                raise ValueError(f"a rule has the stage '{rule.stage}'. {suggestion(rule.stage, self.stages)}")
        if len({rule.stage for rule in self.rules}) < len(self.rules):
            raise ValueError("two rules have the same stage: give each its own, under `stages`")


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, str) and (found := _REFERENCE.match(value)):
        yield found[1]
    elif isinstance(value, dict):
        yield from _references(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _references(item)


def fill_in(value: Any, given: dict[str, Any]) -> Any:
    """Return settings with the values of the parameters in place of `$name`; what has none (None) is left out."""
    if isinstance(value, str) and (found := _REFERENCE.match(value)):
        return given[found[1]]
    if isinstance(value, dict):
        filled = {key: fill_in(item, given) for key, item in value.items()}
        return {key: item for key, item in filled.items() if item is not None or value[key] is None}
    if isinstance(value, list | tuple):
        return [fill_in(item, given) for item in value]
    return value


def needs_by_default(template: Template) -> Needs:
    """Return what an alarm needs whose settings are left as they are."""
    defaults = {name: parameter.default for name, parameter in template.parameters.items()}
    return Needs.model_validate(_flat(fill_in(template.needs.model_dump(), defaults)))


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _flat(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    each = [one for item in value for one in (item if isinstance(item, list) else [_flat(item)])]
    return [one for one in each if one is not None]  # a setting that may be left out needs nothing then


def setting_of(rule: TemplateRule, key: str) -> str | None:
    """Return the parameter that gives a setting of a rule; None: the template itself."""
    value = rule.settings.get(key)
    return next(_references(value), None) if isinstance(value, str) else None


def template_folders(own: Path | None = None) -> list[Path]:
    """Return where templates are looked for, first come first served.

    Args:
        own: the folder that a task names.
    """
    named = [Path(name) for name in os.environ.get(FOLDERS_VARIABLE, "").split(os.pathsep) if name]
    return [*([own] if own else []), *named, _BUILT_IN]


def template_names(folders: Sequence[Path]) -> list[str]:
    """Return the names of all templates. ConfigError: one of the folders is not there."""
    return sorted({path.stem for folder in folders for path in _files(folder)})


def find_template(name: str, folders: Sequence[Path]) -> Template:
    """Return a template by name.

    Raises:
        ConfigError: there is none of that name; or it is wrong: file, line, column and what to do.
    """
    return read_template(template_file(name, folders))


def template_file(name: str, folders: Sequence[Path] = (_BUILT_IN,)) -> Path:
    """Return the file of a template; its example picture, if it has one, lies beside it as a JPEG.

    Raises:
        ConfigError: there is none of that name.
    """
    for folder in folders:
        for path in _files(folder):
            if path.stem == name:
                return path
    raise ConfigError(f"unknown template '{name}'", suggestion(name, template_names(folders)))


def read_template(path: Path) -> Template:
    """Read a template from its file. ConfigError with the place of what is wrong in it."""
    document, origin = read_document(path)
    if not isinstance(document, dict):
        raise ConfigError(f"{path} is not a template", "A template is a mapping with at least `name:` and `rules:`")
    try:
        return Template.model_validate(document)
    except ValidationError as error:
        raise origin.error(error, "`camloom rules show intrusion` is an example") from error


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ConfigError(f"there is no folder of templates {folder}", f"Mend `templates:` or {FOLDERS_VARIABLE}")
    return sorted(folder.glob(f"*{_SUFFIX}"))
