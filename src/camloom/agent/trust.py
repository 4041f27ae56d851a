"""How far a document that came from a server is trusted: it names cameras and rules, and no file of this machine.

Whoever may edit tasks in the console is no administrator of this machine. So a task names cameras, models by name and
files in the data folder (uploads, models that were imported); where results go is decided here.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from camloom.agent.settings import AgentSettings
from camloom.config import Block, TaskConfig
from camloom.config.addresses import STRICT_SCHEMES, scheme_of
from camloom.errors import ConfigError
from camloom.inference.library import CARD_SUFFIXES

_HARMLESS = ("synthetic",)
DECIDED_HERE = ("id", "out", "sinks", "templates")
"""Keys of a task that its host decides."""


def check_trust(task: TaskConfig, settings: AgentSettings) -> None:
    """Refuse what names more of this machine than it may. ConfigError: it does."""
    for block in (task.source, task.evidence_source):
        if block is not None:
            check_source(block, settings)
    for name in (task.model, *(one.model for one in task.secondary)):
        if name.endswith(CARD_SUFFIXES):
            _inside(Path(name), settings.data, f"the model {Path(name).name}")
    for config in (task.tracker.config, *(rule.config for rule in task.rules)):
        taught = getattr(config, "model", "")
        if isinstance(taught, str) and taught.endswith(".json"):
            _inside(Path(taught), settings.data, f"the model {Path(taught).name}")
        _check_paths(config, settings)


def check_source(block: Block, settings: AgentSettings) -> None:
    """Refuse a source that is no camera and no file of the data folder. ConfigError: it is none."""
    url = str(getattr(block.config, "url", f"{block.type}:"))
    scheme = scheme_of(url)
    if scheme == "file":
        _inside(Path(url.removeprefix("file://").removeprefix("file:")), settings.data, "the file of the source")
    elif scheme not in (*STRICT_SCHEMES, *_HARMLESS, *settings.more_sources):
        raise ConfigError(
            f"sources of the kind '{scheme}:' are not taken from a server",
            f"Whoever runs this machine may allow it: CAMLOOM_MORE_SOURCES='[\"{scheme}\"]'",
        )
    _check_paths(block.config, settings)


def strict(block: Block) -> Block:
    """Return a source that may not lead to this machine itself, wherever it is redirected to."""
    if scheme_of(str(getattr(block.config, "url", ""))) == "file" or "policy" not in type(block.config).model_fields:
        return block
    return block.model_copy(update={"config": block.config.model_copy(update={"policy": "strict"})})


def _check_paths(config: Any, settings: AgentSettings) -> None:
    for name, path in _paths(config):
        _inside(path, settings.data, f"`{name}`")


def _paths(config: Any) -> Iterator[tuple[str, Path]]:
    """Yield the paths that somebody has written into a configuration."""
    if not isinstance(config, BaseModel):
        return
    for name in config.model_fields_set:
        value = getattr(config, name)
        if isinstance(value, Path):
            yield name, value
        elif isinstance(value, BaseModel):
            yield from _paths(value)


def _inside(path: Path, folder: Path, what: str) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ConfigError(f"{what} is not in the data folder", "Upload it, or import it, in the console")
