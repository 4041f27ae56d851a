"""Read a TensorFlow.js graph model: one JSON file with the graph, and binary files with the weights.

The layout is that of the TensorFlow.js converter (`tensorflowjs/write_weights.py`): weights lie one after
the other in the order of the manifest; quantised ones are `stored * scale + min`.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.errors import AssetError

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of the graph.

    Args:
        inputs: names of nodes, `name:1` for the second output of one.
        attributes: plain Python values; of tensors only scalars and shapes are read.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TfjsGraph:
    """A graph model as read.

    Args:
        nodes: in the order of the file, which is the order of execution.
        weights: by the name of the Const node that they belong to.
        outputs: names of the nodes that the signature calls outputs.
    """

    nodes: tuple[Node, ...]
    weights: Mapping[str, Array]
    outputs: tuple[str, ...]


def read_graph(model: Path, weight_files: Sequence[Path]) -> TfjsGraph:
    """Read a graph model.

    Args:
        model: the JSON file.
        weight_files: in the order in which the manifest names them.

    Raises:
        AssetError: a file is not what it should be.
    """
    try:
        document = json.loads(model.read_bytes())
        nodes = tuple(_node(raw) for raw in document["modelTopology"]["node"])
        signature = document.get("signature") or document["userDefinedMetadata"]["signature"]
        manifest = [weight for group in document["weightsManifest"] for weight in group["weights"]]
        weights = _weights(manifest, b"".join(path.read_bytes() for path in weight_files))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AssetError(f"{model.name} is not a TensorFlow.js graph model ({error!r})") from error
    return TfjsGraph(nodes, weights, tuple(name.split(":")[0] for name in signature["outputs"]))


def _weights(manifest: list[dict[str, Any]], data: bytes) -> dict[str, Array]:
    weights: dict[str, Array] = {}
    offset = 0
    for entry in manifest:
        quantization = entry.get("quantization", {})
        stored = np.dtype(quantization.get("dtype", entry["dtype"]))
        count = int(np.prod(entry["shape"], dtype=np.int64))
        array = np.frombuffer(data, stored, count, offset).reshape(entry["shape"])
        offset += array.nbytes
        if "scale" in quantization:
            array = array.astype(np.float32) * np.float32(quantization["scale"]) + np.float32(quantization["min"])
        weights[entry["name"]] = array.astype(entry["dtype"])
    if offset != len(data):
        raise ValueError(f"the manifest describes {offset} bytes of weights, there are {len(data)}")
    return weights


def _node(raw: dict[str, Any]) -> Node:
    inputs = tuple(name.removesuffix(":0") for name in raw.get("input", ()) if not name.startswith("^"))
    attributes = {key: _attribute(value) for key, value in raw.get("attr", {}).items()}
    return Node(raw["name"], raw["op"], inputs, attributes)


def _attribute(value: dict[str, Any]) -> Any:
    """Turn protobuf's JSON spelling into plain values: bytes are base64, 64-bit integers are strings."""
    if not value:
        return None
    kind, content = next(iter(value.items()))
    if kind == "s":
        return base64.b64decode(content).decode()
    if kind == "i":
        return int(content)
    if kind == "shape":
        return tuple(int(dim.get("size", 0)) for dim in content.get("dim", ()))
    if kind == "list":
        return tuple(_attribute({key: item}) for key, items in content.items() for item in items)
    return content
