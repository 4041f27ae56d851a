"""Published models of crops on real pictures."""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from camloom import plugins
from camloom.geometry import FloatArray
from camloom.inference.base import LoadedModel
from camloom.inference.card import ModelCard
from camloom.inference.crops import CropReader
from camloom.sources.reading.decode import AvFrameBuffer

FileFinder = Callable[[str], Path]

pytestmark = pytest.mark.mirror

IMAGENET_MEAN, IMAGENET_STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)


def reader_of(path: Path, runtime: str, **card: Any) -> CropReader:
    full = ModelCard.model_validate(
        {"name": "tested", "licence": "see the mirror's manifest", "files": {runtime: path.name}, **card}
    )
    compiled = plugins.load_available("runtimes", runtime)().compile(path, full, workers=1)
    family = plugins.load("models", full.family)(full)
    family.check(compiled.output_shapes)
    return CropReader(LoadedModel(full, family, compiled, runtime))


def frames_of(path: Path, wanted: set[int]) -> Iterator[tuple[int, AvFrameBuffer]]:
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index in wanted:
                yield index, AvFrameBuffer(frame)
            if index >= max(wanted):
                return


def auc(same: FloatArray, different: FloatArray) -> float:
    """Return how often a pair of one person is more alike than a pair of two: the area under the ROC curve."""
    return float(np.mean(same[:, None] > different[None, :]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "runtime", "spec"),
    [
        (
            "osnet_x0_25_msmt17.onnx",
            "onnxruntime",
            {"colour": "RGB", "mean": IMAGENET_MEAN, "std": IMAGENET_STD},
        ),
        (
            "osnet_x0_25_msmt17.onnx",
            "openvino",
            {"colour": "RGB", "mean": IMAGENET_MEAN, "std": IMAGENET_STD},
        ),
        ("person-reidentification-retail-0288.onnx", "onnxruntime", {"layout": "NHWC"}),
    ],
)
def test_crops_of_one_person_are_more_alike_than_of_two(
    mirrored: FileFinder, file: str, runtime: str, spec: dict[str, Any]
) -> None:
    sizes = {"width": 128, "height": 256, "fit": "stretch"}
    path = mirrored(f"models/{file}")
    reader = reader_of(path, runtime, task="embedding", family="embedder", input={**sizes, **spec})
    truth = np.loadtxt(mirrored("labels/pets09/gt.txt"), delimiter=",")
    people, vectors = [], []
    for index, buffer in frames_of(mirrored("videos/odoc_vtest.avi"), set(range(0, 795, 60))):
        for row in truth[truth[:, 0] == index + 1]:
            xyxy = np.hstack((row[2:4], row[2:4] + row[4:6])).astype(np.float32)
            people.append((int(row[1]), index))
            vectors.append(reader.read(buffer, xyxy).embedding)
    assert all(vector is not None for vector in vectors)
    alike = np.array(vectors) @ np.array(vectors).T
    who, when = np.array(people).T
    pair = when[:, None] < when[None, :]
    is_same = who[:, None] == who[None, :]
    assert auc(alike[pair & is_same], alike[pair & ~is_same]) > 0.8


def box(*corners: float) -> FloatArray:
    return np.array(corners, np.float32)


def test_five_landmarks_lie_on_a_face(mirrored: FileFinder) -> None:
    reader = landmark_reader(mirrored)
    ((_, buffer),) = frames_of(mirrored("videos/cpc_demo.mp4"), {30})
    points = reader.read(buffer, box(455, 150, 775, 560)).keypoints
    assert points is not None
    eyes = np.array([[597, 314], [713, 335]])  # read off the picture by eye
    assert np.linalg.norm(points[:2, :2] - eyes, axis=1).max() < 20
    assert points[:2, 1].max() < points[2, 1] < points[3:, 1].min()  # the nose between eyes and mouth


