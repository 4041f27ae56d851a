"""Turns what no runtime here reads as one file into what it does: TF.js to ONNX, SavedModel to OpenVINO IR."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from camloom.errors import AssetError, ModelError
from camloom.toolchain.importing.recognise import recognise

_TIMEOUT_S = 300
_MAX_SHARDS = 1000
_CHILD = "import sys, openvino as ov; ov.save_model(ov.Core().read_model(sys.argv[1]), sys.argv[2], False)"


def readable(path: Path, folder: Path) -> Path:
    """Return the file itself, or its conversion in `folder`.

    Raises:
        ModelError: the file is no model, or cannot be converted.
    """
    graph, kind = recognise(path)
    if kind == "tfjs":
        return _from_tfjs(graph, folder)
    if kind == "savedmodel":
        return _from_saved_model(graph, folder)
    return graph


def _from_tfjs(graph: Path, folder: Path) -> Path:
    from camloom.assets.tfjs import read_graph
    from camloom.assets.tfjs_onnx import convert

    document = json.loads(graph.read_bytes())
    shards = _shards(graph, document)
    target = folder / f"{graph.stem if graph.stem != 'model' else graph.parent.name}.onnx"
    try:
        outputs = read_graph(graph, shards).outputs
        convert(graph, shards, target, "image", {name: name for name in outputs})
    except AssetError as error:
        hint = "Convert it on your side (tensorflowjs_converter, then tf2onnx) and import the ONNX file"
        raise ModelError(f"{graph.name} cannot be converted: {error.message}", hint) from error
    return target


def _shards(graph: Path, document: dict[str, Any]) -> list[Path]:
    """Return the files of weights; each lies beside the graph, wherever the manifest points."""
    try:
        names = [str(name) for group in document["weightsManifest"] for name in group["paths"]][:_MAX_SHARDS]
    except (KeyError, TypeError) as error:
        raise ModelError(f"{graph.name} has a damaged list of weights") from error
    for name in names:
        if Path(name).name != name or name in ("", ".", ".."):
            raise ModelError(
                f"{graph.name} wants weights from '{name[:80]}', outside its own folder", "Do not trust it"
            )
        if not (graph.parent / name).is_file():
            raise ModelError(f"{graph.name} needs its weights {name} beside it", "Put that file there")
    return [graph.parent / name for name in names]


def _from_saved_model(graph: Path, folder: Path) -> Path:
    target = folder / f"{graph.parent.resolve().name}.xml"
    command = [sys.executable, "-c", _CHILD, str(graph.parent), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter; a damaged model ends only this child
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"{graph.parent.name} takes more than {_TIMEOUT_S} s to convert") from error
    if done.returncode or not target.is_file():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise ModelError(f"OpenVINO cannot convert {graph.parent.name}: {(lines or ['unknown reason'])[-1][:200]}")
    return target
