"""Cards and pictures of the faces in the test clips."""

from pathlib import Path
from typing import Any

import cv2
import yaml

from camloom.toolchain.frames import FrameSet

CARDS = Path(__file__).parents[1] / "inference" / "cards"


def face_cards(folder: Path, mirror: Path) -> tuple[Path, Path]:
    """Write the cards of a detector and an embedder of faces, with the likeness from which on it is one person."""
    paths = folder / "yunet.yaml", folder / "mobilefacenet.yaml"
    for path in paths:
        card: dict[str, Any] = yaml.safe_load((CARDS / path.name).read_text())
        card["files"] = {key: str(mirror / name) for key, name in card["files"].items()}
        if card["task"] == "embedding":
            card["options"]["match_threshold"] = 0.3
        path.write_text(yaml.safe_dump(card), encoding="utf-8")
    return paths


def picture_of(clip: Path, frame: int, path: Path) -> Path:
    """Write one frame of a clip as a PNG file."""
    for index, buffer in FrameSet(str(clip), 100_000).numbered():
        if index == frame:
            cv2.imwrite(str(path), buffer.to_bgr())
            return path
    raise AssertionError(f"{clip} has no frame {frame}")


def face_task(clip: Path, cards: tuple[Path, Path], out: Path, **alarm: Any) -> dict[str, Any]:
    """Return a task that matches the faces of a clip."""
    return {
        "source": str(clip),
        "model": str(cards[0]),
        "runtime": "onnxruntime",
        "analysis_fps": 5,
        "secondary": [{"model": str(cards[1]), "runtime": "onnxruntime", "refresh_s": 0.4, "min_height_px": 24}],
        "alarms": [{"template": "face_match", **alarm}],
        "out": str(out),
    }
