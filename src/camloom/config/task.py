"""A task: one camera, what to look for in it, and where the results go."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from camloom.config.alarms import Alarm, build_alarm
from camloom.config.asked import Places
from camloom.config.blocks import Block, RuleBlock, SinkBlock, SourceBlock, TrackerBlock, build_block
from camloom.config.camera_alerts import CameraAlertsConfig
from camloom.config.document import Origin, read_document
from camloom.config.health import HealthConfig
from camloom.config.model import (
    Complaint,
    Loc,
    StrictModel,
    complaint,
    complaints_of,
    refusal,
)
from camloom.config.places import LineConfig, Scene, ZoneConfig
from camloom.errors import ConfigError

_HINT = "`camloom run --help` shows an example"


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


class TaskConfig(StrictModel):
    """One camera or file, what to look for in it, and where the results go."""

    id: str = Field(default="task", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    source: SourceBlock
    evidence_source: SourceBlock | None = Field(
        default=None, description="the camera's main stream, live: clips are cut from it, while `source:` is analysed"
    )
    camera_alerts: CameraAlertsConfig | None = Field(
        default=None, description="listen to the alerts that the camera raises by itself"
    )
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
    health: Literal["auto", "off"] | HealthConfig = Field(
        default="auto",
        description="pause the analysis while the picture is black, frozen, covered ...; auto: live only",
    )
    tracker: TrackerBlock = Field(default_factory=lambda: build_block("trackers", {"type": "bytetrack"}))
    zones: tuple[ZoneConfig, ...] = ()
    lines: tuple[LineConfig, ...] = ()
    templates: Path | None = Field(default=None, description="folder of alarm templates of your own")
    alarms: tuple[Alarm, ...] = Field(default=(), description="alarms by template: {template: name, zone: ..., ...}")
    # After the alarms, whose rules join those that are written out.
    rules: tuple[RuleBlock, ...] = Field(default=(), validate_default=True)
    sinks: tuple[SinkBlock, ...] = ()
    live_view: bool = Field(
        default=False, description="offer pictures and boxes on a Unix socket in the folder `out`, for a server"
    )
    out: Path = Field(default=Path("out"), description="folder for everything that sinks write")

    @field_validator("zones", "lines")
    @classmethod
    def _different_places(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        what = str(info.field_name).removesuffix("s")
        if doubles := _doubles(what, [((index, "name"), place.name) for index, place in enumerate(value)]):
            raise refusal(doubles)
        return value

    @field_validator("alarms", mode="before")
    @classmethod
    def _build_alarms(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, list | tuple):
            raise ValueError("needs a list of alarms: - {template: name, ...}")
        if not {"zones", "lines", "templates"} <= info.data.keys():
            return ()  # what is wrong there is told already, and would be told again by every alarm
        places = Places(
            {zone.name: zone for zone in info.data["zones"]},
            {line.name: line for line in info.data["lines"]},
            info.data["templates"],
        )
        return _each(value, places, info.context)

    @field_validator("rules", mode="after")
    @classmethod
    def _join_alarms(cls, value: tuple[Block, ...], info: ValidationInfo) -> tuple[Block, ...]:
        # A task that is checked again brings the rules of its alarms along; they are made anew.
        written = [
            rule.model_copy(update={"place": _place(info.context, ("rules", index), rule)})
            for index, rule in enumerate(value)
            if rule.alarm is None
        ]
        return (*written, *(rule for alarm in info.data.get("alarms", ()) for rule in alarm.rules))

    @model_validator(mode="after")
    def _names_fit(self) -> "TaskConfig":
        scene = self.scene()
        wrong = [one for loc, rule in self._placed() for one in _check_place(loc, rule, scene)]
        if wrong := [*_doubles("rule", self._named()), *wrong]:
            raise refusal(wrong)
        return self

    def scene(self) -> Scene:
        """Return the zones and lines as geometry, those that templates made included."""
        made = {zone.name: zone for rule in self.rules if rule.alarm for zone in rule.alarm.zones}
        zones = {**made, **{zone.name: zone for zone in self.zones}}
        places = tuple(zone.build() for zone in zones.values()), tuple(line.build() for line in self.lines)
        return Scene(*places, memory=self.out / "scenes")

    def _named(self) -> list[tuple[Loc, str]]:
        """Return the names of the rules that are written out and of the alarms, with where they stand."""
        written = [((*loc, "id"), rule.config.id) for loc, rule in self._placed() if rule.alarm is None]
        return [*written, *((("alarms", index, "id"), alarm.id) for index, alarm in enumerate(self.alarms))]

    def _placed(self) -> list[tuple[Loc, Block]]:
        """Return the rules with where in the document they stand."""
        written = [rule for rule in self.rules if rule.alarm is None]
        return [
            *((("rules", index), rule) for index, rule in enumerate(written)),
            *((("alarms", index), rule) for index, alarm in enumerate(self.alarms) for rule in alarm.rules),
        ]


def _each(value: list[Any] | tuple[Any, ...], places: Places, origin: Any) -> tuple[Alarm, ...]:
    """Build all alarms, and collect what is wrong with each."""
    built, wrong = [], []
    for index, one in enumerate(value):
        try:
            built.append(build_alarm(one, places).at(_place(origin, ("alarms", index), one)))
        except ValidationError as error:
            wrong += [((index, *loc), kind, text) for loc, kind, text in complaints_of(error)]
    if wrong:
        raise refusal(wrong)
    return tuple(built)


def _place(origin: Any, loc: Loc, one: Any) -> str:
    """Return where in its file something stands; what comes from a file already keeps its place."""
    return origin.at(loc) if isinstance(origin, Origin) and origin.is_file else getattr(one, "place", "")


def _doubles(what: str, found: list[tuple[Loc, str]]) -> list[Complaint]:
    seen: set[str] = set()
    wrong = []
    for loc, name in found:
        if name in seen:
            mend = "give one of them an `id` of its own" if what == "rule" else "give one of them another name"
            wrong.append(complaint(loc, f"two {what}s are called '{name}': {mend}"))
        seen.add(name)
    return wrong


def _check_place(loc: Loc, rule: Block, scene: Scene) -> list[Complaint]:
    wrong = []
    for key, find in (("zone", scene.zone), ("line", scene.line), ("second_line", scene.line)):
        try:
            if name := getattr(rule.config, key, None):
                find(name)
        except ConfigError as error:
            wrong.append(complaint((*loc, key), f"rule '{rule.config.id}': {error}"))
    misfit = None if wrong else getattr(rule.config, "misfit", None)
    if misfit is not None and (text := misfit(scene)):
        wrong.append(complaint((*loc, "zone"), f"rule '{rule.config.id}': zone '{rule.config.zone}' {text}"))
    return wrong


def load_task(path: Path) -> TaskConfig:
    """Read a task from a YAML file. Relative paths in it count from the current folder.

    Raises:
        ConfigError: the file is missing, is not YAML, or says something impossible; with line and column.
    """
    document, origin = read_document(path)
    return _checked(document, origin)


def parse_task(document: Any, where: str = "task") -> TaskConfig:
    """Check a task given as plain data.

    Raises:
        ConfigError: names the first thing that is wrong and where.
    """
    return _checked(document, Origin(where))


def _checked(document: Any, origin: Origin) -> TaskConfig:
    _refuse_other_shapes(document, origin)
    try:
        return TaskConfig.model_validate(document, context=origin)
    except ValidationError as error:
        raise origin.error(error, _HINT) from error


def task_problems(path: Path) -> list[str]:
    """Return everything that is wrong with a task file, a line each; ConfigError if it cannot be read at all."""
    document, origin = read_document(path)
    _refuse_other_shapes(document, origin)
    try:
        TaskConfig.model_validate(document, context=origin)
    except ValidationError as error:
        return [origin.tell(one) for one in complaints_of(error)]
    return []


def _refuse_other_shapes(document: Any, origin: Origin) -> None:
    if not isinstance(document, dict):
        raise ConfigError(f"{origin.at(())}: this is not a task", "A task is a mapping with at least `source:`")
