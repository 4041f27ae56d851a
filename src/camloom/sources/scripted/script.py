"""What a scripted scene is made of, as it is written in YAML."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from camloom.config import StrictModel, first_problem
from camloom.config.document import read_document
from camloom.errors import ConfigError

Span = Annotated[tuple[float, float], Field(description="from, to: s")]
Colour = Annotated[tuple[int, int, int], Field(description="red, green, blue, 0..255")]
Pose = Literal["standing", "sitting", "lying", "arms_up", "hand_to_ear", "hand_to_mouth"]

_HINT = "docs/scenes.md says what a scene is made of"
_WAYPOINT_KEYS = ("at", "x", "y", "height")


def _short(*keys: str) -> BeforeValidator:
    """Let a list of values stand for a mapping with these keys."""

    def spell(value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) <= len(keys):
            return dict(zip(keys, value, strict=False))
        return value

    return BeforeValidator(spell)


class Waypoint(StrictModel):
    """Where somebody is at a time; between two of them he moves in a straight line. Short: `[at, x, y, height]`."""

    at: float = Field(ge=0, description="s")
    x: float = Field(ge=-2, le=3, description="of the feet, share of the picture's width; outside: out of view")
    y: float = Field(ge=-2, le=3, description="of the feet, share of the picture's height")
    height: float | None = Field(default=None, gt=0, le=3, description="share of the picture's; default: the actor's")


class PoseChange(StrictModel):
    """From when on somebody holds himself how. Short: `[at, pose]`."""

    at: float = Field(ge=0, description="s")
    pose: Pose
    over: float = Field(default=0.8, ge=0, le=60, description="s that the change takes")


class Actor(StrictModel):
    """Somebody or something that is seen from its first waypoint to its last; with one only: to the end."""

    label: str = Field(default="person", min_length=1, description="class")
    path: tuple[Annotated[Waypoint, _short(*_WAYPOINT_KEYS)], ...] = Field(min_length=1)
    height: float = Field(default=0.25, gt=0, le=3, description="standing, share of the picture's")
    width: float = Field(default=0.4, gt=0, le=10, description="share of its own height; a car has about 2")
    colour: Colour = (70, 60, 60)
    poses: tuple[Annotated[PoseChange, _short("at", "pose")], ...] = Field(default=(), description="of a person")
    confidence: float = Field(default=0.9, gt=0, le=1)
    missed: tuple[Span, ...] = Field(default=(), description="drawn, but the detector does not see it")
    new_id: tuple[float, ...] = Field(default=(), description="s at which the tracker takes it for another")
    attributes: dict[str, str] = Field(default_factory=dict, description="what models of crops read of it")
    layer: Literal["ground", "scene", "front"] = Field(
        default="scene", description="ground: behind all others, as a poster; front: held in a hand, hides nobody"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Actor":
        for what, times in (("path", [one.at for one in self.path]), ("poses", [one.at for one in self.poses])):
            if any(late <= early for early, late in pairwise(times)):
                raise ValueError(f"the times of its {what} must grow: {', '.join(f'{one:g}' for one in times)}")
        return self


class Occluder(StrictModel):
    """A post, a wall, a parked lorry: stands before everybody."""

    box: tuple[float, float, float, float] = Field(description="x0, y0, x1, y1, shares of the picture")
    colour: Colour = (60, 66, 60)
    during: Span = (0.0, 1e9)


class Light(StrictModel):
    """A change of the light. Short: `[at, gain]`."""

    at: float = Field(ge=0, description="s")
    gain: float = Field(gt=0, le=5, description="brightness, as a share of that at the beginning")
    over: float = Field(default=0.0, ge=0, description="s that the change takes; 0: a switch")


class Shadow(StrictModel):
    """A soft shadow that moves."""

    path: tuple[Annotated[Waypoint, _short(*_WAYPOINT_KEYS)], ...] = Field(min_length=1)
    height: float = Field(default=0.1, gt=0, le=2, description="share of the picture's")
    width: float = Field(default=3.0, gt=0, le=20, description="share of its own height")
    depth: float = Field(default=0.4, gt=0, lt=1, description="share of the light that it takes")


class Rain(StrictModel):
    """Streaks all over the picture."""

    during: Span = (0.0, 1e9)
    drops: int = Field(default=150, ge=1, le=5000, description="in view at once")


class SceneScript(StrictModel):
    """A scene: who is where when, what the camera makes of it, and what a detector misses."""

    width: int = Field(default=640, ge=64, le=3840, multiple_of=2, description="px")
    height: int = Field(default=360, ge=64, le=2160, multiple_of=2, description="px")
    fps: float = Field(default=5, gt=0, le=120)
    seconds: float = Field(default=60, gt=0, le=864000)
    seed: int = Field(default=0, ge=0)
    labels: tuple[str, ...] = Field(default=(), description="classes in their order; default: those of the actors")
    attributes: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="what models of crops can say, with its values; default: that of the actors"
    )
    ground: Colour = (120, 120, 116)
    texture: float = Field(default=12, ge=0, le=60, description="standard deviation of the ground's brightness")
    noise: float = Field(default=2, ge=0, le=60, description="standard deviation of the camera's")
    jitter: float = Field(
        default=0, ge=0, le=0.5, description="standard deviation of a box's sides, share of its height"
    )
    missed_share: float = Field(default=0, ge=0, lt=1, description="share of all boxes that the detector misses")
    least_visible: float = Field(default=0.4, ge=0, le=1, description="share of somebody that a detector must see")
    actors: tuple[Actor, ...] = Field(default=(), max_length=500)
    occluders: tuple[Occluder, ...] = Field(default=(), max_length=50)
    light: tuple[Annotated[Light, _short("at", "gain")], ...] = ()
    shadows: tuple[Shadow, ...] = Field(default=(), max_length=50)
    rain: Rain | None = None

    @model_validator(mode="after")
    def _labels_are_known(self) -> "SceneScript":
        if self.labels and (unknown := sorted({actor.label for actor in self.actors} - set(self.labels))):
            raise ValueError(f"an actor has the label '{unknown[0]}', which is not among `labels`")
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """The classes, in the order of their numbers."""
        return self.labels or tuple(dict.fromkeys(actor.label for actor in self.actors))

    @property
    def readable(self) -> dict[str, tuple[str, ...]]:
        """The attributes that models of crops can say, with their values."""
        said = {name: list(values) for name, values in self.attributes.items()}
        for actor in self.actors:
            for name, value in actor.attributes.items():
                said.setdefault(name, []).append(value)
        return {name: tuple(dict.fromkeys(values)) for name, values in said.items()}

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return round(self.seconds * self.fps)


def load_script(path: Path) -> SceneScript:
    """Read a scene from a YAML file.

    Raises:
        ConfigError: it is missing or says something impossible; with line and column.
    """
    document, origin = read_document(path)
    try:
        return SceneScript.model_validate(document if document is not None else {})
    except ValidationError as error:
        raise origin.error(error, _HINT) from error


def parse_script(document: Any) -> SceneScript:
    """Return a scene given as plain data. ConfigError: what is wrong with it."""
    try:
        return SceneScript.model_validate(document)
    except ValidationError as error:
        raise ConfigError(f"scene: {first_problem(error)}", _HINT) from error
