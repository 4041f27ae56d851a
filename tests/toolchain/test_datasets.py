"""Labels of every layout become boxes in px of their picture; what is broken is left out and counted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from camloom.errors import CamloomError, ConfigError, SourceError
from camloom.toolchain.datasets import frames, read_dataset, read_picture
from camloom.toolchain.datasets.pictures import picture_size

MovingClip = Callable[..., Path]
WIDTH, HEIGHT = 40, 20


def draw(path: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = np.full((size[1], size[0], 3), (30, 60, 200), np.uint8)
    assert cv2.imwrite(str(path), picture)
    return path


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


# Pictures.


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "webp", "tiff"])
def test_a_picture_is_read_whatever_it_is_called(tmp_path: Path, suffix: str) -> None:
    picture = draw(tmp_path / f"a.{suffix}").rename(tmp_path / "a.jpg")
    assert picture_size(picture) == (WIDTH, HEIGHT)
    buffer = read_picture(picture)
    assert (buffer.width, buffer.height) == (WIDTH, HEIGHT)
    np.testing.assert_allclose(buffer.to_bgr().mean(axis=(0, 1)), (30, 60, 200), atol=6)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"#EXTM3U\nfile:///etc/passwd\n", b"BM", b"II*\0" * 9],
)
def test_what_is_no_picture_is_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    for read in (read_picture, picture_size):
        with pytest.raises(SourceError) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_picture_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    content = bytearray(draw(tmp_path / "a.png").read_bytes())
    content[16:24] = (1 << 30).to_bytes(4, "big") * 2
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(SourceError, match="claims 1073741824 x 1073741824"):
        picture_size(tmp_path / "a.png")
    with pytest.raises(SourceError):
        read_picture(tmp_path / "a.png")


# COCO.


def coco_document(**changes: Any) -> dict[str, Any]:
    document = {
        "images": [{"id": 7, "file_name": "a.jpg"}, {"id": 9, "file_name": "b.jpg"}],
        "categories": [{"id": 1, "name": "person"}, {"id": 18, "name": "dog"}],
        "annotations": [
            {"id": 1, "image_id": 7, "category_id": 18, "bbox": [2, 3, 10, 5], "area": 30.5, "iscrowd": 0},
            {"id": 2, "image_id": 7, "category_id": 1, "bbox": [0, 0, 40, 20], "area": 800, "iscrowd": 1},
        ],
    }
    return document | changes


def write_coco(folder: Path, document: object) -> Path:
    for name in ("a.jpg", "b.jpg"):
        draw(folder / "images" / "val2017" / name)
    return write(folder / "annotations" / "instances_val2017.json", json.dumps(document))


def test_coco_boxes_are_corners_and_classes_count_without_gaps(tmp_path: Path) -> None:
    found = read_dataset(write_coco(tmp_path, coco_document()))
    assert (found.layout, found.class_names, found.boxes, found.problem_count) == ("coco", ("person", "dog"), 2, 0)
    labels = found.pictures[0].labels
    assert labels.xyxy.tolist() == [[2, 3, 12, 8], [0, 0, 40, 20]]
    assert labels.class_id.tolist() == [1, 0]
    assert labels.crowd.tolist() == [False, True]
    assert labels.area_px.tolist() == [30.5, 800]
    assert len(found.pictures[1].labels) == 0


def test_a_folder_of_coco_is_found_with_its_split(tmp_path: Path) -> None:
    path = write_coco(tmp_path, coco_document())
    (path.parent / "instances_train2017.json").write_text(path.read_text())
    assert len(read_dataset(tmp_path, split="val").pictures) == 2
    with pytest.raises(ConfigError, match="2 files of labels"):
        read_dataset(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category_id": 99}, "there is no class 99"),
        ({"bbox": [2, 3, 0, 5]}, "a box of 0 x 5 px"),
        ({"bbox": [2, 3, -4, 5]}, "a box of -4 x 5 px"),
        ({"bbox": [2, 3, float("nan"), 5]}, "no sensible number"),
        ({"bbox": [2, 3, 1e300, 5]}, "no sensible number"),
        ({"bbox": [2, 3, 10**400, 5]}, "too large"),
        ({"bbox": [2, 3, None, 5]}, "no number"),
        ({"bbox": "all"}, "needs four numbers"),
        ({"area": float("inf")}, "an area of inf"),
        ({"image_id": "seven"}, "`image_id` is no whole number"),
        ({"image_id": 1234}, "1 boxes belong to picture 1234"),
    ],
)
def test_a_broken_coco_box_is_left_out_and_named(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    good, other = coco_document()["annotations"]
    found = read_dataset(write_coco(tmp_path, coco_document(annotations=[good, other | changes])))
    assert (found.boxes, found.problem_count) == (1, 1)
    assert said in found.problems[0]
    assert "instances_val2017.json" in found.problems[0]


@pytest.mark.parametrize("name", ["../../secret.jpg", "/etc/hostname", "gone.jpg", "", 5, "a\0.jpg"])
def test_a_coco_picture_that_is_not_in_the_dataset_is_left_out(tmp_path: Path, name: object) -> None:
    draw(tmp_path.parent / "secret.jpg")
    images = [
        {"id": 7, "file_name": "a.jpg"},
        {"id": 8, "file_name": name},
        "nonsense",
        {"id": 7, "file_name": "b.jpg"},
    ]
    found = read_dataset(write_coco(tmp_path, coco_document(images=images)))
    assert [picture.name for picture in found.pictures] == ["a.jpg"]
    assert found.problem_count == 3


@pytest.mark.parametrize(
    "content", ["", "[", "[" * 100_000, '{"images": 5}', "{}", "null", '{"images": [], "categories": {}}', "\xff"]
)
def test_what_is_no_coco_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ConfigError) as caught:
        read_dataset(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


# YOLO.


def write_yolo(folder: Path, labels: dict[str, str], **changes: Any) -> Path:
    for name, text in labels.items():
        draw(folder / "images" / "val" / f"{name}.jpg")
        write(folder / "labels" / "val" / f"{name}.txt", text)
    document = {"path": "/home/somebody/data", "val": "images/val", "names": {0: "person", 2: "dog"}}
    return write(folder / "data.yaml", yaml.safe_dump(document | changes))


def test_yolo_shares_become_px(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "2 0.5 0.5 0.5 0.25\n0 0.25 0.25 0.5 0.5\n", "b": ""})
    found = read_dataset(tmp_path)
    assert (found.layout, found.class_names, found.problem_count) == ("yolo", ("person", "class 1", "dog"), 0)
    assert found.pictures[0].labels.xyxy.tolist() == [[10, 7.5, 30, 12.5], [0, 0, 20, 10]]
    assert found.pictures[0].labels.class_id.tolist() == [2, 0]
    assert [len(picture.labels) for picture in found.pictures] == [2, 0]


def test_a_yolo_picture_without_a_file_of_labels_shows_nothing(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.5 0.5 0.5 0.5"})
    draw(tmp_path / "images" / "val" / "empty.jpg")
    assert [len(picture.labels) for picture in read_dataset(tmp_path).pictures] == [1, 0]


def test_a_yolo_polygon_becomes_the_box_around_it(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.1 0.2 0.5 0.2 0.3 0.8"})
    assert read_dataset(tmp_path).pictures[0].labels.xyxy.tolist() == [pytest.approx([4, 4, 20, 16])]


def test_yolo_keypoints_come_after_the_box(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": "0 0.5 0.5 0.5 0.5 0.1 0.1 2 0.9 0.9 2"}, kpt_shape=[2, 3])
    assert read_dataset(tmp_path).pictures[0].labels.xyxy.tolist() == [[10, 5, 30, 15]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("3 0.5 0.5 0.1 0.1", "there is no class 3"),
        ("-1 0.5 0.5 0.1 0.1", "there is no class -1"),
        ("0.5 0.5 0.5 0.1 0.1", "there is no class 0.5"),
        ("0 0.5 0.5 0.1", "4 numbers"),
        ("0 0.5 0.5 0 0.1", "a box of 0"),
        ("0 nan 0.5 0.1 0.1", "no sensible number"),
        ("0 a b c d", "could not convert"),
        ("0 320 200 50 40", "lies outside"),
    ],
)
def test_a_broken_yolo_line_is_left_out_and_named_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    write_yolo(tmp_path, {"a": f"0 0.5 0.5 0.5 0.5\n\n{line}\n"})
    found = read_dataset(tmp_path)
    assert (found.boxes, found.problem_count) == (1, 1)
    assert said in found.problems[0]
    assert "a.txt:3" in found.problems[0]


@pytest.mark.parametrize("val", ["../outside", "/etc", "images/gone"])
def test_a_yolo_split_must_lie_in_the_dataset(tmp_path: Path, val: str) -> None:
    draw(tmp_path / "outside" / "a.jpg")
    write_yolo(tmp_path / "set", {"a": ""}, val=val)
    with pytest.raises(ConfigError, match="no picture that can be read") as caught:
        read_dataset(tmp_path / "set")
    assert val in str(caught.value)


def test_a_link_out_of_the_dataset_is_not_followed(tmp_path: Path) -> None:
    secret = draw(tmp_path / "secret.jpg")
    write_yolo(tmp_path / "set", {"a": ""})
    (tmp_path / "set" / "images" / "val" / "link.jpg").symlink_to(secret)
    found = read_dataset(tmp_path / "set")
    assert ([picture.name for picture in found.pictures], found.problem_count) == (["a.jpg"], 1)


def test_darknet_counts_paths_from_its_data_folder(tmp_path: Path) -> None:
    draw(tmp_path / "obj_train_data" / "1.jpg")
    write(tmp_path / "obj_train_data" / "1.txt", "1 0.5 0.5 0.5 0.5")
    write(tmp_path / "obj.names", "person\ndog\n")
    write(tmp_path / "obj.data", "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\n")
    write(tmp_path / "train.txt", "data/obj_train_data/1.jpg\ndata/obj_train_data/2.jpg\n../1.jpg\n")
    found = read_dataset(tmp_path)
    assert (found.class_names, found.boxes, found.problem_count) == (("person", "dog"), 1, 2)
    assert "train.txt:2" in found.problems[0]


def test_yolo_says_which_splits_there_are(tmp_path: Path) -> None:
    write_yolo(tmp_path, {"a": ""}, train="images/val")
    with pytest.raises(ConfigError, match=r"no split 'tset'.*It has: val, train"):
        read_dataset(tmp_path, split="tset")


@pytest.mark.parametrize("names", [None, [], {"a": "b"}, {-1: "a"}, {10**9: "a"}, "person"])
def test_yolo_needs_class_names(tmp_path: Path, names: object) -> None:
    with pytest.raises(ConfigError, match=r"data\.yaml"):
        read_dataset(write_yolo(tmp_path, {"a": ""}, names=names))


# Pascal VOC.


def voc_object(name: str = "dog", box: tuple[object, ...] = (3, 4, 12, 8), extra: str = "") -> str:
    sides = "".join(f"<{key}>{value}</{key}>" for key, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True))
    return f"<object><name>{name}</name>{extra}<bndbox>{sides}</bndbox></object>"


def write_voc(folder: Path, name: str, *objects: str, before: str = "") -> None:
    draw(folder / "JPEGImages" / f"{name}.jpg")
    text = f"{before}<annotation><filename>{name}.jpg</filename>{''.join(objects)}</annotation>"
    write(folder / "Annotations" / f"{name}.xml", text)


def test_voc_boxes_count_from_one_and_include_both_ends(tmp_path: Path) -> None:
    write_voc(tmp_path, "a", voc_object(), voc_object("cat", extra="<difficult>1</difficult>"))
    found = read_dataset(tmp_path)
    assert (found.layout, found.class_names, found.problem_count) == ("voc", ("cat", "dog"), 0)
    labels = found.pictures[0].labels
    assert labels.xyxy.tolist() == [[2, 3, 12, 8]] * 2
    assert labels.class_id.tolist() == [1, 0]
    assert labels.ignored.tolist() == [False, True]


def test_a_part_of_an_object_is_no_object(tmp_path: Path) -> None:
    write_voc(tmp_path, "a", voc_object("person", extra=f"<part>{voc_object('head')}</part>"))
    found = read_dataset(tmp_path)
    assert (found.class_names, found.boxes) == (("person",), 1)


def test_a_split_of_voc_is_a_list(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_voc(tmp_path, name, voc_object())
    write(tmp_path / "ImageSets" / "Main" / "val.txt", "b\n../../../secret\n")
    found = read_dataset(tmp_path, split="val")
    assert ([picture.name for picture in found.pictures], found.problem_count) == (["b.jpg"], 1)
    with pytest.raises(ConfigError, match=r"no split 'train'.*It has: val"):
        read_dataset(tmp_path, split="train")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (voc_object(box=(9, 4, 3, 8)), "a box of"),
        (voc_object(box=("nan", 4, 12, 8)), "no sensible number"),
        (voc_object(box=("", 4, 12, 8)), "could not convert"),
        ("<object><name>dog</name></object>", "no bndbox"),
        (voc_object(name=" "), "no name"),
    ],
)
def test_a_broken_voc_object_is_left_out_and_named(tmp_path: Path, broken: str, said: str) -> None:
    write_voc(tmp_path, "a", voc_object(), broken)
    found = read_dataset(tmp_path)
    assert (found.boxes, found.problem_count) == (1, 1)
    assert said in found.problems[0]
    assert "a.xml, object 2" in found.problems[0]


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
        "<open>",
    ],
)
def test_xml_with_entities_is_refused(tmp_path: Path, before: str) -> None:
    write_voc(tmp_path, "a", voc_object())
    write_voc(tmp_path, "b", voc_object("&b;" if "ENTITY b" in before else "dog"), before=before)
    found = read_dataset(tmp_path)
    assert ([picture.name for picture in found.pictures], found.problem_count) == (["a.jpg"], 1)
    assert "b.xml" in found.problems[0]
    assert "document type" in found.problems[0] or "no XML" in found.problems[0]


def test_a_voc_picture_must_lie_in_the_dataset(tmp_path: Path) -> None:
    draw(tmp_path / "secret.jpg")
    write_voc(tmp_path / "set", "a", voc_object())
    write(tmp_path / "set" / "Annotations" / "b.xml", "<a><filename>../../secret.jpg</filename></a>")
    found = read_dataset(tmp_path / "set")
    assert (len(found.pictures), found.problem_count) == (1, 1)
    assert "leads out" in found.problems[0]


# MOT.

MOT_ROWS = "1,4,10,20,30,40,1,-1,-1,-1\n3,4,12,20,30,40,0,-1,-1,-1\n"


def test_mot_boxes_belong_to_the_frames_of_a_video(tmp_path: Path, moving_clip: MovingClip) -> None:
    truth = write(tmp_path / "gt.txt", MOT_ROWS)
    found = read_dataset(truth, pictures=str(moving_clip(frames=5)))
    assert (found.layout, found.class_names) == ("mot", ("person",))
    assert [picture.frame for picture in found.pictures] == [0, 1, 2]
    assert found.pictures[0].labels.xyxy.tolist() == [[10, 20, 40, 60]]
    assert found.pictures[2].labels.ignored.tolist() == [True]
    shown = [(picture.frame, buffer.width) for picture, buffer in frames(found.pictures)]
    assert shown == [(0, 320), (1, 320), (2, 320)]


def test_every_nth_frame_is_that_frame(tmp_path: Path, moving_clip: MovingClip) -> None:
    truth = write(tmp_path / "gt.txt", "".join(f"{n},1,0,0,9,9,1,-1,-1,-1\n" for n in range(1, 21)))
    found = read_dataset(truth, pictures=str(moving_clip(frames=20)), every=8)
    shown = [(picture.frame or 0, buffer.to_bgr()) for picture, buffer in frames(found.pictures)]
    assert [frame for frame, _ in shown] == [0, 8, 16]
    bright = [int((picture[150] > 150).any(axis=1).argmax()) for _, picture in shown]
    assert bright == pytest.approx([280 * frame / 19 for frame, _ in shown], abs=3)


def test_a_mot_sequence_is_a_folder_with_pictures(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        draw(tmp_path / "img1" / f"{number:06d}.jpg")
    write(tmp_path / "gt" / "gt.txt", MOT_ROWS + "9,1,1,1,2,2,1,-1,-1,-1\n")
    found = read_dataset(tmp_path)
    assert [len(picture.labels) for picture in found.pictures] == [1, 0, 1]
    assert found.problem_count == 1
    assert "frame 9" in found.problems[0]


@pytest.mark.parametrize(
    ("kind", "boxes", "ignored"), [(1, 1, [False]), (7, 1, [True]), (8, 1, [True]), (3, 0, []), (-1, 1, [False])]
)
def test_mot_counts_people_and_ignores_what_looks_like_them(
    tmp_path: Path, moving_clip: MovingClip, kind: int, boxes: int, ignored: list[bool]
) -> None:
    truth = write(tmp_path / "gt.txt", f"1,1,0,0,9,9,1,{kind},1\n2,1,0,0,9,9,1,1,1\n")
    labels = read_dataset(truth, pictures=str(moving_clip(frames=5))).pictures[0].labels
    assert (len(labels), labels.ignored.tolist()) == (boxes, ignored)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0,1,0,0,9,9,1,-1,-1,-1", "they count from 1"),
        ("1,1,0,0", "4 columns"),
        ("1,1,0,0,-9,9,1,-1,-1,-1", "a box of"),
        ("1,1,x,0,9,9,1,-1,-1,-1", "could not convert"),
        ("1,1,inf,0,9,9,1,-1,-1,-1", "no sensible number"),
    ],
)
def test_a_broken_mot_line_is_left_out_and_named(tmp_path: Path, moving_clip: MovingClip, line: str, said: str) -> None:
    truth = write(tmp_path / "gt.txt", MOT_ROWS + line + "\n")
    found = read_dataset(truth, pictures=str(moving_clip(frames=5)))
    assert (found.boxes, found.problem_count) == (2, 1)
    assert said in found.problems[0]
    assert "gt.txt:3" in found.problems[0]


# Which layout.


@pytest.mark.parametrize("name", ["nothing", "empty", "notes.txt", "model.onnx"])
def test_what_is_no_dataset_is_refused_with_what_is_known(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "notes.txt", "remember the milk\n")
    write(tmp_path / "model.onnx", "weights")
    with pytest.raises(CamloomError, match="Known: COCO") as caught:
        read_dataset(tmp_path / name)
    assert name in str(caught.value)


@pytest.mark.mirror
@pytest.mark.parametrize(
    ("name", "layout", "pictures", "boxes", "classes"),
    [
        ("coco8", "yolo", 4, 17, 80),
        ("coco8-pose", "yolo", 4, None, 1),
        ("formats/datumaro/coco_dataset/coco_instances/annotations/instances_train.json", "coco", 1, 1, 3),
        ("formats/datumaro/coco_dataset/coco_instances/annotations/instances_val.json", "coco", 1, 2, 3),
        ("formats/datumaro/voc_dataset/voc_dataset1", "voc", 1, 2, 2),
        ("formats/datumaro/yolo_dataset/strict", "yolo", 1, 2, 10),
        ("formats/datumaro/yolo_dataset/labels", "yolo", 1, 2, 10),
        ("formats/datumaro/yolo_dataset/annotations", "yolo", 1, 2, 10),
        ("formats/datumaro/mot_dataset/mot_seq", "mot", 1, 1, 10),
    ],
)
def test_samples_of_other_tools_are_read(
    mirror: Path, name: str, layout: str, pictures: int, boxes: int | None, classes: int
) -> None:
    path = mirror / "labels" / name
    if not path.exists():
        pytest.skip(f"the mirror has no labels/{name}")
    found = read_dataset(path)
    assert (found.layout, len(found.pictures), len(found.class_names)) == (layout, pictures, classes)
    assert found.problem_count == 0, found.problems
    assert boxes is None or found.boxes == boxes
    for picture, buffer in frames(found.pictures):
        limit = [buffer.width, buffer.height] * 2
        assert (picture.labels.xyxy <= np.array(limit) + 1).all()


def test_a_video_in_place_of_labels_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "street.mp4").write_bytes(b"\0" * 64)
    with pytest.raises(ConfigError, match="--pictures the video"):
        read_dataset(tmp_path / "street.mp4")
