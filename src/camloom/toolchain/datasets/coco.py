"""COCO's layout: one JSON file with pictures, boxes (left, top, width, height in px) and classes.

Source: "Data format" of cocodataset.org.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camloom.errors import ConfigError
from camloom.toolchain.datasets.files import CLASSES_MAX, PICTURES_MAX, inside, read_json
from camloom.toolchain.datasets.labels import (
    MAX_COORDINATE_PX,
    Box,
    Dataset,
    Labels,
    Picture,
    Problems,
    as_float,
    corners,
    finite,
)


def read_coco(path: Path, pictures: Path | None = None) -> Dataset:
    """Read the labels of a COCO file whose pictures are there.

    Args:
        path: the JSON file.
        pictures: folder of the pictures; None: looked for beside the file, the usual ways.

    Raises:
        ConfigError: the file is no COCO, or none of its pictures is there.
    """
    document = read_json(path)
    if not isinstance(document, dict) or not isinstance(document.get("images"), list):
        raise ConfigError(f"{path} has no list `images`: it is not in COCO's layout")
    problems = Problems()
    categories = _categories(document, path, problems)
    class_of = {number: index for index, number in enumerate(categories)}
    boxes = _boxes(document, class_of, path, problems)
    folders = [pictures] if pictures else list(_usual_folders(path))
    found = tuple(_pictures(document["images"], folders, boxes, path, problems))
    if not found:
        looked = ", ".join(str(folder) for folder in folders)
        raise ConfigError(f"none of the pictures of {path} is there (looked in {looked})", "Name their folder")
    names = tuple(categories.values())
    return Dataset(path.stem, "coco", names, found, tuple(problems.lines), problems.count)


def _categories(document: dict[str, Any], path: Path, problems: Problems) -> dict[int, str]:
    """Return the names by COCO's numbers, which have gaps."""
    names: dict[int, str] = {}
    for place, entry in _entries(document, "categories", path, problems):
        number, name = entry.get("id"), entry.get("name")
        if isinstance(number, int) and isinstance(name, str) and len(names) < CLASSES_MAX:
            names[number] = name
        else:
            problems.add(place, "a class needs `id` and `name`")
    if not names:
        raise ConfigError(f"{path} has no class names", "COCO's layout needs `categories`")
    return names


def _boxes(document: dict[str, Any], class_of: dict[int, int], path: Path, problems: Problems) -> dict[int, list[Box]]:
    """Return the boxes by the id of their picture."""
    boxes: dict[int, list[Box]] = defaultdict(list)
    for place, entry in _entries(document, "annotations", path, problems):
        try:
            boxes[_number(entry, "image_id")].append(_box(entry, class_of))
        except (ValueError, KeyError, TypeError) as error:
            problems.add(place, str(error))
    return boxes


def _box(entry: dict[str, Any], class_of: dict[int, int]) -> Box:
    category = _number(entry, "category_id")
    if category not in class_of:
        raise ValueError(f"there is no class {category}")
    values = entry.get("bbox")
    if not isinstance(values, list) or len(values) != 4:
        raise ValueError("`bbox` needs four numbers")
    left, top, width, height = finite(values)
    area_px = as_float(entry["area"]) if entry.get("area") is not None else None
    if area_px is not None and not 0 <= area_px < MAX_COORDINATE_PX**2:
        raise ValueError(f"an area of {area_px:g}")
    crowd = bool(entry.get("iscrowd", 0))
    ignored = bool(entry.get("ignore", 0))
    return Box(corners((left, top, left + width, top + height)), class_of[category], crowd, ignored, area_px)


def _pictures(
    entries: list[Any], folders: list[Path], boxes: dict[int, list[Box]], path: Path, problems: Problems
) -> Iterator[Picture]:
    seen: set[int] = set()
    for place, entry in _checked(entries[:PICTURES_MAX], "images", path, problems):
        try:
            number, file = _number(entry, "id"), _file(entry, folders)
        except ValueError as error:
            problems.add(place, str(error))
            continue
        if number in seen:
            problems.add(place, f"a second picture with the id {number}")
            continue
        seen.add(number)
        yield Picture(file, Labels.of(boxes.get(number, [])))
    for number in sorted(boxes.keys() - seen)[:20]:
        problems.add(path, f"{len(boxes[number])} boxes belong to picture {number}, which is not there")


def _file(entry: dict[str, Any], folders: list[Path]) -> Path:
    named = entry.get("file_name")
    if not isinstance(named, str) or not named:
        raise ValueError("a picture needs `file_name`")
    for folder in folders:
        file = inside(folder, named)
        if file.is_file():
            return file
    raise ValueError(f"there is no picture {named[:80]!r}")


def _usual_folders(path: Path) -> Iterator[Path]:
    """Yield where the pictures of `annotations/instances_val2017.json` may lie."""
    root = path.parent.parent if path.parent.name == "annotations" else path.parent
    split = path.stem.rpartition("_")[2]
    for folder in (root / "images" / split, root / split, root / "images", root):
        if folder.is_dir():
            yield folder


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry stands: JSON has no lines to count on."""

    path: Path
    what: str
    index: int
    number: object

    def __str__(self) -> str:
        return f"{self.path}, {self.what}[{self.index}] (id {str(self.number)[:20]})"


def _entries(
    document: dict[str, Any], what: str, path: Path, problems: Problems
) -> Iterator[tuple[_Place, dict[str, Any]]]:
    entries = document.get(what, [])
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: `{what}` is no list: it is not in COCO's layout")
    return _checked(entries, what, path, problems)


def _checked(
    entries: Iterable[Any], what: str, path: Path, problems: Problems
) -> Iterator[tuple[_Place, dict[str, Any]]]:
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            yield _Place(path, what, index, entry.get("id", "?")), entry
        else:
            problems.add(_Place(path, what, index, "?"), "it is no mapping")


def _number(entry: dict[str, Any], key: str) -> int:
    value = entry.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"`{key}` is no whole number")
    return value
