"""Reading a stranger's files: bounded, inside of their folder, nothing executed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import yaml

from camloom.errors import ConfigError

JSON_BYTES_MAX = 1 << 29  # the labels of COCO's training set are 450 MB
TEXT_BYTES_MAX = 1 << 26
SMALL_BYTES_MAX = 1 << 22  # labels of one picture, lists of names
PICTURES_MAX = 1_000_000
CLASSES_MAX = 10_000


def read_bytes(path: Path, limit_bytes: int) -> bytes:
    """Return a file's content. ConfigError when it cannot be read or is larger than allowed."""
    try:
        with path.open("rb") as file:
            content = file.read(limit_bytes + 1)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", "Check the path of the dataset") from None
    if len(content) > limit_bytes:
        raise ConfigError(f"{path} is larger than {limit_bytes >> 20} MiB", "This is no file of labels")
    return content


def read_text(path: Path, limit_bytes: int = SMALL_BYTES_MAX) -> str:
    """Return a text file's content; see `read_bytes`. What is not UTF-8 is an error."""
    try:
        return read_bytes(path, limit_bytes).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is no text in UTF-8", "Check the path of the dataset") from None


def read_lines(path: Path, limit_bytes: int = SMALL_BYTES_MAX) -> list[tuple[int, str]]:
    """Return the lines that are not empty, each with its number from 1."""
    lines = enumerate(read_text(path, limit_bytes).splitlines(), 1)
    return [(number, line.strip()) for number, line in lines if line.strip()]


def read_json(path: Path) -> Any:
    """Return a JSON document. ConfigError when it is none."""
    try:
        return json.loads(read_text(path, JSON_BYTES_MAX))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is no JSON: {error}", "Check the path of the dataset") from None


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a YAML mapping. ConfigError when it is none."""
    try:
        document = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ConfigError(f"{path} is no YAML: {line}", "Check the path of the dataset") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{path} is no YAML mapping", "Check the path of the dataset")
    return document


class _NoDoctype(ElementTree.TreeBuilder):
    """Builds the tree, and stops at a DOCTYPE: with it come entities, and with them bombs and foreign files."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:  # noqa: ARG002  # the parser's names
        raise ValueError("it declares a document type, which labels have no need of")


def read_xml(path: Path) -> ElementTree.Element:
    """Return the root of an XML file.

    Raises:
        ValueError: it is no XML, or declares a document type.
        ConfigError: it cannot be read or is too large.
    """
    parser = ElementTree.XMLParser(target=_NoDoctype())  # noqa: S314  # without DOCTYPE there are no entities
    try:
        parser.feed(read_bytes(path, SMALL_BYTES_MAX))
        root = parser.close()
    except ElementTree.ParseError as error:
        raise ValueError(f"no XML: {error}") from None
    if not isinstance(root, ElementTree.Element):
        raise ValueError("no XML")
    return root


def inside(root: Path, named: str) -> Path:
    """Return the path of a file that a dataset names, which must lie in the dataset's folder.

    Raises:
        ValueError: it leads elsewhere, or is no path.
    """
    try:
        path = (root / named).resolve()
    except (OSError, ValueError, RuntimeError):
        raise ValueError(f"{named[:80]!r} is no path") from None
    if not path.is_relative_to(root.resolve()):
        raise ValueError(f"{named[:80]!r} leads out of the dataset")
    return path


def class_list(names: Any, where: Path) -> tuple[str, ...]:
    """Return class names given as a list or as a mapping by number. ConfigError for anything else."""
    if isinstance(names, dict):
        try:
            numbered = {int(key): str(name) for key, name in names.items()}
        except (TypeError, ValueError):
            raise ConfigError(f"{where}: `names` must be numbered from 0") from None
        size = max(numbered, default=-1) + 1
        if min(numbered, default=0) < 0 or size > CLASSES_MAX:
            raise ConfigError(f"{where}: `names` must be numbered from 0, at most to {CLASSES_MAX}")
        names = [numbered.get(index, f"class {index}") for index in range(size)]
    if not isinstance(names, list) or not names or len(names) > CLASSES_MAX:
        raise ConfigError(f"{where} has no class names", "It needs a list `names`")
    return tuple(str(name) for name in names)


def first_there(candidates: Iterable[Path]) -> Path | None:
    """Return the first path that is a file."""
    return next((path for path in candidates if path.is_file()), None)
