"""Writes the graphs of the suite as TFLite, with the schema that comes with LiteRT."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.testing.graphs import ENLARGEMENT, Classify, Convolution, Enlarge, Graph, Layer, Scale
from camloom.testing.outcome import NotApplicableError

_SCHEMA_VERSION = 3
_MARK = b"TFL3"
_LAST_SHORT_CODE = 127  # operators beyond it have their number in the newer field only


def write_tflite(graph: Graph, path: Path) -> None:
    """Write a graph. NotApplicableError without LiteRT's schema."""
    builder = TfliteBuilder()
    size = [graph.height, graph.width]
    shape = [1, 3, *size] if graph.layout == "NCHW" else [1, *size, 3]
    value = builder.tensor("picture", shape, "UINT8" if graph.dtype == "u8" else "FLOAT32")
    builder.inputs.append(value)
    if graph.dtype == "u8":
        value = builder.add("CAST", [value], shape)
    for layer in graph.layers:
        value = _add_layer(builder, layer, value)
    builder.rename(value, "out")
    builder.outputs.append(value)
    path.write_bytes(builder.file())


def lacks_tflite(graph: Graph) -> str:
    """Say why TFLite cannot hold a graph; empty when it can."""
    plain = all(isinstance(layer, Scale) for layer in graph.layers)
    return "" if plain or graph.layout == "NHWC" else "convolutions of TFLite are NHWC"


class TfliteBuilder:
    """Puts a TFLite file together, tensor by tensor.

    Attributes:
        inputs, outputs: indices of tensors.
    """

    def __init__(self) -> None:
        self._schema = _schema()
        self._buffers = [self._schema.BufferT()]
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: list[str] = []
        self.inputs: list[int] = []
        self.outputs: list[int] = []

    def tensor(
        self, name: str, shape: list[int], kind: str = "FLOAT32", scale: float = 0.0, zero_point: int = 0
    ) -> int:
        """Add a tensor without content; scale 0: it is not quantised. Return its index."""
        made = self._schema.TensorT()
        made.name, made.shape, made.type = name, shape, getattr(self._schema.TensorType, kind)
        if scale:
            made.quantization = self._schema.QuantizationParametersT()
            made.quantization.scale, made.quantization.zeroPoint = [scale], [zero_point]
        self._tensors.append(made)
        return len(self._tensors) - 1

    def constant(self, values: npt.NDArray[np.generic]) -> int:
        """Add a tensor with content, float32 or int32. Return its index."""
        kind = "INT32" if np.issubdtype(values.dtype, np.integer) else "FLOAT32"
        index = self.tensor(f"constant_{len(self._tensors)}", list(values.shape), kind)
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self._buffers.append(buffer)
        self._tensors[index].buffer = len(self._buffers) - 1
        return index

    def add(self, operator: str, inputs: list[int], shape: list[int], options: str = "", **settings: Any) -> int:
        """Add an operator with one output. Return the index of that tensor."""
        output = self.tensor(f"value_{len(self._tensors)}", shape)
        self.connect(operator, inputs, output, options, **settings)
        return output

    def connect(self, operator: str, inputs: list[int], output: int, options: str = "", **settings: Any) -> None:
        """Add an operator that fills a tensor which is there already."""
        made = self._schema.OperatorT()
        if operator not in self._codes:
            self._codes.append(operator)
        made.opcodeIndex, made.inputs, made.outputs = self._codes.index(operator), inputs, [output]
        if options:
            made.builtinOptionsType = getattr(self._schema.BuiltinOptions, options)
            made.builtinOptions = getattr(self._schema, f"{options}T")()
            for name, value in settings.items():
                setattr(made.builtinOptions, name, value)
        self._operators.append(made)

    def shape(self, index: int) -> list[int]:
        """Return the shape of a tensor."""
        return list(self._tensors[index].shape)

    def rename(self, index: int, name: str) -> None:
        """Give a tensor another name."""
        self._tensors[index].name = name

    def file(self) -> bytes:
        """Return the bytes of the file."""
        import flatbuffers

        graph = self._schema.SubGraphT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs, graph.name = self.inputs, self.outputs, "main"
        model = self._schema.ModelT()
        model.version, model.subgraphs, model.buffers = _SCHEMA_VERSION, [graph], self._buffers
        model.operatorCodes = [self._code(name) for name in self._codes]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), file_identifier=_MARK)
        return bytes(builder.Output())

    def _code(self, operator: str) -> Any:
        made = self._schema.OperatorCodeT()
        number = getattr(self._schema.BuiltinOperator, operator)
        made.deprecatedBuiltinCode = min(number, _LAST_SHORT_CODE)
        made.builtinCode, made.version = number, 3 if operator == "RESIZE_BILINEAR" else 1
        return made


def _add_layer(builder: TfliteBuilder, layer: Layer, value: int) -> int:
    _, height, width, channels = builder.shape(value)
    match layer:
        case Scale():
            factor = builder.constant(np.array([layer.factor], np.float32))
            return builder.add("MUL", [value, factor], builder.shape(value), "MulOptions")
        case Convolution():
            return _add_convolution(builder, layer, value)
        case Enlarge():
            wanted = [height * ENLARGEMENT, width * ENLARGEMENT]
            size = builder.constant(np.array(wanted, np.int32))
            options = {"halfPixelCenters": True}
            return builder.add(
                "RESIZE_BILINEAR", [value, size], [1, *wanted, channels], "ResizeBilinearOptions", **options
            )
        case Classify():
            axes = builder.constant(np.array([1, 2], np.int32))
            pooled = builder.add("MEAN", [value, axes], [1, channels], "ReducerOptions")
            weights = [builder.constant(layer.weight), builder.constant(layer.bias)]
            shape = [1, len(layer.bias)]
            logits = builder.add("FULLY_CONNECTED", [pooled, *weights], shape, "FullyConnectedOptions")
            return builder.add("SOFTMAX", [logits], shape, "SoftmaxOptions", beta=1.0)


def _add_convolution(builder: TfliteBuilder, layer: Convolution, value: int) -> int:
    """Pad, then convolve without padding: TensorFlow's own padding is not the same on both sides."""
    _, height, width, channels = builder.shape(value)
    border = builder.constant(np.array([[0, 0], [1, 1], [1, 1], [0, 0]], np.int32))
    padded = builder.add("PAD", [value, border], [1, height + 2, width + 2, channels], "PadOptions")
    weights = [builder.constant(np.ascontiguousarray(layer.weight.transpose(0, 2, 3, 1))), builder.constant(layer.bias)]
    size = [(height - 1) // layer.stride + 1, (width - 1) // layer.stride + 1]
    schema = _schema()
    settings = {
        "padding": schema.Padding.VALID,
        "strideW": layer.stride,
        "strideH": layer.stride,
        "fusedActivationFunction": schema.ActivationFunctionType.RELU,
    }
    return builder.add("CONV_2D", [padded, *weights], [1, *size, len(layer.bias)], "Conv2DOptions", **settings)


def _schema() -> ModuleType:
    try:
        return import_module("ai_edge_litert.schema_py_generated")
    except ImportError as error:
        raise NotApplicableError("the schema of TFLite is not installed: pip install 'camloom[litert]'") from error
