"""OpenCV 4 in a process of its own: what Caffe and Darknet models compute, and files that are wrong or hostile."""

import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from tests.two_file_models import CELL, CELLS, GAIN, SIDE, squares, write_caffe_ssd, write_darknet

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.runtimes.opencv import OpenCvRuntime
from camloom.inference.worker.backends.opencv import with_low_threshold
from camloom.testing.caffe_file import CaffeWriter

CardMaker = Callable[..., ModelCard]
RED, BLUE = (0, 0, 255), (255, 0, 0)


def run(path: Path, card: ModelCard, *places: tuple[int, int, tuple[int, int, int]]) -> Tensors:
    return OpenCvRuntime().compile(path, card, 1).session().run(squares(*places, scale=1))


@pytest.mark.usefixtures("opencv4")
def test_a_head_of_darknet_comes_out_as_rows_of_shares(tmp_path: Path, make_card: CardMaker) -> None:
    card = make_card(SIDE, SIDE, colour="RGB", std=(255.0,) * 3)
    outputs = run(write_darknet(tmp_path), card, (2, 5, RED))
    assert {name: value.shape for name, value in outputs.items()} == {"yolo_1": (2 * CELLS * CELLS, 7)}
    rows = np.asarray(outputs["yolo_1"], np.float64)
    best = rows[rows[:, 5].argmax()]
    objectness = 1 / (1 + np.exp(-GAIN * (1 / 3 - 0.25)))
    expected = [2.5 / CELLS, 5.5 / CELLS, CELL / SIDE, CELL / SIDE, objectness, objectness, 0]
    np.testing.assert_allclose(best, expected, atol=1e-5)


@pytest.mark.usefixtures("opencv4")
def test_scores_far_below_the_usual_threshold_come_out(tmp_path: Path, make_card: CardMaker) -> None:
    """A tracker keeps its tracks with weak boxes; OpenCV makes 0 of all below 0.2."""
    card = make_card(SIDE, SIDE, colour="RGB", std=(255.0,) * 3)
    rows = np.asarray(run(write_darknet(tmp_path), card, (2, 5, (0, 0, 130)))["yolo_1"])
    assert 0.02 < rows[:, 5].max() < 0.2


def test_a_threshold_that_the_cfg_says_stays() -> None:
    cfg = "[net]\nwidth=8\n\n[yolo]\nclasses=2\nthresh = 0.5\n\n[route]\nlayers=-1\n\n[yolo]\nclasses=2"
    lowered = with_low_threshold(cfg)
    assert lowered.count("thresh") == 2
    assert "thresh = 0.5\n\n[route]" in lowered
    assert lowered.endswith("[yolo]\nclasses=2\nthresh=0.01\n")


@pytest.mark.usefixtures("opencv4")
def test_a_table_of_detections_has_as_many_rows_as_there_are(tmp_path: Path, make_card: CardMaker) -> None:
    path = write_caffe_ssd(tmp_path)
    card = make_card(SIDE, SIDE, mean=(127.5,) * 3, std=(127.5,) * 3)
    compiled = OpenCvRuntime().compile(path, card, 1)
    assert dict(compiled.output_shapes) == {"found": (1, 1, -1, 7)}
    white = (255, 255, 255)
    table = np.asarray(compiled.session().run(squares((1, 6, white), (4, 2, white), scale=1))["found"])[0, 0]
    boxes = sorted(row[3:].tolist() for row in table if row[2] > 0.9)
    assert boxes == [pytest.approx([1 / 8, 6 / 8, 2 / 8, 7 / 8]), pytest.approx([4 / 8, 2 / 8, 5 / 8, 3 / 8])]


@pytest.mark.usefixtures("opencv4")
def test_a_net_of_one_channel_gets_a_grey_picture(tmp_path: Path, make_card: CardMaker) -> None:
    path = write_darknet(tmp_path, channels=1)
    rows = np.asarray(run(path, make_card(SIDE, SIDE, std=(255.0,) * 3), (3, 3, (255, 102, 0)))["yolo_1"], np.float64)
    assert rows[:, 4].max() == pytest.approx(1 / (1 + np.exp(-GAIN * (0.114 + 0.4 * 0.587 - 0.25))), abs=1e-5)


