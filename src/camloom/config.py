"""What a user writes: a task. One pydantic class is the validation, the documentation and the form."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from camloom import plugins
from camloom.errors import CamloomError, ConfigError
from camloom.geometry import Anchor, Line, Zone

_T = TypeVar("_T")

# YAML 1.2.2, section 10.3.2 (core schema), in the place of PyYAML's YAML 1.1.
_CORE_SCHEMA = (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
)
_WITHOUT = {tag for tag, _, _ in _CORE_SCHEMA} | {"tag:yaml.org,2002:timestamp"}


class StrictModel(BaseModel):
    """Base of all that a user writes: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(StrictModel):
    """A plug-in by name with its own checked configuration.

    Attributes:
        type: the name the plug-in is registered under.
        config: an instance of that plug-in's `Config`.
    """

    type: str
    config: Any


def _block_of(seam: str) -> Any:
    def parse(value: Any) -> Any:
        if isinstance(value, Block):
            return value
        if isinstance(value, str):
            value = {"type": value}
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            raise ValueError("needs the form {type: name, ...}")
        return _build_block(seam, dict(value))

    return BeforeValidator(parse)


def _build_block(seam: str, value: dict[str, Any]) -> Block:
    name = value.pop("type")
    try:
        implementation = plugins.load(seam, name)
    except CamloomError as error:
        raise ValueError(str(error)) from error
    return Block(type=name, config=implementation.Config.model_validate(value))


def _source_block(value: Any) -> Any:
    """Accept a bare path or URL for the common case."""
    if not isinstance(value, str):
        return value
    scheme = value.split(":", 1)[0].lower() if "://" in value or value.startswith("synthetic:") else ""
    for name in plugins.names("sources") if scheme else ():
        if scheme in plugins.load("sources", name).schemes:
            return {"type": name, "url": value}
    return {"type": "media", "url": value}


def _inside_picture(point: tuple[float, float]) -> tuple[float, float]:
    if not all(0.0 <= share <= 1.0 for share in point):
        raise ValueError(f"point {point} is outside the picture: vertices are shares of it, 0 to 1")
    return point


Point = Annotated[tuple[float, float], AfterValidator(_inside_picture)]
SourceBlock = Annotated[Block, _block_of("sources"), BeforeValidator(_source_block)]
TrackerBlock = Annotated[Block, _block_of("trackers")]
RuleBlock = Annotated[Block, _block_of("rules")]
SinkBlock = Annotated[Block, _block_of("sinks")]


class ZoneConfig(StrictModel):
    """A polygon on the picture."""

    name: str = Field(min_length=1)
    vertices: tuple[Point, ...] = Field(description="corners in order, each x, y as shares 0..1 of the picture")
    anchor: Anchor = Anchor.BOTTOM_CENTER

    @model_validator(mode="after")
    def _has_area(self) -> "ZoneConfig":
        if len(set(self.vertices)) < 3:
            raise ValueError(
                f"zone '{self.name}' needs at least three different points, it has {len(set(self.vertices))}"
            )
        return self

    def build(self) -> Zone:
        """Return the geometry."""
        return Zone(self.name, self.vertices, self.anchor)


class LineConfig(StrictModel):
    """A directed segment on the picture; side A is on the right hand when looking from start to end."""

    name: str = Field(min_length=1)
    start: Point
    end: Point
    anchor: Anchor = Anchor.BOTTOM_CENTER

    @model_validator(mode="after")
    def _has_length(self) -> "LineConfig":
        if self.start == self.end:
            raise ValueError(f"line '{self.name}' starts and ends at the same point")
        return self

    def build(self) -> Line:
        """Return the geometry."""
        return Line(self.name, self.start, self.end, self.anchor)


class SecondaryConfig(StrictModel):
    """A model that reads the crops of objects which the first model found: what colour, which number, who."""

    model: str = Field(description="name of a model card, or path of a card file; of a model that reads crops")
    runtime: str = Field(default="auto", description="auto times those installed and takes the fastest")
    classes: tuple[str, ...] = Field(default=(), description="read only objects of these classes; empty: all")
    min_height_px: int = Field(default=40, ge=2, le=10_000, description="least height of the box; smaller say little")
    padding: float = Field(default=0.1, ge=0, le=1, description="added on each side of the box, share of its size")
    refresh_s: float | None = Field(
        default=2.0, gt=0, le=86_400, description="read a track again after this time; null: only a better crop"
    )
    per_frame: int = Field(default=4, ge=1, le=64, description="crops read on one frame at most, neediest first")


