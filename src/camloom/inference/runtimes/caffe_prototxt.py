"""The text half of a Caffe model: its layers, where it begins and where it ends.

Source: caffe.proto of BVLC/caffe and of the branch `ssd`, and protobuf's text format (protobuf.dev, "Text Format").
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camloom.errors import ModelError

_MAX_BYTES = 8 << 20
_MAX_TOKENS = 1_000_000
_MAX_DEPTH = 32
_MAX_LAYERS = 10_000
_MAX_SIZE = 1 << 16
_FEWEST_SIZES, _MOST_SIZES = 2, 8
_TOKEN = re.compile(r"""\s+|\#[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}<>\[\]:,;]|[^\s{}<>\[\]:,;"'\#]+)""")
_OPENS, _CLOSES = {"{": "}", "<": ">"}, frozenset("}>")
_SEPARATORS = frozenset(",;")
_TABLES = frozenset({"DetectionOutput"})

Message = Mapping[str, list[Any]]
"""Fields by name, each with all its values: text, or another message."""


@dataclass(frozen=True, slots=True)
class CaffeLayer:
    """One layer.

    Attributes:
        kind: such as `Convolution`.
        bottoms: names of what goes in.
        tops: names of what comes out.
        fields: all that the file says of it.
    """

    kind: str
    name: str
    bottoms: tuple[str, ...]
    tops: tuple[str, ...]
    fields: Message


@dataclass(frozen=True, slots=True)
class CaffeNet:
    """What a prototxt says.

    Attributes:
        inputs: shape of each input, with its batch axis in front.
        outputs: the layers that nothing follows, in the order of the file.
    """

    layers: tuple[CaffeLayer, ...]
    inputs: dict[str, tuple[int, ...]]
    outputs: tuple[CaffeLayer, ...]

    @property
    def tables(self) -> frozenset[str]:
        """Layers that put out a table of finished detections, (1, 1, N, 7), whose N is known at run time only."""
        return frozenset(layer.name for layer in self.outputs if layer.kind in _TABLES)


def read_prototxt(path: Path) -> CaffeNet:
    """Read a net for use, not for training.

    Raises:
        ModelError: it is no such file, or says something impossible.
    """
    try:
        document = parse_text(_text(path))
        layers = tuple(_layers(document))
        inputs = {**_inputs_in_front(document), **_input_layers(layers)}
    except (ValueError, IndexError) as error:
        raise ModelError(f"{path.name} is a damaged prototxt: {error}", "Fetch it again") from error
    if not inputs:
        raise ModelError(
            f"{path.name} does not say the size of its input: it is for training",
            "Take the prototxt for use, often called deploy.prototxt, or replace its data layers by one of type Input",
        )
    outputs = tuple(_ends(layers))
    if not outputs:
        raise ModelError(f"{path.name} has no output", "Fetch it again")
    return CaffeNet(layers, inputs, outputs)


def parse_text(text: str) -> Message:
    """Parse protobuf's text format. ValueError where it is none, is too long or too deep."""
    return _message(_words_of(text), "", 0)


def submessage(fields: Message, name: str) -> Message:
    """Return the first submessage of a name; empty when there is none."""
    found = fields.get(name, [{}])[0]
    return found if isinstance(found, dict) else {}


def number(fields: Message, name: str) -> float | None:
    """Return the first number of a name; None when there is none."""
    found = numbers(fields, name)
    return found[0] if found else None


def numbers(fields: Message, name: str) -> list[float]:
    """Return all numbers of a name. ValueError where one is none."""
    return [float(value) for value in fields.get(name, ()) if isinstance(value, str)]


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise ValueError(f"text of {size} bytes is no net")
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ModelError(f"cannot read {path.name}: {error.strerror}") from error


def _words_of(text: str) -> Iterator[str]:
    place = count = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"line {text.count(chr(10), 0, place) + 1} cannot be read")
        place = found.end()
        if found[1]:
            count += 1
            if count > _MAX_TOKENS:
                raise ValueError("it is too long")
            yield found[1]


def _message(words: Iterator[str], end: str, depth: int) -> dict[str, list[Any]]:
    if depth > _MAX_DEPTH:
        raise ValueError("it is nested too deeply")
    fields: dict[str, list[Any]] = {}
    for name in words:
        if name == end:
            return fields
        if name in _SEPARATORS:
            continue
        if not name[0].isalpha() and name[0] != "_":
            raise ValueError(f"'{name[:20]}' stands where a name should")
        fields.setdefault(name, []).extend(_values(words, depth))
    if end:
        raise ValueError("it ends too early")
    return fields


