"""Runs ncnn itself; used by the runtime, and as a script by a child process that tries a model first.

ncnn ends the whole process when a net is run that did not load, so every return code counts.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import ncnn


class NcnnError(Exception):
    """A call of ncnn returned an error code."""


def open_net(param: str, weights: str, precision: str, gpu: int | None) -> "ncnn.Net":
    """Load a model for one thread per run.

    Args:
        param: path of the `.param` file.
        weights: path of the `.bin` file.
        precision: `fp32`, `fp16`, `bf16` or `auto`, which is fp32 on the CPU.
        gpu: number of the Vulkan device; None: the CPU.

    Raises:
        NcnnError: the files cannot be loaded.
    """
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = 1
    net.opt.use_vulkan_compute = gpu is not None
    half = precision == "fp16" or (precision == "auto" and gpu is not None)
    net.opt.use_fp16_packed = half
    net.opt.use_fp16_storage = half
    net.opt.use_fp16_arithmetic = half
    net.opt.use_bf16_storage = precision == "bf16"
    if gpu is not None:
        net.set_vulkan_device(gpu)
    _must(net.load_param(param), "the graph cannot be loaded")
    _must(net.load_model(weights), "the weights cannot be loaded")
    return net


def run_net(net: "ncnn.Net", mats: Mapping[str, Any], outputs: Sequence[str]) -> list[npt.NDArray[np.float32]]:
    """Run a net on its inputs and return its outputs without a batch axis, (C, H, W), (H, W) or (W,).

    A table of detections is (0, 6) when nothing was found.

    Raises:
        NcnnError: the net failed.
    """
    extractor = net.create_extractor()
    for name, mat in mats.items():
        _must(extractor.input(name, mat), f"the input '{name}' was not taken")
    return [_extract(extractor, name) for name in outputs]


def as_mat(array: npt.NDArray[np.float32]) -> Any:
    """Return an array as ncnn's own kind of tensor, with memory of its own."""
    import ncnn

    return ncnn.Mat(np.ascontiguousarray(array, np.float32)).clone()


def _extract(extractor: Any, name: str) -> npt.NDArray[np.float32]:
    code, mat = extractor.extract(name)
    _must(code, f"the output '{name}' cannot be computed")
    if mat.empty():
        return np.zeros((0, 6), np.float32)
    return np.array(mat, dtype=np.float32)  # a copy: its memory belongs to the net, which may end first


def _must(code: int | None, problem: str) -> None:
    if code:
        raise NcnnError(f"{problem} (code {code})")


def _count_gpus() -> dict[str, Any]:
    import ncnn

    return {"gpus": int(getattr(ncnn, "get_gpu_count", lambda: 0)())}


def _try(request: dict[str, Any]) -> dict[str, Any]:
    from camloom.inference.runtimes.child import limit_memory

    if "param" not in request:
        return _count_gpus()
    if request["gpu"] is None:
        limit_memory()
    net = open_net(request["param"], request["weights"], request["precision"], request["gpu"])
    mats = {name: as_mat(np.zeros(shape, np.float32)) for name, shape in request["inputs"].items()}
    arrays = run_net(net, mats, request["outputs"])
    return {"shapes": {name: array.shape for name, array in zip(request["outputs"], arrays, strict=True)}}


if __name__ == "__main__":
    from camloom.inference.runtimes.child import answer_parent

    answer_parent(_try)
