"""Finds out which layout a dataset has."""

from pathlib import Path

from camloom.errors import ConfigError
from camloom.toolchain.datasets.coco import read_coco
from camloom.toolchain.datasets.files import read_lines
from camloom.toolchain.datasets.labels import Dataset
from camloom.toolchain.datasets.mot import read_mot
from camloom.toolchain.datasets.voc import read_voc
from camloom.toolchain.datasets.yolo import read_yolo

_KNOWN = "Known: COCO (a .json file), YOLO (a folder with data.yaml), Pascal VOC (Annotations), MOT (gt/gt.txt)"

_VIDEOS = frozenset({".mp4", ".avi", ".mkv", ".mov", ".webm", ".ts"})


def read_dataset(path: Path, pictures: str = "", split: str = "", every: int = 1) -> Dataset:
    """Read labelled pictures of any known layout.

    Args:
        path: COCO: the .json, or a folder with annotations/; YOLO: the folder or its .yaml; VOC: the folder;
            MOT: the folder of a sequence or its gt.txt.
        pictures: where the pictures are, if not where they usually are: a folder; for MOT a video too.
        split: of YOLO, VOC and COCO, such as `val`; empty: see there.
        every: take each n-th picture or frame.

    Raises:
        ConfigError: there is nothing, or nothing of a known layout.
    """
    if not path.exists():
        raise ConfigError(f"there is no dataset {path}", _KNOWN)
    layout = _layout(path)
    if layout == "mot":
        return read_mot(path, pictures, every)
    if layout == "coco":
        found = read_coco(_coco_file(path, split), Path(pictures).expanduser() if pictures else None)
    else:
        found = read_voc(path, split) if layout == "voc" else read_yolo(path, split)
    if every == 1:
        return found
    return Dataset(found.name, layout, found.class_names, found.pictures[::every], found.problems, found.problem_count)


def _layout(path: Path) -> str:
    if path.is_file():
        by_suffix = {".json": "coco", ".yaml": "yolo", ".yml": "yolo", ".data": "yolo"}
        layout = by_suffix.get(path.suffix.lower(), "")
        if not layout and path.suffix == ".txt" and _looks_like_mot(path):
            layout = "mot"
    else:
        layout = next((name for name, there in _signs(path) if there), "")
    if not layout:
        hint = "A video has no labels: --data its gt.txt, --pictures the video" if path.suffix in _VIDEOS else _KNOWN
        raise ConfigError(f"{path} is in no layout that is known here", hint)
    return layout


def _signs(folder: Path) -> list[tuple[str, bool]]:
    """Return what speaks for each layout; the first counts."""
    return [
        ("mot", (folder / "gt" / "gt.txt").is_file()),
        ("voc", any((folder / "Annotations").glob("*.xml")) or folder.name == "Annotations"),
        ("yolo", any(folder.glob("*.yaml")) or any((folder / name).is_file() for name in ("obj.data", "obj.names"))),
        ("yolo", (folder / "classes.txt").is_file()),
        ("coco", any((folder / "annotations").glob("*.json")) or any(folder.glob("*.json"))),
    ]


def _looks_like_mot(path: Path) -> bool:
    lines = read_lines(path, 1 << 26)
    return bool(lines) and lines[0][1].count(",") >= 5


def _coco_file(path: Path, split: str) -> Path:
    if path.is_file():
        return path
    folder = path / "annotations" if (path / "annotations").is_dir() else path
    files = sorted(folder.glob("*.json"))
    wanted = [file for file in files if split in file.stem] if split else files
    if len(wanted) != 1:
        there = ", ".join(file.name for file in files[:8]) or "none"
        which = f"no file of labels for '{split}'" if not wanted else f"{len(wanted)} files of labels"
        raise ConfigError(f"{folder} has {which}", f"Name one of: {there}")
    return wanted[0]
