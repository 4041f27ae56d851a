"""The rule about the camera itself: covered, turned, out of focus, black, or showing the same picture for ever."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, Field

from camloom.config import Scene, StrictModel
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.rules.gate import GateConfig, RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.picture.view import DARK, LEARN_S, Glance, View
from camloom.tracks import Tracks

Fault = Literal["covered", "moved", "blurred", "black", "frozen"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

_LOOK_S = 0.5
_GAP_S = 2.0
_BARE = 0.6
_STILL = 0.6
_ALIKE = 0.8
_LEAST_SHARP = 0.7
# Some cameras and streams give the same picture again while nothing moves.
_LEAST_CHANGES = 10
_RUN_S = 1.0
_RUNS = 2.0
_LONGEST_RUN_S = 120.0
_RULE = 0

_WORDS: dict[Fault, str] = {
    "covered": "covered: what the camera usually shows is hidden",
    "moved": "moved: the camera shows another view",
    "blurred": "blurred: the edges of the view are no longer sharp",
    "black": "black: the picture shows nothing",
    "frozen": "frozen: the same picture comes again and again",
}


class FaultConfig(StrictModel):
    """A rule about faults of the camera."""

    id: str = Field(min_length=1, description="name of the rule, unique in its task; its events carry it")
    faults: tuple[Fault, ...] = Field(default=FAULTS, min_length=1, description="which faults to tell of")
    hold_s: float = Field(default=10.0, ge=1, le=3600, description="least time for which a fault lasts")
    share: float = Field(
        default=0.6, ge=0.2, le=1, description="covered, moved: least share of the view that is no longer seen"
    )
    relearn_s: float = Field(
        default=600.0, ge=10, le=86400, description="moved: after this time the new view is the usual one"
    )
    gate: GateConfig = Field(default_factory=GateConfig, description="when the rule may speak")


@dataclass(slots=True)
class _Suspicion:
    """A fault that seems to be there; `gates` say by how much, on the last picture that shows it."""

    since_s: float
    seen_s: float
    gates: tuple[Gate, ...]


class CameraFaultRule:
    """Something is wrong with the picture itself, for `hold_s`.

    Covered, moved and blurred are told against what the camera usually shows: by where there are edges, which no
    change of light moves (see `view`). What lies behind the boxes of tracks counts neither way, nor does what
    became too dark or too bright to tell. A scene without edges, such as one that always was dark, says nothing.
    The value is how long the fault has lasted, in s; `detail` says which. It ends when the picture is well again;
    a new view is taken for the usual one after `relearn_s`.

    Cost: 0.6 ms twice a second.

    Attributes:
        peek_s: a stream that sleeps while nothing moves is woken after so long, for it may be frozen.
    """

    needs_pixels: ClassVar = True
    watches_camera: ClassVar = True
    peek_s: ClassVar = 60.0
    Config: ClassVar[type[BaseModel]] = FaultConfig

    def __init__(self, config: FaultConfig, scene: Scene) -> None:
        del scene
        self.gate = RuleGate(config.gate)
        self._config = config
        self._reporter = Reporter(config.id, "camera.fault", "", "s")
        self._view: View | None = None
        self._frozen = _Repeats()
        self._looked_s: float | None = None
        self._suspicions: dict[Fault, _Suspicion] = {}
        self._incident: Incident | None = None
        self._told: Fault | None = None
        self._began_s = 0.0

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        if self._looked_s is not None and not reached(frame.pts_s - self._looked_s, _LOOK_S):
            return []
        if self._view is None or self._view.frame_size != (frame.width, frame.height):
            self._view = View(frame.width, frame.height)
        self._looked_s = frame.pts_s
        glance = self._view.glance(frame, tracks)
        self._frozen.see(glance.same, frame.pts_s)
        if self._view.age_s < LEARN_S:
            self._view.learn(glance)
            return []
        found = {fault: gates for fault, gates in self._found(glance) if fault in self._config.faults}
        self._suspect(found, glance, frame.pts_s)
        if not self._suspicions or set(self._suspicions) == {"frozen"}:
            self._view.learn(glance)
        return self._speak(frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`. What the camera usually shows is kept: whoever turns it may pull the cable as well."""
        events = self._end(frame)
        self._suspicions.clear()
        self._looked_s = None
        self._frozen = _Repeats()
        self.gate.forget()
        if self._view is not None:
            self._view.pause()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: a fault is there, or seems to be."""
        return self._incident is not None or len(self._suspicions) > 0

    def _found(self, glance: Glance) -> Iterable[tuple[Fault, tuple[Gate, ...]]]:
        if glance.dark:
            yield "black", (Gate("dark", 1 - glance.level / 255, 1 - DARK / 255, "share"),)
        elif glance.judged and glance.lost >= self._config.share:
            yield from self._lost(glance)
        elif glance.judged and glance.sharp <= _LEAST_SHARP and not glance.stepped:
            yield "blurred", (Gate("blur", 1 - glance.sharp, 1 - _LEAST_SHARP, "share"),)
        elif self._frozen.too_long:
            yield "frozen", (Gate("identical", self._frozen.run_s, self._frozen.usual_s, "s"),)

    def _lost(self, glance: Glance) -> Iterable[tuple[Fault, tuple[Gate, ...]]]:
        lost = Gate("lost", glance.lost, self._config.share, "share of the view")
        if glance.bare >= _BARE:
            yield "blurred" if glance.alike >= _ALIKE else "covered", (lost, Gate("bare", glance.bare, _BARE, "share"))
        elif glance.still >= _STILL:
            yield "moved", (lost, Gate("still", glance.still, _STILL, "share"))

    def _suspect(self, found: dict[Fault, tuple[Gate, ...]], glance: Glance, now_s: float) -> None:
        for fault, gates in found.items():
            since_s = now_s if fault not in self._suspicions else self._suspicions[fault].since_s
            self._suspicions[fault] = _Suspicion(since_s, now_s, gates)
        if glance.judged:  # otherwise nothing is known: what was suspected still is
            for fault, one in tuple(self._suspicions.items()):
                if exceeded(now_s - one.seen_s, _GAP_S):
                    del self._suspicions[fault]

    def _speak(self, frame: Frame) -> list[Event]:
        if self._incident is not None:
            return self._go_on(self._incident, frame)
        for fault, one in self._suspicions.items():
            held_s = one.seen_s - one.since_s
            if one.seen_s < frame.pts_s or not reached(held_s, self._config.hold_s):
                continue
            gates = self.gate.check(frame, _RULE, held_s - self._config.hold_s)
            if gates is not None:
                return self._start(fault, one, frame, gates)
        return []

    def _start(self, fault: Fault, one: _Suspicion, frame: Frame, gates: tuple[Gate, ...]) -> list[Event]:
        why = (Gate("held", one.seen_s - one.since_s, self._config.hold_s, "s"), *one.gates, *gates)
        self._began_s, self._told = one.since_s, fault
        self._incident, event = self._reporter.start(frame, (), frame.pts_s - one.since_s, why)
        self.gate.spoke(_RULE, frame.pts_s)
        return [replace(event, detail=_WORDS[fault])]

    def _go_on(self, incident: Incident, frame: Frame) -> list[Event]:
        if not self._suspicions:
            return self._end(frame)
        if self._told == "moved" and frame.pts_s - self._began_s >= self._config.relearn_s:
            self._view = None
            self._suspicions.clear()
            return self._end(frame)
        worse = [
            fault
            for fault, one in self._suspicions.items()
            if fault != self._told and reached(one.seen_s - one.since_s, self._config.hold_s)
        ]
        if not worse or self._told in self._suspicions:
            return []
        self._told = worse[0]
        update = self._reporter.update(incident, frame, (), frame.pts_s - self._began_s)
        return [replace(update, detail=_WORDS[self._told])]

    def _end(self, frame: Frame) -> list[Event]:
        incident, told = self._incident, self._told
        self._incident = self._told = None
        if incident is None or told is None:
            return []
        self.gate.spoke(_RULE, frame.pts_s)
        end = self._reporter.end(incident, frame, (), frame.pts_s - self._began_s)
        return [replace(end, detail=_WORDS[told])]


def fault_of(event: Event) -> str:
    """Return which fault an event of this rule is about."""
    return next(fault for fault, words in _WORDS.items() if words == event.detail)


class _Repeats:
    """Tells for how long the picture has been the same, and whether that is longer than usual here.

    Attributes:
        run_s: for how long it has been the same.
        usual_s: how long it may be: twice the longest time after which it went on by itself.
    """

    def __init__(self) -> None:
        self.run_s = 0.0
        self.usual_s = _RUN_S
        self._changes = 0
        self._since_s = 0.0
        self._seen_s = 0.0

    @property
    def too_long(self) -> bool:
        return self._changes >= _LEAST_CHANGES and reached(self.run_s, self.usual_s)

    def see(self, same: bool, now_s: float) -> None:
        if not same or now_s - self._seen_s > _GAP_S:
            if not same:
                self._changes = min(self._changes + 1, _LEAST_CHANGES)
                self.usual_s = min(max(self.usual_s, _RUNS * self.run_s), _LONGEST_RUN_S)
            self._since_s = now_s
        self._seen_s = now_s
        self.run_s = now_s - self._since_s
