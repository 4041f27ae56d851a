"""camloom faces: people are added, listed, tested and removed at the prompt."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml
from tests.golden.faces import face_cards, face_task, picture_of

from camloom.taught.gallery import GALLERY_VARIABLE
from camloom.taught.sealed import KEY_VARIABLE

Camloom = Callable[..., Any]


@pytest.fixture(autouse=True)
def _own_gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "gallery.key"))
    monkeypatch.setenv(GALLERY_VARIABLE, str(tmp_path / "faces.gallery"))


def pictures(folder: Path, mirror: Path) -> dict[str, Path]:
    videos = mirror / "videos"
    made = {
        "ana": picture_of(videos / "cpc_demo.mp4", 150, folder / "ana.png"),
        "ana later": picture_of(videos / "cpc_demo.mp4", 200, folder / "ana-later.png"),
        "li lei": picture_of(videos / "sk_carphone.mp4", 0, folder / "li-lei.png"),
        "turned": picture_of(videos / "rt_smoking.mp4", 0, folder / "turned.png"),
        "nobody": folder / "nobody.png",
        "two": folder / "two.png",
    }
    cv2.imwrite(str(made["nobody"]), np.full((200, 300, 3), 90, np.uint8))
    ana = cv2.imread(str(made["ana"]))
    assert ana is not None
    cv2.imwrite(str(made["two"]), np.hstack((ana, ana)))
    return made


@pytest.mark.slow
@pytest.mark.mirror
def test_people_are_added_tested_and_removed(camloom: Camloom, tmp_path: Path, mirror: Path) -> None:
    cards, shown = face_cards(tmp_path, mirror), pictures(tmp_path, mirror)
    (tmp_path / "task.yaml").write_text(yaml.safe_dump(face_task(mirror / "a.mp4", cards, tmp_path)))
    early = camloom("rules", "check", "task.yaml")
    assert early.code == 2
    assert "Make one: camloom faces add NAME PICTURE" in early.out

    bad = ("turned", "nobody", "two")
    outcome = camloom("faces", "add", "Ana", shown["ana"], *(shown[one] for one in bad), "--task", "task.yaml")
    assert outcome.code == 1
    assert outcome.err.strip() == "camloom: 3 of 4 pictures were refused. The reasons are above"
    lines = outcome.out.splitlines()
    assert lines[0].startswith("added   ana.png: ")
    for line, word in zip(lines[1:4], ("turned away by", "no face was found", "2 faces"), strict=True):
        assert line.startswith("refused ")
        assert word in line

    mistaken = camloom("faces", "add", "Li Lei", shown["ana later"])
    assert mistaken.code == 1
    assert "it looks like Ana" in mistaken.out
    assert camloom("faces", "add", "Li Lei", shown["li lei"]).code == 0
    listed = camloom("faces", "list").out
    assert "2 people, model mobilefacenet@1, threshold 0.3" in listed

    tested = camloom("faces", "test", shown["ana later"], shown["li lei"], shown["turned"]).out
    rows = [line.split("│")[3].strip() for line in tested.splitlines() if "png" in line]
    assert rows == ["Ana", "Li Lei", "not judged"]
    assert camloom("rules", "check", "task.yaml").code == 0

    assert camloom("faces", "remove", "Ana").code == 0
    assert "Ana" not in camloom("faces", "list").out
    assert "there is no 'Ana'" in camloom("faces", "show", "Ana").err


def test_the_first_picture_needs_models(camloom: Camloom, tmp_path: Path) -> None:
    outcome = camloom("faces", "add", "Ana", "ana.png")
    assert outcome.code == 2
    assert "--detector is missing. Give --task TASK.yaml" in outcome.err
    assert not (tmp_path / "faces.gallery").exists()


def test_a_model_for_something_else_is_refused(camloom: Camloom) -> None:
    outcome = camloom("faces", "add", "Ana", "ana.png", "--detector", "nanodet", "--embedder", "nanodet")
    assert outcome.code == 2
    assert "model 'nanodet' is for detection. Name the card of a model that finds faces" in outcome.err


def test_no_gallery_is_one_line(camloom: Camloom) -> None:
    for command in (("list",), ("show", "Ana"), ("remove", "Ana"), ("test", "a.png")):
        outcome = camloom("faces", *command)
        assert outcome.code == 2
        assert len(outcome.err.strip().splitlines()) == 1
        assert "camloom faces add NAME PICTURE" in outcome.err
