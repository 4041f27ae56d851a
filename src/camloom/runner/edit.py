"""What changes about a stream while it runs, and what can be seen of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import av
import av.error

from camloom.config import Block, Scene, TaskConfig
from camloom.errors import SourceError
from camloom.inference.card import ModelCard
from camloom.inference.library import find_card
from camloom.packets import CodecParameters, PacketRing, StreamInfo
from camloom.rules.base import Rule
from camloom.runner.build import check_model, named_rules, rules_by_id
from camloom.runner.provenance import rule_versions
from camloom.sources.reading.still import jpeg_of

_LIVE_FIELDS = frozenset({"rules", "alarms", "zones", "lines", "templates"})
_PLACES = ("zone", "line", "second_line")


@dataclass(frozen=True, slots=True)
class Edit:
    """Other rules for a stream that runs.

    Attributes:
        rules: all of them, by id.
        scene: the zones and lines.
        versions: what each rule is now, see `provenance.rule_versions`.
        kept: ids of the rules that have not changed.
    """

    rules: Mapping[str, Rule]
    scene: Scene
    versions: Mapping[str, Any]
    kept: frozenset[str] = field(default_factory=frozenset)


def build_edit(task: TaskConfig, kept: frozenset[str]) -> Edit:
    """Make the rules of an edited task. CamloomError: they do not fit its models."""
    card, readers = _cards(task)
    return Edit(check_task(task), task.scene(), rule_versions(task, card, readers), kept)


def check_task(task: TaskConfig) -> dict[str, Rule]:
    """Say what is wrong with a task before anything of it is opened; return its rules.

    Raises:
        CamloomError: its models are unknown, or its rules ask for what these do not find.
    """
    card, readers = _cards(task)
    check_model(task, card, readers)
    return named_rules(task, card, readers)


def only_rules_differ(old: TaskConfig, new: TaskConfig) -> bool:
    """Tell whether a stream can take an edit of its task without a break."""
    fields = TaskConfig.model_fields.keys() - _LIVE_FIELDS
    return all(getattr(old, name) == getattr(new, name) for name in fields)


def unchanged_rules(old: TaskConfig, new: TaskConfig) -> frozenset[str]:
    """Return the ids of the rules that an edit leaves alone, with the zones and lines that they look at."""
    before, after = rules_by_id(old.rules), rules_by_id(new.rules)
    places = _places(old), _places(new)
    return frozenset(
        name
        for name, blocks in after.items()
        if before.get(name) == blocks and all(_seen(block, places[0]) == _seen(block, places[1]) for block in blocks)
    )


def picture_of(ring: PacketRing, info: StreamInfo) -> bytes:
    """Return the newest picture of a stream as a JPEG.

    Args:
        ring: its last packets.
        info: what the source said when it opened.

    Raises:
        SourceError: no picture has come, or it cannot be decoded.
    """
    newest = ring.newest
    if newest is None:
        raise SourceError("no picture comes at the moment", "Look at the state of the camera", reason="no-video")
    recording = ring.record(newest.pts_s, newest.pts_s)
    ring.stop(recording)
    context = CodecParameters(recording.info or info).new_context()
    picture = None
    for packet in (*(each.raw for each in recording.packets), None):
        try:
            picture = next(reversed(context.decode(packet)), picture)
        except av.error.FFmpegError:
            continue  # one damaged packet; the others may do
    if picture is None:
        raise SourceError("the newest picture cannot be decoded", "Try again", reason="no-video")
    return jpeg_of(picture)


def _cards(task: TaskConfig) -> tuple[ModelCard, list[ModelCard]]:
    card, *readers = [find_card(name)[0] for name in (task.model, *(one.model for one in task.secondary))]
    return card, readers


def _places(task: TaskConfig) -> dict[str, object]:
    return {**{zone.name: zone for zone in task.zones}, **{line.name: line for line in task.lines}}


def _seen(block: Block, places: Mapping[str, object]) -> list[object]:
    return [places.get(getattr(block.config, key, "")) for key in _PLACES]
