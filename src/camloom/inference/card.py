"""model.yaml: what a model is, where its files come from, and how its input is made."""

import math
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from camloom.config import StrictModel, first_problem
from camloom.errors import ModelError

_Finite = Annotated[float, Field(allow_inf_nan=False)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class InputSpec(StrictModel):
    """How pixels become the model's input tensor.

    The tensor is `(pixel - mean) / std` per channel, in the channel order `colour`.

    Attributes:
        name: of the input that takes the picture, where the model has several.
        constants: values of the other inputs, flat, by name; they never change.
    """

    width: int = Field(gt=0, le=4096)
    height: int = Field(gt=0, le=4096)
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    dtype: Literal["f32", "u8"] = "f32"
    colour: Literal["BGR", "RGB"] = "BGR"
    mean: tuple[_Finite, _Finite, _Finite] = (0.0, 0.0, 0.0)
    std: tuple[_Positive, _Positive, _Positive] = (1.0, 1.0, 1.0)
    fit: Literal["letterbox", "stretch"] = "letterbox"
    pad: Literal["center", "top_left"] = "top_left"
    pad_value: int = Field(default=114, ge=0, le=255)
    name: str = ""
    constants: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    multiple_of: int | None = Field(
        default=None, ge=1, le=256, description="sizes of this multiple may be used too: no work for empty padding"
    )

    def for_picture(self, width: int, height: int) -> Self:
        """Return the smallest input in which a picture of this shape is as large as in the full one."""
        if self.multiple_of is None or self.fit != "letterbox":
            return self
        scale = min(self.width / width, self.height / height)
        needed = {"width": width * scale, "height": height * scale}
        steps = {name: math.ceil(round(size, 3) / self.multiple_of) * self.multiple_of for name, size in needed.items()}
        limits = {"width": self.width, "height": self.height}
        return self.model_copy(update={name: min(size, limits[name]) for name, size in steps.items()})


Task = Literal[
    "detection", "faces", "pose", "segmentation", "classification", "attributes", "embedding", "landmarks", "text"
]
"""What a model is for. The first four look at whole pictures and find objects; the others read crops."""

PICTURE_TASKS: frozenset[str] = frozenset({"detection", "faces", "pose", "segmentation"})

Precision = Literal["auto", "fp32", "fp16", "bf16", "int8"]


class ModelCard(StrictModel):
    """Everything about a model but its weights.

    Attributes:
        task: what it is for; models of crops are run on the objects that another one found.
        precision: arithmetic to ask the runtime for; `auto` leaves it to the runtime, `int8` says that the file
            is quantised already.
        keypoint_names: of a pose or face model, in the order of its outputs.
        family: name of the plug-in that decodes its outputs.
        min_confidence: boxes from here on count as found on a single picture.
        track_confidence: boxes from here on may begin a track.
        low_confidence: boxes from here on keep a track going.
        options: settings of that family, such as strides or anchors.
        files: asset id (of the catalogue) or path beside the card, by runtime; `any` fits all that read it.
        sha256: of the files beside the card, by the same keys; checked before they are loaded.
        measured: what we measured with it, and on what.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    version: str = "1"
    task: Task = "detection"
    family: str
    summary: str = ""
    class_names: tuple[str, ...] = ()
    keypoint_names: tuple[str, ...] = ()
    input: InputSpec
    precision: Precision = "auto"
    batch: int = Field(default=1, ge=1, le=64, description="canvases at once, on devices and files that can")
    min_confidence: float = Field(default=0.35, gt=0, lt=1)
    track_confidence: float = Field(default=0.6, gt=0, lt=1)
    low_confidence: float = Field(default=0.1, gt=0, lt=1)
    nms_iou: float = Field(default=0.5, gt=0, lt=1)
    options: dict[str, Any] = Field(default_factory=dict)
    licence: str
    files: dict[str, str] = Field(min_length=1)
    sha256: dict[str, str] = Field(default_factory=dict)
    measured: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _finds_something(self) -> Self:
        if self.task in PICTURE_TASKS and not self.class_names:
            raise ValueError("class_names: a model that finds objects needs at least one name")
        return self

    @property
    def version_name(self) -> str:
        """Name and version: vectors of different ones cannot be compared."""
        return f"{self.name}@{self.version}"

    def for_picture(self, width: int, height: int) -> Self:
        """Return the card for pictures of this shape, see `InputSpec.for_picture`."""
        return self.model_copy(update={"input": self.input.for_picture(width, height)})


def read_card(path: Path) -> ModelCard:
    """Read a card. ModelError when it is missing or says something impossible."""
    try:
        return ModelCard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise ModelError(f"model card {path}: {first_problem(error)}", "Mend the card") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(
            f"cannot read model card {path}: {error}", "`camloom models list` shows those there are"
        ) from error
