# ruff: noqa: UP006, UP035  # it runs under old Pythons too
"""A backend without a chip that does what its model file says: well, or as badly as a vendor's SDK can."""

import json
import os
import signal
import sys
import threading
from typing import Any, Dict, List

import numpy as np


def devices() -> List[str]:
    print("an SDK prints what it likes")  # noqa: T201  # that is the point
    return ["0", "1"]


class Backend:
    def __init__(self, path: str, device_index: int) -> None:
        with open(path) as stream:  # noqa: PTH123
            script = json.load(stream)
        self._mode = script["mode"]
        self._device = device_index
        self._calls = 0
        print("loading on", device_index)  # noqa: T201
        if self._mode == "cannot-load":
            raise ValueError("bad magic number\nin the header")
        if self._mode == "exits-on-load":
            _die("license expired")
        self.inputs = [("image", script["shape"], "float32")]
        self.outputs = [] if self._mode == "silent" else [("doubled", script["shape"], "float32")]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        self._calls += 1
        if self._calls > 1:  # the first run is the warm-up
            _misbehave(self._mode)
        if self._mode == "huge" and self._calls > 1:
            return {"doubled": np.broadcast_to(np.float32(0), (1 << 27,))}
        if self._mode == "text":
            return {"doubled": np.array(["a"])}
        if self._mode == "verbose":
            return {"{}{}".format("o" * 180, index): np.zeros(1, np.float32) for index in range(1000)}
        if self._mode == "grows":
            return {"doubled": np.full((self._calls, 100000), self._calls, np.float32)}
        if self._mode == "who":
            return {"version": np.array(sys.version_info[:2], np.int64), "pid": np.array([os.getpid()], np.int64)}
        return {"doubled": inputs["image"] * 2, "device": np.array([self._device], np.int32)}

    def close(self) -> None:
        pass


def _misbehave(mode: str) -> None:
    if mode == "raises":
        raise ValueError("line one\nline two")
    if mode == "exits":
        _die("fatal: the chip is on fire")
    if mode == "crashes":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "hangs":
        threading.Event().wait()


def _die(last_words: str) -> None:
    sys.stderr.write(last_words + "\n")
    sys.stderr.flush()
    os._exit(3)
