"""From a task to its parts."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from camloom import plugins
from camloom.config import Block, HealthConfig, Scene, TaskConfig
from camloom.errors import ConfigError, SinkError
from camloom.event import Event
from camloom.inference.base import LoadedModel
from camloom.inference.card import PICTURE_TASKS, ModelCard
from camloom.inference.crops import CropReader
from camloom.inference.secondary import Secondary
from camloom.packets import StreamInfo
from camloom.pipeline import Pipeline, Settings
from camloom.rules.alarm import AlarmPart, AlarmRule
from camloom.rules.base import Rule
from camloom.rules.subjects.shared import SharedScene
from camloom.runner.alarms import check_taught, fit_rules, it_knows
from camloom.runner.camera_alerts import CameraAlerts
from camloom.runner.companion import Companion
from camloom.runner.evidence import EvidenceFeed
from camloom.sinks.base import Sink
from camloom.sources.base import Source
from camloom.sources.reading.load import LoadGovernor

_RING_SLACK_S = 2.0
_MIN_RING_S = 3.0
_LEAST_FPS = 10.0


def build_sinks(task: TaskConfig) -> list[Sink]:
    """Make the sinks of a task; nothing is opened yet."""
    return [plugins.load_available("sinks", block.type)(block.config) for block in task.sinks]


def build_source(task: TaskConfig) -> Source:
    """Make the source of a task; nothing is opened yet."""
    source: Source = plugins.load_available("sources", task.source.type)(task.source.config)
    return source


def build_evidence_source(task: TaskConfig) -> Source:
    """Make the source of a task's second stream, which evidence is cut from; the task has one."""
    assert task.evidence_source is not None
    source: Source = plugins.load_available("sources", task.evidence_source.type)(task.evidence_source.config)
    return source


def build_companions(task: TaskConfig, credits: int) -> tuple[EvidenceFeed | None, list[Companion]]:
    """Make what goes beside the stream of a task; nothing is connected yet.

    Args:
        credits: see `build_pipeline`.

    Returns:
        The feed of the second stream, if there is one, and all companions.

    Raises:
        CamloomError: a plug-in cannot run here, or an address is none.
    """
    companions: list[Companion] = []
    feed = None
    if task.evidence_source is not None:
        feed = EvidenceFeed(task.id, partial(build_evidence_source, task), _ring_s(task, credits))
        companions.append(feed)
    if task.camera_alerts is not None:
        companions.append(CameraAlerts(task.id, task.camera_alerts))
    return feed, companions


def build_pipeline(
    task: TaskConfig,
    model: LoadedModel,
    source: Source,
    sinks: list[Sink],
    *,
    governor: LoadGovernor | None = None,
    credits: int = 1,
    live: bool = False,
    readers: Sequence[CropReader] = (),
) -> Pipeline:
    """Put the stages of a task together.

    Args:
        live: whether it is a camera; a file is analysed whatever it shows.
        credits: frames that decoding may be ahead of the rules; the packet ring must reach that much further.
        readers: the models of `task.secondary`, in their order.

    Raises:
        ConfigError: the task asks for a class that the model does not know, or the model only reads crops.
    """
    cards = [reader.model.card for reader in readers]
    check_model(task, model.card, cards)
    settings = Settings(
        analysis_fps=task.analysis_fps,
        idle=task.idle,
        classes=task.classes,
        ring_s=_ring_s(task, credits),
        health=_health(task, live=live),
    )
    return Pipeline(
        task.id,
        source,
        model,
        plugins.load_available("trackers", task.tracker.type)(
            task.tracker.config, trusted=task.min_confidence or model.card.track_confidence
        ),
        named_rules(task, model.card, cards),
        secondary=[Secondary(config, reader) for config, reader in zip(task.secondary, readers, strict=True)],
        settings=settings,
        governor=governor,
        plan_media=lambda event, stream: _media_of(sinks, event, stream),
    )


def _health(task: TaskConfig, *, live: bool) -> HealthConfig | None:
    if isinstance(task.health, HealthConfig):
        return task.health
    return HealthConfig() if task.health == "auto" and live else None


def _ring_s(task: TaskConfig, credits: int) -> float:
    before_s = max((getattr(block.config, "before_s", 0.0) for block in task.sinks), default=0.0)
    ahead_s = (credits + 1) / (task.analysis_fps or _LEAST_FPS)
    return max(_MIN_RING_S, before_s + ahead_s + _RING_SLACK_S)


def prepare_folder(out: Path) -> None:
    """Make the output folder. SinkError when it cannot be written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".camloom-write-test"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise SinkError(f"cannot write into {out}: {error.strerror}", "Name another folder with `--out`") from error


def _media_of(sinks: list[Sink], event: Event, stream: StreamInfo) -> dict[str, str]:
    media: dict[str, str] = {}
    for sink in sinks:
        plan = getattr(sink, "plan", None)
        if plan is not None:
            media |= plan(event, stream)
    return media


def build_rules(task: TaskConfig, card: ModelCard, readers: Sequence[ModelCard] = ()) -> list[Rule]:
    """Make the rules of a task, those of its alarms included, for what its models find and say.

    Raises:
        ConfigError: a rule asks for something that the model does not find.
        PluginError: a rule cannot run on this machine.
    """
    return list(named_rules(task, card, readers).values())


def named_rules(task: TaskConfig, card: ModelCard, readers: Sequence[ModelCard] = ()) -> dict[str, Rule]:
    """Make the rules of a task as `build_rules` does: by the id of the rule, or of the alarm where a template made it.

    Raises:
        ConfigError, PluginError: see `build_rules`.
    """
    scene = SharedScene.of(task.scene())
    fitted = rules_by_id(fit_rules(task, card, readers))
    return {name: build_rule(blocks, scene) for name, blocks in fitted.items()}


def rules_by_id(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    """Return what works as one: each rule that is written out, and all rules of an alarm."""
    found: dict[str, list[Block]] = {}
    for block in blocks:
        found.setdefault(id_of(block), []).append(block)
    return found


def id_of(block: Block) -> str:
    """Return what the events of a rule are called: its id, or that of its alarm."""
    name: str = block.config.id if block.alarm is None else block.alarm.alarm_id
    return name


def build_rule(blocks: Sequence[Block], scene: Scene) -> Rule:
    """Make a rule, or the rules of one alarm as one.

    Raises:
        PluginError: it cannot run on this machine.
    """
    rules = [plugins.load_available("rules", block.type)(block.config, scene) for block in blocks]
    parts = [AlarmPart(rule, block.alarm) for rule, block in zip(rules, blocks, strict=True) if block.alarm]
    if parts:
        return AlarmRule(parts)
    plain: Rule = rules[0]
    return plain


def check_model(task: TaskConfig, card: ModelCard, readers: Sequence[ModelCard] = ()) -> None:
    """Check that a task's models find all that it asks for, without loading them. ConfigError: they do not."""
    if card.task not in PICTURE_TASKS:
        raise ConfigError(
            f"task '{task.id}': model '{card.name}' reads crops, it finds nothing in a whole picture",
            "Name it under `secondary:` and a model that finds objects under `model:`",
        )
    known = set(card.class_names)
    wanted = set(task.classes).union(*(asker.classes for asker in task.secondary))
    if unknown := sorted(wanted - known):
        raise ConfigError(
            f"task '{task.id}': model '{card.name}' does not know the class '{unknown[0]}'", it_knows(card)
        )
    fit_rules(task, card, readers)
    check_taught(task, readers)
