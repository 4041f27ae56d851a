"""Faces are compared with the gallery, by votes of frames that show them well."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from camloom.config import Scene
from camloom.detections import Attribute, CropReading, Detections
from camloom.errors import ConfigError
from camloom.event import Event
from camloom.geometry import FloatArray
from camloom.rules.faces.match import MatchConfig, MatchRule
from camloom.taught.gallery import FacePrint, Gallery, read_gallery, write_gallery
from camloom.taught.sealed import KEY_VARIABLE
from camloom.tracks import Tracks

MODEL = "mobilefacenet@1"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LI_LEI, LILY, NOBODY = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FRONTAL = np.array(((-20, 0), (20, 0), (0, 23), (-16, 46), (16, 46)), np.float32)
FROM_THE_SIDE = np.array(((8, 0), (20, 0), (28, 22), (8, 46), (18, 46)), np.float32)

Vector = Sequence[float]


def unit(vector: Vector) -> FloatArray:
    made = np.array(vector, np.float32)
    return np.asarray(made / np.linalg.norm(made), np.float32)


def face_print(vector: Vector) -> FacePrint:
    return FacePrint(unit(vector), 120, 5, 0.6, NOON)


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a gallery that knows two people."""
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "gallery.key"))
    people: dict[str, tuple[FacePrint, ...]] = {"Li Lei": (face_print(LI_LEI),), "Lily": (face_print(LILY),)}
    write_gallery(tmp_path / "faces.gallery", Gallery(MODEL, 0.4, people))
    return tmp_path / "faces.gallery"


class Door:
    """Shows faces to a rule at 5 fps; each frame of a face may have been read by the model of crops, or not."""

    def __init__(self, play: Any, scene: Scene, gallery: Path, **settings: Any) -> None:
        config = MatchConfig.model_validate({"id": "door", "gallery": str(gallery), **settings})
        self.stage = play(MatchRule(config, scene), 5.0)

    def show(
        self,
        vector: Vector | None,
        frames: int = 1,
        *,
        track: int = 1,
        points: FloatArray = FRONTAL,
        scale: float = 1.0,
        sharpness: float = 0.55,
        model: str = MODEL,
        at: tuple[float, float] = (800, 500),
        said: tuple[Attribute, ...] = (),
    ) -> list[Event]:
        read = () if vector is None else (CropReading(model, unit(vector), sharpness),)
        tracks = face_tracks(track, points * scale, at, read, said)
        return [event for _ in range(frames) for event in self.stage.show(tracks)]


def face_tracks(
    track: int, points: FloatArray, at: tuple[float, float], read: tuple[CropReading, ...], said: tuple[Attribute, ...]
) -> Tracks:
    center = np.array(at, np.float32)
    keypoints = np.column_stack((points + center, np.full(5, 0.9))).astype(np.float32)
    xyxy = np.array([[*(center - 40), *(center + 60)]], np.float32)
    found = Detections(
        xyxy,
        np.array([0.9], np.float32),
        np.zeros(1, np.int64),
        ("face",),
        keypoints=keypoints[None],
        attributes=(said,),
        fresh=(read,),
    )
    return Tracks.of(found, np.array([track], np.int64), np.zeros(1))


@pytest.fixture
def door(play: Any, scene: Scene, gallery: Path) -> Any:
    """Return a maker of a door with a camera."""

    def make(**settings: Any) -> Door:
        return Door(play, scene, gallery, **settings)

    return make


def who(events: Sequence[Event]) -> list[tuple[str, str]]:
    return [(str(event.phase), event.objects[0].attributes[-1].value) for event in events]


def test_three_good_frames_tell_who_it_is(door: Any) -> None:
    stage = door()
    assert stage.show(LI_LEI, 2) == []
    (event,) = stage.show(LI_LEI)
    assert who([event]) == [("start", "Li Lei")]
    assert (event.type, event.unit, event.value) == ("face.matched", "cosine", pytest.approx(1.0))
    assert [gate.name for gate in event.why] == [
        "cosine",
        "votes",
        "min_width",
        "below_max_angle",
        "min_sharpness",
    ]
    assert all(gate.margin >= 0 for gate in event.why)
    assert who(stage.stage.nobody(2)) == [("end", "Li Lei")]


