"""The seams of inference: a runtime executes tensors on a device, a model knows what they mean."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from camloom.detections import Attribute, Detections
from camloom.frame import ImageArray
from camloom.geometry import FloatArray
from camloom.inference.card import ModelCard
from camloom.inference.preprocess import Letterbox

Tensors = Mapping[str, npt.NDArray[np.generic]]


class Session(Protocol):
    """Runs one compiled model; belongs to one thread."""

    def run(self, canvas: ImageArray) -> Tensors:
        """Run on one canvas, (H, W, 3) uint8 BGR as the card's input size says.

        Returns:
            Outputs by name; they may be views that the next `run` overwrites.

        Raises:
            ModelError: the device or the model failed.
        """


@runtime_checkable
class BatchSession(Session, Protocol):
    """A session that takes several canvases at once: worth it on a GPU, never on a CPU (docs/performance.md)."""

    def run_batch(self, canvases: Sequence[ImageArray]) -> Sequence[Tensors]:
        """Run on up to `batch_size` canvases; return the outputs of each, as `run` would."""


class CompiledModel(Protocol):
    """A model on a device, shared by all streams.

    One whose sessions are `BatchSession`s has an attribute `batch_size`: the most canvases at once.
    """

    @property
    def description(self) -> str:
        """Device and precision in a few words, such as `CPU f32`."""

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name; -1 for a size known only at run time."""

    def session(self) -> Session:
        """Return a session of its own for one worker thread."""


class Runtime(Protocol):
    """Executes tensors on a device; knows nothing of boxes. `__init__()`."""

    @property
    def name(self) -> str:
        """Its registered name; a class attribute."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Suffixes of the files that it reads, such as `(".onnx",)`; a class attribute."""

    @property
    def spare(self) -> bool:
        """Whether a model can go on here when its device has failed: the usual device is a CPU; a class attribute."""

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run on this machine; empty when it can."""

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return the devices it finds on this machine, the usual one first, such as `("CPU", "GPU.0")`."""

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> CompiledModel:
        """Load a model file for `workers` sessions, on a CPU of one thread each.

        Type, layout and mean/std conversion become part of the compiled model where the runtime can do that.

        Args:
            path: the file, of a format that this runtime reads.
            card: says what the input is like, and the precision.
            workers: sessions that will run at once.
            device: one of `devices`; empty: the usual one.

        Raises:
            ModelError: the file cannot be read or does not fit its card, or there is no such device.
        """


class Model(Protocol):
    """A family: decodes outputs into boxes; knows no device. `__init__(card)`."""

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError if these outputs cannot be of this family and card."""

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model read in the crop of one object.

    Attributes:
        keypoints: (K, 3) float32: x, y in px of the crop (of the frame, once `CropReader` is done), confidence.
        embedding: (D,) float32 of unit length.
        sharpness: of the canvas that was read, see `sharpness_of`; nan: not looked at.
    """

    attributes: tuple[Attribute, ...] = ()
    keypoints: FloatArray | None = None
    embedding: FloatArray | None = None
    sharpness: float = math.nan


class CropModel(Protocol):
    """A family for crops: reads one object; knows no device. `__init__(card)`.

    One that says attributes has `says`: their values by name, none where a value may be any text. Alarms that need
    an attribute are refused unless some model of the task says it.
    """

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError if these outputs cannot be of this family and card."""

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:
        """Turn the outputs for one crop into what it says.

        `letterbox` places the crop on the canvas; keypoints come in px of the crop, `CropReader` moves them on.
        """


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A card with its family and its compiled file: all that a stream needs to detect.

    Attributes:
        runtime: name of the runtime, with the device if one was asked for: `openvino`, `openvino:GPU`.
    """

    card: ModelCard
    family: Model
    compiled: CompiledModel
    runtime: str
