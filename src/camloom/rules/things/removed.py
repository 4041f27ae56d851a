"""The rule about things taken away: the ground shows where a thing was."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field, field_validator, model_validator

from camloom.config import Scene
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.gate import RuleGate, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import Sighting
from camloom.rules.things.background import Look
from camloom.rules.things.ground import Ground, ThingRuleConfig, zone_of
from camloom.rules.things.outline import Kind
from camloom.rules.things.still import StillRegion
from camloom.tracks import Tracks

_Share = Annotated[float, Field(ge=0, le=1)]
BoxNorm = tuple[_Share, _Share, _Share, _Share]

# A marked thing need not have been there for long, but it must have been seen.
_LEARN_S = 2.0


class RemovedConfig(ThingRuleConfig):
    """A rule about things taken away."""

    box: BoxNorm | None = Field(
        default=None, description="the thing: x0, y0, x1, y1, 0..1 of the picture; none: whatever stood for settled_s"
    )
    min_share: float = Field(default=0.3, gt=0, le=1, description="box: least share of it that must have changed")
    settled_s: float = Field(default=60.0, ge=1, le=86400, description="no box: how long a thing must have stood")
    missing_s: float = Field(default=5.0, gt=0, le=3600, description="least time for which it is gone")
    keep_s: float = Field(
        default=3600.0, gt=0, le=86400, description="after this time the place without it is the scene"
    )

    @field_validator("box")
    @classmethod
    def _not_inverted(cls, value: BoxNorm | None) -> BoxNorm | None:
        if value is not None and (value[0] >= value[2] or value[1] >= value[3]):
            raise ValueError("takes x0, y0, x1, y1 with x0 < x1 and y0 < y1")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> "RemovedConfig":
        unused = {"settled_s"} if self.box is not None else {"min_share"}
        for name in sorted(unused & self.model_fields_set):
            raise ValueError(f"`{name}` has no effect {'with' if self.box is not None else 'without'} `box`")
        return self


@dataclass(slots=True, eq=False)
class _Loss:
    """A hole in the scene; `stood_s` is how long the thing had stood there."""

    region: StillRegion
    number: int
    stood_s: float
    incident: Incident | None = None


class RemovedRule:
    """A thing that stood in the scene is gone.

    The thing is a marked box, or anything that had stood for `settled_s`. Where it stood something else shows,
    and stands still for `missing_s`; the outline of the thing was there before and is no more. Somebody before
    it hides it: while he does, nothing is known. The incident ends when the thing is back. The value is the
    time for which it is missing, in s. It needs no detector of things.

    Cost: 0.4 to 1.5 ms for each look, at most eight looks a second; see `background`.
    """

    needs_pixels: ClassVar = True
    Config: ClassVar[type[BaseModel]] = RemovedConfig

    def __init__(self, config: RemovedConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._ground = Ground(config, zone_of(config, scene))
        self._subjects = subjects_of(scene, config, Anchor.BOTTOM_CENTER)
        self._reporter = Reporter(config.id, "object.removed", config.zone or "", "s")
        self._losses: list[_Loss] = []
        self._count = 0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        people = self._subjects.observe(tracks, frame).items
        look, over = self._ground.update(tracks, frame)
        events = [event for region in over for event in self._close(region, frame)]
        for region in self._ground.items():
            if region.kind is not None and not any(loss.region is region for loss in self._losses):
                self._take_up(region, look)
        return events + [event for loss in tuple(self._losses) for event in self._judge(loss, people, look, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for loss in self._losses for event in self._end(loss, frame)]
        self._ground.clear()
        self._subjects.forget()
        self._losses.clear()
        self._count = 0
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: a thing is missing, or seems to be."""
        return len(self._losses) > 0

    def _take_up(self, region: StillRegion, look: Look) -> None:
        stood_s = region.appeared_s - region.background_s
        least_s = self._config.settled_s if self._config.box is None else _LEARN_S
        if region.kind is Kind.HOLE and reached(stood_s, least_s):
            self._count += 1
            self._losses.append(_Loss(region, self._count, stood_s))
        elif region.kind is Kind.THING and self._config.box is not None and self._share(region) > 0:
            pass  # Something was put before the marked thing: what is behind it must not be forgotten.
        else:
            self._ground.drop(region, look)

    def _judge(self, loss: _Loss, people: list[Sighting], look: Look, frame: Frame) -> list[Event]:
        if frame.pts_s - loss.region.found_s > self._config.keep_s:
            self._ground.drop(loss.region, look)
            return self._close(loss.region, frame)
        if loss.incident is None:
            return self._start(loss, people, look, frame)
        return self._go_on(loss, loss.incident, frame)

    def _start(self, loss: _Loss, people: list[Sighting], look: Look, frame: Frame) -> list[Event]:
        missing_s, share = frame.pts_s - loss.region.found_s, self._share(loss.region)
        held_s = missing_s - self._config.missing_s
        least = 0.0 if self._config.box is None else self._config.min_share
        if loss.region.seen_s < look.pts_s or not reached(held_s, 0) or share < least:
            return []
        gates = self.gate.check(frame, -loss.number, held_s)
        if gates is None:
            return []
        why = (*self._why(loss, missing_s, share), *gates)
        seen = [self._ground.sighting(loss.region, loss.number, frame.pts_s), *people]
        loss.incident, event = self._reporter.start(frame, seen, missing_s, why)
        self.gate.spoke(-loss.number, frame.pts_s)
        return [event]

    def _why(self, loss: _Loss, missing_s: float, share: float) -> tuple[Gate, ...]:
        config = self._config
        place = (
            Gate("settled", loss.stood_s, config.settled_s, "s")
            if config.box is None
            else Gate("min_share", share, config.min_share, "box")
        )
        area = Gate("min_area", self._ground.share(loss.region), config.min_area, "picture")
        return Gate("missing", missing_s, config.missing_s, "s"), place, area

    def _share(self, region: StillRegion) -> float:
        """Return the share of the marked box that a region covers; 1 where no box is marked."""
        if self._config.box is None:
            return 1.0
        height, width = region.mask.shape
        x0, y0, x1, y1 = (
            round(v * size) for v, size in zip(self._config.box, (width, height, width, height), strict=True)
        )
        part = region.mask[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)]
        return float(part.mean()) if part.size else 0.0

    def _go_on(self, loss: _Loss, incident: Incident, frame: Frame) -> list[Event]:
        every_s = self._config.update_s
        if every_s is None or not reached(frame.pts_s - incident.reported_s, every_s):
            return []
        thing = self._ground.sighting(loss.region, loss.number, frame.pts_s)
        return [self._reporter.update(incident, frame, [thing], self._missing_s(loss, frame))]

    def _close(self, region: StillRegion, frame: Frame) -> list[Event]:
        losses = [loss for loss in self._losses if loss.region is region]
        self._losses = [loss for loss in self._losses if loss.region is not region]
        return [event for loss in losses for event in self._end(loss, frame)]

    def _end(self, loss: _Loss, frame: Frame) -> list[Event]:
        incident, loss.incident = loss.incident, None
        if incident is None:
            return []
        self.gate.spoke(-loss.number, frame.pts_s)
        thing = self._ground.sighting(loss.region, loss.number, frame.pts_s)
        return [self._reporter.end(incident, frame, [thing], self._missing_s(loss, frame))]

    def _missing_s(self, loss: _Loss, frame: Frame) -> float:
        return frame.pts_s - loss.region.found_s
