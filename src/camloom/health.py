"""Whether the picture of a camera is worth analysing: not black, frozen, covered, moved or out of focus."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from camloom.config import HealthConfig, Scene
from camloom.event import Phase
from camloom.frame import Frame, ImageArray
from camloom.rules.picture.fault import CameraFaultRule, FaultConfig, fault_of
from camloom.tracks import Tracks

_LOOK_S, _CALM_LOOK_S = 0.5, 1.0
# Black is 16 in the luma of video, and 0 only where it uses the full range.
_FLAT_STD, _BLACK_MEAN = 3.0, 16.0 + 8.0
_SAMPLES = (32, 18)
_TOLERANCE_S = 0.01  # frames do not come on the dot
_EVENT_RULE = "system"


class PictureHealth:
    """Looks at the frames of one stream before they are analysed: once a second, twice while something seems wrong.

    What the rule `camera_fault` sees pauses the analysis while it lasts; so does a picture without anything in it
    from the beginning, which that rule cannot know from a dark scene. Frames are still let through twice a second,
    marked as not usable, for the rules that watch the camera itself. A frozen picture that changes is analysed at
    once: nothing of what happens then is lost.

    Args:
        config: which faults, and how long they must be there.
        on_fault: called with the reason and a line about it when one begins, and with the reason and an empty line
            when it is over; on the thread that shows the frames.
    """

    def __init__(self, config: HealthConfig, on_fault: Callable[[str, str], None]) -> None:
        self._config = config
        self._on_fault = on_fault
        self._rule = CameraFaultRule(
            FaultConfig(id=_EVENT_RULE, faults=config.faults, hold_s=config.hold_s, relearn_s=config.relearn_s),
            Scene(),
        )
        self._flat_since_s: float | None = None
        self._faults: set[str] = set()
        self._frozen_look: ImageArray | None = None
        self._looked_s = -math.inf
        self._shown_s = -math.inf

    @property
    def holding(self) -> bool:
        """Whether it must go on looking: a fault is there, or seems to be."""
        return bool(self._faults) or self._rule.holding or self._flat_since_s is not None

    def see(self, frame: Frame, tracks: Tracks) -> Frame | None:
        """Take a frame and what is tracked just now.

        Returns:
            The frame; marked as not usable while a fault lasts; None for those of them that nobody need see.
        """
        if frame.discont:
            self._begin_anew(frame)
        if frame.pts_s - self._looked_s >= (_LOOK_S if self.holding else _CALM_LOOK_S) - _TOLERANCE_S:
            self._looked_s = frame.pts_s
            self._look(frame, tracks)
        if not self._faults or self._thaws(frame):
            return frame
        if frame.pts_s - self._shown_s < _LOOK_S and not frame.discont:
            return None
        self._shown_s = frame.pts_s
        return replace(frame, usable=False)

    def _begin_anew(self, frame: Frame) -> None:
        self._rule.finish(frame)
        for reason in tuple(self._faults):
            self._change(reason, "")
        self._flat_since_s, self._looked_s, self._shown_s = None, -math.inf, -math.inf

    def _look(self, frame: Frame, tracks: Tracks) -> None:
        for event in self._rule.update(tracks, frame):
            if event.phase is Phase.END:
                for reason in tuple(self._faults):
                    self._change(reason, "")
            else:
                self._change(fault_of(event), event.detail)
        if "black" in self._config.faults:
            self._look_for_nothing(frame)

    def _look_for_nothing(self, frame: Frame) -> None:
        luma = frame.buffer.luma(*_SAMPLES)
        if float(luma.std()) >= _FLAT_STD or float(luma.mean()) >= _BLACK_MEAN:
            if self._flat_since_s is not None and "black" in self._faults:
                self._change("black", "")
            self._flat_since_s = None
            return
        since_s = self._flat_since_s = frame.pts_s if self._flat_since_s is None else self._flat_since_s
        if frame.pts_s - since_s >= self._config.hold_s and "black" not in self._faults:
            self._change("black", "black: the picture shows nothing")

    def _change(self, reason: str, detail: str) -> None:
        if not detail:
            self._faults.discard(reason)
        elif reason in self._faults:
            return
        else:
            for earlier in tuple(self._faults):
                self._change(earlier, "")
            self._faults.add(reason)
            self._frozen_look = None
        self._on_fault(reason, detail)

    def _thaws(self, frame: Frame) -> bool:
        """Tell whether a picture that was frozen is another one now."""
        if "frozen" not in self._faults:
            return False
        look = frame.buffer.luma(*_SAMPLES)
        if self._frozen_look is None:
            self._frozen_look = look
        return not np.array_equal(look, self._frozen_look)
