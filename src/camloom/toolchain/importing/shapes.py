"""Sizes that a file does not say: asked of OpenVINO, ncnn or OpenCV in a process of its own.

Of its own, because a damaged model can end the process that loads it; here that is one line for a person.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from camloom.errors import ModelError
from camloom.phrases import Phrase
from camloom.toolchain.importing.description import Format, ModelDescription, TensorInfo
from camloom.toolchain.importing.shapes_opencv import output_shapes

_TIMEOUT_S = 120
_AGAIN = "Fetch or convert it again"
_FROM_PADDLE_3 = (
    "Where Paddle is: paddle2onnx, or save it again with the variable FLAGS_enable_pir_api=0, which gives a .pdmodel"
)
_MISSING_LAYER = re.compile(r"layer (\S+) not exists or registered")  # as ncnn prints it
_READ_BY_OPENVINO: frozenset[Format] = frozenset({"onnx", "openvino", "tensorflow", "savedmodel", "paddle", "tflite"})


def resolve(description: ModelDescription, size: tuple[int, int]) -> ModelDescription:
    """Return the description with the sizes of its outputs for one picture of `size` (width, height) px.

    What cannot be found out stays unknown.

    Raises:
        ModelError: the runtime refuses the file, or dies of it.
    """
    outputs = description.outputs
    if outputs and all(each.is_static for each in outputs):
        return description
    if description.format in ("caffe", "darknet"):
        return replace(description, outputs=_named(outputs, output_shapes(description)))
    if description.format != "ncnn" and description.format not in _READ_BY_OPENVINO:
        return description
    reply = _ask_child(description, size)
    if reply.get("missing"):
        text = f"sizes of outputs are not known: {reply['missing']} is not installed"
        note = Phrase(text, "sizes-unknown", what=str(reply["missing"]))
        return replace(description, notes=(*description.notes, note))
    if "error" in reply and description.format == "paddle" and description.path.suffix == ".json":
        raise ModelError(
            Phrase(
                f"{description.path.name} is a model as Paddle 3 saves it, which OpenVINO cannot read",
                "paddle-3",
                file=description.path.name,
            ),
            _FROM_PADDLE_3,
        )
    if "error" in reply:
        text = f"{description.path.name} cannot be loaded: {reply['error']}"
        told = Phrase(text, "not-loaded", file=description.path.name, why=str(reply["error"]))
        raise ModelError(told, reply.get("hint", _AGAIN))
    found = _tensors(reply["outputs"])
    if description.format == "paddle":
        found = tuple(replace(each, beside=_paddle_maker(each.name)) for each in found)
    return replace(
        description,
        inputs=description.inputs or _tensors(reply["inputs"]),
        outputs=_merged(outputs, found),
    )


def _paddle_maker(name: str) -> str:
    """Return the operation that Paddle named an output after, such as softmax_11.tmp_0."""
    return next((kind for kind in ("Softmax", "Sigmoid") if name.startswith(f"{kind.lower()}_")), "")


def _merged(known: tuple[TensorInfo, ...], found: tuple[TensorInfo, ...]) -> tuple[TensorInfo, ...]:
    """Keep names and makers of the file, take the sizes found."""
    if len(known) != len(found):
        return found
    return tuple(
        replace(each, shape=other.shape or each.shape, dtype=each.dtype or other.dtype)
        for each, other in zip(known, found, strict=True)
    )


def _named(known: tuple[TensorInfo, ...], found: Mapping[str, tuple[int, ...]]) -> tuple[TensorInfo, ...]:
    """Return what the runtime found; what makes an output is told by its name in the file, else by its place."""
    makers = {each.name: each.beside for each in known}
    in_order = [each.beside for each in known] if len(known) == len(found) else [""] * len(found)
    return tuple(
        TensorInfo(name, shape, "f32", beside=makers.get(name, maker))
        for (name, shape), maker in zip(found.items(), in_order, strict=True)
    )


def _ask_child(description: ModelDescription, size: tuple[int, int]) -> dict[str, Any]:
    request = {
        "format": description.format,
        "path": str(description.path),
        "size": size,
        "inputs": [asdict(each) for each in description.inputs],
        "outputs": [asdict(each) for each in description.outputs],
    }
    command = [sys.executable, "-m", "camloom.toolchain.importing.shapes_child"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module under our own interpreter
            command, input=json.dumps(request), capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
        reply: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        missing = _MISSING_LAYER.search(done.stderr + done.stdout)
        if "error" in reply and missing:
            reply |= {"error": f"ncnn has no layer {missing[1][:60]}", "hint": "Convert the original model with pnnx"}
    except subprocess.TimeoutExpired as error:
        text = f"{description.path.name} takes more than {_TIMEOUT_S} s to load"
        raise ModelError(Phrase(text, "slow", file=description.path.name)) from error
    except (ValueError, IndexError) as error:
        raise ModelError(
            Phrase(
                f"{description.path.name} ends the process that loads it (exit code {done.returncode})",
                "kills-loader",
                file=description.path.name,
            ),
            "The file is damaged or hostile; do not use it",
        ) from error
    return reply


def _tensors(raw: Sequence[dict[str, Any]]) -> tuple[TensorInfo, ...]:
    return tuple(TensorInfo(each["name"], tuple(each["shape"]), each["dtype"]) for each in raw)
