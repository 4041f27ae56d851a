"""Runs the rules of a task over stored frames, as the pipeline runs them over live ones."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from camloom import plugins
from camloom.backtest.picture import PixelsNeededError
from camloom.backtest.store import StoredFrame
from camloom.config import Block, TaskConfig
from camloom.event import Event
from camloom.frame import Frame
from camloom.rules.base import Rule
from camloom.rules.subjects.shared import SharedScene
from camloom.runner.build import build_rule, rules_by_id
from camloom.tracks import Tracks

# Frames that are worked out together. With many more of them the caches of the processor overflow: slower again.
_AT_ONCE = 64


@dataclass(slots=True)
class _Watcher:
    """One rule, or one alarm, and what it said."""

    rule_id: str
    rule: Rule
    events: list[Event] = field(default_factory=list)


class Replay:
    """The rules of one task, and what they say about the past.

    What the model and the tracker did is given: only `rules` (and templates), `zones`, `lines` and `classes` of the
    task count. A rule that needs pixels or joints is left out: `left_out` names it, and its events so far are dropped.

    Args:
        task: with the edited rules.
    """

    def __init__(self, task: TaskConfig) -> None:
        self.left_out: list[str] = []
        self._classes = task.classes
        self._watchers: list[_Watcher] = []
        self._last: StoredFrame | None = None
        self._scene = scene = SharedScene.of(task.scene())
        for rule_id, blocks in rules_by_id(task.rules).items():
            if lack_of(blocks):
                self.left_out.append(rule_id)
            else:
                self._watchers.append(_Watcher(rule_id, build_rule(blocks, scene)))

    @property
    def events(self) -> list[Event]:
        """Everything said so far, by stream and rule order of each frame."""
        return [event for watcher in self._watchers for event in watcher.events]

    @property
    def rule_ids(self) -> list[str]:
        """The rules that run."""
        return [watcher.rule_id for watcher in self._watchers]

    def show_all(self, stored: Sequence[StoredFrame]) -> None:
        """Show the next frames."""
        own = (
            [replace(one, tracks=only_classes(one.tracks, self._classes)) for one in stored]
            if self._classes
            else stored
        )
        if self._watchers:
            self._scene.expect([(one.tracks, one.frame) for one in own])
        for one in own:
            self._show(one)

    def _show(self, stored: StoredFrame) -> None:
        frame, last = stored.frame, self._last
        if last is not None and last.run != stored.run:
            self._break(last.frame)
        elif frame.discont or (last is not None and frame.pts_s < last.frame.pts_s):
            self._break(frame)
        self._last = stored
        broken = False
        for watcher in self._watchers:
            try:
                if said := watcher.rule.update(stored.tracks, frame):
                    watcher.events += said
            except PixelsNeededError:
                self.left_out.append(watcher.rule_id)
                broken = True
        if broken:
            self._drop_left_out()

    def finish(self) -> None:
        """End everything still open: the stored frames are over."""
        if self._last is not None:
            self._break(self._last.frame)

    def _break(self, frame: Frame) -> None:
        for watcher in self._watchers:
            watcher.events += watcher.rule.finish(frame)

    def _drop_left_out(self) -> None:
        self._watchers = [watcher for watcher in self._watchers if watcher.rule_id not in self.left_out]


def only_classes(tracks: Tracks, classes: Collection[str]) -> Tracks:
    """Return the tracks of these classes; all where none is named."""
    if not classes or not len(tracks):
        return tracks
    wanted = [index for index, name in enumerate(tracks.class_names) if name in classes]
    return tracks.select(np.isin(tracks.class_id, wanted))


def lack_of(blocks: Iterable[Block]) -> str:
    """Return what a rule, or any of an alarm, cannot do without and no history keeps; empty: nothing."""
    for block in blocks:
        rule = plugins.load("rules", block.type)
        wants = getattr(rule, "wants", None)
        if getattr(rule, "needs_pixels", False):
            return "pixels"
        if wants is not None and "pose" in wants(block.config).abilities:
            return "joints"
    return ""


def replay(frames: Iterable[StoredFrame], replays: Iterable[Replay]) -> int:
    """Show all frames to all replays, and end them; return how many frames there were."""
    shown, count, rest = list(replays), 0, iter(frames)
    while some := list(islice(rest, _AT_ONCE)):
        count += len(some)
        for one in shown:
            one.show_all(some)
    for one in shown:
        one.finish()
    return count
