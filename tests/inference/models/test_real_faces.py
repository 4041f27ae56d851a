"""Published models of faces, poses, number plates and regions on real pictures; the boxes were looked at by eye."""

from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from camloom import plugins
from camloom.detections import Detections
from camloom.frame import ImageArray
from camloom.geometry import FloatArray, box_iou
from camloom.inference.alignment import align_face, rectify_plate
from camloom.inference.card import InputSpec, ModelCard, read_card
from camloom.inference.preprocess import Letterbox

FileFinder = Callable[[str], Path]
CARDS = Path(__file__).parent.parent / "cards"

pytestmark = [pytest.mark.mirror, pytest.mark.slow]


def picture_of(path: Path, index: int = 0) -> ImageArray:
    """Return a picture, or a frame of a clip, (H, W, 3) BGR."""
    with av.open(str(path)) as container:
        frame = next(frame for at, frame in enumerate(container.decode(video=0)) if at == index)
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def detect(card: ModelCard, path: Path, runtime: str, bgr: ImageArray) -> Detections:
    height, width = bgr.shape[:2]
    card = card.for_picture(width, height)
    compiled = plugins.load_available("runtimes", runtime)().compile(path, card, workers=1)
    family = plugins.load("models", card.family)(card)
    family.check(compiled.output_shapes)
    letterbox = Letterbox.fit(card.input, width, height)
    canvas = letterbox.new_canvas()
    place = canvas[letterbox.y : letterbox.y + letterbox.height, letterbox.x : letterbox.x + letterbox.width]
    place[:] = cv2.resize(bgr, (letterbox.width, letterbox.height), interpolation=cv2.INTER_AREA)
    found: Detections = family.decode(compiled.session().run(canvas), letterbox, card.min_confidence)
    return found


def found_by(name: str, mirrored: FileFinder, runtime: str, bgr: ImageArray) -> Detections:
    card = read_card(CARDS / f"{name}.yaml")
    return detect(card, mirrored(card.files.get(runtime, card.files.get("any", ""))), runtime, bgr)


def overlap(expected: list[list[float]], found: Detections) -> FloatArray:
    """Return for each expected box how well it was found."""
    return np.asarray(box_iou(np.asarray(expected, np.float32), found.xyxy).max(axis=1, initial=0.0), np.float32)


# Faces from the hairline to the chin.
DRIVER = ("videos/sk_carphone.mp4", [[65, 34, 111, 100]])
MAN_WITH_GLASSES = ("videos/cpc_demo.mp4", [[440, 184, 715, 520]])
MOTHER_AND_CHILD = ("labels/coco8-pose/images/val/000000000110.jpg", [[430, 2, 568, 160], [42, 187, 141, 305]])
COUPLE = ("labels/coco8-pose/images/val/000000000113.jpg", [[79, 68, 136, 140], [208, 87, 263, 161]])
CROWD = (
    "labels/coco20_images/000000005001.jpg",
    [[247, 81, 274, 118], [188, 57, 226, 99], [122, 262, 157, 306], [300, 58, 327, 93], [361, 64, 384, 92]],
)

FACE_RUNS = [
    ("yunet", "openvino"),
    ("yunet", "onnxruntime"),
    ("scrfd-500m", "openvino"),
    ("scrfd-500m", "onnxruntime"),
    ("scrfd-500m-ncnn", "ncnn"),
    ("rfb-320", "openvino"),
    ("rfb-320", "onnxruntime"),
]


@pytest.mark.parametrize(("file", "expected"), [DRIVER, MAN_WITH_GLASSES, MOTHER_AND_CHILD, COUPLE, CROWD])
@pytest.mark.parametrize(("name", "runtime"), FACE_RUNS)
def test_faces_are_found_where_they_are(
    mirrored: FileFinder, name: str, runtime: str, file: str, expected: list[list[float]]
) -> None:
    found = found_by(name, mirrored, runtime, picture_of(mirrored(file)))
    assert overlap(expected, found).min() >= 0.5
    assert {found.name_of(row) for row in range(len(found))} == {"face"}


