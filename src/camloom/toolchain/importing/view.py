"""The outputs of a model as the signatures of the families look at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from typing import Any, Literal

from camloom.inference.card import Task
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import Metadata, ModelDescription, TensorInfo

AS_SAID = Phrase("as you said", "said")
PUBLISHED = Phrase("its publisher's documents", "documents")
Certainty = Literal["sure", "likely", "guess", "unknown"]
Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A family whose outputs look like these.

    Attributes:
        classes: how many classes the outputs have room for; None where they do not say.
        keypoints: points per object.
        constants: values of further inputs.
        needs: options that only a person can fill in, such as `alphabet`, with how many entries.
    """

    family: str
    why: str
    certainty: Certainty = "sure"
    task: Task = "detection"
    classes: int | None = None
    keypoints: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    constants: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    needs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """Outputs without the sizes of one at their front, for a picture of a size.

    Attributes:
        size: width, height of the picture, px.
    """

    description: ModelDescription
    size: tuple[int, int]

    @property
    def metadata(self) -> Metadata:
        """What the publisher wrote."""
        return self.description.metadata

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Sizes by name, without batch."""
        return {each.name: without_batch(each.shape) for each in self.description.outputs}

    @cached_property
    def vectors(self) -> dict[str, int]:
        """Outputs that hold some values for the one picture: how many, by name."""
        flat = {name: [size for size in shape if size not in (1, -1)] for name, shape in self.shapes.items()}
        return {name: sizes[0] if sizes else 1 for name, sizes in flat.items() if len(sizes) <= 1}

    @property
    def only(self) -> Shape:
        """The sizes of the only output; empty when there are several."""
        return next(iter(self.shapes.values())) if len(self.shapes) == 1 else ()

    @property
    def other_inputs(self) -> tuple[TensorInfo, ...]:
        """Inputs beside the picture."""
        return tuple(each for each in self.description.inputs if each != self.description.picture)

    def cells(self, *strides: int) -> int:
        """Return the number of cells of these grids together."""
        width, height = self.size
        return sum(ceil(width / stride) * ceil(height / stride) for stride in strides)

    def grid(self, stride: int) -> tuple[int, int]:
        """Return the height and width of a grid."""
        return ceil(self.size[1] / stride), ceil(self.size[0] / stride)

    def has(self, *shape: int) -> bool:
        """Whether an output has these sizes; -1 on either side fits any."""
        return any(fits(each, shape) for each in self.shapes.values())

    def columns(self, rows: int) -> list[int]:
        """Return the columns of all tables with so many rows, in the order of the outputs."""
        return [shape[1] for shape in self.shapes.values() if len(shape) == 2 and shape[0] == rows]


def without_batch(shape: Shape) -> Shape:
    """Return sizes without the ones, and the batch of any size, at their front; at least one remains."""
    if len(shape) > 2 and shape[0] == -1:
        shape = shape[1:]
    while len(shape) > 1 and shape[0] == 1:
        shape = shape[1:]
    return shape


def fits(found: Shape, wanted: Shape) -> bool:
    """Whether sizes are these; -1 on either side fits any."""
    return len(found) == len(wanted) and all(f == w or -1 in (f, w) for f, w in zip(found, wanted, strict=True))
