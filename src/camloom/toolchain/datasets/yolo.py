"""YOLO's layout: a text file beside each picture, a line per box: class, centre x, y, width, height as shares.

Sources: "Detection datasets" of docs.ultralytics.com (data.yaml, images/ and labels/, polygons and keypoints in the
same lines), and Darknet's obj.data.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from camloom.errors import ConfigError, SourceError
from camloom.toolchain.datasets.files import (
    PICTURES_MAX,
    TEXT_BYTES_MAX,
    class_list,
    first_there,
    inside,
    read_lines,
    read_yaml,
)
from camloom.toolchain.datasets.labels import Box, Dataset, Labels, Picture, Problems, corners, finite
from camloom.toolchain.datasets.pictures import PICTURE_SUFFIXES, picture_size

SPLITS = ("val", "test", "train")
_NAME_LISTS = ("obj.names", "classes.txt", "names.txt", "predefined_classes.txt")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to read.

    Attributes:
        entries: folders, lists of pictures or pictures, as the data set names them.
        keypoints: whether a line has keypoints after its box.
    """

    root: Path
    class_names: tuple[str, ...]
    entries: tuple[str, ...]
    keypoints: bool = False


def read_yolo(path: Path, split: str = "") -> Dataset:
    """Read a YOLO data set.

    Args:
        path: its folder, its data.yaml, or an obj.data.
        split: `val`, `test` or `train`; empty: the first of these that is there.

    Raises:
        ConfigError: it has no class names, no such split, or no picture.
    """
    plan = _plan(path, split)
    problems = Problems()
    files = list(dict.fromkeys(_picture_files(plan, problems)))[:PICTURES_MAX]
    found = tuple(_pictures(plan, files, problems))
    if not found:
        raise ConfigError(f"{path} has no picture that can be read", *problems.lines[:1])
    return Dataset(plan.root.name, "yolo", plan.class_names, found, tuple(problems.lines), problems.count)


def _plan(path: Path, split: str) -> _Plan:
    if path.is_dir():
        listed = [path / "data.yaml", *sorted(path.glob("*.yaml")), path / "obj.data"]
        path = first_there(listed) or path
    if path.is_dir():
        return _bare_folder(path, split)
    return _darknet(path, split) if path.suffix == ".data" else _from_yaml(path, split)


def _from_yaml(path: Path, split: str) -> _Plan:
    document = read_yaml(path)
    names = class_list(document.get("names"), path)
    entries = _split_of(document, split, path)
    if isinstance(entries, str):
        entries = [entries]
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise ConfigError(f"{path}: the split must be a path or a list of paths")
    root = _root(path.parent, document.get("path"))
    return _Plan(root, names, tuple(entries), keypoints="kpt_shape" in document)


def _root(folder: Path, named: Any) -> Path:
    """Return the folder that paths count from. Other people's machines are named here too: that is not followed."""
    if not isinstance(named, str) or not named or Path(named).is_absolute():
        return folder
    return folder / named if _within(folder / named, folder) and (folder / named).is_dir() else folder


def _split_of(document: dict[str, Any], split: str, path: Path) -> Any:
    wanted = [split] if split else list(SPLITS)
    for name in wanted:
        if document.get(name):
            return document[name]
    there = ", ".join(name for name in SPLITS if document.get(name)) or "none"
    raise ConfigError(f"{path} has no split '{split}'", f"It has: {there}")


def _within(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve())


def _darknet(path: Path, split: str) -> _Plan:
    """Read Darknet's obj.data: `key = value` lines."""
    pairs = (line.partition("=") for _, line in read_lines(path))
    values = {key.strip(): value.strip() for key, _, value in pairs}
    names_file = first_there(_darknet_paths(path.parent, values.get("names", "obj.names")))
    if names_file is None:
        raise ConfigError(f"{path} names no list of classes that is there", "It needs `names = obj.names`")
    lists = {"val": values.get("valid"), "test": values.get("test"), "train": values.get("train")}
    return _Plan(path.parent, _names_in(names_file), (_split_of(lists, split, path),))


def _darknet_paths(root: Path, named: str) -> Iterator[Path]:
    """Yield where a path of Darknet's may be: it counts from the program's folder, where the set was `data/`."""
    for name in (named, named.removeprefix("data/")):
        try:
            yield inside(root, name)
        except ValueError:
            continue


