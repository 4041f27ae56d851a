"""A person added from one frame of a clip is known in the rest of it, and nobody else is."""

from pathlib import Path

import pytest
from tests.golden.faces import face_cards, face_task, picture_of

from camloom import open_task
from camloom.event import Event
from camloom.taught.gallery import GALLERY_VARIABLE, Gallery, write_gallery
from camloom.taught.sealed import KEY_VARIABLE
from camloom.toolchain.datasets.pictures import read_picture
from camloom.toolchain.teaching.faces import FaceReader, enrol, the_face

pytestmark = pytest.mark.mirror

CLIPS = {"Ana": "cpc_demo.mp4", "Li Lei": "sk_carphone.mp4"}
FRAMES = {"Ana": 150, "Li Lei": 0}
OTHERS = ("rt_smoking.mp4", "vg_suspicious.mp4")


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> tuple[Path, Path]:
    return face_cards(tmp_path_factory.mktemp("cards"), mirror)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory, mirror: Path, cards: tuple[Path, Path]) -> Gallery:
    reader = FaceReader.load((str(cards[0]), str(cards[1])))
    known, folder = Gallery(reader.model, 0.3), tmp_path_factory.mktemp("faces")
    for name, clip in CLIPS.items():
        picture = picture_of(mirror / "videos" / clip, FRAMES[name], folder / "face.png")
        known = enrol(known, name, the_face(reader.read(read_picture(picture))))
    return known


@pytest.fixture(autouse=True)
def _known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gallery: Gallery) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "gallery.key"))
    monkeypatch.setenv(GALLERY_VARIABLE, str(tmp_path / "faces.gallery"))
    write_gallery(tmp_path / "faces.gallery", gallery)


def events_of(clip: Path, cards: tuple[Path, Path], out: Path, **alarm: str) -> list[Event]:
    return [event for result in open_task(face_task(clip, cards, out, **alarm)) for event in result.events]


@pytest.mark.slow
@pytest.mark.parametrize("name", CLIPS)
def test_who_was_added_is_known(name: str, mirror: Path, cards: tuple[Path, Path], tmp_path: Path) -> None:
    start, *rest = events_of(mirror / "videos" / CLIPS[name], cards, tmp_path)
    assert start.objects[0].attributes[-1].value == name
    assert start.pts_s < 2
    assert [str(event.phase) for event in rest] == ["end"]
    assert start.value is not None
    assert start.value > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("clip", OTHERS)
def test_nobody_else_is(clip: str, mirror: Path, cards: tuple[Path, Path], tmp_path: Path) -> None:
    assert events_of(mirror / "videos" / clip, cards, tmp_path) == []


@pytest.mark.slow
def test_somebody_else_is_a_stranger(mirror: Path, cards: tuple[Path, Path], tmp_path: Path) -> None:
    events = events_of(mirror / "videos" / "rt_smoking.mp4", cards, tmp_path, on="unknown")
    assert [str(event.phase) for event in events] == ["start", "end"]
    assert {event.objects[0].attributes[-1].value for event in events} == {"unknown"}


@pytest.mark.slow
def test_a_known_person_is_no_stranger(mirror: Path, cards: tuple[Path, Path], tmp_path: Path) -> None:
    assert events_of(mirror / "videos" / CLIPS["Li Lei"], cards, tmp_path, on="unknown") == []


@pytest.mark.slow
def test_far_and_turned_faces_are_no_strangers_either(mirror: Path, cards: tuple[Path, Path], tmp_path: Path) -> None:
    assert events_of(mirror / "videos" / "vg_suspicious.mp4", cards, tmp_path, on="unknown") == []
