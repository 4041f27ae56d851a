"""Reads what exporters write into models: class names, size, task. Never evaluates any of it."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from camloom.phrases import Phrase
from camloom.toolchain.importing.description import Metadata

MAX_TEXT_BYTES = 1 << 20
MAX_CLASSES = 5000
MAX_CHARACTERS = 20_000
_MAX_NAME_LETTERS = 80
_MAX_DEPTH = 8
_BESIDE = Phrase("metadata.yaml beside it", "noted-in", where="metadata.yaml")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def parse_value(text: str) -> Any:
    """Read JSON, or the Python literals that older exporters wrote; the text itself when it is neither.

    Bounded in length and in depth before any parser sees it.
    """
    if len(text) > MAX_TEXT_BYTES or _depth(text) > _MAX_DEPTH:
        return text[:_MAX_NAME_LETTERS]
    for parse in (json.loads, ast.literal_eval):
        try:
            return parse(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return text


def from_pairs(pairs: Mapping[str, Any], source: str) -> Metadata:
    """Understand the names that Ultralytics exporters use; values may be text.

    Args:
        source: where the pairs were found.
    """
    values = {key: parse_value(value) if isinstance(value, str) else value for key, value in pairs.items()}
    author, title = _line(pairs.get("author")), _line(pairs.get("description"))
    is_ultralytics = "ultralytics" in f"{author} {title}".lower() or {"imgsz", "names", "stride"} <= set(values)
    shape = values.get("kpt_shape")
    end2end = values.get("end2end")
    stride = values.get("stride")
    return Metadata(
        source=source,
        publisher="ultralytics" if is_ultralytics else author.lower(),
        title=title,
        task=_line(pairs.get("task")),
        licence=_line(pairs.get("license")).partition(" (")[0],
        class_names=names_of(values.get("names")),
        image_size=_size(values.get("imgsz")),
        stride=stride if isinstance(stride, int) and 0 < stride <= 256 else None,
        end2end=_truth(end2end),
        keypoints=shape[0] if isinstance(shape, list | tuple) and shape and isinstance(shape[0], int) else None,
    )


def names_of(value: object) -> tuple[str, ...]:
    """Return class names given as a list or as numbers with names; empty when they make no sense."""
    if isinstance(value, Mapping):
        try:
            numbered = {int(key): name for key, name in value.items()}
        except (TypeError, ValueError):
            return ()
        if sorted(numbered) != list(range(len(numbered))):
            return ()
        value = [numbered[index] for index in range(len(numbered))]
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MAX_CLASSES:
        return ()
    return tuple(clean_name(str(name), index) for index, name in enumerate(value))


def clean_name(text: str, index: int) -> str:
    """Return a class name without control characters, of bounded length."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:_MAX_NAME_LETTERS])
    return " ".join(printable.split()) or f"class_{index}"


def names_in_text(text: str) -> tuple[str, ...]:
    """Return the class names of a label file: one on each line, a number before them dropped."""
    lines = [line.strip() for line in text[:MAX_TEXT_BYTES].splitlines()]
    return names_of([line for line in lines if line])


def characters_of(text: str) -> tuple[str, ...]:
    """Return the characters of a reader of text, one on each line, a space too; empty when there are too many."""
    lines = text[:MAX_TEXT_BYTES].removesuffix("\n").split("\n") if text else []
    if not 1 < len(lines) <= MAX_CHARACTERS or not all(0 < len(line) <= _MAX_NAME_LETTERS for line in lines):
        return ()
    return tuple(lines)


def beside(path: Path) -> Metadata | None:
    """Read `metadata.yaml` beside a model, as Ultralytics writes it for formats that have no room inside."""
    file = path.with_name("metadata.yaml")
    if not file.is_file() or file.stat().st_size > MAX_TEXT_BYTES:
        return None
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return None
    return from_pairs(document, _BESIDE) if isinstance(document, dict) else None


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in text:
        depth += _BRACKETS.get(letter, 0)
        deepest = max(deepest, depth)
    return deepest


def _line(value: object) -> str:
    return clean_name(str(value), 0) if value is not None else ""


def _size(value: object) -> tuple[int, int] | None:
    """Read imgsz, [height, width] or one number; return width, height."""
    if isinstance(value, int):
        value = [value, value]
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(isinstance(size, int) for size in value):
        return None
    height, width = value
    return (width, height) if 0 < width <= 4096 and 0 < height <= 4096 else None


def _truth(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower())
