"""Describes a TensorFlow Lite file: its flatbuffer, its metadata, and the archive of labels behind it.

Field numbers are those of `tensorflow/lite/schema/schema.fbs` and of `metadata_schema.fbs`.
"""

import io
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import MAX_TENSORS, Metadata, ModelDescription, TensorInfo
from camloom.toolchain.importing.flatbuffer import Table
from camloom.toolchain.importing.metadata import MAX_TEXT_BYTES, from_pairs, names_in_text, parse_value
from camloom.toolchain.importing.refusals import damaged

_DTYPES = ("f32", "f16", "i32", "u8", "i64", "string", "bool", "i16", "c64", "i8", "f64")
_CUSTOM = 32  # BuiltinOperator.CUSTOM
_READABLE_CUSTOM = frozenset({"TFLite_Detection_PostProcess"})
_OPERATORS = {17: "Mul", 25: "Softmax", 14: "Sigmoid", 9: "FullyConnected", 3: "Conv2D", 22: "Reshape"}
_MAX_BYTES = 1 << 30
_NORMALISATION = 1  # ProcessUnitOptions.NormalizationOptions
_IMAGE, _RGB = 2, 1  # ContentProperties.ImageProperties, ColorSpaceType.RGB


def describe(path: Path) -> ModelDescription:
    """Parse the flatbuffer. ModelError for custom operators, which neither runtime has."""
    if path.stat().st_size > _MAX_BYTES:
        raise ModelError(Phrase(f"{path.name} is larger than {_MAX_BYTES >> 20} MiB", "large", file=path.name))
    data = path.read_bytes()
    try:
        return _describe(path, data)
    except ModelError as error:
        raise ModelError(error.phrase.said_as(f"{path.name}: {error.message}"), error.hint) from error


def _needs(custom: list[str]) -> Phrase:
    names = ", ".join(name[:60] for name in custom[:4])
    return Phrase(f"it needs the {names}: an operation that is not part of TFLite", "operations", names=names)


def _describe(path: Path, data: bytes) -> ModelDescription:
    model = Table.root(data)
    graphs = model.tables(2)
    if not graphs:
        raise ModelError(damaged("it has no graph"))
    graph, codes = graphs[0], [_operator(code) for code in model.tables(1)]
    custom = sorted({name for name in codes if name.startswith("custom ")} - {f"custom {n}" for n in _READABLE_CUSTOM})
    if custom:
        raise ModelError(
            _needs(custom),
            "Export the model without it, or as ONNX, and do its work after the model",
        )
    operators = [(_code(codes, each), each.numbers(2)) for each in graph.tables(3)]
    maker = {int(index): name for name, outputs in operators for index in outputs}
    tensors = graph.tables(0)
    return ModelDescription(
        path=path,
        format="tflite",
        inputs=_tensors(tensors, graph.numbers(1), maker),
        outputs=_tensors(tensors, graph.numbers(2), maker),
        metadata=_metadata(model, data),
        operations=Counter(name for name, _ in operators),
        version=f"schema {int(model.number(0, '<I'))}",
    )


def _operator(code: Table) -> str:
    number = max(int(code.number(0, "<b")), int(code.number(3)))
    return f"custom {code.text(1)}" if number == _CUSTOM else _OPERATORS.get(number, f"operator {number}")


def _code(codes: list[str], operator: Table) -> str:
    index = int(operator.number(0, "<I"))
    if index >= len(codes):
        raise ModelError(damaged("the file is damaged: an operator without a code"), "Fetch it again")
    return codes[index]


def _tensors(tensors: tuple[Table, ...], indices: tuple[float, ...], maker: dict[int, str]) -> tuple[TensorInfo, ...]:
    if not 0 < len(indices) <= MAX_TENSORS or any(not 0 <= index < len(tensors) for index in indices):
        raise ModelError(damaged("the file is damaged: its inputs or outputs are not there"), "Fetch it again")
    return tuple(_tensor(tensors[int(index)], maker.get(int(index), "")) for index in indices)


def _tensor(tensor: Table, beside: str) -> TensorInfo:
    signature = tensor.numbers(7) or tensor.numbers(0)
    kind = int(tensor.number(1, "<b"))
    scale = tensor.table(4)
    dtype = _DTYPES[kind] if 0 <= kind < len(_DTYPES) else ""
    quantised = scale is not None and any(scale.numbers(2, "<f")) and dtype in ("u8", "i8", "i16")
    return TensorInfo(tensor.text(3), tuple(int(size) for size in signature), dtype, quantised, beside)


def _metadata(model: Table, data: bytes) -> Metadata:
    found = _archive(data)
    buffers = model.tables(4)
    for entry in model.tables(6):
        index = int(entry.number(1, "<I"))
        if entry.text(0) == "TFLITE_METADATA" and index < len(buffers):
            return _with_process(found, buffers[index].raw(0))
    return found


def _with_process(found: Metadata, raw: bytes) -> Metadata:
    """Add normalisation and colour order of the first input as TFLite metadata tells them."""
    root = Table.root(raw)
    found = replace(found, title=found.title or root.text(0), licence=found.licence or root.text(5)[:80])
    for graph in root.tables(3)[:1]:
        for tensor in graph.tables(2)[:1]:
            content = tensor.table(3)
            image = content.table(1) if content and content.number(0, "<B") == _IMAGE else None
            found = replace(found, colour="RGB" if image and image.number(0, "<b") == _RGB else "")
            for unit in tensor.tables(4):
                options = unit.table(1)
                if options and unit.number(0, "<B") == _NORMALISATION:
                    found = replace(found, mean=_three(options, 0), std=_three(options, 1))
    return found


def _three(options: Table, field: int) -> tuple[float, float, float] | None:
    numbers = options.numbers(field, "<f")
    numbers = numbers * 3 if len(numbers) == 1 else numbers
    return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None


def _archive(data: bytes) -> Metadata:
    """Read the small zip archive that follows the model: labels, or what Ultralytics writes."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {
                member.filename: archive.read(member).decode("utf-8", errors="replace")
                for member in archive.infolist()[:16]
                if member.file_size <= MAX_TEXT_BYTES and not member.is_dir()
            }
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return Metadata()
    for name, text in files.items():
        pairs = parse_value(text)
        if isinstance(pairs, dict):
            return from_pairs(
                {str(key): value for key, value in pairs.items()},
                Phrase(f"{name} inside the file", "noted-in", where=name),
            )
    labels = next((text for name, text in files.items() if name.endswith(".txt")), "")
    return Metadata(source="the labels inside the file", class_names=names_in_text(labels)) if labels else Metadata()
