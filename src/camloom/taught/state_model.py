"""A classifier of the states of one place, as a file of plain numbers."""

import base64
import binascii
import json
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import platformdirs
from pydantic import AwareDatetime, Field, ValidationError, model_validator

from camloom.config import StrictModel, first_problem
from camloom.errors import ConfigError
from camloom.geometry import FloatArray
from camloom.taught.look import FEATURE_COUNT, FEATURES, LIGHT, Look

STATES_VARIABLE = "CAMLOOM_STATES"
MAX_STATES = 12
MAX_KEPT = 600
_FORMAT = "camloom-state-1"
_BYTES_MAX = 1 << 25
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")
_Word = Annotated[str, Field(pattern=_NAME.pattern)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Base64 = Annotated[str, Field(max_length=_BYTES_MAX)]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of a place.

    Attributes:
        state: the likeliest; empty where the place looks like none of the examples.
        probability: of that state, 0..1.
        unlikeness: distance from the nearest example, in shares of what is still alike (above 1: it is not).
        unlit: how far the light is outside of that of the examples, octaves; 0 inside.
        reason: why nothing is said; empty where it is.
    """

    state: str
    probability: float
    unlikeness: float
    unlit: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StateModel:
    """A linear classifier on the features of `look`, and the examples that say what it knows.

    Attributes:
        name: of the place.
        states: that it tells apart.
        mean, scale: (640,) of the examples; features are `(x - mean) / scale`.
        weights, bias: (S, 640), (S,): softmax of `weights @ x + bias`.
        examples: (N, 640) scaled features, float16 in the file.
        reach: distance from the nearest example up to which a place is like the examples.
        light_low, light_high: (3,) the light that it knows, octaves; see `Look`.
        accuracy: mean share of each state told rightly, cross-validated.
        vertices: of the zone whose examples these are, 0..1 of the picture.
    """

    name: str
    states: tuple[str, ...]
    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    bias: FloatArray
    examples: FloatArray
    reach: float
    light_low: FloatArray
    light_high: FloatArray
    accuracy: float
    vertices: tuple[tuple[float, float], ...]
    trained_at: str

    def judge(self, look: Look) -> Judgement:
        """Return which state a place is in, if it looks at all like the examples and the light is one of theirs."""
        scaled = (look.vector - self.mean) / self.scale
        unlikeness = nearest_distance(scaled, self.examples) / self.reach
        unlit = float(np.maximum(self.light_low - look.light, look.light - self.light_high).max(initial=0))
        chances = softmax(self.weights @ scaled + self.bias)
        best = int(chances.argmax())
        reason = "light" if unlit > 0 else "unlike" if unlikeness > 1 else ""
        return Judgement("" if reason else self.states[best], float(chances[best]), unlikeness, unlit, reason)


def nearest_distance(scaled: FloatArray, examples: FloatArray) -> float:
    """Return the root mean square difference from the nearest example: (640,), (N, 640)."""
    off = examples - scaled
    return math.sqrt(float(np.einsum("ij,ij->i", off, off).min()) / len(scaled))


def softmax(values: FloatArray) -> FloatArray:
    """Return probabilities: (S,) -> (S,)."""
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum(), np.float32)


class _Numbers(StrictModel):
    """An array: its shape, and its values as base64 of little-endian float32 or float16."""

    shape: tuple[int, ...] = Field(max_length=2)
    dtype: str = Field(pattern=r"^<f[24]$")
    data: _Base64

    @classmethod
    def of(cls, values: FloatArray, dtype: str = "<f4") -> "_Numbers":
        return cls(shape=values.shape, dtype=dtype, data=base64.b64encode(values.astype(dtype).tobytes()).decode())

    def build(self, *shape: int) -> FloatArray:
        if self.shape != shape:
            raise ValueError(f"an array of shape {self.shape} where {shape} is needed")
        try:
            content = base64.b64decode(self.data, validate=True)
        except binascii.Error:
            raise ValueError("an array that is no base64") from None
        if len(content) != math.prod(shape) * np.dtype(self.dtype).itemsize:
            raise ValueError(f"an array of {len(content)} bytes for the shape {shape}")
        values = np.frombuffer(content, self.dtype).astype(np.float32).reshape(shape)
        if not np.isfinite(values).all():
            raise ValueError("an array with values that are not finite")
        return values


class _Document(StrictModel):
    format: str = Field(pattern=f"^{_FORMAT}$")
    features: str
    name: _Word
    states: tuple[_Word, ...] = Field(min_length=2, max_length=MAX_STATES)
    vertices: tuple[tuple[_Share, _Share], ...] = Field(min_length=3, max_length=1000)
    accuracy: _Share
    trained_at: AwareDatetime
    reach: float = Field(gt=0, allow_inf_nan=False)
    count: int = Field(ge=1, le=MAX_KEPT)
    mean: _Numbers
    scale: _Numbers
    weights: _Numbers
    bias: _Numbers
    examples: _Numbers
    light_low: _Numbers
    light_high: _Numbers

    @model_validator(mode="after")
    def _is_for_these_features(self) -> "_Document":
        if self.features != FEATURES:
            raise ValueError(f"it was trained on the features '{self.features}', these are '{FEATURES}': train it anew")
        if len(set(self.states)) < len(self.states):
            raise ValueError("two states have one name")
        return self

    def build(self) -> StateModel:
        count = len(self.states)
        scale = self.scale.build(FEATURE_COUNT)
        if not (scale > 0).all():
            raise ValueError("a scale that is not above 0")
        return StateModel(
            self.name,
            self.states,
            self.mean.build(FEATURE_COUNT),
            scale,
            self.weights.build(count, FEATURE_COUNT),
            self.bias.build(count),
            self.examples.build(self.count, FEATURE_COUNT),
            self.reach,
            self.light_low.build(len(LIGHT)),
            self.light_high.build(len(LIGHT)),
            self.accuracy,
            self.vertices,
            self.trained_at.isoformat(),
        )


def states_folder() -> Path:
    """Return where states are kept: CAMLOOM_STATES, or in the user's data folder."""
    named = os.environ.get(STATES_VARIABLE)
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_data_dir("camloom", appauthor=False)) / "states"


