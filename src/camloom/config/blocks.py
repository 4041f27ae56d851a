"""Plug-ins by name with their settings, as they stand in a task."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from camloom import plugins
from camloom.config.model import StrictModel
from camloom.config.places import ZoneConfig
from camloom.errors import CamloomError


class Wants(StrictModel):
    """What the models of a task must be able to do.

    Attributes:
        any_of: at least one of these labels.
        all_of: every one of these labels.
        abilities: pose, face, embedding.
        attributes: what models of crops must say, `name` or `name=value`.
    """

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    abilities: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


class AlarmLabel(Wants):
    """What a template adds to the events of a rule, and what it wants of the models.

    Attributes:
        alarm_id: of the alarm in its task.
        template: name of the template.
        name: of the alarm, by language.
        severity: info, minor, major or critical.
        stage: of an alarm that warns first; empty if it has none.
        rank: which stage that is, counted from the first.
        merge_s: alarms within this time of each other are one incident; 0: each is one of its own.
        one_of: besides, all of one of these.
        takes: settings of the rule that are labels, and of which labels each takes those that the model has.
        zones: places that the template made out of those of the task.
    """

    alarm_id: str
    template: str
    name: dict[str, str]
    severity: str
    stage: str = ""
    rank: int = 0
    merge_s: float = 0.0
    one_of: tuple[Wants, ...] = ()
    takes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    zones: tuple[ZoneConfig, ...] = ()


class Block(StrictModel):
    """A plug-in by name with its own checked configuration.

    Attributes:
        type: the name the plug-in is registered under.
        config: an instance of that plug-in's `Config`.
        alarm: what the template that this rule comes from says of it, if any.
        place: where in its file it stands, `task.yaml:7:5`; empty if it comes from no file.
    """

    type: str
    config: Any
    alarm: AlarmLabel | None = None
    place: str = Field(default="", repr=False)


def block_of(seam: str) -> Any:
    """Return the validator that makes a block out of `{type: name, ...}` or just a name."""

    def parse(value: Any) -> Any:
        if isinstance(value, Block):
            return value
        if isinstance(value, str):
            value = {"type": value}
        if not isinstance(value, dict) or not isinstance(value.get("type"), str):
            raise ValueError("needs the form {type: name, ...}")
        return build_block(seam, value)

    return BeforeValidator(parse)


def build_block(seam: str, settings: dict[str, Any], alarm: AlarmLabel | None = None) -> Block:
    """Return a block. ValueError: no such plug-in; ValidationError: its settings are wrong."""
    name = settings["type"]
    try:
        implementation = plugins.load(seam, name)
    except CamloomError as error:
        raise ValueError(str(error)) from error
    rest = {key: value for key, value in settings.items() if key != "type"}
    return Block(type=name, config=implementation.Config.model_validate(rest), alarm=alarm)


def _source_block(value: Any) -> Any:
    """Accept a bare path or URL for the common case."""
    if not isinstance(value, str):
        return value
    scheme = value.split(":", 1)[0].lower() if "://" in value or value.startswith("synthetic:") else ""
    for name in plugins.names("sources") if scheme else ():
        if scheme in plugins.load("sources", name).schemes:
            return {"type": name, "url": value}
    return {"type": "media", "url": value}


SourceBlock = Annotated[Block, block_of("sources"), BeforeValidator(_source_block)]
TrackerBlock = Annotated[Block, block_of("trackers")]
RuleBlock = Annotated[Block, block_of("rules")]
SinkBlock = Annotated[Block, block_of("sinks")]
