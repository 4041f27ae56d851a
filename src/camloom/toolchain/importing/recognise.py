"""Tells what kind of model a file is, by its content: names and suffixes lie too easily."""

import json
import re
import struct
import zipfile
from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import MAX_MODEL_BYTES, Format
from camloom.toolchain.importing.protobuf import LENGTH_DELIMITED, VARINT, nested_start, top_level_fields
from camloom.toolchain.importing.refusals import damaged

_HEAD_BYTES = 4096
_MAX_JSON_BYTES = 64 << 20
_MAX_ZIP_MEMBERS = 100_000
_TO_ONNX = "Export it as ONNX on the machine where it was trained"

_REFUSED_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "a Keras file in HDF5", "Export it as ONNX (tf2onnx) or as a SavedModel"),
    (b"GGUF", "a language model", "Camloom runs vision models"),
    (b"RKNN", "compiled for a Rockchip NPU already", "Write a card for it by hand, or import the ONNX it came from"),
    (b"ftrt", "a TensorRT engine for one kind of GPU", "Import the ONNX it came from"),
    (b"ptrt", "a TensorRT engine for one kind of GPU", "Import the ONNX it came from"),
    (b"\xdd\x85\x76\x00", "an ncnn graph in binary form, without names", "Give the text form, the .param file"),
    (b"\0\0\0\0\x02\0\0\0", "the weights of a Darknet model", "Name the .cfg beside it"),
    (b"\x7fELF", "a program, not a model", ""),
    (b"version https://git-lfs", "a pointer of Git LFS, not the model", "Fetch the model with `git lfs pull`"),
)
# The graph that belongs to a file of weights.
_GRAPH_OF: dict[str, tuple[str, ...]] = {
    ".bin": (".param", ".xml"),
    ".weights": (".cfg",),
    ".caffemodel": (".prototxt",),
    ".pdiparams": (".pdmodel", ".json"),
    ".data": ("",),
}
_NAMED_APART = frozenset({".weights", ".caffemodel"})  # from graphs that often have another name
_ENTRY_OF_FOLDER = (
    "saved_model.pb", "model.json", "*.xml", "*.ncnn.param", "*.param", "*.pdmodel", "inference.json", "*.cfg",
    "*.prototxt",
)  # fmt: skip
_CAFFE_TEXT = re.compile(r"^\s*(name\s*:|input\s*:|layers?\s*\{)", re.MULTILINE)


def recognise(path: Path) -> tuple[Path, Format]:
    """Return the file that holds the graph, and its format.

    Args:
        path: a model file, its weights, or a folder with one model.

    Raises:
        ModelError: it is missing, too large, no model, or of a kind that is refused; the hint says what to do.
    """
    path = _graph_file(path)
    size = path.stat().st_size
    if not 16 <= size <= MAX_MODEL_BYTES:
        text = f"{path.name} has {size} bytes, a model has 16 to {MAX_MODEL_BYTES}"
        raise ModelError(Phrase(text, "size", file=path.name))
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    for magic, what, hint in _REFUSED_MAGIC:
        if head.startswith(magic):
            raise ModelError(Phrase(f"{path.name} is {what}", "unread", file=path.name), hint)
    return path, _binary(path, head, size) or _text(path, head) or _protobuf(path)


def _graph_file(path: Path) -> Path:
    if path.is_dir():
        return _entry_of(path)
    if not path.is_file():
        raise ModelError(f"there is no file {path}")
    for suffix in _GRAPH_OF.get(path.suffix, ()):
        graph = path.with_suffix(suffix)
        if graph != path and graph.is_file():
            return graph
    texts = sorted(path.parent.glob(f"*{_GRAPH_OF[path.suffix][0]}*")) if path.suffix in _NAMED_APART else []
    return texts[0] if len(texts) == 1 else path


def _entry_of(folder: Path) -> Path:
    for pattern in _ENTRY_OF_FOLDER:
        found = sorted(folder.glob(pattern))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found[:4])
            raise ModelError(
                Phrase(f"{folder} holds several models: {names}", "several", names=names), "Name one of them"
            )
    raise ModelError(
        Phrase(f"{folder} holds no model that Camloom knows", "unknown", file=folder.name), "Name the file"
    )


