"""Two compiled forms of a model on the same frames: output by output, and after decoding box by box."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from camloom.errors import ModelError
from camloom.frame import FrameBuffer
from camloom.inference.base import CropModel, LoadedModel, Tensors
from camloom.inference.card import PICTURE_TASKS
from camloom.inference.preprocess import on_canvas
from camloom.toolchain.verification.agreement import BoxAgreement, BoxTally, ReadingAgreement, ReadingTally

_Array = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class OutputDifference:
    """How far one output differs over all frames.

    Attributes:
        name, other_name: of the output in the first and in the second model.
        frames: those on which both had the same size; tables of finished boxes vary with what was found.
        max_abs, mean_abs: of the difference, in the output's own unit; infinite where only one has a NaN.
        cosine: of the angle between both as vectors over all frames; 1 when they point the same way.
    """

    name: str
    other_name: str
    frames: int
    max_abs: float
    mean_abs: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing two models.

    Attributes:
        a, b: what was compared, such as `nanodet on openvino (CPU bf16)`.
        outputs: of those that have a partner.
        alone: outputs without a partner of the same size.
        boxes: for models of whole pictures.
        readings: for models of crops.
    """

    a: str
    b: str
    frames: int
    outputs: tuple[OutputDifference, ...]
    alone: tuple[str, ...]
    boxes: BoxAgreement | None = None
    readings: ReadingAgreement | None = None

    @property
    def min_cosine(self) -> float:
        """The worst cosine of all outputs; 1 when there is none to compare."""
        return min((output.cosine for output in self.outputs), default=1.0)

    @property
    def max_abs(self) -> float:
        """The largest difference of all outputs."""
        return max((output.max_abs for output in self.outputs), default=0.0)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return asdict(self)


def compare_models(a: LoadedModel, b: LoadedModel, frames: Iterable[FrameBuffer]) -> Comparison:
    """Run both models on the same frames, each with the pre-processing and thresholds of its own card.

    Args:
        a: the reference.
        b: the other; it finds the same classes.
        frames: pictures, each looked at once.

    Raises:
        ModelError: the cards are of different tasks or classes, a model fails, or there is no frame.
    """
    _refuse_strangers(a, b)
    runs = _Runner(a), _Runner(b)
    outputs = _OutputTally()
    found: BoxTally | ReadingTally = BoxTally() if a.card.task in PICTURE_TASKS else ReadingTally()
    count = 0
    for buffer in frames:
        (tensors_a, result_a), (tensors_b, result_b) = (run.on(buffer) for run in runs)
        outputs.add(tensors_a, tensors_b)
        found.add(result_a, result_b)
        count += 1
    if count == 0:
        raise ModelError("there is no frame to compare on", "Give a video or a folder of pictures")
    agreement = found.result()
    return Comparison(
        a=describe(a),
        b=describe(b),
        frames=count,
        outputs=outputs.results(),
        alone=outputs.alone,
        boxes=agreement if isinstance(agreement, BoxAgreement) else None,
        readings=agreement if isinstance(agreement, ReadingAgreement) else None,
    )


def describe(model: LoadedModel) -> str:
    """Return a model, its runtime and its arithmetic in a few words."""
    return f"{model.card.name} on {model.runtime} ({model.compiled.description})"


def _refuse_strangers(a: LoadedModel, b: LoadedModel) -> None:
    if a.card.task != b.card.task or a.card.class_names != b.card.class_names:
        raise ModelError(
            f"'{a.card.name}' and '{b.card.name}' find different things: they cannot be compared",
            "Compare two forms of one model",
        )


class _Runner:
    """One model with a session and a canvas of its own."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._session = model.compiled.session()

    def on(self, buffer: FrameBuffer) -> tuple[Tensors, Any]:
        """Return the outputs, which the next call may overwrite, and what they mean."""
        card = self._model.card
        canvas, letterbox = on_canvas(card.input, buffer)
        tensors = self._session.run(canvas)
        if card.task in PICTURE_TASKS:
            return tensors, self._model.family.decode(tensors, letterbox, card.min_confidence)
        return tensors, cast(CropModel, self._model.family).read(tensors, letterbox)


class _OutputTally:
    """Sums up differences, output by output; the pairs are made on the first frame."""

    def __init__(self) -> None:
        self._pairs: dict[str, str] | None = None
        self._sums: dict[str, _Sums] = {}
        self.alone: tuple[str, ...] = ()

    def add(self, a: Tensors, b: Tensors) -> None:
        if self._pairs is None:
            self._pairs = pair_outputs(a, b)
            paired = {*self._pairs, *self._pairs.values()}
            self.alone = tuple(sorted(name for name in {*a, *b} if name not in paired))
            self._sums = {name: _Sums() for name in self._pairs}
        for name, other in self._pairs.items():
            if name in a and other in b:
                self._sums[name].add(a[name], b[other])

    def results(self) -> tuple[OutputDifference, ...]:
        pairs = self._pairs or {}
        return tuple(self._sums[name].result(name, other) for name, other in pairs.items())


def pair_outputs(a: Tensors, b: Tensors) -> dict[str, str]:
    """Find the partner of each output: the one of its name, else the next one of its size.

    Converters rename outputs and drop sizes of 1, but keep their order.

    Returns:
        Names in `b` by names in `a`; those without a partner are left out.
    """
    if set(a) == set(b):
        return {name: name for name in a}
    left = {name: _core(tensor) for name, tensor in b.items()}
    pairs: dict[str, str] = {}
    for name, tensor in a.items():
        same_name = name if left.get(name) == _core(tensor) else None
        partner = same_name or next((other for other, shape in left.items() if shape == _core(tensor)), None)
        if partner is not None:
            pairs[name] = partner
            del left[partner]
    return pairs


def _core(tensor: _Array) -> tuple[int, ...]:
    return tuple(size for size in tensor.shape if size != 1)


class _Sums:
    """Running sums of one output; in float64, so that a million small terms add up."""

    def __init__(self) -> None:
        self._frames = self._count = 0
        self._max = self._total = 0.0
        self._dot = self._norm_a = self._norm_b = 0.0

    def add(self, a: _Array, b: _Array) -> None:
        if a.size != b.size:
            return
        x, y = np.asarray(a, np.float64).reshape(-1), np.asarray(b, np.float64).reshape(-1)
        finite = np.isfinite(x)
        self._frames += 1
        if not np.array_equal(finite, np.isfinite(y)):
            self._max = self._total = np.inf
        x, y = x[finite & np.isfinite(y)], y[finite & np.isfinite(y)]
        difference = np.abs(x - y)
        self._count += len(x)
        self._max = max(self._max, float(difference.max(initial=0.0)))
        self._total += float(difference.sum())
        self._dot += float(x @ y)
        self._norm_a += float(x @ x)
        self._norm_b += float(y @ y)

    def result(self, name: str, other: str) -> OutputDifference:
        norm = float(np.sqrt(self._norm_a * self._norm_b))
        # Two outputs of nothing but zeros agree; zeros against something else do not.
        cosine = self._dot / norm if norm > 0 else float(self._norm_a == self._norm_b)
        cosine = 0.0 if self._max == np.inf else min(cosine, 1.0)
        mean = self._total / max(self._count, 1)
        return OutputDifference(name, other, self._frames, self._max, mean, cosine)
