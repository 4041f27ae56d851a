"""YAML files of which every value knows its line and column."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from camloom.config.model import Complaint, Loc, complaints_of, in_words, is_about_key
from camloom.errors import ConfigError

# YAML 1.2.2, section 10.3.2 (core schema), in the place of PyYAML's YAML 1.1.
_CORE_SCHEMA = (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
)
_WITHOUT = {tag for tag, _, _ in _CORE_SCHEMA} | {"tag:yaml.org,2002:timestamp"}
# Aliases of aliases make a file of one page stand for millions of values.
_MAX_VALUES = 100_000
_MAX_DEPTH = 50
_MERGE = "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """Safe YAML whose plain words and numbers are those of YAML 1.2: `on`, `off`, `no` and `22:00` stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _WITHOUT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in _CORE_SCHEMA:
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


class Origin:
    """Where a document comes from.

    Args:
        where: path of its file, or a word for it.
        values, keys: line and column of each value and of its key, by place in the document; none if it is no file.
    """

    def __init__(
        self, where: str, values: dict[Loc, yaml.Mark] | None = None, keys: dict[Loc, yaml.Mark] | None = None
    ) -> None:
        self.where = where
        self._values = values or {}
        self._keys = keys or {}

    @property
    def is_file(self) -> bool:
        """Whether places have a line."""
        return bool(self._values)

    def at(self, loc: Loc, *, key: bool = False) -> str:
        """Return `file:line:column` of a place, or of the nearest thing around it that is written there."""
        if key and loc in self._keys:
            return f"{self.where}{_position(self._keys[loc])}"
        around = (loc[:count] for count in range(len(loc), -1, -1))
        mark = next((self._values[one] for one in around if one in self._values), None)
        return f"{self.where}{_position(mark)}" if mark else self.where

    def tell(self, one: Complaint) -> str:
        """Return what is wrong in one line, with the place."""
        loc, kind, _ = one
        return f"{self.at(loc, key=is_about_key(kind))}: {in_words(one)}"

    def error(self, problem: ValidationError, hint: str) -> ConfigError:
        """Return the first problem of a validation as an error."""
        found = complaints_of(problem)
        more = f" (and {len(found) - 1} more; `camloom rules check` shows all)" if len(found) > 1 else ""
        return ConfigError(self.tell(found[0]) + more, hint)


def read_document(path: Path) -> tuple[Any, Origin]:
    """Read a YAML file and where in it everything stands.

    Raises:
        ConfigError: it cannot be read, is not YAML, has a key twice, or is made to explode.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read {path}: {reason}", "Give the path of a YAML file") from error
    try:
        return _parse(text, str(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        where = f"{path}{_position(mark)}" if mark else str(path)
        raise ConfigError(f"{where}: this is not YAML: {what}", "Mend the file there, or just above") from error


def _parse(text: str, where: str) -> tuple[Any, Origin]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, Origin(where)
        values: dict[Loc, yaml.Mark] = {}
        keys: dict[Loc, yaml.Mark] = {}
        for loc, one, key in _walk(node, (), where):
            values[loc] = one.start_mark
            if key is not None:
                keys[loc] = key.start_mark
            if len(values) > _MAX_VALUES:
                raise ConfigError(f"{where} stands for too many values", "Write it without aliases of aliases")
        return loader.construct_document(node), Origin(where, values, keys)
    finally:
        loader.dispose()


_Entry = tuple[Loc, yaml.Node, yaml.Node | None]


def _walk(node: yaml.Node, loc: Loc, where: str, key: yaml.Node | None = None) -> Iterator[_Entry]:
    if len(loc) > _MAX_DEPTH:
        raise ConfigError(f"{where}{_position(node.start_mark)}: this goes too deep", "Write it without loops")
    yield loc, node, key
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*loc, index), where)
    elif isinstance(node, yaml.MappingNode):
        _refuse_double_keys(node, where)
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.tag != _MERGE:
                yield from _walk(value, (*loc, name.value), where, name)


def _refuse_double_keys(node: yaml.MappingNode, where: str) -> None:
    seen: set[str] = set()
    for name, _ in node.value:
        if not isinstance(name, yaml.ScalarNode) or name.tag == _MERGE:
            continue
        if name.value in seen:
            raise ConfigError(
                f"{where}{_position(name.start_mark)}: '{name.value}' is written twice here", "Keep one of them"
            )
        seen.add(name.value)


def _position(mark: yaml.Mark) -> str:
    return f":{mark.line + 1}:{mark.column + 1}"
