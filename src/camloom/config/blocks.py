"""Plug-ins by name with their settings, as they stand in a task."""

from contextlib import suppress
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from camloom import plugins
from camloom.config.addresses import policy_in_force, scheme_of
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
    """Accept a bare path or URL for the common case: its scheme, or how its name ends, tells which source reads it."""
    if not isinstance(value, str):
        return value
    scheme, name = scheme_of(value), value.lower()
    for plugin in plugins.names("sources"):
        with suppress(CamloomError):  # one that is broken must not spoil the others; `camloom plugins` lists it
            reads = plugins.load("sources", plugin)
            ending = scheme == "file" and name.endswith(getattr(reads, "suffixes", ()))
            if ending or (scheme != "file" and scheme in reads.schemes):
                return {"type": plugin, "url": value}
    return {"type": "media", "url": value}


def _allowed_source(block: Block) -> Block:
    """Refuse a kind of source that the environment does not allow."""
    try:
        policy_in_force().check_scheme(scheme_of(str(getattr(block.config, "url", f"{block.type}:"))))
    except CamloomError as error:
        raise ValueError(str(error)) from error
    return block


SourceBlock = Annotated[Block, AfterValidator(_allowed_source), block_of("sources"), BeforeValidator(_source_block)]
TrackerBlock = Annotated[Block, block_of("trackers")]
RuleBlock = Annotated[Block, block_of("rules")]
SinkBlock = Annotated[Block, block_of("sinks")]
