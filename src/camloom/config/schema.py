"""JSON Schema of a task, for editors: every plug-in's settings and every template's parameters are in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from camloom import plugins
from camloom.config.alarms import settings_of
from camloom.config.task import TaskConfig
from camloom.config.template import Template, find_template, template_folders, template_names
from camloom.errors import CamloomError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SEAMS = {"source": "sources", "tracker": "trackers", "rules": "rules", "sinks": "sinks"}
_REF = "#/$defs/"


def task_schema(templates: Path | None = None) -> dict[str, Any]:
    """Return JSON Schema (2020-12) of task files, with the plug-ins and templates of this machine.

    Args:
        templates: a folder of templates besides those that are always looked at.
    """
    schema = TaskConfig.model_json_schema(mode="validation")
    definitions: dict[str, Any] = schema["$defs"]
    for field, seam in _SEAMS.items():
        one = {"anyOf": [{"type": "string"}, *_blocks(seam, definitions)]}
        shown = schema["properties"][field]
        schema["properties"][field] = _listed(shown, one) if shown.get("type") == "array" else {**_told(shown), **one}
    folders = template_folders(templates)
    alarm = {"anyOf": [{"enum": template_names(folders)}, *_alarms(folders, definitions)]}
    schema["properties"]["alarms"] = _listed(schema["properties"]["alarms"], alarm)
    schema["$defs"] = _still_used(schema)
    return {"$schema": DIALECT, **schema, "title": "Camloom task"}


def _listed(shown: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    return {**_told(shown), "type": "array", "items": item}


def _told(shown: dict[str, Any]) -> dict[str, Any]:
    return {key: shown[key] for key in ("title", "description") if key in shown}


def _blocks(seam: str, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    """Add the settings of all plug-ins of a seam to the definitions; return references to them."""
    references = []
    for name in plugins.names(seam):
        try:
            config: type[BaseModel] = plugins.load(seam, name).Config
        except CamloomError:
            continue  # what cannot be loaded here cannot be used here
        prefix = f"{seam}.{name}"
        inner = config.model_json_schema(ref_template=f"{_REF}{prefix}.{{model}}")
        definitions |= {f"{prefix}.{key}": value for key, value in inner.pop("$defs", {}).items()}
        inner["properties"] = {"type": {"const": name}, **inner.get("properties", {})}
        inner["required"] = ["type", *inner.get("required", [])]
        definitions[prefix] = inner
        references.append({"$ref": _REF + prefix})
    return references


def _alarms(folders: Sequence[Path], definitions: dict[str, Any]) -> list[dict[str, Any]]:
    references = []
    for name in template_names(folders):
        try:
            definitions[f"alarms.{name}"] = alarm_schema(name, find_template(name, folders))
        except CamloomError:
            continue  # a template that is broken or lacks a block is of no use in a task
        references.append({"$ref": f"{_REF}alarms.{name}"})
    return references


def alarm_schema(name: str, template: Template) -> dict[str, Any]:
    """Return JSON Schema of an alarm of a template.

    Raises:
        PluginError: a rule of the template is not here.
    """
    required = [key for key, parameter in template.parameters.items() if parameter.required]
    own = {key: parameter.json_schema() for key, parameter in template.parameters.items()}
    return {
        "type": "object",
        "title": f"{template.name.en} {template.name.zh}",
        "description": template.description.en,
        "properties": {"template": {"const": name}, **settings_of(template), **own},
        "required": ["template", *required],
        "additionalProperties": False,
    }


def _still_used(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions that anything refers to."""
    definitions: dict[str, Any] = schema["$defs"]
    used: set[str] = set()
    waiting = _references({key: value for key, value in schema.items() if key != "$defs"})
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting |= _references(definitions[name])
    return {name: value for name, value in definitions.items() if name in used}


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"].removeprefix(_REF)} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(_references(item) for item in value.values()))
    return set[str]().union(*(_references(item) for item in value)) if isinstance(value, list) else set()
