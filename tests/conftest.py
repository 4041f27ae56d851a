"""Fixtures for every test: the mirror, small clips, and a detector that really looks at pixels."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import av
import cv2
import numpy as np
import onnx
import pytest
import yaml
from av.video.stream import VideoStream
from onnx import TensorProto, helper, numpy_helper
from tests.alone import alone
from tests.packages import provide

from camloom.bench.camera import PACKAGES, RtspServer, has_rtsp_server
from camloom.detections import Detections
from camloom.frame import ImageArray
from camloom.inference.base import LoadedModel, Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.preprocess import Letterbox

BACKGROUND_GREY = 90


def pytest_configure() -> None:
    """Collect no garbage while thousands of tests are collected: hardly any is made."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leave what was loaded alone: looking through all of it again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a mirror where none is given."""
    if os.environ.get("CAMLOOM_MIRROR"):
        return
    for item in items:
        if item.get_closest_marker("mirror"):
            item.add_marker(pytest.mark.skip(reason="needs a folder of test assets: set CAMLOOM_MIRROR"))


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Return the first folder of test assets."""
    folders = [Path(name) for name in os.environ.get("CAMLOOM_MIRROR", "").split(os.pathsep) if name]
    if not folders:
        pytest.skip("needs a folder of test assets: set CAMLOOM_MIRROR")
    return folders[0]


@pytest.fixture(scope="session")
def opencv4_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a Python that has OpenCV 4, whatever our own has: `make test` lays it into a folder of its own."""
    if hasattr(cv2.dnn, "readNetFromCaffe"):
        return sys.executable
    folder = Path(sys.prefix) / "opencv4"
    if not folder.is_dir():
        pytest.skip("needs OpenCV 4 beside OpenCV 5: `make test` installs it")
    script = tmp_path_factory.mktemp("opencv4") / "python"
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" "$@"\n')
    script.chmod(0o700)
    return str(script)


@pytest.fixture
def opencv4(opencv4_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the runtime `opencv` have OpenCV 4."""
    monkeypatch.setenv("CAMLOOM_PYTHON_OPENCV", opencv4_python)


class BlobSession:
    """Passes the canvas through, as a model without weights would."""

    def run(self, canvas: ImageArray) -> Tensors:
        return {"canvas": canvas}


class BlobModel:
    """Compiled form of the blob detector."""

    description = "numpy"
    output_shapes: Mapping[str, tuple[int, ...]] = {"canvas": (256, 256, 3)}

    def session(self) -> Session:
        return BlobSession()


class BlobFamily:
    """Finds what is clearly brighter than the grey of a synthetic stream."""

    def __init__(self, card: ModelCard) -> None:
        self._card = card

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        pass

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        canvas = np.asarray(outputs["canvas"])
        bright = (canvas.max(axis=2) > BACKGROUND_GREY + 45).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(bright)
        boxes = [(x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 12]
        xyxy = letterbox.to_source(np.asarray(boxes, np.float32).reshape(-1, 4))
        count = len(boxes)
        return Detections(xyxy, np.full(count, 0.9, np.float32), np.zeros(count, np.int64), self._card.class_names)


@pytest.fixture
def blob_model() -> LoadedModel:
    """Return a detector of bright rectangles that needs no weights."""
    card = ModelCard(
        name="blob",
        family="nanodet",
        class_names=("box",),
        input=InputSpec(width=256, height=256, pad_value=0),
        licence="Apache-2.0",
        files={"any": "none"},
    )
    return LoadedModel(card, BlobFamily(card), BlobModel(), "numpy")


ClipMaker = Callable[..., Path]


@pytest.fixture
def moving_clip(tmp_path: Path) -> ClipMaker:
    """Return a maker of small clips of a bright square that moves from left to right."""

    def make(
        name: str = "clip.mp4",
        *,
        frames: int = 50,
        fps: int = 25,
        size: tuple[int, int] = (320, 240),
        gop: int = 12,
        codec: str = "libx264",
        b_frames: int = 0,
        still: range = range(0),
        pix_fmt: str = "yuv420p",
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            options = {"bf": str(b_frames), "sc_threshold": "0", "preset": "ultrafast"}
            stream = container.add_stream(codec, rate=fps, options=options)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt, stream.gop_size = *size, pix_fmt, gop
            for index in range(frames):
                picture = _picture(index, frames, size, hidden=index in still)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode(None))
        return path

    return make


def _picture(index: int, frames: int, size: tuple[int, int], *, hidden: bool) -> ImageArray:
    width, height = size
    picture = np.full((height, width, 3), BACKGROUND_GREY, np.uint8)
    if not hidden:
        x = round((width - 40) * index / max(frames - 1, 1))
        picture[height // 2 : height // 2 + 60, x : x + 40] = 220
    return picture


@pytest.fixture(scope="session")
def tiny_card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the card of a real ONNX model that sees one person in the middle of every picture."""
    folder = tmp_path_factory.mktemp("tiny")
    box = np.array([[[[0, 1, 0.9, 0.4, 0.3, 0.6, 0.8]]]], np.float32)
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["box", "nothing"], ["detections"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 64, 64])],
        [helper.make_tensor_value_info("detections", TensorProto.FLOAT, [1, 1, 1, 7])],
        [numpy_helper.from_array(box, "box"), numpy_helper.from_array(np.array(0, np.float32), "zero")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "tiny.onnx")
    card = {
        "name": "tiny",
        "family": "detection_output",
        "class_names": ["nothing", "person"],
        "input": {"width": 64, "height": 64, "fit": "stretch"},
        "licence": "Apache-2.0",
        "files": {"onnxruntime": "tiny.onnx"},
    }
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(card))
    return path


@pytest.fixture(scope="session")
def rtsp_packages() -> None:
    """The RTSP server's Debian packages; installed if this is root, else the test is skipped."""
    provide("RTSP server", has_rtsp_server, *PACKAGES)


@pytest.fixture
def rtsp_server(rtsp_packages: None) -> Iterator[Callable[..., RtspServer]]:
    """A function that starts an RTSP server: `rtsp_server(gop=50, user="admin", password="x")`."""
    with ExitStack() as stack:
        yield lambda **spec: stack.enter_context(RtspServer(**spec))


@pytest.fixture
def discovery_alone() -> Iterator[None]:
    """No other process of the tests has a camera that answers when somebody asks who is there."""
    with alone("discovery"):
        yield
