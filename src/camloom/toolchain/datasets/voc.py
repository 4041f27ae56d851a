"""Pascal VOC's layout: an XML file for each picture, boxes in px counted from 1, both ends inclusive.

Source: Everingham et al., "The PASCAL VOC 2012 Development Kit", section 4.2 (annotations) and 5 (image sets).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from camloom.errors import ConfigError
from camloom.toolchain.datasets.files import CLASSES_MAX, PICTURES_MAX, TEXT_BYTES_MAX, inside, read_lines, read_xml
from camloom.toolchain.datasets.labels import Box, Dataset, Labels, Picture, Problems, corners, finite
from camloom.toolchain.datasets.pictures import PICTURE_SUFFIXES

SPLITS = ("val", "test", "trainval", "train")


@dataclass(frozen=True, slots=True)
class _Object:
    name: str
    xyxy: tuple[float, float, float, float]
    difficult: bool


def read_voc(path: Path, split: str = "") -> Dataset:
    """Read a folder with Annotations/, JPEGImages/ and, if there is one, ImageSets/Main/.

    Class names are those that occur, in alphabetical order.

    Args:
        path: the folder, or its Annotations.
        split: a list of ImageSets/Main without `.txt`; empty: all annotations.

    Raises:
        ConfigError: it is no such folder, has no such split, or no picture of it is there.
    """
    root = path.parent if path.name == "Annotations" else path
    if not (root / "Annotations").is_dir():
        raise ConfigError(f"{root} has no folder Annotations: it is not in Pascal VOC's layout")
    problems = Problems()
    read = list(_read(root, split, problems))
    if not read:
        raise ConfigError(f"none of the pictures of {root} can be read", *problems.lines[:1])
    names = tuple(sorted({each.name for _, objects in read for each in objects}))[:CLASSES_MAX]
    class_of = {name: index for index, name in enumerate(names)}
    pictures = tuple(Picture(file, Labels.of(_boxes(objects, class_of))) for file, objects in read)
    return Dataset(root.name, "voc", names, pictures, tuple(problems.lines), problems.count)


def _boxes(objects: list[_Object], class_of: dict[str, int]) -> list[Box]:
    return [Box(each.xyxy, class_of[each.name], ignored=each.difficult) for each in objects if each.name in class_of]


def _read(root: Path, split: str, problems: Problems) -> Iterator[tuple[Path, list[_Object]]]:
    for annotation in _annotations(root, split, problems):
        try:
            tree = read_xml(annotation)
            picture = _picture(root, annotation, tree)
        except (ValueError, ConfigError) as error:
            problems.add(annotation, str(error))
            continue
        yield picture, list(_objects(tree, annotation, problems))


def _annotations(root: Path, split: str, problems: Problems) -> Iterator[Path]:
    folder = root / "Annotations"
    if not split:
        yield from sorted(folder.glob("*.xml"))[:PICTURES_MAX]
        return
    listed = root / "ImageSets" / "Main" / f"{Path(split).name}.txt"
    if not listed.is_file():
        there = ", ".join(sorted(file.stem for file in listed.parent.glob("*.txt"))) or "none"
        raise ConfigError(f"{root} has no split '{split}'", f"It has: {there}")
    for number, line in read_lines(listed, TEXT_BYTES_MAX)[:PICTURES_MAX]:
        try:
            yield inside(folder, f"{line.split()[0]}.xml")
        except ValueError as error:
            problems.add(f"{listed}:{number}", str(error))


def _picture(root: Path, annotation: Path, tree: Element) -> Path:
    named = (tree.findtext("filename") or "").strip()
    for name in filter(None, (named, *(f"{annotation.stem}{suffix}" for suffix in sorted(PICTURE_SUFFIXES)))):
        for folder in (root / "JPEGImages", root / "images", root):
            file = inside(folder, name)
            if file.is_file():
                return file
    raise ValueError(f"there is no picture {named[:80]!r}")


def _objects(tree: Element, annotation: Path, problems: Problems) -> Iterator[_Object]:
    for number, entry in enumerate(tree.findall("object"), 1):
        try:
            yield _object(entry)
        except ValueError as error:
            problems.add(f"{annotation}, object {number}", str(error))


def _object(entry: Element) -> _Object:
    name = (entry.findtext("name") or "").strip()
    if not name:
        raise ValueError("it has no name")
    box = entry.find("bndbox")
    if box is None:
        raise ValueError("it has no bndbox")
    texts = [box.findtext(side) for side in ("xmin", "ymin", "xmax", "ymax")]
    x1, y1, x2, y2 = finite(text.strip() if text else "nothing" for text in texts)
    difficult = (entry.findtext("difficult") or "0").strip() == "1"
    return _Object(name[:200], corners((x1 - 1, y1 - 1, x2, y2)), difficult)
