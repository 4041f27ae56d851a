"""Fixtures of the benchmark's tests: a tiny street and the peers' shared code."""

import importlib.util
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import av
import cv2
import numpy as np
import pytest

from camloom.bench.videos import Encoding

_WIDTH, _HEIGHT, _FRAMES = 96, 72, 760
_WALK = (((650, 672, 696, 720, 750), (100, 71, 41, 18, -5)), ((650, 672, 696, 720, 750), (50, 39, 32, 27, 25)))
"""Frames and x, frames and y of the figure, px: about the way of the man in the real sample."""


@pytest.fixture(scope="session")
def tiny_encoding() -> Encoding:
    """The benchmark's encoding at a size that takes no time."""
    return Encoding(width=160, height=90, bit_rate=200_000, noise=4.0)


@pytest.fixture(scope="session")
def tiny_street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grey street as long as the sample; frames 650 to 749 show a dark figure that walks from right to left."""
    path = tmp_path_factory.mktemp("street") / "street.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10, options={"qscale": "2"})
        stream.codec_context.width, stream.codec_context.height = _WIDTH, _HEIGHT
        stream.codec_context.pix_fmt = "yuv420p"
        for index, picture in enumerate(_street()):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _street() -> Iterator[np.ndarray]:
    for index in range(_FRAMES):
        picture = np.full((_HEIGHT, _WIDTH, 3), 160, np.uint8)
        if index >= 650:
            x, y = (round(float(np.interp(index, *points))) for points in _WALK)
            cv2.rectangle(picture, (x - 2, y - 5), (x + 2, y + 5), (30, 30, 30), -1)
        yield picture


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMLOOM_CACHE", str(tmp_path_factory.getbasetemp() / "bench-cache"))


@pytest.fixture(scope="session")
def peer_detector() -> ModuleType:
    """The peers' decoder; the peers are scripts, not a package, so it is loaded from its file."""
    path = Path(__file__).parents[2] / "benchmarks" / "peers" / "detector.py"
    spec = importlib.util.spec_from_file_location("peer_detector", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