def state_model_file(name: str) -> Path:
    """Return the file of a model: that of a place that `camloom state` trained, or a path that ends in .json."""
    return Path(name).expanduser() if name.endswith(".json") else states_folder() / checked_word(name) / "model.json"


def checked_word(word: str, what: str = "place") -> str:
    """Return the name of a place or a state. ConfigError: it cannot be the name of a folder."""
    if not _NAME.fullmatch(word):
        hint = "Take letters, digits, - and _, such as bin_1"
        raise ConfigError(f"'{word[:64]}' cannot be the name of a {what}", hint)
    return word


def read_state_model(path: Path) -> StateModel:
    """Read a model. Nothing of the file is run.

    Raises:
        ConfigError: it is not there, too large, damaged, or was trained on other features.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_BYTES_MAX + 1)
    except OSError as error:
        hint = f"Train one: camloom state train {path.parent.name}"
        raise ConfigError(f"cannot read the state model {path}: {error.strerror}", hint) from error
    if len(content) > _BYTES_MAX:
        raise ConfigError(f"{path} is larger than any state model", "Name a file that `camloom state train` made")
    try:
        return _Document.model_validate_json(content).build()
    except ValidationError as error:
        problem = first_problem(error)
    except ValueError as error:
        problem = str(error)
    raise ConfigError(f"{path} is no state model: {problem[:300]}", "Name a file that `camloom state train` made")


def write_state_model(path: Path, model: StateModel) -> None:
    """Write a model as JSON, whole or not at all. ConfigError: it cannot be written."""
    arrays = ("mean", "scale", "weights", "bias", "light_low", "light_high")
    document = {
        "format": _FORMAT,
        "features": FEATURES,
        "name": model.name,
        "states": model.states,
        "vertices": model.vertices,
        "accuracy": model.accuracy,
        "trained_at": model.trained_at,
        "reach": model.reach,
        "count": len(model.examples),
        **{key: _Numbers.of(getattr(model, key)).model_dump() for key in arrays},
        "examples": _Numbers.of(model.examples, "<f2").model_dump(),
    }
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}", f"Name another folder in {STATES_VARIABLE}"
        ) from error


def told_states(states: Sequence[str]) -> str:
    """Return the states of a model in words."""
    return f"It knows {', '.join(states)}"
