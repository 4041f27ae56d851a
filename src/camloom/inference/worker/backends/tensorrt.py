# ruff: noqa: UP006, UP032, UP035  # a Jetson's Python may be 3.8
"""TensorRT 8.5 and later, 10 included: engines with named tensors. Not run on hardware by us.

Source: NVIDIA, TensorRT Developer Guide and Python API (ICudaEngine, IExecutionContext: get_tensor_name,
set_input_shape, set_tensor_address, execute_async_v3), and the Python bindings of the CUDA runtime (cuda-python).
"""

import importlib
from typing import Any, Dict, List

import numpy as np


def devices() -> List[str]:
    """Return the number of each GPU."""
    importlib.import_module("tensorrt")
    cuda = _cuda_runtime()
    return [str(index) for index in range(_called(cuda, "cudaGetDeviceCount"))]


class Backend:
    """An engine with one execution context, one stream and its buffers."""

    def __init__(self, path: str, device_index: int) -> None:
        self._trt = importlib.import_module("tensorrt")
        self._cuda = _cuda_runtime()
        self._device = device_index
        self._call("cudaSetDevice", device_index)
        self._logger = self._trt.Logger(self._trt.Logger.ERROR)
        self._trt.init_libnvinfer_plugins(self._logger, "")
        self._runtime = self._trt.Runtime(self._logger)
        with open(path, "rb") as stream:  # noqa: PTH123  # as short as it gets, in any Python
            self._engine = self._runtime.deserialize_cuda_engine(stream.read())
        if self._engine is None:
            raise RuntimeError("not an engine of this version of TensorRT and this kind of GPU")
        self._context = self._engine.create_execution_context()
        if self._context is None:
            raise RuntimeError("no memory on the GPU for the model")
        self._stream = self._call("cudaStreamCreate")
        self._buffers = {}  # type: Dict[str, Any]
        names = [self._engine.get_tensor_name(index) for index in range(self._engine.num_io_tensors)]
        modes = {name: self._engine.get_tensor_mode(name) for name in names}
        self.inputs = [self._described(name) for name in names if modes[name] == self._trt.TensorIOMode.INPUT]
        self.outputs = [self._described(name) for name in names if modes[name] != self._trt.TensorIOMode.INPUT]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Copy in, run, copy out; one stream keeps the order."""
        self._call("cudaSetDevice", self._device)  # the device belongs to the thread
        kept = [self._give(name, dtype, inputs[name]) for name, _, dtype in self.inputs]
        outputs = {name: self._room_for(name, dtype) for name, _, dtype in self.outputs}
        if not self._context.execute_async_v3(int(self._stream)):
            raise RuntimeError("TensorRT could not run the engine")
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyDeviceToHost
        for name, value in outputs.items():
            self._call("cudaMemcpyAsync", value.ctypes.data, self._buffers[name][0], value.nbytes, kind, self._stream)
        self._call("cudaStreamSynchronize", self._stream)
        del kept  # the copies from them are done
        return outputs

    def close(self) -> None:
        """Free the buffers and the stream."""
        for address, _ in self._buffers.values():
            self._call("cudaFree", address)
        self._buffers = {}
        self._call("cudaStreamDestroy", self._stream)
        del self._context, self._engine, self._runtime

    def _described(self, name: str) -> Any:
        dtype = np.dtype(self._trt.nptype(self._engine.get_tensor_dtype(name)))
        return name, tuple(self._engine.get_tensor_shape(name)), dtype.name

    def _give(self, name: str, dtype: str, value: Any) -> Any:
        """Start to copy an input to the device; return what must live until that is done."""
        value = np.ascontiguousarray(value, dtype)
        if not self._context.set_input_shape(name, tuple(value.shape)):
            raise RuntimeError("the engine does not take {} as '{}'".format(value.shape, name))
        address = self._buffer(name, value.nbytes)
        kind = self._cuda.cudaMemcpyKind.cudaMemcpyHostToDevice
        self._call("cudaMemcpyAsync", address, value.ctypes.data, value.nbytes, kind, self._stream)
        self._context.set_tensor_address(name, address)
        return value

    def _room_for(self, name: str, dtype: str) -> Any:
        """Return memory for an output, whose size TensorRT knows once it knows those of the inputs."""
        shape = tuple(self._context.get_tensor_shape(name))
        if any(size < 0 for size in shape):
            raise RuntimeError("output '{}' has a size that depends on what is seen: not supported".format(name))
        value = np.empty(shape, dtype)
        self._context.set_tensor_address(name, self._buffer(name, value.nbytes))
        return value

    def _buffer(self, name: str, size: int) -> int:
        """Return the address of memory on the device for a tensor, grown if need be."""
        address, have = self._buffers.get(name, (0, 0))
        if have < size:
            if have:
                self._call("cudaFree", address)
            address = int(self._call("cudaMalloc", size))
            self._buffers[name] = (address, size)
        return int(address)

    def _call(self, function: str, *arguments: Any) -> Any:
        return _called(self._cuda, function, *arguments)


def _called(cuda: Any, function: str, *arguments: Any) -> Any:
    """Call the CUDA runtime, whose first result is an error code."""
    result = getattr(cuda, function)(*arguments)
    if result[0] != cuda.cudaError_t.cudaSuccess:
        raise RuntimeError("{} failed: {}".format(function, result[0]))
    return result[1] if len(result) > 1 else None


def _cuda_runtime() -> Any:
    """Return the bindings under the name that cuda-python 12.6 and later uses, or the one before."""
    try:
        return importlib.import_module("cuda.bindings.runtime")
    except ImportError:
        return importlib.import_module("cuda.cudart")
