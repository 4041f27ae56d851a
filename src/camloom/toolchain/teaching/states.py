"""Teaching the states of a place: examples are kept as small pictures, and a classifier is trained on them."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from pydantic import Field, ValidationError

from camloom.config import StrictModel, first_problem
from camloom.detections import IntArray
from camloom.errors import ConfigError, PluginError
from camloom.frame import FrameBuffer, ImageArray
from camloom.geometry import BoolArray, FloatArray
from camloom.taught.look import Vertices, look_of, zone_crop
from camloom.taught.state_model import (
    MAX_KEPT,
    MAX_STATES,
    StateModel,
    checked_word,
    nearest_distance,
    states_folder,
    write_state_model,
)
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.teaching.augment import variants

LEAST_EXAMPLES = 10
LEAST_ACCURACY = 0.9
_MOST_EXAMPLES = 2000
_FOLDS = 5
_VARIANTS = 8
_REGULARISATION = 0.05  # C of the regression; with 640 features and tens of examples it must be strong
_NEAR_QUANTILE = 0.95
_NEAR_SLACK = 1.25
_LIGHT_MARGIN = 0.7  # octaves; as much as the variants change it
_LEAST_SCALE = 1e-2
_DIGEST = 12
_STEM = re.compile(r"[^A-Za-z0-9_-]+")


class _PlaceDocument(StrictModel):
    vertices: tuple[tuple[float, float], ...] = Field(min_length=3, max_length=1000)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the examples of one place are kept: a folder for each state, with a small picture for each example."""

    name: str

    @property
    def folder(self) -> Path:
        """Of this place."""
        return states_folder() / checked_word(self.name)

    @property
    def model_file(self) -> Path:
        """Where its trained model is."""
        return self.folder / "model.json"

    def vertices(self) -> tuple[tuple[float, float], ...] | None:
        """Return the zone of the examples; None if there are none yet. ConfigError: the file is damaged."""
        path = self.folder / "place.json"
        if not path.exists():
            return None
        try:
            return _PlaceDocument.model_validate_json(path.read_bytes()).vertices
        except (OSError, ValidationError) as error:
            problem = first_problem(error) if isinstance(error, ValidationError) else error.strerror
            raise ConfigError(f"{path} is damaged: {problem}", "Remove the folder and add the examples anew") from error

    def states(self) -> dict[str, list[Path]]:
        """Return the pictures of each state, in the order of their sources and times."""
        folder = self.folder / "examples"
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        return {each.name: sorted(each.glob("*.png")) for each in found if each.is_dir()}

    def add(self, state: str, shown: FrameBuffer, vertices: Vertices, label: str) -> Path:
        """Keep what a zone looks like in a picture as an example.

        Args:
            state: that it shows.
            shown: the whole picture.
            vertices: of the zone, 0..1; the same for all examples of a place.
            label: where the picture comes from; pictures next to each other in time should sort so.

        Raises:
            ConfigError: the zone is another one than that of the examples so far, or nothing can be written.
        """
        folder = self.folder / "examples" / checked_word(state, "state")
        before = self.vertices()
        if before is not None and not _same(before, vertices):
            raise ConfigError(
                f"the examples of '{self.name}' so far are of another zone",
                f"Leave the zone out, or begin another place; to begin anew remove {self.folder}",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if before is None:
                document = {"vertices": [list(point) for point in vertices]}
                (self.folder / "place.json").write_text(json.dumps(document) + "\n")
            content = cv2.imencode(".png", zone_crop(shown, vertices))[1].tobytes()
            digest = hashlib.sha256(content).hexdigest()[:_DIGEST]
            path = folder / f"{_STEM.sub('-', label)[-120:]}-{digest}.png"
            _refuse_two_states(path)
            path.write_bytes(content)
        except OSError as error:
            raise ConfigError(f"cannot write into {self.folder}: {error.strerror}", "Mend it") from error
        return path


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and how it did on examples that it had not seen.

    Attributes:
        confusion: (S, S) counts: a row for each state as it is, a column as it was told.
        sure: share of the held-out examples told with a probability of 0.8 or more.
    """

    model: StateModel
    confusion: tuple[tuple[int, ...], ...]
    sure: float

    @property
    def recalls(self) -> tuple[float, ...]:
        """Share of each state told rightly."""
        return tuple(row[index] / max(sum(row), 1) for index, row in enumerate(self.confusion))

    def problem(self, least: float = LEAST_ACCURACY) -> str:
        """Return why it should not be used; empty: it may be."""
        worst = int(np.argmin(self.recalls))
        if self.model.accuracy < least or self.recalls[worst] < least - 0.1:
            return (
                f"of the examples it had not seen it tells {self.model.accuracy:.0%} rightly, "
                f"of '{self.model.states[worst]}' {self.recalls[worst]:.0%}; {least:.0%} is needed"
            )
        return ""


def train(place: Place) -> Trained:
    """Train a model on all examples of a place, on the CPU, in seconds.

    It is a logistic regression on the features of `look`, on each example and variants of it (light, colour, blur,
    noise, small shifts). The confusion is told by five-fold cross-validation in blocks: neighbours in time, which look
    alike, are mostly in one fold.

    Raises:
        ConfigError: fewer than 10 examples of a state, or fewer than two states.
        PluginError: scikit-learn is not installed.
    """
    if find_spec("sklearn") is None:
        raise PluginError("training needs scikit-learn", "pip install 'camloom[state]'")
    shown, labels, states = _examples(place)
    vertices = place.vertices()
    assert vertices is not None
    originals, lights, varied = _features(shown)
    confusion, sure = _cross_validate(originals, varied, labels, len(states))
    accuracy = float(np.mean([confusion[i, i] / max(confusion[i].sum(), 1) for i in range(len(states))]))
    mean, scale, weights, bias = _fit(originals, varied, labels, len(states))
    kept = np.linspace(0, len(originals) - 1, min(len(originals), MAX_KEPT)).round().astype(int)
    scaled = (originals - mean) / scale
    model = StateModel(
        name=place.name,
        states=states,
        mean=mean,
        scale=scale,
        weights=weights,
        bias=bias,
        examples=scaled[kept],
        reach=_reach(scaled, (varied - mean) / scale, kept),
        light_low=lights.min(axis=0) - np.float32(_LIGHT_MARGIN),
        light_high=lights.max(axis=0) + np.float32(_LIGHT_MARGIN),
        accuracy=accuracy,
        vertices=vertices,
        trained_at=datetime.now(UTC).isoformat(),
    )
    return Trained(model, tuple(tuple(int(n) for n in row) for row in confusion), sure)


def save(place: Place, trained: Trained) -> None:
    """Write the model where rules look for it. ConfigError: it cannot be written."""
    write_state_model(place.model_file, trained.model)


def _examples(place: Place) -> tuple[list[ImageArray], IntArray, tuple[str, ...]]:
    """Return the pictures, the number of the state of each, and the states."""
    found = {state: paths[:_MOST_EXAMPLES] for state, paths in place.states().items() if paths}
    if not 2 <= len(found) <= MAX_STATES:
        has = f"has {', '.join(found)}" if found else "has no examples"
        hint = f"Add examples: camloom state add {place.name} STATE PICTURE..."
        raise ConfigError(f"'{place.name}' {has}; it takes 2 to {MAX_STATES} states to tell apart", hint)
    if few := [f"'{state}' has {len(paths)}" for state, paths in found.items() if len(paths) < LEAST_EXAMPLES]:
        raise ConfigError(
            f"too few examples: {', '.join(few)}; each state needs {LEAST_EXAMPLES}",
            f"Add more: camloom state add {place.name} STATE PICTURE...",
        )
    shown = [read_picture(path).to_bgr() for paths in found.values() for path in paths]
    labels = np.repeat(np.arange(len(found)), [len(paths) for paths in found.values()])
    return shown, labels, tuple(found)


def _features(shown: Sequence[ImageArray]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return vectors (N, 640) and lights (N, 3) of pictures, and vectors of their variants (N, 8, 640)."""
    random = np.random.default_rng(0)
    looks = [look_of(one) for one in shown]
    varied = [[look_of(each).vector for each in variants(one, _VARIANTS, random)] for one in shown]
    vectors, lights = np.stack([one.vector for one in looks]), np.stack([one.light for one in looks])
    return vectors, lights, np.array(varied, np.float32)


def _fit(
    originals: FloatArray, varied: FloatArray, labels: IntArray, count: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return mean, scale, weights (S, 640) and bias (S,) of a regression on examples and their variants."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    features = np.concatenate((originals, varied.reshape(-1, originals.shape[1])))
    answers = np.concatenate((labels, np.repeat(labels, varied.shape[1])))
    mean = features.mean(axis=0)
    scale = np.maximum(features.std(axis=0), _LEAST_SCALE).astype(np.float32)
    model = LogisticRegression(C=_REGULARISATION, max_iter=500, class_weight="balanced")
    with threadpool_limits(1):  # so small a problem only suffers from more threads
        model.fit((features - mean) / scale, answers)
    weights, bias = np.asarray(model.coef_, np.float32), np.asarray(model.intercept_, np.float32)
    if count == 2:  # one row is the second against the first
        weights, bias = np.concatenate((0 * weights, weights)), np.concatenate((0 * bias, bias))
    return mean, scale, weights, bias


def _cross_validate(
    originals: FloatArray, varied: FloatArray, labels: IntArray, count: int
) -> tuple[FloatArray, float]:
    """Return the confusion (S, S) over held-out examples, and the share told with 0.8 or more."""
    confusion = np.zeros((count, count), np.float32)
    sure = 0
    for held in _blocks(labels, count):
        mean, scale, weights, bias = _fit(originals[~held], varied[~held], labels[~held], count)
        values = (originals[held] - mean) / scale @ weights.T + bias
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        np.add.at(confusion, (labels[held], chances.argmax(axis=1)), 1)
        sure += int((chances.max(axis=1) >= 0.8).sum())
    return confusion, sure / len(labels)


def _blocks(labels: IntArray, count: int) -> Iterator[BoolArray]:
    """Yield which examples to hold out: of each state one block of neighbours after the other."""
    parts = [np.array_split(np.flatnonzero(labels == state), _FOLDS) for state in range(count)]
    for fold in range(_FOLDS):
        held = np.zeros(len(labels), np.bool_)
        held[np.concatenate([part[fold] for part in parts])] = True
        yield held


def _reach(scaled: FloatArray, varied: FloatArray, kept: IntArray) -> float:
    """Return the distance from the nearest example up to which a look is like the examples.

    It is the larger of: what the variants of an example are away from it, and what an example is away from the
    nearest other one, a quarter added.
    """
    own = np.sqrt(((varied - scaled[:, None]) ** 2).mean(axis=2))
    others = [nearest_distance(scaled[index], np.delete(scaled, index, axis=0)) for index in kept]
    return float(max(np.quantile(own, _NEAR_QUANTILE), _NEAR_SLACK * np.quantile(others, _NEAR_QUANTILE), 1e-3))


def _refuse_two_states(path: Path) -> None:
    for other in path.parent.parent.glob(f"*/*{path.stem[-_DIGEST:]}.png"):
        if other.parent != path.parent:
            raise ConfigError(
                f"that picture is an example of '{other.parent.name}' already", f"If it is none, remove {other}"
            )


def _same(one: Vertices, other: Vertices) -> bool:
    return len(one) == len(other) and bool(np.allclose(np.asarray(one), np.asarray(other), atol=1e-4))