def test_a_frame_that_was_not_read_again_does_not_vote(door: Any) -> None:
    stage = door()
    assert stage.show(LI_LEI, 2) == []
    assert stage.show(None, 50) == []


@pytest.mark.parametrize(
    "look",
    [
        {"points": FROM_THE_SIDE},
        {"scale": 0.4},
        {"sharpness": 0.2},
        {"sharpness": float("nan")},
        {"model": "another@1"},
        {"model": "mobilefacenet@2"},
        {"points": FRONTAL * 0},
    ],
)
def test_a_face_that_is_not_seen_well_is_nobody_s_for_either_rule(door: Any, look: dict[str, Any]) -> None:
    for on in ("known", "unknown"):
        stage = door(on=on)
        assert stage.show(LI_LEI, 20, **look) == []
        assert stage.show(NOBODY, 20, **look) == []
        assert stage.stage.finish() == []


def test_one_good_frame_among_bad_ones_is_not_enough(door: Any) -> None:
    stage = door()
    for _ in range(2):
        assert stage.show(LI_LEI) == []
        assert stage.show(LI_LEI, 10, points=FROM_THE_SIDE) == []
    assert who(stage.show(LI_LEI)) == [("start", "Li Lei")]


def test_three_of_five_must_agree(door: Any) -> None:
    stage = door()
    for vector in (LI_LEI, NOBODY, LI_LEI, NOBODY):
        assert stage.show(vector) == []
    assert who(stage.show(LI_LEI)) == [("start", "Li Lei")]


def test_old_votes_do_not_count(door: Any) -> None:
    stage = door(of=3, votes=3)
    assert [stage.show(vector) for vector in (LI_LEI, LI_LEI, NOBODY, LI_LEI, LI_LEI, NOBODY)] == [[]] * 6


def test_a_stranger_is_no_match_and_a_known_person_no_stranger(door: Any) -> None:
    known, unknown = door(), door(on="unknown")
    assert known.show(NOBODY, 20) == []
    assert unknown.show(LI_LEI, 20) == []
    (event,) = unknown.show(NOBODY, 20, track=2)
    assert who([event]) == [("start", "unknown")]
    assert event.type == "face.unknown"
    assert event.why[0].name == "below_threshold"
    assert all(gate.margin >= 0 for gate in event.why)


def test_the_threshold_is_the_gallery_s_and_may_be_set(door: Any) -> None:
    alike = (0.5, 0.0, 0.8)  # cosine 0.53
    assert who(door().show(alike, 5)) == [("start", "Li Lei")]
    assert door(threshold=0.6).show(alike, 5) == []


def test_only_those_asked_for(door: Any) -> None:
    stage = door(people=["Lily"])
    assert stage.show(LI_LEI, 10) == []
    assert who(stage.show(LILY, 10, track=2)) == [("start", "Lily")]


def test_a_track_that_goes_over_to_somebody_else_ends_and_begins(door: Any) -> None:
    stage = door()
    assert who(stage.show(LI_LEI, 6)) == [("start", "Li Lei")]
    assert who(stage.show(LILY, 6)) == [("end", "Li Lei"), ("start", "Lily")]


def test_a_person_under_a_new_id_is_the_same_incident(door: Any) -> None:
    stage = door(gap_s=2)
    first = stage.show(LI_LEI, 6)
    assert stage.show(LI_LEI, 6, track=9, at=(200, 200)) == []
    (end,) = stage.stage.nobody(3)
    assert end.incident_id == first[0].incident_id
    assert end.track_ids == (9,)


