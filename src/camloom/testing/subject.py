"""What a runtime suite tries: a runtime on a device, with its files, and how close is close enough."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.inference.base import CompiledModel, Runtime, Tensors
from camloom.testing.files import GraphFiles
from camloom.testing.graphs import Graph, Values
from camloom.testing.outcome import CheckError

FULL_TOLERANCE = 1e-4
HALF_TOLERANCE = 2e-2
INTEGER_TOLERANCE = 5e-2


@dataclass(frozen=True, slots=True)
class Subject:
    """A runtime under trial.

    Attributes:
        device: one of its devices; empty: the usual one.
        scratch: a folder for files of single checks.
        seen: descriptions of the models it compiled, the last one last.
    """

    runtime: Runtime
    device: str
    files: GraphFiles
    scratch: Path
    seen: list[str] = field(default_factory=list)

    def compile(self, graph: Graph, workers: int = 1, precision: str = "auto", **spec: Any) -> CompiledModel:
        """Compile a graph; `spec` changes the input of its card."""
        path = self.files.path(graph)
        compiled = self.runtime.compile(path, graph.card(precision, **spec), workers, self.device)
        self.seen.append(compiled.description)
        return compiled


def only(outputs: Tensors) -> npt.NDArray[np.generic]:
    """Return the one output there must be. CheckError when there are more or none."""
    if len(outputs) != 1:
        raise CheckError(f"the graph has one output, the runtime gave {len(outputs)}: {', '.join(outputs)}")
    return np.asarray(next(iter(outputs.values())))


def difference(output: npt.NDArray[np.generic], expected: Values) -> float:
    """Return the largest difference as a share of the largest expected value.

    Raises:
        CheckError: the shapes differ (a batch axis of 1 does not count), or a value is not finite.
    """
    found = np.asarray(output, np.float64)
    if _bare(found.shape) != _bare(expected.shape):
        raise CheckError(f"the output is {found.shape}, it must be {expected.shape}")
    if not np.isfinite(found).all():
        raise CheckError("the output has values that are not finite")
    found = found.reshape(expected.shape)
    return float(np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-6))


def tolerance(description: str) -> float:
    """Return the largest difference that is allowed, by the precision in a model's description."""
    text = description.lower()
    if "16" in text:
        return HALF_TOLERANCE
    return INTEGER_TOLERANCE if "int8" in text or "i8" in text or "u8" in text else FULL_TOLERANCE


def must_agree(output: npt.NDArray[np.generic], expected: Values, description: str, what: str = "") -> float:
    """Return the difference; CheckError when it is too large."""
    found, allowed = difference(output, expected), tolerance(description)
    if found > allowed:
        place = f"{what}: " if what else ""
        raise CheckError(f"{place}the output differs by {found:.2g} of its range, {allowed:g} is allowed")
    return found


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without leading axes of 1."""
    start = next((axis for axis, size in enumerate(shape) if size != 1), len(shape))
    return shape[start:]
