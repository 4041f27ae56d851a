# ruff: noqa: B905, UP006, UP032, UP035, UP045  # a vendor's Python may be as old as 3.5: no f-strings, no dict[str, ...]
"""Runs a vendor's backend under another Python than Camloom's: a script that needs numpy and nothing of Camloom.

    python serve.py BACKEND_FILE FD       serve sessions asked for over the socket FD, see client.py
    python serve.py BACKEND_FILE probe    print the devices that the backend finds, or why it cannot run, as JSON

A packet of JSON on the control socket asks for a session and carries three file descriptors: the session's own
socket, and memory for the tensors that go in and come out. Every session has a thread of its own, which loads the
model and runs it, for SDKs that tie a model to a thread. The end of Camloom closes the control socket, and that ends
this process.
"""

import array
import contextlib
import importlib.util
import json
import mmap
import os
import socket
import sys
import threading
from typing import Any, Dict, List, Optional, Tuple

import numpy as np

MAX_MESSAGE_BYTES = 65536
MAX_TENSOR_BYTES = 256 << 20
DESCRIPTORS = 3
ALIGNMENT = 64

Request = Dict[str, Any]


class Memory:
    """Memory shared with Camloom, which only ever grows.

    Args:
        descriptor: a file without a name.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._map = None  # type: Optional[mmap.mmap]

    def at_least(self, size: int) -> mmap.mmap:
        """Return it, grown to hold `size` bytes. ValueError above the limit."""
        if size > MAX_TENSOR_BYTES:
            raise ValueError("tensors of {} bytes are too large to hand over".format(size))
        have = os.fstat(self._descriptor).st_size
        if have < size:
            os.ftruncate(self._descriptor, size)
        if self._map is None or len(self._map) < size:
            self._map = mmap.mmap(self._descriptor, max(have, size))
        return self._map

    def read(self, places: List[Dict[str, Any]]) -> Dict[str, Any]:
        """Return the tensors at these places, as views."""
        tensors = {}
        for place in places:
            dtype, shape = np.dtype(place["dtype"]), tuple(place["shape"])
            count = int(np.prod(shape, dtype=np.int64))
            memory = self.at_least(max(place["offset"] + count * dtype.itemsize, 1))
            flat = np.frombuffer(memory, dtype, count, place["offset"])
            tensors[place["name"]] = flat.reshape(shape)
        return tensors

    def write(self, tensors: Dict[str, Any]) -> List[Dict[str, Any]]:
        """Store tensors; return where each lies."""
        arrays = [(str(name), np.asarray(value)) for name, value in tensors.items()]
        places, end = [], 0  # type: List[Dict[str, Any]], int
        for name, value in arrays:
            if value.dtype.kind not in "fiub":
                raise ValueError("output '{}' is not numeric".format(name))
            places.append({"name": name, "shape": value.shape, "dtype": value.dtype.name, "offset": end})
            end += -(-value.nbytes // ALIGNMENT) * ALIGNMENT
        memory = self.at_least(max(end, 1))
        for place, (_, value) in zip(places, arrays):
            target = np.frombuffer(memory, value.dtype, value.size, place["offset"])
            np.copyto(target.reshape(value.shape), value)
        return places


def load_backend(path: str) -> Any:
    """Import a backend by its path: its folder must not come to shadow the vendor's modules."""
    spec = importlib.util.spec_from_file_location("camloom_backend", path)
    if spec is None or spec.loader is None:
        raise ImportError("{} is not a Python file".format(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def receive(control: socket.socket) -> Tuple[Optional[Request], List[int]]:
    """Wait for a request; None when Camloom has gone."""
    descriptors = array.array("i")
    packet, ancillary, _, _ = control.recvmsg(MAX_MESSAGE_BYTES, socket.CMSG_LEN(DESCRIPTORS * descriptors.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return (json.loads(packet.decode("utf-8")) if packet else None), list(descriptors)


def send(channel: socket.socket, answer: Dict[str, Any]) -> None:
    """Answer; what does not fit a packet becomes an error."""
    packet = json.dumps(answer).encode("utf-8")
    if len(packet) > MAX_MESSAGE_BYTES:
        packet = json.dumps({"error": "the backend describes more tensors than fit a message"}).encode("utf-8")
    channel.send(packet)


def serve(backend_file: str, control: socket.socket) -> None:
    """Start a thread for every session asked for, until Camloom goes."""
    module = load_backend(backend_file)
    while True:
        request, descriptors = receive(control)
        if request is None:
            os._exit(0)  # a thread may hang inside the SDK
        thread = threading.Thread(target=serve_session, args=(module, request, descriptors))
        thread.daemon = True
        thread.start()


def serve_session(module: Any, request: Request, descriptors: List[int]) -> None:
    """Load a model and run it until its socket is closed."""
    # The family and type are named because Python 3.6 and older do not find them out.
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=descriptors[0])
    with contextlib.suppress(OSError):  # Camloom gave the session up
        converse(module, request, channel, Memory(descriptors[1]), Memory(descriptors[2]))
    channel.close()
    for descriptor in descriptors[1:]:
        os.close(descriptor)


def converse(module: Any, request: Request, channel: socket.socket, given: Memory, taken: Memory) -> None:
    """Load the model, then answer packet by packet."""
    try:
        backend = module.Backend(request["path"], request["device"])
        loaded = {"inputs": described(backend.inputs), "outputs": described(backend.outputs)}
    except Exception as error:  # noqa: BLE001  # an SDK may raise anything
        send(channel, {"error": one_line(error)})
        return
    send(channel, loaded)
    packet = channel.recv(MAX_MESSAGE_BYTES)
    while packet:
        send(channel, run(backend, json.loads(packet.decode("utf-8")), given, taken))
        packet = channel.recv(MAX_MESSAGE_BYTES)
    backend.close()


def run(backend: Any, request: Request, given: Memory, taken: Memory) -> Dict[str, Any]:
    """Run the model once; return where its outputs lie, or what went wrong."""
    try:
        return {"tensors": taken.write(backend.run(given.read(request["tensors"])))}
    except Exception as error:  # noqa: BLE001  # an SDK may raise anything
        return {"error": one_line(error)}


def described(tensors: List[Any]) -> List[Dict[str, Any]]:
    """Return (name, shape, dtype) as JSON; -1 for a size known only at run time."""
    return [
        {"name": str(name), "shape": [int(size) for size in shape], "dtype": str(dtype)}
        for name, shape, dtype in tensors
    ]


def one_line(error: Exception) -> str:
    """Say what happened in one line."""
    return " ".join("{}: {}".format(type(error).__name__, error).split())[:500]


def probe(backend_file: str) -> Dict[str, Any]:
    """Return the devices that a backend finds, or the reason why it finds none."""
    try:
        devices = [str(device) for device in load_backend(backend_file).devices()]
    except Exception as error:  # noqa: BLE001  # an SDK may raise anything
        return {"error": one_line(error)}
    return {"devices": devices} if devices else {"error": "it finds no device"}


def main(arguments: List[str]) -> None:
    """Do what the command line says, see above."""
    sys.path.pop(0)  # this folder: client.py and the rest are none of the SDK's business
    backend_file, task = arguments
    if task == "probe":
        answer = os.dup(1)
        os.dup2(2, 1)  # SDKs write to standard output as they please
        os.write(answer, json.dumps(probe(backend_file)).encode("utf-8"))
        os._exit(0)  # an SDK may hang while it is torn down
    serve(backend_file, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, fileno=int(task)))


if __name__ == "__main__":
    main(sys.argv[1:])