@pytest.mark.parametrize(("file", "expected"), [DRIVER, MAN_WITH_GLASSES])
@pytest.mark.parametrize("runtime", ["openvino", "litert"])
def test_blazeface_finds_a_near_face(
    mirrored: FileFinder, runtime: str, file: str, expected: list[list[float]]
) -> None:
    found = found_by("blazeface-short", mirrored, runtime, picture_of(mirrored(file)))
    assert len(found) == 1
    assert overlap(expected, found).min() >= 0.5
    assert found.keypoints is not None
    assert (found.keypoints[0, :, 2] > 0).tolist() == [True, True, True, False, False]


@pytest.mark.parametrize("name", ["yunet", "scrfd-500m", "rfb-320"])
@pytest.mark.parametrize("frame", [0, 40, 80, 119])
def test_the_driver_is_the_only_face_in_his_clip(mirrored: FileFinder, name: str, frame: int) -> None:
    found = found_by(name, mirrored, "onnxruntime", picture_of(mirrored(DRIVER[0]), frame))
    assert len(found) == 1


@pytest.mark.parametrize("name", ["yunet", "scrfd-500m"])
def test_the_five_points_lie_on_eyes_nose_and_mouth_in_this_order(mirrored: FileFinder, name: str) -> None:
    found = found_by(name, mirrored, "onnxruntime", picture_of(mirrored(DRIVER[0])))
    assert found.keypoints is not None
    # His right eye lies on the left of the picture; read off the picture by eye.
    np.testing.assert_allclose(found.keypoints[0, :, :2], [[77, 59], [98, 56], [90, 68], [83, 82], [100, 79]], atol=4)


def test_yunet_finds_what_opencv_finds_with_it(mirrored: FileFinder) -> None:
    card = read_card(CARDS / "yunet.yaml")
    bgr = cv2.resize(picture_of(mirrored(CROWD[0])), (640, 480))
    path = mirrored(card.files["any"])
    detector = cv2.FaceDetectorYN.create(str(path), "", (640, 480), card.min_confidence, card.nms_iou)
    _, rows = detector.detect(bgr)
    ours = detect(card, path, "onnxruntime", np.asarray(bgr, np.uint8))
    assert rows is not None
    assert len(ours) == len(rows)
    order = np.argsort(-rows[:, 14])
    xyxy = np.hstack((rows[:, :2], rows[:, :2] + rows[:, 2:4]))[order]
    assert ours.keypoints is not None
    np.testing.assert_allclose(ours.xyxy, np.clip(xyxy, 0, [640, 480, 640, 480]), atol=0.5)
    np.testing.assert_allclose(ours.keypoints[:, :, :2].reshape(-1, 10), rows[order, 4:14], atol=0.5)
    np.testing.assert_allclose(ours.confidence, rows[order, 14], atol=0.005)


def test_an_aligned_face_resembles_itself_more_than_another(mirrored: FileFinder) -> None:
    frames = [(DRIVER[0], 0), (DRIVER[0], 60), (MAN_WITH_GLASSES[0], 0), (MAN_WITH_GLASSES[0], 20)]
    settings = {"width": 112, "height": 112, "colour": "RGB", "mean": (127.5,) * 3, "std": (128.0,) * 3}
    card = read_card(CARDS / "yunet.yaml").model_copy(update={"input": InputSpec.model_validate(settings)})
    path = mirrored("models/mobilefacenet.onnx")
    compiled = plugins.load_available("runtimes", "onnxruntime")().compile(path, card, 1)
    vectors = []
    for file, index in frames:
        bgr = picture_of(mirrored(file), index)
        keypoints = found_by("yunet", mirrored, "onnxruntime", bgr).keypoints
        assert keypoints is not None
        (vector,) = compiled.session().run(align_face(bgr, keypoints[0])).values()
        vectors.append(np.ravel(vector) / np.linalg.norm(vector))
    alike = np.asarray(vectors) @ np.asarray(vectors).T
    assert min(alike[0, 1], alike[2, 3]) > alike[:2, 2:].max() + 0.2