def test_straightened_faces_of_one_man_are_more_alike_than_of_two(mirrored: FileFinder) -> None:
    landmarks = landmark_reader(mirrored)
    scaled = {"colour": "RGB", "mean": (127.5,) * 3, "std": (128,) * 3}
    embedder = reader_of(
        mirrored("models/mobilefacenet.onnx"),
        "onnxruntime",
        task="embedding",
        family="embedder",
        options={"align": "face"},
        input={"width": 112, "height": 112, "fit": "stretch", **scaled},
    )
    assert embedder.points_needed == 5
    faces = [("sk_carphone.mp4", 10), ("sk_carphone.mp4", 30), ("sk_carphone.mp4", 60), ("cpc_demo.mp4", 30)]
    vectors = []
    for name, index in faces:
        ((_, buffer),) = frames_of(mirrored(f"videos/{name}"), {index})
        where = box(50, 38, 98, 100) if name.startswith("sk") else box(455, 150, 775, 560)
        vectors.append(embedder.read(buffer, where, 0.1, landmarks.read(buffer, where).keypoints).embedding)
    alike = np.array(vectors) @ np.array(vectors).T
    assert min(alike[0, 1], alike[0, 2], alike[1, 2]) > 0.4
    assert alike[3, :3].max() < 0.3


def landmark_reader(mirrored: FileFinder) -> CropReader:
    return reader_of(
        mirrored("models/omz/landmarks-regression-retail-0009.xml"),
        "openvino",
        task="landmarks",
        family="landmarks",
        input={"width": 48, "height": 48, "fit": "stretch"},
    )


VEHICLE_HEADS = [
    {"attribute": "colour", "values": ["white", "grey", "yellow", "red", "green", "blue", "black"], "output": "color"},
    {"attribute": "type", "values": ["car", "van", "truck", "bus"], "output": "type"},
]


@pytest.mark.parametrize("precision", ["FP16", "FP16-INT8"])
def test_the_colour_and_type_of_vehicles_seen_from_above(mirrored: FileFinder, precision: str) -> None:
    reader = reader_of(
        mirrored(f"models/omz/{precision}/vehicle-attributes-recognition-barrier-0039.xml"),
        "openvino",
        task="attributes",
        family="attributes",
        options={"heads": VEHICLE_HEADS},
        input={"width": 72, "height": 72, "fit": "stretch"},
    )
    ((_, buffer),) = frames_of(mirrored("videos/intel_car-detection.mp4"), {210})
    said = [
        {one.name: one.value for one in reader.read(buffer, where).attributes}
        for where in (box(311, 93, 479, 372), box(71, 113, 249, 432))
    ]
    assert said == [{"colour": "red", "type": "car"}, {"colour": "white", "type": "car"}]


PERSON_LABELS = (
    "is_male",
    "has_bag",
    "has_backpack",
    "has_hat",
    "has_longsleeves",
    "has_longpants",
    "has_longhair",
    "has_coat_jacket",
)


@pytest.mark.parametrize("precision", ["FP16", "FP16-INT8"])
def test_eight_attributes_of_a_person(mirrored: FileFinder, precision: str) -> None:
    reader = reader_of(
        mirrored(f"models/omz/{precision}/person-attributes-recognition-crossroad-0230.xml"),
        "openvino",
        task="attributes",
        family="attributes",
        options={"labels": [{"name": name} for name in PERSON_LABELS]},
        input={"width": 80, "height": 160, "fit": "stretch"},
    )
    ((_, buffer),) = frames_of(mirrored("videos/odoc_vtest.avi"), {400})
    said = reader.read(buffer, box(698, 298, 738, 409)).attributes  # someone in a long coat
    assert [one.name for one in said] == list(PERSON_LABELS)
    assert {one.name: one.value for one in said}["has_longsleeves"] == "yes"
    assert all(0.5 <= one.confidence <= 1 for one in said)