@pytest.mark.usefixtures("opencv4")
def test_a_second_input_takes_its_values_from_the_card(tmp_path: Path, make_card: CardMaker) -> None:
    writer = CaffeWriter((1, 3, 4, 8))
    writer.add("Input", "input_param { shape { dim: 1 dim: 3 } }", bottoms=(), tops=("size",), name="size")
    writer.add("InnerProduct", "inner_product_param { num_output: 2 }", np.array([[1, 2, 3], [0, 0, 1]], np.float32),
               np.zeros(2, np.float32), bottoms=("size",), name="sum")  # fmt: skip
    writer.add("Power", "power_param { scale: 2 }", bottoms=("data",), name="twice")
    path = tmp_path / "two.caffemodel"
    writer.write(path)
    text = path.with_suffix(".prototxt")
    text.write_text(text.read_text().replace('bottom: "data" top: "size"', 'top: "size"'))
    card = make_card(8, 4, name="data", constants={"size": (4.0, 8.0, 1.0)})
    outputs = OpenCvRuntime().compile(path, card, 1).session().run(np.full((4, 8, 3), 7, np.uint8))
    assert np.asarray(outputs["sum"]).tolist() == [[23, 1]]
    assert set(np.asarray(outputs["twice"]).ravel().tolist()) == {14.0}
    with pytest.raises(ModelError, match="does not say which input takes the picture"):
        OpenCvRuntime().compile(path, make_card(8, 4), 1)


@pytest.mark.usefixtures("opencv4")
def test_half_precision_is_refused(tmp_path: Path, make_card: CardMaker) -> None:
    with pytest.raises(ModelError, match="opencv computes in float32"):
        OpenCvRuntime().compile(write_darknet(tmp_path), make_card(SIDE, SIDE, "fp16"), 1)


@pytest.mark.usefixtures("opencv4")
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.999])
def test_weights_that_were_cut_off_are_refused_before_they_are_read(
    tmp_path: Path, make_card: CardMaker, kept: float
) -> None:
    """OpenCV itself takes them, and computes with what lies behind them in memory."""
    path = write_darknet(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(ModelError, match=r"opencv cannot use squares\.weights: .*bytes"):
        OpenCvRuntime().compile(path, make_card(SIDE, SIDE), 1)


@pytest.mark.usefixtures("opencv4")
@pytest.mark.parametrize(
    "layer",
    [
        "convolution_param { num_output: 2147483647 kernel_size: 3 }",
        "convolution_param { num_output: 8 kernel_size: 999 }",
        "convolution_param { num_output: -4 kernel_size: 3 }",
        "convolution_param { num_output: 8 kernel_size: 3 stride: 0 }",
        "convolution_param { kernel_size: 3 }",
    ],
)
def test_a_hostile_layer_is_one_line(tmp_path: Path, make_card: CardMaker, layer: str) -> None:
    writer = CaffeWriter((1, 3, 24, 32))
    writer.add("Convolution", layer, np.zeros((8, 3, 3, 3), np.float32), np.zeros(8, np.float32))
    writer.write(tmp_path / "hostile.caffemodel")
    with pytest.raises(ModelError, match=r"opencv cannot use hostile\.caffemodel") as caught:
        OpenCvRuntime().compile(tmp_path / "hostile.caffemodel", make_card(32, 24), 1)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("opencv4")
def test_what_ends_the_process_that_reads_it_ends_only_that(tmp_path: Path, make_card: CardMaker) -> None:
    """Whatever OpenCV does with these, this process lives and the next model loads."""
    random = np.random.default_rng(0)
    path = write_caffe_ssd(tmp_path)
    sound = path.read_bytes()
    for _ in range(3):
        damaged = bytearray(sound)
        for place in random.integers(0, len(sound), 40):
            damaged[place] = int(random.integers(0, 256))
        path.write_bytes(bytes(damaged))
        with suppress(ModelError):
            OpenCvRuntime().compile(path, make_card(SIDE, SIDE), 1)
    path.write_bytes(sound)
    assert OpenCvRuntime().compile(path, make_card(SIDE, SIDE), 1).description == "CPU f32"


@pytest.mark.parametrize("suffix", [".caffemodel", ".weights"])
def test_the_text_must_lie_beside_the_weights(tmp_path: Path, make_card: CardMaker, suffix: str, opencv4: None) -> None:
    path = tmp_path / f"lonely{suffix}"
    path.write_bytes(struct.pack("<3iq", 0, 2, 5, 0) * 4)
    with pytest.raises(ModelError, match=r"lonely\.(cfg|prototxt) is not beside it"):
        OpenCvRuntime().compile(path, make_card(SIDE, SIDE), 1)


def test_without_opencv_4_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAMLOOM_PYTHON_OPENCV", raising=False)
    monkeypatch.delattr("cv2.dnn.readNetFromCaffe", raising=False)
    reason = plugins.load("runtimes", "opencv").unavailable()
    assert "has no readers of Caffe and Darknet any more: pip install 'camloom[opencv]'" in reason
    assert "CAMLOOM_PYTHON_OPENCV" in reason