@pytest.mark.parametrize("number", ["000000000036", "000000000086"])
def test_a_pose_is_found_where_coco_says_it_is(mirrored: FileFinder, number: str) -> None:
    bgr = picture_of(mirrored(f"labels/coco8-pose/images/train/{number}.jpg"))
    truth = np.loadtxt(mirrored(f"labels/coco8-pose/labels/train/{number}.txt"))
    size = np.asarray(bgr.shape[1::-1])
    center, extent = truth[1:3] * size, truth[3:5] * size
    found = found_by("movenet-lightning", mirrored, "litert", bgr)
    assert overlap([[*(center - extent / 2), *(center + extent / 2)]], found).min() >= 0.5
    assert found.keypoints is not None
    points = truth[5:].reshape(17, 3)
    both = (points[:, 2] == 2) & (found.keypoints[0, :, 2] >= 0.3)
    away_px = np.linalg.norm(found.keypoints[0, both, :2] - points[both, :2] * size, axis=1)
    assert both.sum() >= 5
    assert np.median(away_px) <= 0.05 * extent.max()


def test_nobody_is_found_in_an_empty_room(mirrored: FileFinder) -> None:
    room = picture_of(mirrored("videos/intel_one-by-one-person-detection.mp4"), 200)
    for name, runtime in [("movenet-lightning", "litert"), ("yunet", "openvino"), ("scrfd-500m", "openvino")]:
        assert len(found_by(name, mirrored, runtime, room)) == 0


def drawn_plate() -> tuple[ImageArray, FloatArray]:
    """Return a picture of a dark car with a plate as seen from the side, and the plate's corners, clockwise."""
    plate = np.full((140, 440, 3), (160, 60, 10), np.uint8)
    cv2.rectangle(plate, (6, 6), (433, 133), (255, 255, 255), 3)
    cv2.putText(plate, "E AF7101", (20, 100), cv2.FONT_HERSHEY_DUPLEX, 2.6, (255, 255, 255), 6)
    picture = np.full((480, 640, 3), 120, np.uint8)
    picture[150:400, 120:520] = 40
    corners = np.asarray([[230, 300], [410, 306], [408, 362], [232, 352]], np.float32)
    flat = np.asarray([[0, 0], [440, 0], [440, 140], [0, 140]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    inside = cv2.warpPerspective(np.full(plate.shape[:2], 255, np.uint8), matrix, (640, 480)) > 0
    picture[inside] = cv2.warpPerspective(plate, matrix, (640, 480))[inside]
    return picture, corners


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_number_plate_is_found_with_its_corners_and_can_be_read_straight(mirrored: FileFinder, runtime: str) -> None:
    picture, corners = drawn_plate()
    found = found_by("mnet-plate", mirrored, runtime, picture)
    assert len(found) == 1
    assert overlap([[*corners.min(axis=0), *corners.max(axis=0)]], found).min() >= 0.5
    assert found.keypoints is not None
    np.testing.assert_allclose(found.keypoints[0, :, :2], corners, atol=15)
    straight = rectify_plate(picture, found.keypoints[0])
    blue, red = straight[:, :, 0].mean(), straight[:, :, 2].mean()
    assert blue > red + 80  # the blue plate fills it: the car around it is grey


@pytest.mark.parametrize(("clip", "expected"), [(DRIVER, [30, 14, 176, 144]), (MAN_WITH_GLASSES, [20, 112, 895, 720])])
def test_the_region_of_a_person_is_found_with_its_mask(
    mirrored: FileFinder, clip: tuple[str, list[list[float]]], expected: list[float]
) -> None:
    file, [(x1, y1, x2, y2)] = clip
    bgr = picture_of(mirrored(file))
    found = found_by("selfie-segmentation", mirrored, "litert", bgr)
    assert len(found) == 1
    assert overlap([expected], found).min() >= 0.5
    assert found.masks is not None
    rows, columns = found.masks.shape[1:]
    middle_of_face = int((y1 + y2) / 2 / bgr.shape[0] * rows), int((x1 + x2) / 2 / bgr.shape[1] * columns)
    assert found.masks[0][middle_of_face]
    assert not found.masks[0, 0, 0]