def _values(words: Iterator[str], depth: int) -> list[Any]:
    """Read what follows a name: a message, a value, or a list of values."""
    word = next(words, "")
    if word == ":":
        word = next(words, "")
    if word in _OPENS:
        return [_message(words, _OPENS[word], depth + 1)]
    if word == "[":
        return _listed(words, depth)
    if not word or word in _CLOSES or word in _SEPARATORS or word in (":", "]"):
        raise ValueError("a value is missing")
    return [_plain(word)]


def _listed(words: Iterator[str], depth: int) -> list[Any]:
    values: list[Any] = []
    for word in words:
        if word == "]":
            return values
        if word in _OPENS:
            values.append(_message(words, _OPENS[word], depth + 1))
        elif word not in _SEPARATORS:
            values.append(_plain(word))
    raise ValueError("a list does not end")


def _plain(word: str) -> str:
    return word[1:-1] if word[0] in "\"'" else word


def _layers(document: Message) -> Iterator[CaffeLayer]:
    found = [*document.get("layer", ()), *document.get("layers", ())]
    if len(found) > _MAX_LAYERS:
        raise ValueError(f"it has {len(found)} layers")
    for fields in found:
        if not isinstance(fields, dict):
            raise ValueError("a layer is no message")
        if not _is_for_training(fields):
            kind, name = _kind(_word(fields, "type")), _word(fields, "name")
            yield CaffeLayer(kind, name, _words(fields, "bottom"), _words(fields, "top"), fields)


def _kind(text: str) -> str:
    """Return a type as the second version of the format calls it: INNER_PRODUCT is its InnerProduct."""
    return "".join(part.capitalize() for part in text.split("_")) if text.isupper() and len(text) > 3 else text


def _is_for_training(fields: Message) -> bool:
    return any(_word(rule, "phase").upper() == "TRAIN" for rule in fields.get("include", ()) if isinstance(rule, dict))


def _words(fields: Message, name: str) -> tuple[str, ...]:
    return tuple(value for value in fields.get(name, ()) if isinstance(value, str))


def _word(fields: Message, name: str) -> str:
    return next(iter(_words(fields, name)), "")


def _inputs_in_front(document: Message) -> dict[str, tuple[int, ...]]:
    """Read `input` with `input_shape` or, older, four of `input_dim` for each."""
    names = _words(document, "input")
    shapes = [_shape(each) for each in document.get("input_shape", ())]
    flat = [_size(value) for value in document.get("input_dim", ())]
    if len(flat) % 4:
        raise ValueError(f"input_dim stands there {len(flat)} times, it takes four for each input")
    shapes = shapes or [tuple(flat[start : start + 4]) for start in range(0, len(flat), 4)]
    if len(shapes) < len(names):
        raise ValueError("an input has no shape")
    return dict(zip(names, shapes, strict=False))


def _input_layers(layers: tuple[CaffeLayer, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for layer in layers:
        if layer.kind == "Input":
            shapes = [_shape(each) for each in submessage(layer.fields, "input_param").get("shape", ())]
            if not shapes:
                raise ValueError(f"the input '{layer.name[:40]}' has no shape")
            found |= {top: shapes[min(index, len(shapes) - 1)] for index, top in enumerate(layer.tops)}
    return found


def _shape(message: Any) -> tuple[int, ...]:
    sizes = tuple(_size(value) for value in (message.get("dim", ()) if isinstance(message, dict) else ()))
    if not _FEWEST_SIZES <= len(sizes) <= _MOST_SIZES:
        raise ValueError(f"an input has {len(sizes)} sizes")
    return sizes


def _size(value: Any) -> int:
    size = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 8 else 0
    if not 0 < size <= _MAX_SIZE:
        raise ValueError(f"a size of an input is {str(value)[:20]}")
    return size


def _ends(layers: tuple[CaffeLayer, ...]) -> Iterator[CaffeLayer]:
    """Yield the layers whose results nobody takes; a layer may write in the place of what it reads."""
    makers: dict[str, CaffeLayer] = {}
    for layer in layers:
        for bottom in layer.bottoms:
            makers.pop(bottom, None)
        makers.update(dict.fromkeys(layer.tops, layer))
    waiting = {id(layer) for layer in makers.values() if layer.kind != "Input"}
    return (layer for layer in layers if id(layer) in waiting)
