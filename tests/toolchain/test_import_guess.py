"""Which family, how the picture goes in, which names: and what is a question."""

from pathlib import Path

import numpy as np
import pytest

from camloom.detections import Detections
from camloom.errors import UsageError
from camloom.inference.card import ModelCard, read_card
from camloom.toolchain.importing import Answers, Guess, ModelDescription, TensorInfo, answers, guess_card
from camloom.toolchain.importing.attempt import Attempt, Trial, after_trial, clear_winner, plausibility
from camloom.toolchain.importing.description import Format, Metadata
from camloom.toolchain.importing.write import write_card

Shape = tuple[int, ...]
ULTRALYTICS = Metadata(source="test", publisher="ultralytics", task="detect")


def described(
    size: Shape, *shapes: Shape, form: Format = "onnx", metadata: Metadata | None = None, **names: Shape
) -> ModelDescription:
    outputs = {**{f"out{index}": shape for index, shape in enumerate(shapes)}, **names}
    return ModelDescription(
        path=Path("model.onnx"),
        format=form,
        inputs=(TensorInfo("image", size, "f32"),),
        outputs=tuple(TensorInfo(name, shape, "f32") for name, shape in outputs.items()),
        metadata=metadata or Metadata(),
    )


def grid(side: int, *columns: int, anchors: int = 1) -> list[Shape]:
    return [(1, anchors * (side // stride) ** 2, each) for stride in (8, 16, 32) for each in columns]


def square(side: int) -> Shape:
    return (1, 3, side, side)


FAMILIES: dict[str, tuple[ModelDescription, str, str, int | None]] = {
    "yolov8": (described(square(640), (1, 84, 8400)), "yolov8", "detection", 80),
    "yolov8 of three classes": (described(square(640), (1, 7, 8400)), "yolov8", "detection", 3),
    "yolov8 nhwc": (described((1, 640, 640, 3), (1, 84, 8400), form="tflite"), "yolov8", "detection", 80),
    "yolov8 oblong": (described((1, 3, 384, 640), (1, 84, 5040)), "yolov8", "detection", 80),
    "yolov8 pose": (described(square(640), (1, 56, 8400)), "yolov8", "pose", 1),
    "yolov8 masks": (described(square(640), (1, 116, 8400), (1, 32, 160, 160)), "yolov8", "segmentation", 80),
    "yolov5": (described(square(640), (1, 25200, 85)), "yolov5", "detection", 80),
    "yolox": (described(square(416), (1, 3549, 85)), "yolox", "detection", 80),
    "yolox of one class": (described(square(192), (1, 756, 6)), "yolox", "detection", 1),
    "yolo26": (described(square(640), (1, 300, 6)), "yolo_end2end", "detection", None),
    "centernet": (described((1, 512, 512, 3), (1, 100, 6), form="tensorflow"), "centernet", "detection", None),
    "yolov3 heads": (described(square(416), (1, 255, 13, 13), (1, 255, 26, 26)), "yolov3", "detection", 80),
    "nanodet": (described(square(416), *grid(416, 80, 32)), "nanodet", "detection", 80),
    "nanodet with 11 bins": (described(square(416), *grid(416, 80, 44)), "nanodet", "detection", 80),
    "fastestdet": (described(square(352), (1, 85, 22, 22)), "fastestdet", "detection", 80),
    "detr": (described(square(640), (1, 300, 80), (1, 300, 4)), "detr", "detection", 80),
    "detection output": (described(square(300), (1, 1, 200, 7)), "detection_output", "detection", None),
    "detection output of one row": (described(square(64), (1, 1, 1, 7)), "detection_output", "detection", None),
    "atss": (described(square(480), boxes=(-1, 5), labels=(-1,)), "detection_output", "detection", None),
    "ssd": (described(square(300), (1, 1917, 4), (1, 1917, 24)), "ssd", "detection", 23),
    "tf od": (described(square(300), (1, 10, 4), (1, 10), (1, 10), (1,)), "tf_od", "detection", None),
    "faster rcnn": (
        described(square(800), boxes=(-1, 4), labels=(-1,), scores=(-1,)), "faster_rcnn", "detection", None,
    ),
    "yunet": (described(square(640), *grid(640, 1, 1, 4, 10)), "yunet", "faces", 1),
    "scrfd": (described(square(640), *grid(640, 1, 4, 10, anchors=2)), "scrfd", "faces", 1),
    "scrfd without points": (described(square(640), *grid(640, 1, 4, anchors=2)), "scrfd", "faces", 1),
    "retinaface": (
        described(square(640), (1, 16800, 4), (1, 16800, 2), (1, 16800, 10)), "retinaface", "faces", 1,
    ),
    "plates": (described(square(640), (1, 16800, 4), (1, 16800, 2), (1, 16800, 8)), "retinaface", "detection", 1),
    "rfb": (described((1, 3, 240, 320), (1, 4420, 2), (1, 4420, 4)), "rfb", "faces", 1),
    "blazeface": (described((1, 128, 128, 3), (1, 896, 16), (1, 896, 1), form="tflite"), "blazeface", "faces", 1),
    "movenet": (described((1, 192, 192, 3), (1, 1, 17, 3), form="tflite"), "movenet", "pose", 1),
    "segmentation": (described(square(512), (1, 21, 512, 512)), "segmentation", "segmentation", 20),
    "person reid": (described((1, 3, 256, 128), (1, 512)), "embedder", "embedding", None),
    "face embedding": (described(square(112), (1, 128)), "embedder", "embedding", None),
    "imagenet": (described(square(224), (1, 1000)), "classifier", "classification", 1000),
    "attributes": (described(square(72), colour=(1, 7, 1, 1), type=(1, 4, 1, 1)), "attributes", "attributes", None),
    "plate text": (described((1, 3, 24, 94), (1, 68, 18)), "plate_text", "text", None),
}  # fmt: skip


def card_of(guess: Guess) -> ModelCard:
    assert guess.card is not None
    return guess.card


def asked(guess: Guess) -> set[str]:
    return {each.option for each in guess.questions}


@pytest.mark.parametrize("kind", FAMILIES)
def test_outputs_tell_the_family(kind: str) -> None:
    description, family, task, classes = FAMILIES[kind]
    card = card_of(guess_card(description))
    assert (card.family, card.task) == (family, task)
    if classes is not None:
        assert len(card.class_names) == classes


@pytest.mark.parametrize("kind", FAMILIES)
def test_a_guessed_card_fits_its_own_outputs(kind: str) -> None:
    from camloom import plugins

    description = FAMILIES[kind][0]
    card = card_of(guess_card(description))
    plugins.load("models", card.family)(card).check({each.name: each.shape for each in description.outputs})


def test_unknown_outputs_are_said_to_be_unknown() -> None:
    guess = guess_card(described(square(640), (1, 7, 3, 11, 5)))
    assert guess.card is None
    assert guess.fields[0].certainty == "unknown"


def test_rotated_boxes_are_not_taken_for_classes() -> None:
    noted = Metadata(source="test", publisher="ultralytics", task="obb", class_names=("ship",))
    assert guess_card(described(square(640), (1, 6, 8400), metadata=noted)).card is None


def test_metadata_settles_everything() -> None:
    noted = Metadata(
        source="test", publisher="ultralytics", task="detect", class_names=("hat", "head"), licence="AGPL-3.0"
    )
    guess = guess_card(described(square(640), (1, 6, 8400), metadata=noted))
    card = card_of(guess)
    assert card.class_names == ("hat", "head")
    assert (card.input.colour, card.input.std, card.input.pad) == ("RGB", (255.0, 255.0, 255.0), "center")
    assert card.licence == "AGPL-3.0"
    assert not guess.questions


def test_eighty_classes_without_names_are_those_of_coco() -> None:
    guess = guess_card(described(square(640), (1, 84, 8400)))
    assert card_of(guess).class_names[:3] == ("person", "bicycle", "car")
    assert {each.name: each.certainty for each in guess.fields}["class_names"] == "likely"


def test_three_classes_without_names_are_a_question() -> None:
    description = described(square(640), (1, 7, 8400))
    assert "--classes" in asked(guess_card(description))
    told = guess_card(description, Answers(class_names=("a", "b", "c")))
    assert card_of(told).class_names == ("a", "b", "c")
    assert "--classes" not in asked(told)


def test_a_wrong_number_of_classes_is_refused() -> None:
    with pytest.raises(UsageError, match="the model has 3 classes"):
        guess_card(described(square(640), (1, 7, 8400)), Answers(class_names=("a", "b")))


def test_what_no_file_says_of_the_picture_is_a_question() -> None:
    description = described(square(224), (1, 1000))
    assert {"--colour", "--mean", "--std"} <= asked(guess_card(description))
    told = Answers(
        colour="BGR", mean=(1.0, 2.0, 3.0), std=(4.0, 5.0, 6.0), class_names=tuple(f"c{index}" for index in range(1000))
    )
    guess = guess_card(description, told)
    assert card_of(guess).input.mean == (1.0, 2.0, 3.0)
    assert not guess.questions


def test_how_a_picture_fits_can_be_said() -> None:
    description = described(square(416), (1, 3549, 85))
    assert card_of(guess_card(description)).input.fit == "letterbox"
    assert card_of(guess_card(description, Answers(fit="stretch"))).input.fit == "stretch"


def test_a_family_that_was_said_is_taken() -> None:
    guess = guess_card(described(square(640), (1, 100, 6)), Answers(family="centernet", class_names=("x",)))
    assert card_of(guess).family == "centernet"


def test_quantised_tflite_needs_litert() -> None:
    picture = TensorInfo("image", (1, 416, 416, 3), "i8", quantised=True)
    description = ModelDescription(
        Path("m.tflite"), "tflite", (picture,), (TensorInfo("out", (1, 84, 3549), "i8", True),), metadata=ULTRALYTICS
    )
    card = card_of(guess_card(description))
    assert (card.input.layout, card.input.dtype, set(card.files), card.precision) == ("NHWC", "f32", {"litert"}, "int8")


def test_bytes_go_in_as_they_are() -> None:
    picture = TensorInfo("image", (1, 192, 192, 3), "u8")
    description = ModelDescription(Path("m.tflite"), "tflite", (picture,), (TensorInfo("out", (1, 1, 17, 3), "f32"),))
    card = card_of(guess_card(description))
    assert (card.input.dtype, card.input.mean, card.input.std) == ("u8", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_the_card_is_written_with_its_model(tmp_path: Path) -> None:
    model = tmp_path / "Some Model.onnx"
    model.write_bytes(bytes(100))
    description = described(square(640), (1, 84, 8400), metadata=ULTRALYTICS)
    description = ModelDescription(model, "onnx", description.inputs, description.outputs, metadata=ULTRALYTICS)
    guess = guess_card(description, Answers(licence="own\nwork: {}"))
    path = write_card(guess, tmp_path / "out")
    card = read_card(path)
    assert path.name == "some-model.yaml"
    assert (card.family, card.files) == ("yolov8", {"openvino": model.name, "onnxruntime": model.name})
    assert {len(each) for each in card.sha256.values()} == {64}
    assert (path.parent / model.name).read_bytes() == bytes(100)
    with pytest.raises(UsageError, match="there already"):
        write_card(guess, tmp_path / "out")
    write_card(guess, tmp_path / "out", overwrite=True)


def found(*boxes: tuple[float, float, float, float], confidence: float = 0.8) -> Detections:
    count = len(boxes)
    xyxy = np.asarray(boxes, np.float32).reshape(-1, 4)
    return Detections(xyxy, np.full(count, confidence, np.float32), np.zeros(count, np.int64), ("person",))


def turned(there: Detections, width: int = 640) -> Detections:
    """The same objects with left and right exchanged."""
    xyxy = there.xyxy[:, [2, 1, 0, 3]] * np.asarray([-1, 1, -1, 1], np.float32) + np.asarray(
        [width, 0, width, 0], np.float32
    )
    return Detections(xyxy, there.confidence, there.class_id, there.class_names)


def test_objects_that_are_found_again_are_plausible() -> None:
    people = found((10, 10, 40, 90), (100, 10, 130, 90), (400, 200, 440, 300))
    assert plausibility(people, turned(people), 640, 480) > 0.5
    assert plausibility(people, people, 640, 480) == 0
    assert plausibility(people, found(), 640, 480) == 0
    assert plausibility(found(), found(), 640, 480) == 0


def test_many_sure_boxes_in_other_places_are_not() -> None:
    people = found((10, 10, 40, 90), (100, 10, 130, 90))
    nonsense = found(*((x, y, x + 20, y + 30) for x in range(0, 600, 40) for y in range(0, 400, 50)), confidence=1.0)
    elsewhere = found(*((x, y, x + 20, y + 30) for x in range(13, 600, 40) for y in range(25, 400, 50)), confidence=1.0)
    assert plausibility(nonsense, turned(elsewhere), 640, 480) < plausibility(people, turned(people), 640, 480)


@pytest.mark.parametrize("box", [(0, 0, 640, 480), (5, 5, 5.5, 5.5), (0, 100, 640, 102)])
def test_boxes_of_no_sane_size_prove_nothing(box: tuple[float, float, float, float]) -> None:
    assert plausibility(found(box), turned(found(box)), 640, 480) == 0


STDS = {"ones": (1.0, 1.0, 1.0), "half": (127.5, 127.5, 127.5)}


def attempts(first: float, **others: float) -> tuple[Guess, Trial]:
    guess = guess_card(described(square(640), boxes=(-1, 4), labels=(-1,), scores=(-1,)))
    card = card_of(guess)
    inputs = {name: card.input.model_copy(update={"std": STDS[name]}) for name in others}
    tried = [
        Attempt(card.model_copy(update={"input": inputs[name]}), "r", name, found(), score)
        for name, score in others.items()
    ]
    return guess, Trial(Attempt(card, "r", "", found(), first), tried, chosen=True)


def test_a_clearly_better_scale_is_suggested_but_stays_a_question() -> None:
    guess, trial = attempts(0.1, ones=0.6, half=0.2)
    assert clear_winner(trial.attempt, trial.others) is trial.others[0]
    changed = after_trial(guess, trial)
    assert card_of(changed).input.std == (1.0, 1.0, 1.0)
    assert "--std" in asked(changed)


def test_a_trial_never_overrules_the_habit_of_a_family() -> None:
    guess = guess_card(described(square(416), (1, 3549, 85)))
    card = card_of(guess)
    other = card.model_copy(update={"input": card.input.model_copy(update={"std": (255.0, 255.0, 255.0)})})
    trial = Trial(Attempt(card, "r", "", found(), 0.1), [Attempt(other, "r", "x", found(), 0.9)], chosen=True)
    assert after_trial(guess, trial).card == card


def test_two_scales_alike_decide_nothing() -> None:
    guess, trial = attempts(0.1, ones=0.6, half=0.58)
    assert clear_winner(trial.attempt, trial.others) is None
    assert after_trial(guess, trial).card == guess.card


def test_a_mean_that_does_better_keeps_the_guess_a_question() -> None:
    """Detectors of Caffe differ in the mean alone: they must not count as one scale."""
    guess = guess_card(described(square(300), (1, 1, 200, 7), form="caffe"))
    card = card_of(guess)
    assert "--mean" in asked(guess)
    other = card.model_copy(update={"input": card.input.model_copy(update={"mean": (0.0, 0.0, 0.0)})})
    far = card.model_copy(update={"input": card.input.model_copy(update={"std": STDS["half"]})})
    rivals = [Attempt(other, "r", "x", found(), 0.5), Attempt(far, "r", "y", found(), 0.0)]
    after = after_trial(guess, Trial(Attempt(card, "r", "", found(), 0.5), rivals, chosen=True))
    assert "--mean" in asked(after)


def test_a_guess_that_wins_is_more_certain() -> None:
    guess, trial = attempts(0.6, ones=0.1, half=0.2)
    assert "--std" in asked(guess)
    assert "--std" not in asked(after_trial(guess, trial))


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("mean", "1,2", "three numbers"),
        ("std", "0,1,1", "three numbers"),
        ("size", "640xx", "no size"),
        ("size", "999999", "no size"),
        ("colour", "red", "neither"),
        ("family", "yolov88", "Did you mean"),
        ("class_names", ",", "no names"),
        ("heads", "white,grey", "lacks a ="),
    ],
)
def test_answers_that_cannot_be_understood_say_what_is_expected(field: str, text: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        answers.with_answer(Answers(), field, text)


def test_names_come_from_a_list_or_a_file(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("person\nhard hat\n\n")
    assert answers.names(str(labels)) == ("person", "hard hat")
    assert answers.names("a, b") == ("a", "b")


DOCUMENTED = {
    "person-vehicle-bike-detection-2002": (("vehicle", "person", "bike"), 0),
    "person-vehicle-bike-detection-crossroad-0078": (("person", "vehicle", "bike"), 1),
    "person-vehicle-bike-detection-crossroad-1016": (("bike", "vehicle", "person"), 0),
    "face-detection-retail-0004": (("face",), 1),
    "face-detection-0200": (("face",), 0),
    "person-detection-retail-0013": (("person",), 1),
    "person-detection-0200": (("person",), 0),
    "vehicle-license-plate-detection-barrier-0106": (("vehicle", "plate"), 1),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_order_of_classes_is_that_of_the_publisher(name: str) -> None:
    metadata = Metadata(publisher="intel", model_name=name)
    guess = guess_card(described(square(256), (1, 1, 200, 7), metadata=metadata))
    card = card_of(guess)
    assert (card.class_names, card.options["first_class"]) == DOCUMENTED[name]
    assert {each.certainty for each in guess.fields if each.name in ("class_names", "options")} == {"likely"}


@pytest.mark.parametrize("name", ["0039", "0042"])
def test_the_types_of_vehicles_are_in_the_order_of_the_demo(name: str) -> None:
    metadata = Metadata(publisher="intel", model_name=f"vehicle-attributes-recognition-barrier-{name}")
    card = card_of(guess_card(described(square(72), metadata=metadata, color=(1, 7), type=(1, 4))))
    assert card.options["heads"][1]["values"] == ["car", "van", "truck", "bus"]


def test_where_documents_differ_it_stays_a_guess() -> None:
    outputs = ((1, 16800, 4), (1, 16800, 2), (1, 16800, 8))
    guess = guess_card(described(square(640), *outputs, metadata=Metadata(model_name="mnet_plate")))
    assert next(each.certainty for each in guess.fields if each.name == "options") == "guess"
    nameless = guess_card(described(square(640), *outputs))
    assert next(each.certainty for each in nameless.fields if each.name == "options") == "guess"
    assert card_of(nameless).class_names == ("plate",)


def test_one_score_for_each_place_is_no_map_of_classes() -> None:
    card = card_of(guess_card(described(square(640), (1, 1, 640, 640))))
    assert (card.family, card.options) == ("segmentation", {"first_class": 0, "scores": "logits"})
    numbers = ModelDescription(
        Path("m.onnx"), "onnx", (TensorInfo("x", square(640), "f32"),), (TensorInfo("y", (1, 1, 640, 640), "i64"),)
    )
    assert card_of(guess_card(numbers)).options["output"] == "class_map"


def test_many_bare_numbers_are_no_attributes() -> None:
    assert guess_card(described((1, 64, 64, 3), (1, 213), (1, 15), form="tflite")).card is None
    guess = guess_card(described(square(96), (1, 3), (1, 2)))
    assert guess.fields[0].is_question


def test_a_reader_of_lines_of_any_width_brings_its_characters() -> None:
    noted = Metadata(source="test", publisher="paddle", characters=("a", "b", "c", "\u3000"))
    guess = guess_card(described((-1, 3, 48, -1), (-1, 40, 6), metadata=noted))
    card = card_of(guess)
    assert (card.family, card.input.width, card.input.height) == ("plate_text", 320, 48)
    assert card.options == {"blank": 0, "alphabet": ["a", "b", "c", "\u3000", " "]}
    assert card.input.std == (127.5, 127.5, 127.5)


def test_more_steps_than_characters_do_not_confuse_them() -> None:
    said = Answers(class_names=tuple("ABCDE"))
    description = described((1, 3, 32, 320), (1, 80, 6), metadata=Metadata(publisher="paddle"))
    assert card_of(guess_card(description, said)).options["alphabet"] == list("ABCDE")


def test_the_size_of_a_classifier_that_takes_any_is_a_question() -> None:
    open_size = described((1, 3, -1, -1), (1, 7))
    assert "--size" in asked(guess_card(open_size))