class Scene:
    """The zones and lines of a task by name: what rules are given to look at."""

    def __init__(self, zones: tuple[Zone, ...] = (), lines: tuple[Line, ...] = ()) -> None:
        self.zones = {zone.name: zone for zone in zones}
        self.lines = {line.name: line for line in lines}

    def zone(self, name: str) -> Zone:
        """Return a zone; ConfigError if there is none of that name."""
        return _named(self.zones, name, "zone")

    def line(self, name: str) -> Line:
        """Return a line; ConfigError if there is none of that name."""
        return _named(self.lines, name, "line")


def _named(known: dict[str, _T], name: str, what: str) -> _T:
    if name not in known:
        raise ConfigError(f"there is no {what} '{name}'", f"Known: {', '.join(known) or 'none'}")
    return known[name]


class TaskConfig(StrictModel):
    """One camera or file, what to look for in it, and where the results go."""

    id: str = Field(default="task", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    source: SourceBlock
    model: str = Field(default="nanodet", description="name of a model card, or path of a card file")
    runtime: str = Field(default="auto", description="auto times those installed and takes the fastest")
    min_confidence: float | None = Field(
        default=None, gt=0, lt=1, description="boxes below this never begin a track; default: the card's own"
    )
    classes: tuple[str, ...] = Field(default=(), description="keep only these classes; empty keeps all")
    secondary: tuple[SecondaryConfig, ...] = Field(
        default=(), max_length=8, description="models that read the crops of what the first one found"
    )
    analysis_fps: float | None = Field(
        default=None, gt=0, le=120, description="frames analysed per second; default: all"
    )
    idle: Literal["off", "on", "auto"] = Field(
        default="auto", description="decode keyframes only while nothing moves; auto: live sources only"
    )
    tracker: TrackerBlock = Field(default_factory=lambda: _build_block("trackers", {"type": "bytetrack"}))
    zones: tuple[ZoneConfig, ...] = ()
    lines: tuple[LineConfig, ...] = ()
    rules: tuple[RuleBlock, ...] = ()
    sinks: tuple[SinkBlock, ...] = ()
    out: Path = Field(default=Path("out"), description="folder for everything that sinks write")

    @model_validator(mode="after")
    def _names_fit(self) -> "TaskConfig":
        _refuse_doubles("zone", [z.name for z in self.zones])
        _refuse_doubles("line", [line.name for line in self.lines])
        _refuse_doubles("rule", [r.config.id for r in self.rules])
        scene = self.scene()
        for rule in self.rules:
            _check_place(rule, scene)
        return self

    def scene(self) -> Scene:
        """Return the zones and lines as geometry."""
        return Scene(tuple(z.build() for z in self.zones), tuple(line.build() for line in self.lines))


def _refuse_doubles(what: str, found: list[str]) -> None:
    doubles = {name for name in found if found.count(name) > 1}
    if doubles:
        raise ValueError(f"two {what}s are called '{sorted(doubles)[0]}'")


def _check_place(rule: Block, scene: Scene) -> None:
    try:
        if zone := getattr(rule.config, "zone", None):
            scene.zone(zone)
        if line := getattr(rule.config, "line", None):
            scene.line(line)
    except ConfigError as error:
        raise ValueError(f"rule '{rule.config.id}': {error}") from error


def load_task(path: Path) -> TaskConfig:
    """Read a task from a YAML file. Relative paths in it count from the current folder.

    Raises:
        ConfigError: the file is missing, is not YAML, or says something impossible.
    """
    return parse_task(_read_yaml(path), where=str(path))


def parse_task(document: Any, where: str = "task") -> TaskConfig:
    """Check a task given as plain data.

    Raises:
        ConfigError: names the first thing that is wrong and where.
    """
    if not isinstance(document, dict):
        raise ConfigError(f"{where} is not a task", "A task is a mapping with at least `source:`")
    try:
        return TaskConfig.model_validate(document)
    except ValidationError as error:
        raise ConfigError(f"{where}: {first_problem(error)}", "`camloom run --help` shows an example") from error


def first_problem(error: ValidationError) -> str:
    """Return the first problem of a validation in one line, with the place: `rules.0.zone: ...`."""
    problem = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    text = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        text = "unknown key"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{place}: {text}{more}" if place else f"{text}{more}"


class _TaskLoader(yaml.SafeLoader):
    """Safe YAML whose plain words and numbers are those of YAML 1.2: `on`, `off`, `no` and `22:00` stay text."""


_TaskLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _WITHOUT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in _CORE_SCHEMA:
    _TaskLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _read_yaml(path: Path) -> Any:
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_TaskLoader)  # noqa: S506  # derived from SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise ConfigError(f"cannot read {path}: {reason}", "Give the path of a task file in YAML") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {error}", "Mend the file") from error
