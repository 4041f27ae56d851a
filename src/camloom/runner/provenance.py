"""What the results of a task come from: the program, the models and the version of each rule, as plain data."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from camloom import __version__
from camloom.config import Block, TaskConfig
from camloom.config.template import find_template, template_folders
from camloom.errors import CamloomError
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card, model_file
from camloom.runner.alarms import fit_rules
from camloom.runner.build import rules_by_id


def provenance(task: TaskConfig, models: Sequence[LoadedModel]) -> dict[str, Any]:
    """Return where the results of a task come from.

    Args:
        task: its rules are fitted to the first model.
        models: as loaded, the one that finds objects first.
    """
    names = [task.model, *(one.model for one in task.secondary)]
    card, *readers = [model.card for model in models]
    return {
        "camloom": __version__,
        "task": task.id,
        "models": [_model(name, model) for name, model in zip(names, models, strict=True)],
        "rules": rule_versions(task, card, readers),
    }


def rule_versions(task: TaskConfig, card: ModelCard, readers: Sequence[ModelCard]) -> dict[str, Any]:
    """Return what each rule or alarm of a task is, and its version, by its id."""
    fitted = rules_by_id(fit_rules(task, card, readers))
    return {rule_id: _rule(task, blocks) for rule_id, blocks in fitted.items()}


def rule_version(task: TaskConfig, blocks: Sequence[Block]) -> str:
    """Return a SHA-256 over all that decides what a rule or an alarm says: settings, places, template; in hex."""
    scene, label = task.scene(), blocks[0].alarm
    names = {getattr(block.config, key, None) for block in blocks for key in ("zone", "line")}
    template = None
    if label is not None:
        template = find_template(label.template, template_folders(task.templates)).model_dump(mode="json")
    document = {
        "rules": [{"type": block.type, "settings": block.config.model_dump(mode="json")} for block in blocks],
        "zones": {name: [zone.vertices_norm, zone.anchor] for name, zone in scene.zones.items() if name in names},
        "lines": {
            name: [line.start_norm, line.end_norm, line.anchor] for name, line in scene.lines.items() if name in names
        },
        "alarm": None if label is None else label.model_dump(mode="json", exclude={"zones"}),
        "template": template,
    }
    return _sum_of(document)


def _rule(task: TaskConfig, blocks: Sequence[Block]) -> dict[str, Any]:
    label = blocks[0].alarm
    own = {"types": [block.type for block in blocks], "version": rule_version(task, blocks)}
    return own if label is None else {"template": label.template, **own}


def _model(name: str, model: LoadedModel) -> dict[str, str]:
    card = model.card
    return {
        "name": card.name,
        "version": card.version,
        "runtime": model.runtime,
        "sha256": _file_sum(name, model),
        "card_sha256": _sum_of(card.model_dump(mode="json", exclude={"measured"})),
    }


def _file_sum(name: str, model: LoadedModel) -> str:
    """Return the SHA-256 of the file that was loaded; empty if it is gone or there never was one."""
    try:
        path = model_file(model.card, find_card(name)[1], model.runtime.partition(":")[0])
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (CamloomError, OSError):
        return ""


def _sum_of(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
