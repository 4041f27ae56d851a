# ruff: noqa: B905, UP006, UP032, UP035  # the Python that has OpenCV 4 may be an old one
"""OpenCV 4's dnn module on the CPU: Caffe (caffemodel and prototxt) and Darknet (weights and cfg).

Source: OpenCV 4 API reference, cv::dnn::readNetFromCaffe, readNetFromDarknet, Net. OpenCV 5 has dropped both readers.
"""

import importlib
import os
import re
from typing import Any, Dict, List

import numpy as np

_MAX_MEMORY_BYTES = 8 << 30
# Scores below it become 0; OpenCV takes 0.2, and a tracker has use for less.
_LEAST_SCORE = "thresh=0.01"
_HEAD = re.compile(r"^[ \t]*\[(?:yolo|region)\][^\n\[]*(?:\n(?![ \t]*\[)[^\n]*)*", re.MULTILINE)
_THRESHOLD = re.compile(r"^[ \t]*thresh[ \t]*=[^\n]*$", re.MULTILINE)


def devices() -> List[str]:
    """Return the one device: the CPU."""
    cv2 = importlib.import_module("cv2")
    if not hasattr(cv2.dnn, "readNetFromCaffe"):
        raise RuntimeError("OpenCV {} has no readers of Caffe and Darknet any more".format(cv2.__version__))
    return ["CPU"]


class Backend:
    """A net of its own: OpenCV's are not for several threads at once."""

    def __init__(self, path: str, device_index: int) -> None:  # noqa: ARG002  # there is one CPU
        _limit_memory()
        cv2 = importlib.import_module("cv2")
        cv2.setNumThreads(1)
        self._failure = cv2.error
        try:
            self._net = _read(cv2.dnn, path)
        except cv2.error as error:
            raise _shortened(error) from error
        self._net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        self._net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
        self._names = list(self._net.getUnconnectedOutLayersNames())
        self.inputs = []  # type: List[Any]
        self.outputs = []  # type: List[Any]

    def run(self, inputs: Dict[str, Any]) -> Dict[str, Any]:
        """Run the model."""
        try:
            for name, value in inputs.items():
                self._net.setInput(np.ascontiguousarray(value), name if len(inputs) > 1 else "")
            return dict(zip(self._names, self._net.forward(self._names)))
        except self._failure as error:
            raise _shortened(error) from error

    def close(self) -> None:
        """Give the net up."""
        del self._net


def _read(dnn: Any, path: str) -> Any:
    stem, suffix = os.path.splitext(path)  # noqa: PTH122  # as short as it gets, in any Python
    if suffix != ".weights":
        return dnn.readNetFromCaffe(stem + ".prototxt", path)
    with open(stem + ".cfg", "rb") as file:  # noqa: PTH123
        text = with_low_threshold(file.read().decode("utf-8", "replace"))
    return dnn.readNetFromDarknet(np.frombuffer(text.encode("utf-8"), np.uint8), np.fromfile(path, np.uint8))


def _shortened(error: Any) -> Exception:
    """Return an error of OpenCV without the places of its own source."""
    return RuntimeError("{} ({})".format(error.err, error.func))


def with_low_threshold(cfg: str) -> str:
    """Return a cfg of Darknet in which every head that says no threshold has a low one."""

    def lowered(head: Any) -> str:
        text = str(head.group(0))
        return text if _THRESHOLD.search(text) else "{}\n{}".format(text.rstrip(), _LEAST_SCORE) + "\n"

    return _HEAD.sub(lowered, cfg)


def _limit_memory() -> None:
    """Bound the address space, where the system can: a hostile file may ask for any size."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
