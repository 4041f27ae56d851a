"""Reads what a person says on the command line or at a question into answers."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from camloom import plugins
from camloom.errors import UsageError
from camloom.toolchain.importing.guess import Answers
from camloom.toolchain.importing.habits import Triple
from camloom.toolchain.importing.metadata import MAX_TEXT_BYTES, names_in_text, names_of

_MAX_SIDE_PX = 4096


def with_answer(answers: Answers, field: str, text: str) -> Answers:
    """Return the answers with one more, given as text.

    Args:
        field: as in `FieldGuess.name`.
        text: what a person wrote.

    Raises:
        UsageError: it cannot be understood; the text says what is expected.
    """
    if field == "heads":
        return replace(answers, heads={**answers.heads, **heads([text])})
    name = _NAMED.get(field, field)
    parse = _PARSERS.get(field, str.strip)
    return replace(answers, **{name: parse(text)})


def names(text: str) -> tuple[str, ...]:
    """Read names divided by commas, or the file that holds one on each line."""
    path = Path(text).expanduser()
    if "," not in text and path.is_file():
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise UsageError(f"--classes {path} is too large for a list of names")
        found = names_in_text(path.read_text(encoding="utf-8", errors="replace"))
    else:
        found = names_of([part.strip() for part in text.split(",") if part.strip()])
    if not found:
        raise UsageError(f"--classes '{text[:60]}' holds no names", "Give a,b,c or a file with one name on each line")
    return found


def triple(text: str, option: str) -> Triple:
    """Read three numbers, or one for all channels."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    numbers = numbers * 3 if len(numbers) == 1 else numbers
    if len(numbers) != 3 or (option == "--std" and 0 in numbers):
        raise UsageError(f"{option} '{text[:60]}' is not three numbers", f"For example {option} 127.5,127.5,127.5")
    return (numbers[0], numbers[1], numbers[2])


def size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT, or one number for both."""
    parts = text.lower().split("x")
    sides = [int(part) for part in parts if part.strip().isdigit()]
    if len(sides) != len(parts) or len(sides) > 2 or not all(0 < side <= _MAX_SIDE_PX for side in sides):
        raise UsageError(f"--size '{text[:40]}' is no size", "For example --size 640x384")
    return (sides[0], sides[-1])


def colour(text: str) -> str:
    """Read RGB or BGR."""
    if text.strip().upper() not in ("RGB", "BGR"):
        raise UsageError(f"--colour '{text[:20]}' is neither RGB nor BGR")
    return text.strip().upper()


def fit(text: str) -> str:
    """Read letterbox or stretch."""
    if text.strip().lower() not in ("letterbox", "stretch"):
        raise UsageError(f"--fit '{text[:20]}' is neither letterbox nor stretch")
    return text.strip().lower()


def family(text: str) -> str:
    """Check the name of a family. PluginError suggests the nearest."""
    plugins.load("models", text.strip())
    return text.strip()


def heads(texts: list[str]) -> dict[str, tuple[str, ...]]:
    """Read OUTPUT=a,b,c for each output of choices."""
    found = {}
    for text in texts:
        name, equals, values = text.partition("=")
        if not equals:
            raise UsageError(f"--head '{text[:60]}' lacks a =", "For example --head color=white,grey,black")
        found[name.strip()] = names(values)
    return found


def options(texts: list[str]) -> dict[str, Any]:
    """Read KEY=VALUE settings of the family; values are YAML."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        try:
            found[name.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise UsageError(f"--option '{text[:60]}' cannot be read") from error
        if not equals:
            raise UsageError(f"--option '{text[:60]}' lacks a =", "For example --option first_class=0")
    return found


_NAMED = {"alphabet": "class_names", "labels": "class_names"}
_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "mean": lambda text: triple(text, "--mean"),
    "std": lambda text: triple(text, "--std"),
    "class_names": names,
    "alphabet": names,
    "labels": names,
    "size": size,
    "colour": colour,
    "fit": fit,
    "family": family,
}