def _bare_folder(folder: Path, split: str) -> _Plan:
    """Read a folder with images/ and labels/, or with both side by side, and a list of names."""
    names_file = first_there(folder / name for name in _NAME_LISTS)
    if names_file is None:
        raise ConfigError(f"{folder} has no class names", f"It needs a data.yaml or one of {', '.join(_NAME_LISTS)}")
    images = next((folder / name for name in ("images", "Images") if (folder / name).is_dir()), folder)
    splits = [name for name in ([split] if split else SPLITS) if (images / name).is_dir()]
    if split and not splits:
        raise ConfigError(f"{images} has no split '{split}'")
    chosen = images / splits[0] if splits else images
    return _Plan(folder, _names_in(names_file), (str(chosen.relative_to(folder)),))


def _names_in(path: Path) -> tuple[str, ...]:
    return class_list([line for _, line in read_lines(path)], path)


def _picture_files(plan: _Plan, problems: Problems) -> Iterator[Path]:
    for entry in plan.entries:
        path = _existing(plan.root, entry)
        if path is None:
            problems.add(plan.root, f"there is no {entry[:80]!r} in it")
        elif path.is_dir():
            yield from (file for file in sorted(path.rglob("*")) if file.suffix.lower() in PICTURE_SUFFIXES)
        elif path.suffix == ".txt":
            yield from _listed(plan.root, path, problems)
        else:
            yield path


def _listed(root: Path, path: Path, problems: Problems) -> Iterator[Path]:
    for number, line in read_lines(path, TEXT_BYTES_MAX):
        file = _existing(root, line)
        if file is None or not file.is_file():
            problems.add(f"{path}:{number}", f"there is no picture {line[:80]!r} in the data set")
        else:
            yield file


def _existing(root: Path, named: str) -> Path | None:
    """Return the file or folder that a list means, if it is there and inside of the data set."""
    return next((path for path in _darknet_paths(root, named) if path.exists()), None)


def _pictures(plan: _Plan, files: Sequence[Path], problems: Problems) -> Iterator[Picture]:
    for file in files:
        if not _within(file, plan.root):
            problems.add(file, "it leads out of the data set")
            continue
        labels = first_there(_label_files(file))
        if labels is None:
            yield Picture(file, Labels.of([]))  # a picture of nothing has no file of labels
            continue
        try:
            size = picture_size(file)
            lines = read_lines(labels)
        except (SourceError, ConfigError) as error:
            problems.add(file, error.message)
            continue
        yield Picture(file, Labels.of(list(_boxes(plan, labels, lines, size, problems))))


def _label_files(file: Path) -> Iterator[Path]:
    """Yield where the labels of a picture may be: `images` in its path becomes `labels`, or right beside it."""
    parts = list(file.parts)
    for old, new in (("images", "labels"), ("Images", "Annotations")):
        places = [index for index, part in enumerate(parts[:-1]) if part == old]
        if places:
            swapped = [*parts[: places[-1]], new, *parts[places[-1] + 1 :]]
            yield Path(*swapped).with_suffix(".txt")
    yield file.with_suffix(".txt")


def _boxes(
    plan: _Plan, path: Path, lines: list[tuple[int, str]], size: tuple[int, int], problems: Problems
) -> Iterator[Box]:
    for number, line in lines:
        try:
            yield _box(line.split(), plan, size)
        except ValueError as error:
            problems.add(f"{path}:{number}", str(error))


def _box(words: list[str], plan: _Plan, size: tuple[int, int]) -> Box:
    numbers = finite(words)
    class_id = int(numbers[0])
    if class_id != numbers[0] or not 0 <= class_id < len(plan.class_names):
        raise ValueError(f"there is no class {words[0][:20]}")
    values = numbers[1:]
    if len(values) == 4 or (plan.keypoints and len(values) > 4):
        x, y, w, h = values[:4]
        shares = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    elif len(values) >= 6 and len(values) % 2 == 0:
        xs, ys = values[::2], values[1::2]
        shares = (min(xs), min(ys), max(xs), max(ys))
    else:
        raise ValueError(f"{len(numbers)} numbers; a box has 5, a polygon an odd number from 7")
    if not all(-0.5 <= share <= 1.5 for share in shares):
        raise ValueError("it lies outside of the picture: the numbers are shares, 0 to 1")
    x1, y1, x2, y2 = (min(max(share, 0.0), 1.0) * side for share, side in zip(shares, size * 2, strict=True))
    return Box(corners((x1, y1, x2, y2)), class_id)
