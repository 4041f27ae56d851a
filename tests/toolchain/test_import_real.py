"""Published files of nearly every family get the right card, and what they do not say is asked."""

from pathlib import Path

import pytest

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.card import read_card
from camloom.toolchain.importing import Guess, describe_file, guess_card
from camloom.toolchain.importing.attempt import runtime_for, try_card
from camloom.toolchain.importing.photo import drawn_picture

pytestmark = pytest.mark.mirror

PVB = ("vehicle", "person", "bike")
# file: family, width, height, classes (their number, or the names), what is asked.
EXPECTED: dict[str, tuple[str, int, int, int | tuple[str, ...], set[str]]] = {
    "FastestDet.onnx": ("fastestdet", 352, 352, 80, set()),
    "FastestDet.param": ("fastestdet", 352, 352, 80, {"--size"}),
    "LPRNet_model.onnx": ("plate_text", 94, 24, 0, set()),
    "MobileNetV2-YOLOv3-Nano-coco.param": ("yolov3", 320, 320, 80, set()),
    "face_detection_yunet_2026may.onnx": ("yunet", 640, 640, ("face",), set()),
    "light_person_detector.onnx": ("yolox", 192, 192, ("person",), set()),
    "mnet_plate.onnx": ("retinaface", 640, 640, ("plate",), set()),
    "mobilefacenet.onnx": ("embedder", 112, 112, 0, set()),
    "movenet_lightning_int8.tflite": ("movenet", 192, 192, ("person",), set()),
    "nanodet_m.param": ("nanodet", 320, 320, 80, {"--size"}),
    "nanodet_m_416.onnx": ("nanodet", 416, 416, 80, set()),
    "omz/FP16-INT8/face-detection-retail-0004.xml": ("detection_output", 300, 300, ("face",), set()),
    "omz/FP16-INT8/person-attributes-recognition-crossroad-0230.xml": ("attributes", 80, 160, 0, set()),
    "omz/FP16-INT8/person-vehicle-bike-detection-2000.xml": ("detection_output", 256, 256, PVB, set()),
    "omz/FP16-INT8/person-vehicle-bike-detection-2002.xml": ("detection_output", 512, 512, PVB, set()),
    "omz/FP16-INT8/person-vehicle-bike-detection-2004.xml": ("detection_output", 448, 256, PVB, set()),
    "omz/FP16-INT8/person-vehicle-bike-detection-crossroad-0078.xml": (
        "detection_output", 1024, 1024, ("person", "vehicle", "bike"), set(),
    ),
    "omz/FP16-INT8/vehicle-attributes-recognition-barrier-0039.xml": ("attributes", 72, 72, 0, set()),
    "omz/FP16/face-detection-retail-0004.xml": ("detection_output", 300, 300, ("face",), set()),
    "omz/FP16/license-plate-recognition-barrier-0007.xml": ("plate_text", 94, 24, 0, set()),
    "omz/FP16/person-attributes-recognition-crossroad-0230.xml": ("attributes", 80, 160, 0, set()),
    "omz/FP16/person-vehicle-bike-detection-2000.xml": ("detection_output", 256, 256, PVB, set()),
    "omz/FP16/person-vehicle-bike-detection-2002.xml": ("detection_output", 512, 512, PVB, set()),
    "omz/FP16/person-vehicle-bike-detection-2003.xml": ("detection_output", 864, 480, PVB, set()),
    "omz/FP16/vehicle-attributes-recognition-barrier-0039.xml": ("attributes", 72, 72, 0, set()),
    "omz/landmarks-regression-retail-0009.xml": ("landmarks", 48, 48, 0, set()),
    "osnet_x0_25_msmt17.onnx": ("embedder", 128, 256, 0, set()),
    "person-reidentification-retail-0288.onnx": ("embedder", 128, 256, 0, set()),
    "scrfd_500m_bnkps.onnx": ("scrfd", 640, 640, ("face",), set()),
    "scrfd_500m_kps.param": ("scrfd", 640, 640, ("face",), {"--size"}),
    "synthetic_fasterrcnn_torchvision_style.onnx": (
        "faster_rcnn", 640, 640, 1, {"--classes", "--colour", "--mean", "--std"},
    ),
    "version-RFB-320.onnx": ("rfb", 320, 240, ("face",), set()),
    "yolo-fastest.param": ("yolov3", 320, 320, 80, set()),
    "yolo11n_full_int8_416.tflite": ("yolov8", 416, 416, 80, set()),
    "yolov5n-fp16.tflite": ("yolov5", 640, 640, 80, set()),
    "yolov8n_int8.onnx": ("yolov8", 640, 640, 80, set()),
    "yolov8n_int8_640.tflite": ("yolov8", 640, 640, 80, set()),
    "yolox_nano.onnx": ("yolox", 416, 416, 80, set()),
}  # fmt: skip
# Made by TensorFlow, so the channels come last.
CHANNELS_LAST = (".tflite", "retail-0288.onnx")


