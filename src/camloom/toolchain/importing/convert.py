"""Turns what no runtime here reads as it lies there into what it does: TF.js to ONNX or IR, SavedModel to IR."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from camloom.errors import AssetError, ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.pair import brought_together
from camloom.toolchain.importing.recognise import recognise
from camloom.toolchain.importing.refusals import damaged, no_weights, weights_elsewhere
from camloom.toolchain.importing.tf_graph import graph_bytes

_TIMEOUT_S = 300
_ELSEWHERE = "Convert it on your side (tensorflowjs_converter or tf2onnx) and import the ONNX file"
_MAX_SHARDS = 1000
_CHILD = "import sys, openvino as ov; ov.save_model(ov.Core().read_model(sys.argv[1]), sys.argv[2], False)"


def readable(path: Path, folder: Path) -> Path:
    """Return the file itself, or its conversion in `folder`; of two files under different names, links there.

    Raises:
        ModelError: the file is no model, or cannot be converted.
    """
    graph, kind = recognise(path)
    if kind == "tfjs":
        return _from_tfjs(graph, folder)
    if kind == "savedmodel":
        name = graph.resolve().parent.name
        return _with_openvino(graph.parent, folder / f"{name}.xml", name)
    return brought_together(graph, kind, path, folder) if kind in ("caffe", "darknet") else graph


def _from_tfjs(graph: Path, folder: Path) -> Path:
    """Return ONNX, which all runtimes read, where our own converter knows all operations; else OpenVINO's IR."""
    from camloom.assets.tfjs import read_graph
    from camloom.assets.tfjs_onnx import convert

    document = json.loads(graph.read_bytes())
    shards = _shards(graph, document)
    name = graph.stem if graph.stem != "model" else graph.resolve().parent.name
    try:
        found = read_graph(graph, shards)
    except AssetError as error:
        told = Phrase(
            f"{graph.name} cannot be read: {error.message}", "not-converted", file=graph.name, why=error.message
        )
        raise ModelError(told, _ELSEWHERE) from error
    target = folder / f"{name}.onnx"
    try:
        convert(graph, shards, target, "image", {output: output for output in found.outputs})
    except AssetError:
        frozen = folder / f"{name}.pb"
        try:
            frozen.write_bytes(graph_bytes(document["modelTopology"]["node"], found.weights))
        except ModelError as error:
            text = f"{graph.name} cannot be converted: {error.message}"
            told = Phrase(text, "not-converted", file=graph.name, why=error.message)
            raise ModelError(told, error.hint or _ELSEWHERE) from error
        return _with_openvino(frozen, folder / f"{name}.xml", graph.name)
    return target


def _shards(graph: Path, document: dict[str, Any]) -> list[Path]:
    """Return the files of weights; each lies beside the graph, wherever the manifest points."""
    try:
        names = [str(name) for group in document["weightsManifest"] for name in group["paths"]][:_MAX_SHARDS]
    except (KeyError, TypeError) as error:
        raise ModelError(damaged(f"{graph.name} has a damaged list of weights", graph)) from error
    for name in names:
        if Path(name).name != name or name in ("", ".", ".."):
            raise weights_elsewhere(graph.name, name)
        if not (graph.parent / name).is_file():
            raise no_weights(graph.name, name)
    return [graph.parent / name for name in names]


def _with_openvino(source: Path, target: Path, title: str) -> Path:
    command = [sys.executable, "-c", _CHILD, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter; a damaged model ends only this child
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ModelError(Phrase(f"{title} takes more than {_TIMEOUT_S} s to convert", "slow", file=title)) from error
    if done.returncode or not target.is_file():
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = (lines or ["unknown reason"])[-1][:200]
        raise ModelError(
            Phrase(f"OpenVINO cannot convert {title}: {why}", "not-converted", file=title, why=why), _ELSEWHERE
        )
    return target
