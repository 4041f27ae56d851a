"""The MOT Challenge's layout: one text file for a video: frame from 1, id, left, top, width, height, mark, class, ...

Source: Milan et al., "MOT16: A Benchmark for Multi-Object Tracking" (arXiv 1603.00831), tables 4 and 5.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from camloom import assets
from camloom.errors import ConfigError
from camloom.toolchain.datasets.files import PICTURES_MAX, TEXT_BYTES_MAX, class_list, read_lines
from camloom.toolchain.datasets.labels import Box, Dataset, Labels, Picture, Problems, corners, finite
from camloom.toolchain.datasets.pictures import PICTURE_SUFFIXES

_PEDESTRIAN = 1
_LIKE_PEOPLE = frozenset({2, 7, 8, 12})  # on a vehicle, static, distractor, reflection: neither found nor missed
_COLUMNS_WITH_CLASS = 9  # MOT16 and later; MOT15 has ten, with a place in the world where the class would be


@dataclass(frozen=True, slots=True)
class _Row:
    frame: int  # from 0
    box: Box


def read_mot(path: Path, pictures: str = "", every: int = 1) -> Dataset:
    """Read a MOT sequence.

    Args:
        path: its folder (gt/gt.txt, img1/) or the text file.
        pictures: the video, `sample:NAME`, or a folder of numbered pictures; empty: img1 of the sequence.
        every: take each n-th frame.

    Raises:
        ConfigError: there is no truth, or nothing that shows the pictures.
    """
    truth = path / "gt" / "gt.txt" if path.is_dir() else path
    problems = Problems()
    names = _class_names(truth)
    rows = _rows(truth, len(names) if names != ("person",) else 0, problems)
    found = tuple(_pictures(truth, pictures, rows, every, problems))
    if not found:
        raise ConfigError(f"none of the frames of {truth} is there", *problems.lines[:1])
    name = truth.parent.parent.name if truth.parent.name == "gt" else truth.parent.name
    return Dataset(name, "mot", names, found, tuple(problems.lines), problems.count)


def read_mot_people(truth: Path) -> dict[int, Labels]:
    """Return the people marked on each frame, counted from 0, without those who count neither way.

    Raises:
        ConfigError: the file cannot be read, or no line of it is of this layout.
    """
    problems = Problems()
    rows = _rows(truth, 0, problems)
    if not rows and problems.count:
        hint = "It takes rows of: frame, id, left, top, width, height, mark, class"
        raise ConfigError(f"{truth} is not in MOT layout ({problems.lines[0]})", hint)
    return {frame: Labels.of([box for box in boxes if not box.ignored]) for frame, boxes in rows.items()}


def _class_names(truth: Path) -> tuple[str, ...]:
    """Return the names of labels.txt, where a tool wrote one; the Challenge itself is about people."""
    names = truth.parent / "labels.txt"
    return class_list([line for _, line in read_lines(names)], names) if names.is_file() else ("person",)


def _rows(truth: Path, named_classes: int, problems: Problems) -> dict[int, list[Box]]:
    boxes: dict[int, list[Box]] = defaultdict(list)
    for number, line in read_lines(truth, TEXT_BYTES_MAX):
        try:
            row = _row(line.replace(",", " ").split(), named_classes)
        except ValueError as error:
            problems.add(f"{truth}:{number}", str(error))
            continue
        if row is not None:
            boxes[row.frame].append(row.box)
    return boxes


def _row(words: list[str], named_classes: int) -> _Row | None:
    """Read a line; None for what is no person, where only people count."""
    if len(words) < 6:
        raise ValueError(f"{len(words)} columns; it needs frame, id, left, top, width, height")
    numbers = finite(words)
    frame, left, top, width, height = int(numbers[0]), *numbers[2:6]
    if not 1 <= frame <= PICTURES_MAX:
        raise ValueError(f"there is no frame {words[0][:20]}: they count from 1")
    ignored = len(numbers) > 6 and numbers[6] == 0
    kind = int(numbers[7]) if len(numbers) == _COLUMNS_WITH_CLASS else _PEDESTRIAN
    if named_classes:
        if not 1 <= kind <= named_classes:
            raise ValueError(f"there is no class {kind}")
    elif kind not in (_PEDESTRIAN, -1, *_LIKE_PEOPLE):
        return None
    else:
        ignored, kind = ignored or kind in _LIKE_PEOPLE, _PEDESTRIAN
    return _Row(frame - 1, Box(corners((left, top, left + width, top + height)), kind - 1, ignored=ignored))


def _pictures(
    truth: Path, pictures: str, boxes: dict[int, list[Box]], every: int, problems: Problems
) -> Iterator[Picture]:
    where = _where(truth, pictures)
    if where.is_dir():
        numbered = {_frame_of(file): file for file in sorted(where.iterdir()) if _is_numbered(file)}
        for frame in sorted(numbered)[::every]:
            yield Picture(numbered[frame], Labels.of(boxes.get(frame, [])))
        for frame in sorted(boxes.keys() - numbered.keys())[:20]:
            problems.add(truth, f"there is no picture of frame {frame + 1} in {where}")
        return
    for frame in range(0, max(boxes, default=-1) + 1, every):
        yield Picture(where, Labels.of(boxes.get(frame, [])), frame)


def _where(truth: Path, pictures: str) -> Path:
    if pictures.startswith("sample:"):
        return assets.fetch(pictures.removeprefix("sample:"))
    path = Path(pictures).expanduser() if pictures else truth.parent.parent / "img1"
    if not path.exists():
        raise ConfigError(f"there is no {path}", "Name the video or the folder of its frames: --pictures")
    return path


def _is_numbered(file: Path) -> bool:
    return file.suffix.lower() in PICTURE_SUFFIXES and file.stem.isascii() and file.stem.isdigit()


def _frame_of(file: Path) -> int:
    return int(file.stem[:9]) - 1
