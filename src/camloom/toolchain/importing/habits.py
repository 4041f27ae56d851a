"""How the models of each family want their picture, by the habit of those who publish them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from camloom.phrases import Phrase
from camloom.toolchain.importing.view import Certainty

Triple = tuple[float, float, float]
ZERO: Triple = (0.0, 0.0, 0.0)
ONE: Triple = (1.0, 1.0, 1.0)
IMAGENET_MEAN: Triple = (123.675, 116.28, 103.53)
IMAGENET_STD: Triple = (58.395, 57.12, 57.375)


@dataclass(frozen=True, slots=True)
class Habit:
    """Colour order, scale and fit of a family's pictures.

    Attributes:
        mean, std: in the order of `colour`, on the scale of pixels 0..255.
        why: whose habit it is.
        min_confidence: a threshold to begin with.
    """

    colour: Literal["BGR", "RGB"]
    mean: Triple
    std: Triple
    why: str
    certainty: Certainty = "likely"
    fit: Literal["letterbox", "stretch"] = "stretch"
    pad: Literal["center", "top_left"] = "top_left"
    pad_value: int = 114
    min_confidence: float = 0.4


def _three(value: float) -> Triple:
    return (value, value, value)


def _as(who: str) -> Phrase:
    return Phrase(f"as {who} has it", "habit", who=who)


def _ultralytics(certainty: Certainty) -> Habit:
    why = Phrase("as Ultralytics exports", "habit", who="Ultralytics")
    return Habit("RGB", ZERO, _three(255), why, certainty, "letterbox", "center", 114, 0.35)


ULTRALYTICS = _ultralytics("sure")
_LIKE_ULTRALYTICS = _ultralytics("likely")
_MOST_USUAL = Phrase("mean and std of ImageNet, the most usual", "habit-imagenet")
_IMAGENET = Habit("RGB", IMAGENET_MEAN, IMAGENET_STD, _MOST_USUAL, "guess")
_AS_THEY_ARE = Habit("BGR", ZERO, ONE, Phrase("pixels as they are, the most usual", "habit-as-they-are"), "guess")
_LIKE_INTEL = Habit("BGR", ZERO, ONE, Phrase("as models for OpenVINO have it", "habit", who="OpenVINO"))

_OF_CAFFE = Phrase("as most models of Caffe have it; MobileNets 127.5 for mean and std", "habit-caffe")
_OF_YOLOX = Phrase("as YOLOX has it since 0.2", "habit", who="YOLOX 0.2")
_OF_SSD = Phrase("as SSDs of TensorFlow have it", "habit", who="TensorFlow SSD")
_OF_DETR = Phrase("as RT-DETR and D-FINE have it; DETR has mean and std", "habit-detr")
CAFFE_MEAN: Triple = (104.0, 117.0, 123.0)
CAFFE = Habit("BGR", CAFFE_MEAN, ONE, _OF_CAFFE, "guess")
_HABITS: Mapping[str, Habit] = {
    "yolov5": _LIKE_ULTRALYTICS,
    "yolov8": _LIKE_ULTRALYTICS,
    "yolo_end2end": _LIKE_ULTRALYTICS,
    "yolox": Habit("BGR", ZERO, ONE, _OF_YOLOX, "likely", "letterbox", "top_left", 114, 0.5),
    "yolov3": Habit("RGB", ZERO, _three(255), _as("Darknet")),
    "nanodet": Habit("BGR", (103.53, 116.28, 123.675), (57.375, 57.12, 58.395), _as("NanoDet")),
    "fastestdet": Habit("BGR", ZERO, _three(255), _as("FastestDet"), min_confidence=0.5),
    "centernet": Habit("RGB", ZERO, ONE, _as("CenterNet in TensorFlow")),
    "ssd": Habit("RGB", _three(127.5), _three(127.5), _OF_SSD),
    "tf_od": Habit("RGB", ZERO, ONE, _as("TensorFlow's object detection API"), min_confidence=0.35),
    "detection_output": _AS_THEY_ARE,
    "detr": Habit("RGB", ZERO, _three(255), _OF_DETR, "guess"),
    "faster_rcnn": Habit("RGB", ZERO, _three(255), _as("torchvision"), "guess", "letterbox", pad_value=0),
    "yunet": Habit("BGR", ZERO, ONE, _as("OpenCV's FaceDetectorYN"), "likely", "letterbox", pad_value=0,
                   min_confidence=0.6),
    "scrfd": Habit("RGB", _three(127.5), _three(128), _as("InsightFace"), "likely", "letterbox", pad_value=0),
    "retinaface": Habit("BGR", (104, 117, 123), ONE, _as("RetinaFace in PyTorch"), "likely", "letterbox",
                        pad_value=0),
    "blazeface": Habit("RGB", _three(127.5), _three(127.5), _as("MediaPipe"), "likely", "letterbox", "center", 0),
    "rfb": Habit("RGB", _three(127), _three(128), _as("Ultra-Light-Fast"), min_confidence=0.6),
    "movenet": Habit("RGB", ZERO, ONE, _as("MoveNet"), "likely", "letterbox", "center", 0, 0.3),
    "segmentation": _IMAGENET,
    "classifier": _IMAGENET,
    "attributes": _AS_THEY_ARE,
    "embedder": _IMAGENET,
    "landmarks": _AS_THEY_ARE,
    "plate_text": Habit("BGR", _three(127.5), _three(128), _as("LPRNet")),
}  # fmt: skip


def habit_of(family: str) -> Habit:
    """Return how a family usually wants its picture."""
    return _HABITS.get(family, _AS_THEY_ARE)
