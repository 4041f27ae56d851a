"""Describes an ONNX file: inputs, outputs, metadata, and whether its external weights stay in its folder."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import MAX_TENSORS, Metadata, ModelDescription, TensorInfo
from camloom.toolchain.importing.metadata import characters_of, from_pairs
from camloom.toolchain.importing.refusals import no_weights, weights_elsewhere

if TYPE_CHECKING:
    import onnx

# Elements of TensorProto.DataType.
_DTYPES = {1: "f32", 2: "u8", 3: "i8", 5: "i16", 6: "i32", 7: "i64", 9: "bool", 10: "f16", 11: "f64", 16: "bf16"}
_METADATA = Phrase("metadata of the ONNX file", "metadata")
_KNOWN_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
_NORMALISING = frozenset({"Sub", "Div", "Mul", "BatchNormalization"})
_PASSING = frozenset({"Cast", "Transpose", "Split", "Slice", "Identity", "Concat"})
_MAX_SUBGRAPHS = 16
_TURNING = frozenset({"Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Cast"})


def describe(path: Path) -> ModelDescription:
    """Parse the graph; weights in other files are found, never opened."""
    model = _load(path)
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    maker = {name: node for node in graph.node for name in node.output}
    inputs = [value for value in graph.input if value.name not in weights]
    if len(inputs) > MAX_TENSORS or not 0 < len(graph.output) <= MAX_TENSORS:
        text = f"{path.name} has {len(inputs)} inputs and {len(graph.output)} outputs, no model has so many"
        raise ModelError(Phrase(text, "unusable", file=path.name))
    takers = {name: node for node in reversed(graph.node) for name in node.input}
    strange = sorted({node.domain for node in graph.node} - _KNOWN_DOMAINS)
    return ModelDescription(
        path=path,
        format="onnx",
        inputs=tuple(_tensor(value, getattr(takers.get(value.name), "op_type", "")) for value in inputs),
        outputs=tuple(_tensor(value, _made_by(value.name, maker)) for value in graph.output),
        partners=tuple(_external_files(path, graph)),
        metadata=_metadata(model, inputs[0].name if inputs else ""),
        operations=Counter(node.op_type for node in graph.node),
        version=", ".join(f"opset {each.version}" for each in model.opset_import if each.domain in ("", "ai.onnx")),
        notes=tuple(_strange(domain or "nobody") for domain in strange),
    )


def _made_by(name: str, maker: Mapping[str, "onnx.NodeProto"]) -> str:
    """Return the operation that makes an output; one that only turns it round does not count."""
    for _ in range(_MAX_SUBGRAPHS):
        node = maker.get(name)
        if node is None or node.op_type not in _TURNING or not node.input:
            break
        name = node.input[0]
    return maker[name].op_type if name in maker else ""


def _load(path: Path) -> "onnx.ModelProto":
    try:
        import onnx

        decode_error: type[Exception] = import_module("google.protobuf.message").DecodeError
    except ImportError as error:
        raise ModelError("reading ONNX needs the package onnx", "pip install 'camloom[onnxruntime]'") from error
    try:
        return onnx.load(path, load_external_data=False)
    except (decode_error, ValueError, OSError) as error:
        told = Phrase(f"{path.name} is a damaged ONNX file: {error}", "damaged", file=path.name)
        raise ModelError(told, "Fetch or export it again") from error


def _strange(domain: str) -> Phrase:
    return Phrase(f"it uses operations of {domain}, which most runtimes lack", "operations-of", who=domain)


def _tensor(value: "onnx.ValueInfoProto", beside: str) -> TensorInfo:
    kind = value.type.tensor_type
    shape = tuple(dim.dim_value if dim.dim_value > 0 else -1 for dim in kind.shape.dim)
    return TensorInfo(value.name, shape, _DTYPES.get(kind.elem_type, ""), beside=beside)


def _metadata(model: "onnx.ModelProto", picture: str) -> Metadata:
    pairs = {each.key: each.value for each in list(model.metadata_props)[:MAX_TENSORS]}
    found = from_pairs(pairs, _METADATA) if pairs else Metadata()
    characters = characters_of(pairs.get("character", ""))  # as RapidOCR keeps them beside the models of PaddleOCR
    made_by = f"{model.producer_name} {model.graph.name}".lower()
    if characters or "paddle" in made_by:
        found = replace(found, publisher=found.publisher or "paddle", characters=characters)
    if _normalises(model.graph, picture):
        return replace(found, has_normalisation=True)
    return found


def _normalises(graph: "onnx.GraphProto", picture: str) -> bool:
    """Whether the first thing that happens to the picture is arithmetic with constants."""
    constants = {tensor.name for tensor in graph.initializer if _elements(tensor) <= 4}
    constants |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    seen = {picture}
    for node in list(graph.node)[:64]:
        if not seen.intersection(node.input):
            continue
        if node.op_type in _NORMALISING:
            return node.op_type == "BatchNormalization" or bool(constants.intersection(node.input))
        if node.op_type not in _PASSING:
            return False
        seen.update(node.output)
    return False


def _elements(tensor: "onnx.TensorProto") -> int:
    count = 1
    for size in tensor.dims:
        count *= size
    return count


def _external_files(path: Path, graph: "onnx.GraphProto") -> Iterator[Path]:
    """Yield the files of weights. ModelError when one lies outside the model's own folder."""
    folder = path.parent.resolve()
    names = {_location(tensor) for tensor in _tensors(graph) if tensor.data_location == 1}
    for name in sorted(names):
        file = folder / name
        if not name or file.resolve().parent != folder:
            raise weights_elsewhere(path.name, name)
        if not file.is_file():
            raise no_weights(path.name, name)
        yield path.parent / name


def _location(tensor: "onnx.TensorProto") -> str:
    return next((str(entry.value) for entry in tensor.external_data if entry.key == "location"), "")


def _tensors(graph: "onnx.GraphProto", depth: int = 0) -> Iterator["onnx.TensorProto"]:
    if depth > _MAX_SUBGRAPHS:
        raise ModelError(Phrase("the ONNX file nests its graphs too deeply", "hostile"))
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            for nested in ([attribute.g] if attribute.HasField("g") else []) + list(attribute.graphs):
                yield from _tensors(nested, depth + 1)
