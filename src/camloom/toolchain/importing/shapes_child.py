"""The process that loads a stranger's model to learn its sizes; see `shapes`. Speaks JSON on stdin and stdout."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

_DTYPES = {"float32": "f32", "float16": "f16", "uint8": "u8", "int8": "i8", "int32": "i32", "int64": "i64"}
_MAX_SIZES = 8


def _with_openvino(request: dict[str, Any]) -> dict[str, Any]:
    try:
        import openvino as ov
    except ImportError:
        return {"missing": "openvino"}
    path = Path(request["path"])
    model = ov.Core().read_model(path.parent if request["format"] == "savedmodel" else path)
    wanted = {port: filled(_sizes(port), request["size"]) for port in model.inputs}
    inputs = [_port(port) for port in model.inputs]
    if all(wanted.values()):
        try:
            model.reshape({port: list(shape) for port, shape in wanted.items()})
        except RuntimeError:
            sys.stderr.write("some sizes stay unknown\n")  # the model is of one size, or has sizes of its own
    return {"inputs": inputs, "outputs": [_port(port) for port in model.outputs]}


def filled(shape: tuple[int, ...], size: tuple[int, int]) -> tuple[int, ...]:
    """Return a shape with its unknown sizes set for one picture; empty when its rank is unknown."""
    if len(shape) != 4:
        return tuple(each if each > 0 else 1 for each in shape[:_MAX_SIZES])
    width, height = size
    channels_last = shape[3] in (1, 3) and shape[1] not in (1, 3)
    wanted = (1, height, width, 3) if channels_last else (1, 3, height, width)
    return tuple(each if each > 0 else other for each, other in zip(shape, wanted, strict=True))


def _sizes(port: Any) -> tuple[int, ...]:
    shape = port.get_partial_shape()
    if shape.rank.is_dynamic:
        return ()
    return tuple(-1 if each.is_dynamic else int(each.get_length()) for each in shape)


def _port(port: Any) -> dict[str, Any]:
    names = port.get_names()
    name = min(names) if names else port.get_node().get_friendly_name()
    kind = str(port.get_element_type().to_dtype()) if not port.get_element_type().is_dynamic() else ""
    return {"name": name, "shape": _sizes(port), "dtype": _DTYPES.get(kind, kind)}


def _with_ncnn(request: dict[str, Any]) -> dict[str, Any]:
    try:
        ncnn: Any = import_module("ncnn")  # ships no types
    except ImportError:
        return {"missing": "ncnn"}
    net, path = ncnn.Net(), Path(request["path"])
    net.opt.num_threads = 1
    if net.load_param(str(path)):
        return {"error": "ncnn does not know one of its layers"}
    if net.load_model(str(path.with_suffix(".bin"))):
        return {"error": "its weights do not fit its graph"}
    extractor = net.create_extractor()
    for each in request["inputs"]:
        channels, height, width = filled((1, *each["shape"]), request["size"])[1:]
        picture = ncnn.Mat(width, height, channels)
        picture.fill(0.5)
        extractor.input(each["name"], picture)
    outputs = [{**each, "shape": each["shape"] or _extracted(extractor, each["name"])} for each in request["outputs"]]
    return {"inputs": request["inputs"], "outputs": outputs}


def _extracted(extractor: Any, name: str) -> tuple[int, ...]:
    code, found = extractor.extract(name)
    if code:
        return ()
    return {1: (found.w,), 2: (found.h, found.w), 3: (found.c, found.h, found.w)}.get(found.dims, ())


def _main() -> None:
    request = json.load(sys.stdin)
    try:
        reply = _with_ncnn(request) if request["format"] == "ncnn" else _with_openvino(request)
    except Exception as error:  # noqa: BLE001  # whatever a stranger's file brings about becomes one line
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reply = {"error": (lines or [type(error).__name__])[-1][:200]}
    sys.stdout.write("\n" + json.dumps(reply) + "\n")


if __name__ == "__main__":
    _main()
