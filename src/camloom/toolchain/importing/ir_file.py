"""Describes OpenVINO IR: a graph in XML with its weights beside it, read by a parser without entities."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import MAX_TENSORS, Metadata, ModelDescription, TensorInfo
from camloom.toolchain.importing.metadata import clean_name, names_of
from camloom.toolchain.importing.refusals import damaged, no_weights, unusable

_OLDEST_VERSION = 10
_MAX_XML_BYTES = 256 << 20
_MAX_NOTES = 4000
_MAX_NOTE_LETTERS = 200_000
_DTYPES = {"FP32": "f32", "FP16": "f16", "U8": "u8", "I8": "i8", "I32": "i32", "I64": "i64", "BOOL": "bool"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_TURNING = frozenset({"Transpose", "Reshape", "Squeeze", "Unsqueeze", "Convert"})
_MOST_TURNS = 8


@dataclass(slots=True)
class _Layer:
    """A layer with its ports: (names, dtype, sizes) by port id."""

    name: str
    kind: str
    shape: str = ""
    dtype: str = ""
    ports: dict[str, "_Port"] = field(default_factory=dict)
    classes: str = ""


@dataclass(slots=True)
class _Port:
    names: str
    dtype: str
    sizes: list[int] = field(default_factory=list)


class _Reader:
    """Collects layers, edges and notes while the XML passes by."""

    def __init__(self) -> None:
        self.version, self.name = 0, ""
        self.layers: dict[str, _Layer] = {}
        self.edges: list[tuple[str, str, str]] = []
        self.notes: dict[str, str] = {}
        self._path: list[str] = []
        self._layer: _Layer | None = None
        self._port: _Port | None = None
        self._text = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        self._text = ""
        match self._path:
            case ["net"]:
                self.name = attributes.get("name", "")
                self.version = int(attributes.get("version", "0")) if attributes.get("version", "").isdigit() else 0
            case ["net", "layers", "layer"]:
                self._layer = _Layer(attributes.get("name", ""), attributes.get("type", ""))
                self.layers[attributes.get("id", "")] = self._layer
            case ["net", "layers", "layer", "data"] if self._layer is not None:
                self._layer.shape = attributes.get("shape", "")
                self._layer.dtype = attributes.get("element_type", "")
                self._layer.classes = attributes.get("num_classes", "")
            case ["net", "layers", "layer", "input" | "output", "port"] if self._layer is not None:
                self._port = _Port(attributes.get("names", ""), attributes.get("precision", ""))
                self._layer.ports[attributes.get("id", "")] = self._port
            case ["net", "edges", "edge"]:
                self.edges.append(tuple(attributes.get(key, "") for key in ("from-layer", "from-port", "to-layer")))  # type: ignore[arg-type]
            case ["net", "rt_info" | "meta_data", *_] if "value" in attributes and len(self.notes) < _MAX_NOTES:
                self.notes["/".join(self._path[2:])] = attributes["value"][:_MAX_NOTE_LETTERS]
            case _:
                pass

    def end(self, tag: str) -> None:
        if tag == "dim" and self._port is not None:
            self._port.sizes.append(_size(self._text))
        elif tag == "port":
            self._port = None
        elif tag == "layer" and len(self._path) == 3:
            self._layer = None
        self._path.pop()

    def text(self, text: str) -> None:
        if len(self._text) < 32:
            self._text += text[:32]


def describe(path: Path) -> ModelDescription:
    """Parse the XML; the weights are not opened."""
    reader = _read(path)
    if reader.version < _OLDEST_VERSION:
        raise ModelError(
            Phrase(
                f"{path.name} is OpenVINO IR version {reader.version}, which OpenVINO no longer reads "
                f"({_OLDEST_VERSION} and later only)",
                "old-ir",
                file=path.name,
                version=reader.version,
            ),
            "Convert the original model again with a current OpenVINO",
        )
    weights = path.with_suffix(".bin")
    if not weights.is_file():
        raise no_weights(path.name, weights.name)
    inputs = [(key, layer) for key, layer in reader.layers.items() if layer.kind == "Parameter"]
    results = [(key, layer) for key, layer in reader.layers.items() if layer.kind == "Result"]
    if not inputs or not results or len(inputs) + len(results) > MAX_TENSORS:
        raise unusable(path, len(inputs), len(results))
    takers = {edge[0]: reader.layers[edge[2]].kind for edge in reversed(reader.edges) if edge[2] in reader.layers}
    return ModelDescription(
        path=path,
        format="openvino",
        inputs=tuple(_input(layer, takers.get(key, "")) for key, layer in inputs),
        outputs=tuple(_output(reader, key, layer) for key, layer in results),
        partners=(weights,),
        metadata=_metadata(reader),
        operations=Counter(layer.kind for layer in reader.layers.values()),
        attributes=_attributes(reader),
        version=f"IR version {reader.version}",
    )


def _read(path: Path) -> _Reader:
    if path.stat().st_size > _MAX_XML_BYTES:
        raise ModelError(
            damaged(f"{path.name} is XML of more than {_MAX_XML_BYTES >> 20} MiB, no model has so much", path)
        )
    reader, parser = _Reader(), expat.ParserCreate()

    def refuse(*_: object) -> None:
        text = f"{path.name} declares a document type, which a model has no use for"
        raise ModelError(Phrase(text, "hostile"), "Do not trust it")

    parser.StartDoctypeDeclHandler = refuse  # no entities: neither bombs nor other files
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise ModelError(damaged(f"{path.name} is damaged XML: {error}", path), "Fetch it again") from error
    return reader


def _size(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdigit() and len(text) < 10 else -1


def _first_name(names: str, otherwise: str) -> str:
    # OpenVINO gives a port a set of names; its runtime here takes the least.
    return min(names.split(",")) if names else otherwise


def _input(layer: _Layer, beside: str) -> TensorInfo:
    port = next(iter(layer.ports.values()), _Port("", ""))
    shape = tuple(_size(part) for part in layer.shape.split(",")) if layer.shape else tuple(port.sizes)
    return TensorInfo(_first_name(port.names, layer.name), shape, layer.dtype, beside=beside)


def _output(reader: _Reader, key: str, layer: _Layer) -> TensorInfo:
    source, port_id = next(((edge[0], edge[1]) for edge in reader.edges if edge[2] == key), ("", ""))
    producer = reader.layers.get(source, _Layer("", ""))
    port = producer.ports.get(port_id, _Port("", ""))
    sizes = next(iter(layer.ports.values()), port).sizes
    name = _first_name(port.names, producer.name)
    return TensorInfo(name, tuple(sizes), _DTYPES.get(port.dtype, ""), beside=_maker(reader, source))


def _maker(reader: _Reader, key: str) -> str:
    """Return the kind of the layer that makes an output; one that only turns it round does not count."""
    for _ in range(_MOST_TURNS):
        kind = reader.layers[key].kind if key in reader.layers else ""
        before = [edge[0] for edge in reader.edges if edge[2] == key and edge[0] in reader.layers]
        data = [each for each in before if reader.layers[each].kind != "Const"]
        if kind not in _TURNING or not data:
            return kind
        key = data[0]
    return ""


def _attributes(reader: _Reader) -> dict[str, int]:
    counts = [layer.classes for layer in reader.layers.values() if layer.kind == "DetectionOutput"]
    return {"num_classes": int(counts[0])} if counts and counts[0].isdigit() else {}


def _metadata(reader: _Reader) -> Metadata:
    """Read what Model API (`model_info`), the Model Optimizer and the later converter leave behind."""
    info = {key.removeprefix("model_info/"): value for key, value in reader.notes.items() if "model_info/" in key}
    made = {key.rpartition("/")[2]: value for key, value in reader.notes.items() if "model_info/" not in key}
    reverses = str(info.get("reverse_input_channels", made.get("reverse_input_channels", ""))).lower()
    inside = any(_NUMBER.search(made.get(key, "")) for key in ("mean_values", "scale_values"))
    return Metadata(
        source="rt_info of the IR" if info else "what the converter noted in the IR",
        publisher="intel" if "framework" in made else "",
        title=clean_name(info.get("model_type", ""), 0) if info.get("model_type") else "",
        model_name=clean_name(made.get("model_name") or reader.name, 0),
        class_names=names_of([label.replace("_", " ") for label in info.get("labels", "").split()]),
        # The converter turned an RGB model round, so that the file takes BGR. Model API turns the picture itself.
        colour=("RGB" if info else "BGR") if reverses in ("true", "yes") else "",
        mean=_three(info.get("mean_values", "")),
        std=_three(info.get("scale_values", "")),
        has_normalisation=inside,
    )


def _three(text: str) -> tuple[float, float, float] | None:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if len(numbers) == 1:
        numbers *= 3
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 and all(numbers) else None