PROVINCES = (
    "Anhui Beijing Chongqing Fujian Gansu Guangdong Guangxi Guizhou Hainan Hebei Heilongjiang Henan HongKong Hubei "
    "Hunan InnerMongolia Jiangsu Jiangxi Jilin Liaoning Macau Ningxia Qinghai Shaanxi Shandong Shanghai Shanxi "
    "Sichuan Tianjin Tibet Xinjiang Yunnan Zhejiang police"
)
BARRIER_ALPHABET = [*"0123456789", *(f"<{name}>" for name in PROVINCES.split()), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
LPRNET_ALPHABET = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新0123456789ABCDEFGHJKLMNPQRSTUVWXYZIO"
PLATES = {
    "浙B2V9L7": "<Zhejiang>B2V9L7",
    "粤C84K36": "<Guangdong>C84K36",
    "苏D6T4X9": "<Jiangsu>D6T4X9",
    "川A9W5Y3": "<Sichuan>A9W5Y3",
    "闽K8P6Z4": "<Fujian>K8P6Z4",
}
PLATE_BOX = (200.0, 100.0, 332.0, 142.0)


def drawn_plate(text: str) -> AvFrameBuffer:
    """Return a grey picture with a blue plate in PLATE_BOX: letters as on Chinese plates, a dot after the second."""
    if not hasattr(cv2, "FontFace"):
        pytest.skip("only OpenCV 5 can write Chinese")
    plate = np.full((140, 440, 3), (160, 70, 20), np.uint8)
    cv2.rectangle(plate, (6, 6), (433, 133), (255, 255, 255), 3)
    cv2.circle(plate, (129, 70), 5, (255, 255, 255), cv2.FILLED)
    for place, letter in zip((16, 73, 152, 209, 266, 323, 380), text, strict=True):
        drawn = np.zeros((200, 200, 3), np.uint8)
        cv2.putText(drawn, letter, (30, 150), (255, 255, 255), cv2.FontFace("sans"), 120, 700)
        x, y, width, height = cv2.boundingRect(drawn[:, :, 0])
        scaled = cv2.resize(drawn[y : y + height, x : x + width], (45, 90), interpolation=cv2.INTER_AREA)
        plate[25:115, place : place + 45] = np.maximum(plate[25:115, place : place + 45], scaled)
    scene = np.full((360, 640, 3), 60, np.uint8)
    scene[100:142, 200:332] = cv2.resize(plate, (132, 42), interpolation=cv2.INTER_AREA)
    return AvFrameBuffer(av.VideoFrame.from_ndarray(scene, format="bgr24").reformat(format="yuv420p"))


def plate_read(reader: CropReader, plate: str) -> str:
    said = reader.read(drawn_plate(plate), np.array(PLATE_BOX, np.float32)).attributes
    return said[0].value if said else ""


@pytest.mark.parametrize("plate", PLATES)
def test_a_plate_is_read_by_a_model_that_decodes_itself(mirrored: FileFinder, plate: str) -> None:
    reader = reader_of(
        mirrored("models/omz/FP16/license-plate-recognition-barrier-0007.xml"),
        "openvino",
        task="text",
        family="plate_text",
        options={"alphabet": BARRIER_ALPHABET},
        input={"width": 94, "height": 24, "fit": "stretch"},
    )
    assert plate_read(reader, plate) == PLATES[plate]


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_plates_are_read_off_a_table_of_scores(mirrored: FileFinder, runtime: str) -> None:
    reader = reader_of(
        mirrored("models/LPRNet_model.onnx"),
        runtime,
        task="text",
        family="plate_text",
        options={"alphabet": LPRNET_ALPHABET},
        input={"width": 94, "height": 24, "fit": "stretch", "mean": (127.5,) * 3, "std": (128,) * 3},
    )
    # This model leaves characters out on drawn plates, as it does on photographs; what it reads is in order.
    matched = 0
    for plate in PLATES:
        matches = SequenceMatcher(None, plate, plate_read(reader, plate)).get_matching_blocks()
        matched += sum(match.size for match in matches)
    assert matched >= 0.6 * 7 * len(PLATES)
