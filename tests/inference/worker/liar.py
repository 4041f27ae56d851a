"""In the place of serve.py: loads anything, then answers a run with what no honest worker would say."""

import array
import json
import socket
import sys

LIES = {
    "garbage": b"\xff\xfe this is no message",
    "list": b"[1, 2, 3]",
    "unknown": b'{"tensors": [], "also": 1}',
    "long": b'{"error": "' + b"x" * 100_000 + b'"}',
    "outside": b'{"tensors": [{"name": "a", "shape": [1000000], "dtype": "float32", "offset": 0}]}',
    "overflow": b'{"tensors": [{"name": "a", "shape": [2147483648, 2147483648, 4], "dtype": "float32", "offset": 0}]}',
    "negative": b'{"tensors": [{"name": "a", "shape": [-1], "dtype": "float32", "offset": 0}]}',
    "object": b'{"tensors": [{"name": "a", "shape": [1], "dtype": "object", "offset": 0}]}',
    "crooked": b'{"tensors": [{"name": "a", "shape": [1], "dtype": "float32", "offset": 1}]}',
}


def main(lie: str, descriptor: int) -> None:
    control = socket.socket(fileno=descriptor)
    fds = array.array("i")
    _, ancillary, _, _ = control.recvmsg(65536, socket.CMSG_LEN(3 * fds.itemsize))
    fds.frombytes(ancillary[0][2])
    channel = socket.socket(fileno=fds[0])
    channel.send(json.dumps({"inputs": [], "outputs": []}).encode())
    if channel.recv(65536):
        channel.send(LIES[lie])
    control.recv(1)


main(sys.argv[1], int(sys.argv[2]))