def model_files(folder: Path) -> set[str]:
    kinds = {".onnx", ".tflite", ".xml", ".param", ".pb"}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in kinds}
    return {name for name in found if not name.startswith("negative/")}


def test_every_file_is_expected_here(mirror: Path) -> None:
    assert model_files(mirror / "models") == set(EXPECTED)


@pytest.fixture(scope="module")
def guesses() -> dict[str, Guess]:
    """What was guessed so far: some files take a second to look into."""
    return {}


def guess_of(file: str, mirror: Path, guesses: dict[str, Guess]) -> Guess:
    if file not in guesses:
        guesses[file] = guess_card(describe_file(mirror / "models" / file))
    return guesses[file]


@pytest.mark.slow
@pytest.mark.parametrize("file", EXPECTED)
def test_the_card_is_right(file: str, mirror: Path, guesses: dict[str, Guess]) -> None:
    family, width, height, classes, asked = EXPECTED[file]
    guess = guess_of(file, mirror, guesses)
    assert guess.card is not None
    card = guess.card
    assert (card.family, card.input.width, card.input.height) == (family, width, height)
    assert card.input.layout == ("NHWC" if file.endswith(CHANNELS_LAST) else "NCHW")
    assert (card.class_names if isinstance(classes, tuple) else len(card.class_names)) == classes
    assert {each.option for each in guess.questions} == asked


@pytest.mark.slow
@pytest.mark.parametrize("file", EXPECTED)
def test_the_card_runs(file: str, mirror: Path, guesses: dict[str, Guess]) -> None:
    card = guess_of(file, mirror, guesses).card
    assert card is not None
    runtime = runtime_for(card)
    if not runtime:
        pytest.skip(f"none of {', '.join(card.files)} is here")
    try_card(card, mirror / "models" / file, runtime, drawn_picture())


INPUTS = {
    "yolov8n_int8.onnx": ("RGB", (0.0, 0.0, 0.0), (255.0, 255.0, 255.0)),
    "yolox_nano.onnx": ("BGR", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "nanodet_m_416.onnx": ("BGR", (103.53, 116.28, 123.675), (57.375, 57.12, 58.395)),
    "mobilefacenet.onnx": ("RGB", (127.5, 127.5, 127.5), (128.0, 128.0, 128.0)),
    "omz/FP16/person-vehicle-bike-detection-2000.xml": ("BGR", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "person-reidentification-retail-0288.onnx": ("BGR", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "movenet_lightning_int8.tflite": ("RGB", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}


@pytest.mark.slow
@pytest.mark.parametrize("file", INPUTS)
def test_the_picture_goes_in_as_it_should(file: str, mirror: Path, guesses: dict[str, Guess]) -> None:
    card = guess_of(file, mirror, guesses).card
    assert card is not None
    assert (card.input.colour, card.input.mean, card.input.std) == INPUTS[file]


CARDS = Path(__file__).parents[1] / "inference" / "cards"
FIT_IS_NOT_IN_THE_FILE = {"light-person-detector.yaml"}
WRITTEN_BY_HAND = sorted(path.name for path in CARDS.glob("*.yaml"))


@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_the_guess_agrees_with_the_card_written_by_hand(name: str, mirror: Path, guesses: dict[str, Guess]) -> None:
    wanted = read_card(CARDS / name)
    file = next(iter(wanted.files.values())).removeprefix("models/")
    if file not in EXPECTED:
        pytest.skip(f"{file} is not among the files here")
    card = guess_of(file, mirror, guesses).card
    assert card is not None
    # A model trained on stretched pictures looks like one that was not: its card takes `--fit stretch`.
    wanted_fit = {"fit": card.input.fit} if name in FIT_IS_NOT_IN_THE_FILE else {}
    wanted = wanted.model_copy(update={"input": wanted.input.model_copy(update=wanted_fit)})
    same = ("width", "height", "layout", "dtype", "colour", "mean", "std", "fit", "multiple_of")
    found = {"family": card.family, "task": card.task, "class_names": card.class_names}
    assert found == {key: getattr(wanted, key) for key in found}
    assert {key: getattr(card.input, key) for key in same} == {key: getattr(wanted.input, key) for key in same}


NEGATIVE = {
    "legacy_ir/person-detection-retail-0013.xml": "no longer reads",
    "ncnn_custom_layer_yolox-nano.param": "no layer YoloV5Focus",
    "posenet_custom_op.tflite": "not part of TFLite",
}


@pytest.mark.parametrize("file", NEGATIVE)
def test_what_cannot_run_gets_one_line(file: str, mirror: Path) -> None:
    with pytest.raises(ModelError, match=NEGATIVE[file]) as caught:
        describe_file(mirror / "models" / "negative" / file)
    assert "\n" not in str(caught.value)


def test_every_family_is_a_plugin() -> None:
    assert {family for family, *_ in EXPECTED.values()} <= set(plugins.names("models"))
