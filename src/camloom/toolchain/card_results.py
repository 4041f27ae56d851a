"""Writes what was measured into a user's card, and leaves the rest of the file as it is."""

import os
from pathlib import Path
from typing import Any

import yaml

from camloom.errors import ConfigError, ModelError
from camloom.inference.card import ModelCard, read_card


def write_measured(path: Path | None, kind: str, name: str, figures: dict[str, Any]) -> None:
    """Put figures into a card under `measured: {kind: {name: figures}}`; comments and order of the rest stay.

    Args:
        path: of the card; None for a built-in one, which is never changed.
        kind: `eval` or `bench`.
        name: what they were measured on; figures of that name are replaced.
        figures: plain data.

    Raises:
        ConfigError: the card is a built-in one.
        ModelError: the file cannot be read or written.
    """
    if path is None:
        raise ConfigError(
            "a built-in card is never changed", "Save it as your own first: camloom models show NAME > mine.yaml"
        )
    card = read_card(path)
    of_kind = card.measured.get(kind)
    measured = {**card.measured, kind: {**(of_kind if isinstance(of_kind, dict) else {}), name: figures}}
    text = _with_measured(path.read_text(encoding="utf-8"), measured)
    _check(text, card, measured, path)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ModelError(f"cannot write {path}: {error.strerror}", "Check the rights and the disk") from error


def _with_measured(text: str, measured: dict[str, Any]) -> str:
    """Replace the top-level key `measured`, with all lines that belong to it, or add it at the end."""
    block = yaml.safe_dump({"measured": measured}, sort_keys=False, allow_unicode=True, width=110).splitlines()
    lines = text.splitlines()
    begin = next((index for index, line in enumerate(lines) if line.startswith("measured:")), None)
    if begin is None:
        return "\n".join([*lines, *block]) + "\n"
    end = begin + 1
    while end < len(lines) and _continues(lines[end]):
        end += 1
    return "\n".join([*lines[:begin], *block, *lines[end:]]) + "\n"


def _continues(line: str) -> bool:
    """Tell whether a line belongs to the key above: it is indented, or closes a bracket."""
    return line[:1] in (" ", "\t", "}", "]")


def _check(text: str, card: ModelCard, measured: dict[str, Any], path: Path) -> None:
    """Make sure that nothing but the figures changed: a card may be written in ways that lines do not show."""
    try:
        changed = ModelCard.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError):
        changed = None
    if changed != card.model_copy(update={"measured": measured}):
        raise ModelError(
            f"cannot put figures into {path} without changing the rest", "Write `measured` as a key of its own"
        )
