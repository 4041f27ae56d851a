"""FAKE of Rockchip's RKNN-Toolkit-Lite2: a model that doubles its input, and says nothing of what it takes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt


class RKNNLite:
    NPU_CORE_AUTO = 0
    NPU_CORE_0 = 1
    NPU_CORE_1 = 2
    NPU_CORE_2 = 4
    seen: list[object] = []  # noqa: RUF012  # for the test to look at

    def __init__(self, verbose: bool = False, verbose_file: str | None = None) -> None:
        self._loaded = self._ready = False

    def load_rknn(self, path: str) -> int:
        self._loaded = Path(path).read_bytes() == b"FAKE RKNN"
        return 0 if self._loaded else -1

    def init_runtime(self, target: None = None, device_id: None = None, async_mode: bool = False, **given: int) -> int:
        RKNNLite.seen.append(given)
        self._ready = self._loaded
        return 0 if self._ready else -1

    def inference(
        self, inputs: list[npt.NDArray[np.generic]], data_format: list[str] | None = None
    ) -> list[npt.NDArray[np.float32]] | None:
        RKNNLite.seen.append(data_format)
        return [value.astype(np.float32) * 2 for value in inputs] if self._ready else None

    def release(self) -> None:
        RKNNLite.seen.append("released")