def test_the_cooldown_is_about_the_person_and_not_the_track(door: Any) -> None:
    stage = door(gate={"cooldown_s": 60})
    assert who(stage.show(LI_LEI, 6) + stage.stage.nobody(5)) == [("start", "Li Lei"), ("end", "Li Lei")]
    assert stage.show(LI_LEI, 6, track=2) + stage.stage.nobody(5) == []
    assert who(stage.show(LILY, 6, track=3)) == [("start", "Lily")]


def test_outside_of_the_zone_nobody_is_asked(door: Any) -> None:
    stage = door(zone="lawn")
    assert stage.show(LI_LEI, 10, at=(100, 100)) == []
    assert who(stage.show(LI_LEI, 10, track=2, at=(800, 500))) == [("start", "Li Lei")]


def liveness(value: str, confidence: float) -> tuple[Attribute, ...]:
    return (Attribute("liveness", value, confidence, "spoof-net"),)


def test_a_picture_of_a_face_is_silent_where_a_living_one_is_asked_for(door: Any) -> None:
    stage = door(liveness="liveness=live", min_liveness=0.7)
    assert stage.show(LI_LEI, 10, said=liveness("spoof", 0.9)) == []
    assert stage.show(LI_LEI, 10, said=liveness("live", 0.6)) == []
    assert stage.show(LI_LEI, 10) == []
    (event,) = stage.show(LI_LEI, said=liveness("live", 0.9))
    assert [(gate.name, gate.value) for gate in event.why if gate.name == "liveness"] == [("liveness", 0.9)]


def test_liveness_is_not_asked_unless_it_is_set(door: Any) -> None:
    assert who(door().show(LI_LEI, 10, said=liveness("spoof", 0.9))) == [("start", "Li Lei")]


def test_who_is_added_while_it_runs_is_known_within_seconds(door: Any, gallery: Path) -> None:
    stage = door()
    assert stage.show(NOBODY, 10) == []
    write_gallery(gallery, read_gallery(gallery).with_print("Wei Hua", face_print(NOBODY)))
    assert who(stage.show(NOBODY, 50)) == [("start", "Wei Hua")]


def test_a_gallery_that_breaks_while_it_runs_stays_as_it_was(
    door: Any, gallery: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage = door()
    assert stage.show(NOBODY, 10) == []
    gallery.write_bytes(b"CAMLOOM-FACES-1\n" + bytes(100))
    assert who(stage.show(LI_LEI, 50, track=2)) == [("start", "Li Lei")]
    assert len([one for one in caplog.records if str(gallery) in one.message]) == 1
    assert "Li Lei" not in caplog.text


def config(gallery: Path, **settings: Any) -> MatchConfig:
    return MatchConfig.model_validate({"id": "door", "gallery": str(gallery), **settings})


def test_a_gallery_of_another_model_is_refused_with_what_to_do(gallery: Path) -> None:
    MatchRule.check_taught(config(gallery), frozenset({MODEL}))
    with pytest.raises(ConfigError, match=r"made with model mobilefacenet@1, but this task reads faces with arc@1"):
        MatchRule.check_taught(config(gallery), frozenset({"arc@1"}))


def test_a_gallery_without_those_asked_for_is_refused(gallery: Path) -> None:
    with pytest.raises(ConfigError, match="there is no 'Jim' in the gallery"):
        MatchRule.check_taught(config(gallery, people=["Lily", "Jim"]), frozenset({MODEL}))
    write_gallery(gallery, Gallery(MODEL, 0.4))
    with pytest.raises(ConfigError, match="there is nobody in the gallery"):
        MatchRule.check_taught(config(gallery), frozenset({MODEL}))
    MatchRule.check_taught(config(gallery, on="unknown"), frozenset({MODEL}))


@pytest.mark.parametrize(
    "settings", [{"votes": 4, "of": 3}, {"on": "unknown", "people": ["Lily"]}, {"liveness": "live"}, {"threshold": 1.5}]
)
def test_contradictions_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        MatchConfig.model_validate({"id": "door", **settings})