def _binary(path: Path, head: bytes, size: int) -> Format | None:
    if head[4:8] == b"TFL3":
        return "tflite"
    if head.startswith(b"PK\x03\x04"):
        return _zip(path)
    if head[0] == 0x80 and head[1] in range(2, 6):
        raise _pickle(path)
    (header_bytes,) = struct.unpack_from("<Q", head)
    if head[8:9] == b"{" and header_bytes < size - 8:
        raise ModelError(
            Phrase(
                f"{path.name} is safetensors: weights alone, without the graph that says how they are used",
                "weights-alone",
                file=path.name,
            ),
            "Export the whole model as ONNX where its code is",
        )
    return None


def _zip(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ModelError(damaged(f"{path.name} is a damaged archive: {error}", path)) from error
    if len(names) > _MAX_ZIP_MEMBERS:
        text = f"{path.name} is an archive of {len(names)} files, no model has so many"
        raise ModelError(Phrase(text, "archive-many"))
    inside = {name.partition("/")[2] or name for name in names}
    if "data.pkl" in inside and any(name.startswith("code/") for name in inside):
        return "torchscript"
    if "data.pkl" in inside:
        raise _pickle(path)
    if "config.json" in inside and any(name.endswith(".h5") for name in inside):
        told = Phrase(f"{path.name} is a Keras archive", "keras", file=path.name)
        raise ModelError(told, "Export it as ONNX (tf2onnx) or as a SavedModel")
    told = Phrase(f"{path.name} is an archive without a model that Camloom knows", "unknown", file=path.name)
    raise ModelError(told, "Unpack it and name the model")


def _pickle(path: Path) -> ModelError:
    return ModelError(
        Phrase(
            f"{path.name} is a PyTorch pickle: loading it would run whatever program is inside, so it is refused",
            "pytorch",
            file=path.name,
        ),
        "Where you trust it: `yolo export format=onnx` (Ultralytics), or torch.onnx.export or torch.jit.trace "
        "with its own code, then import that file",
    )


def _text(path: Path, head: bytes) -> Format | None:
    try:
        text = head.decode("utf-8", errors="strict" if path.stat().st_size <= _HEAD_BYTES else "ignore")
    except UnicodeDecodeError:
        return None
    text = text.removeprefix("\ufeff").lstrip()
    if "\0" in text:
        return None
    if text.startswith(("<", "{")):
        return _xml(path, text) if text.startswith("<") else _json(path)
    return _plain_text(text)


def _plain_text(text: str) -> Format | None:
    if text.startswith("7767517"):
        return "ncnn"
    if text.startswith(("[net]", "[network]")) or "\n[net]" in text:
        return "darknet"
    return "caffe" if _CAFFE_TEXT.search(text) and "{" in text else None


def _xml(path: Path, text: str) -> Format:
    if "<net" in text:
        return "openvino"
    what = "a web page" if "<html" in text.lower() else "XML, but no model"
    raise ModelError(
        Phrase(f"{path.name} is {what}", "unknown", file=path.name), "Was the download a page that says no?"
    )


def _json(path: Path) -> Format:
    if path.stat().st_size > _MAX_JSON_BYTES:
        raise ModelError(
            damaged(f"{path.name} is JSON of more than {_MAX_JSON_BYTES >> 20} MiB, no model has so much", path)
        )
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ModelError(damaged(f"{path.name} is damaged JSON: {error}", path)) from error
    keys = set(document) if isinstance(document, dict) else set()
    if keys >= {"modelTopology", "weightsManifest"}:
        return "tfjs"
    if keys >= {"base_code", "program"}:
        return "paddle"
    told = Phrase(f"{path.name} is JSON, but no model", "unknown", file=path.name)
    raise ModelError(told, "TensorFlow.js and Paddle models are JSON")


def _protobuf(path: Path) -> Format:
    fields = top_level_fields(path)
    if (7, LENGTH_DELIMITED) in fields and (1, VARINT) in fields:
        return "onnx"
    if fields and fields <= {(1, VARINT), (2, LENGTH_DELIMITED)}:
        return "savedmodel"
    if (100, LENGTH_DELIMITED) in fields:
        told = Phrase(f"{path.name} holds the weights of a Caffe model", "caffe-weights", file=path.name)
        raise ModelError(told, "Name the .prototxt beside it")
    if (1, LENGTH_DELIMITED) in fields:
        return "paddle" if nested_start(path) == b"\x08" else "tensorflow"
    raise ModelError(
        Phrase(f"{path.name} is no model that Camloom knows", "unknown", file=path.name),
        "It reads ONNX, OpenVINO IR, TensorFlow, TFLite, TF.js, Paddle, ncnn, TorchScript, Caffe and Darknet",
    )
