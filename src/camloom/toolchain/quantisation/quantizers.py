"""INT8 by post-training quantisation: NNCF for OpenVINO, and ONNX Runtime's own for ONNX."""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
import numpy.typing as npt

from camloom.errors import ConfigError, ModelError
from camloom.frame import FrameBuffer
from camloom.inference.card import ModelCard
from camloom.inference.host_input import to_tensor
from camloom.inference.preprocess import on_canvas
from camloom.toolchain.conversion.resize_axes import spell_out_resizes
from camloom.toolchain.conversion.simplify import need
from camloom.toolchain.frames import FrameSet
from camloom.toolchain.quantisation.layers import LayerGraph, name_nodes, onnx_graph, openvino_graph

Method = Literal["nncf", "onnxruntime"]
HEAD = "head"
HEAD_DEPTH = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be quantised.

    Attributes:
        source: the float model's file.
        card: its card.
        frames: the calibration set.
        keep: layers that stay in float: regular expressions over their names, or the word `head`.
    """

    source: Path
    card: ModelCard
    frames: FrameSet
    keep: tuple[str, ...] = ()

    def kept(self, graph: LayerGraph) -> list[str]:
        """Return the names of the operations that stay in float."""
        names = graph.matching(pattern for pattern in self.keep if pattern != HEAD)
        return sorted(names | graph.head(HEAD_DEPTH) if HEAD in self.keep else names)

    def tensor(self, buffer: FrameBuffer) -> npt.NDArray[np.generic]:
        """Return a picture as the model takes it, pre-processed as the engine does: (1, ...)."""
        canvas, _ = on_canvas(self.card.input, buffer)
        return to_tensor(canvas, self.card.input)


class Quantizer(Protocol):
    """Writes an INT8 file. `__init__()`.

    Attributes:
        runtime: the runtime that reads the file.
        reads: suffixes of the float files that it starts from, the best first.
        suffix: of the file it writes.
    """

    runtime: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    suffix: ClassVar[str]

    def quantize(self, job: Job, target: Path) -> int:
        """Write the INT8 model; return how many operations were kept in float.

        Raises:
            PluginError: the package is missing.
            ModelError: it cannot quantise this model.
        """


class Nncf:
    """NNCF (github.com/openvinotoolkit/nncf): OpenVINO IR with int8 weights and activations."""

    runtime: ClassVar[str] = "openvino"
    reads: ClassVar[tuple[str, ...]] = (".onnx", ".xml", ".tflite", ".pb")
    suffix: ClassVar[str] = ".xml"

    def quantize(self, job: Job, target: Path) -> int:
        """Quantise with the mixed preset: symmetric weights, activations symmetric only where they can be."""
        need("nncf", "quantising with NNCF")
        need("openvino", "quantising with NNCF")
        import nncf
        import openvino as ov

        try:
            model = _sized(ov.Core().read_model(job.source), job.card)
            kept = job.kept(openvino_graph(model))
            with _quiet("nncf"):
                made = nncf.quantize(
                    model,
                    nncf.Dataset(job.frames, job.tensor),
                    preset=nncf.QuantizationPreset.MIXED,
                    subset_size=len(job.frames),
                    ignored_scope=nncf.IgnoredScope(names=kept, validate=False) if kept else None,
                )
            ov.save_model(made, target, compress_to_fp16=False)
        except (RuntimeError, ValueError) as error:
            raise _refusal("NNCF", job, error) from error
        return len(kept)


class OrtStatic:
    """ONNX Runtime's static quantisation: ONNX with pairs of QuantizeLinear and DequantizeLinear."""

    runtime: ClassVar[str] = "onnxruntime"
    reads: ClassVar[tuple[str, ...]] = (".onnx",)
    suffix: ClassVar[str] = ".onnx"

    def quantize(self, job: Job, target: Path) -> int:
        """Quantise weights per channel, activations by the largest values that were seen."""
        need("onnxruntime", "quantising with ONNX Runtime")
        need("onnx", "quantising with ONNX Runtime")
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process

        with tempfile.TemporaryDirectory(prefix="camloom-quantize-") as folder:
            ready = Path(folder) / "ready.onnx"
            try:
                # Symbolic shape inference is for transformers; plain inference does for pictures of one size.
                quant_pre_process(str(job.source), str(ready), skip_symbolic_shape=True)
                spell_out_resizes(ready)  # ONNX Runtime 1.31 cannot load a quantised Resize with axes
                name_nodes(ready)
                kept, input_name = _inspect(ready, job)
                with _quiet(""):
                    quantize_static(
                        str(ready),
                        str(target),
                        _Reader(job, input_name),
                        quant_format=QuantFormat.QDQ,
                        per_channel=True,
                        activation_type=QuantType.QUInt8,
                        weight_type=QuantType.QInt8,
                        nodes_to_exclude=kept,
                    )
            except (RuntimeError, ValueError, TypeError, AssertionError) as error:
                raise _refusal("ONNX Runtime", job, error) from error
        return len(kept)


def find_quantizer(method: str) -> Quantizer:
    """Return a way to quantise by its name; ConfigError when there is none."""
    known: dict[str, type[Quantizer]] = {"nncf": Nncf, "onnxruntime": OrtStatic}
    if method not in known:
        raise ConfigError(f"there is no method '{method}'", f"Known: {', '.join(known)}")
    return known[method]()


class _Reader:
    """Feeds ONNX Runtime's calibration, which asks for one input after the other until there is none."""

    def __init__(self, job: Job, input_name: str) -> None:
        self._job = job
        self._name = input_name
        self._inputs = self._read()

    def get_next(self) -> dict[str, npt.NDArray[np.generic]] | None:
        return next(self._inputs, None)

    def rewind(self) -> None:
        self._inputs = self._read()

    def _read(self) -> Iterator[dict[str, npt.NDArray[np.generic]]]:
        return ({self._name: self._job.tensor(buffer)} for buffer in self._job.frames)


class _quiet:  # noqa: N801  # reads as a word in `with`
    """Keeps the progress messages of a library off the console while it works."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def __enter__(self) -> None:
        self._before = self._logger.level
        self._logger.setLevel(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        self._logger.setLevel(self._before)


def _sized(model: Any, card: ModelCard) -> Any:
    """Give the model its card's input size, as the runtime does."""
    spec = card.input
    size = [spec.height, spec.width]
    shape = [1, 3, *size] if spec.layout == "NCHW" else [1, *size, 3]
    if len(model.inputs) != 1:
        raise ModelError(f"model '{card.name}' has {len(model.inputs)} inputs: only one can be calibrated")
    model.reshape(shape)
    return model


def _inspect(path: Path, job: Job) -> tuple[list[str], str]:
    """Return the nodes to keep in float, and the name of the input."""
    import onnx

    model = onnx.load(path)
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [value.name for value in model.graph.input if value.name not in stored]
    if len(inputs) != 1:
        raise ModelError(f"model '{job.card.name}' has {len(inputs)} inputs: only one can be calibrated")
    return job.kept(onnx_graph(model)), inputs[0]


def _refusal(who: str, job: Job, error: Exception) -> ModelError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    hint = "Try the other --method, or keep the layers it names in float with --keep"
    return ModelError(f"{who} cannot quantise model '{job.card.name}': {lines[-1][:200]}", hint)
