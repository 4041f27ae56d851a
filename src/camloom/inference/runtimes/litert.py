"""LiteRT (TensorFlow Lite): one interpreter per worker, of one thread each."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.frame import ImageArray
from camloom.inference.base import Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.host_input import HostInput
from camloom.inference.runtimes.child import try_in_child
from camloom.inference.runtimes.litert_net import Detail, open_interpreter, picture_input

if TYPE_CHECKING:
    from ai_edge_litert.interpreter import Interpreter

_MARK = b"TFL3"  # at offset 4 of every file, as the schema's file identifier


class LiteRtRuntime:
    """LiteRT, once TensorFlow Lite, on the CPU (reads .tflite)."""

    name: ClassVar = "litert"
    reads: ClassVar[tuple[str, ...]] = (".tflite",)
    spare: ClassVar = True
    Config: ClassVar[type[BaseModel]] = StrictModel

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run here."""
        return "" if find_spec("ai_edge_litert") else "not installed: pip install 'camloom[litert]'"

    @classmethod
    def devices(cls) -> tuple[str, ...]:
        """Return CPU, the only device so far."""
        return ("CPU",)

    def compile(self, path: Path, card: ModelCard, workers: int, device: str = "") -> "LiteRtModel":  # noqa: ARG002
        """Check the file in a child process, then keep its path: every session opens it for itself."""
        if device.upper() not in ("", "CPU"):
            raise ModelError(f"LiteRT has no device '{device}' here", "It has: CPU")
        _check_mark(path)
        spec = card.input
        request: dict[str, Any] = {
            "path": str(path),
            "picture": spec.name,
            "constants": list(spec.constants),
            "size": _size(spec),
            "resize": spec.multiple_of is not None,
        }
        try:
            outputs = try_in_child("litert_net.py", request, path, "LiteRT")["outputs"]
        except ModelError as error:
            raise _explained(error, path) from error
        model = LiteRtModel(request, spec, {name: tuple(shape) for name, shape in outputs.items()})
        model.check(path, card)
        return model


class LiteRtModel:
    """A TFLite file that was tried."""

    def __init__(self, request: dict[str, Any], spec: InputSpec, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._request = request
        self._spec = spec
        self._shapes = shapes
        self._type = ""

    @property
    def description(self) -> str:
        """Device, and the type of the input."""
        return f"CPU {self._type}"

    @property
    def output_shapes(self) -> Mapping[str, tuple[int, ...]]:
        """Outputs by name."""
        return self._shapes

    def check(self, path: Path, card: ModelCard) -> None:
        """Raise ModelError unless the file's inputs are what the card says."""
        details = self._open().get_input_details()
        picture = picture_input(details, self._spec.name, self._spec.constants)
        unknown = set(self._spec.constants) - {detail["name"] for detail in details}
        if picture is None or unknown:
            raise ModelError(
                f"{path.name} has the inputs {', '.join(detail['name'] for detail in details)}, "
                f"card '{card.name}' describes {', '.join(unknown) or 'one'}",
                "Name the picture in `input.name` and give the others values in `input.constants`",
            )
        found, expected = [int(size) for size in picture["shape"]], _size(self._spec)
        if found != expected:
            raise ModelError(f"{path.name} takes {found}, card '{card.name}' says {expected}", "Mend the card's input")
        self._type = np.dtype(picture["dtype"]).name
        self.session()

    def session(self) -> Session:
        """Return an interpreter of its own."""
        return _LiteRtSession(self._open(), self._spec)

    def _open(self) -> "Interpreter":
        try:
            return open_interpreter(**self._request)
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT cannot use {Path(self._request['path']).name}: {_first_line(error)}") from error


class _LiteRtSession:
    def __init__(self, interpreter: "Interpreter", spec: InputSpec) -> None:
        self._interpreter = interpreter
        details = interpreter.get_input_details()
        picture = picture_input(details, spec.name, spec.constants)
        assert picture is not None  # the model was checked
        scale, zero_point = _quantisation(picture)
        self._input = HostInput(spec, picture["dtype"], scale, zero_point)
        self._place = interpreter.tensor(picture["index"])
        self._outputs = [_Output(detail) for detail in interpreter.get_output_details()]
        for detail in details:
            if detail["name"] in spec.constants:
                _set_constant(interpreter, detail, spec.constants[detail["name"]])

    def run(self, canvas: ImageArray) -> Tensors:
        # Straight into the interpreter's memory. LiteRT refuses to run while somebody holds a view of it.
        self._input.write(canvas, self._place())
        try:
            self._interpreter.invoke()
            return {each.name: each.real(self._interpreter.get_tensor(each.index)) for each in self._outputs}
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"LiteRT failed while running the model: {_first_line(error)}") from error


class _Output:
    """Turns one output into the numbers it stands for: integers of a quantised tensor into float32."""

    def __init__(self, detail: Detail) -> None:
        self.name: str = detail["name"]
        self.index: int = detail["index"]
        self._scale, self._zero_point = _quantisation(detail)
        if not np.issubdtype(detail["dtype"], np.integer):
            self._scale = 0.0

    def real(self, stored: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Return what the stored numbers stand for; a tensor that is not quantised stays as it is."""
        if self._scale == 0:
            return stored
        values = stored.astype(np.float32)
        values -= np.float32(self._zero_point)
        values *= np.float32(self._scale)
        return values


def _quantisation(detail: Detail) -> tuple[float, int]:
    """Return scale and zero point of a tensor; scale 0 where it is not quantised.

    Source: the TFLite 8-bit quantisation specification: real = (stored - zero point) * scale, one pair for
    a whole activation.
    """
    scales = detail["quantization_parameters"]["scales"]
    if len(scales) > 1:
        raise ModelError(f"LiteRT: the tensor '{detail['name']}' has {len(scales)} scales, an input or output has one")
    scale, zero_point = detail["quantization"]
    return float(scale), int(zero_point)


def _set_constant(interpreter: "Interpreter", detail: Detail, values: tuple[float, ...]) -> None:
    size = int(np.prod(detail["shape"]))
    if size != len(values):
        raise ModelError(f"input.constants.{detail['name']}: {len(values)} values do not fill {size}", "Mend the card")
    interpreter.set_tensor(detail["index"], np.asarray(values, detail["dtype"]).reshape(detail["shape"]))


def _size(spec: InputSpec) -> list[int]:
    return [1, 3, spec.height, spec.width] if spec.layout == "NCHW" else [1, spec.height, spec.width, 3]


def _check_mark(path: Path) -> None:
    """Raise ModelError when a file is not TFLite at all."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as error:
        raise ModelError(f"LiteRT cannot read {path.name}: {error.strerror}") from error
    if head[4:8] != _MARK:
        raise ModelError(f"LiteRT cannot use {path.name}: it is not a TFLite file", "Fetch it again or mend the card")


def _explained(error: ModelError, path: Path) -> ModelError:
    """Say in plain words what LiteRT says of an operator it does not have."""
    mark = "unresolved custom op: "
    if mark not in error.message:
        return error
    operator = error.message.split(mark, 1)[1].split()[0].strip(".)(")
    return ModelError(
        f"LiteRT cannot use {path.name}: it needs the custom operator '{operator}', which LiteRT does not have",
        "Export the model again without it",
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or ["unknown reason"])[0][:200]
