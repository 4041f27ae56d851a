"""Cards of published detectors that cannot be shipped fit the outputs of their files."""

from pathlib import Path

import pytest

from camloom import plugins
from camloom.errors import ModelError
from camloom.inference.card import read_card

CARDS = Path(__file__).parent.parent / "cards"

OUTPUTS = {
    "yolov8n-int8-onnx": (1, 84, 8400),
    "yolov8n-int8-tflite": (1, 84, 8400),
    "yolo11n-int8-tflite": (1, 84, 3549),
    "yolov5n-fp16-tflite": (1, 25200, 85),
    "fastestdet": (1, 85, 22, 22),
    "light-person-detector": (1, 756, 6),
    "yolo-fastest": (1, -1, 6),
    "mobilenetv2-yolov3-nano": (1, -1, 6),
    "face-retail-0004": (1, 1, 200, 7),
    "face-retail-0004-int8": (1, 1, 200, 7),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_card_fits_the_output_of_its_file_and_no_other(name: str) -> None:
    card = read_card(CARDS / f"{name}.yaml")
    assert card.name == name
    family = plugins.load("models", card.family)(card)
    family.check({"output": OUTPUTS[name]})
    with pytest.raises(ModelError, match=f"does not fit its card '{name}'"):
        family.check({"output": (1, 512)})
