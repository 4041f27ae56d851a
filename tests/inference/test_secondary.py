"""When which crop is read, and that what was read stays with its track."""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np
import pytest

from camloom.config import SecondaryConfig
from camloom.detections import Attribute, Detections
from camloom.errors import ConfigError, ModelError
from camloom.frame import Frame, ImageArray, PixelBox
from camloom.inference.base import LoadedModel, Reading, Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.crops import CropReader
from camloom.inference.preprocess import Letterbox
from camloom.inference.secondary import Secondary, crop_quality
from camloom.tracks import Tracks

WIDTH, HEIGHT = 640, 360
CLASSES = ("person", "car")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
Box = tuple[float, float, float, float]


class Picture:
    """A picture in memory; every px of a column has that column's number."""

    width, height, pix_fmt = WIDTH, HEIGHT, "bgr24"

    def to_bgr(self) -> ImageArray:
        columns = (np.arange(WIDTH) // 4).astype(np.uint8)
        return np.broadcast_to(columns[None, :, None], (HEIGHT, WIDTH, 3)).copy()

    def resize_into(self, target: ImageArray) -> None:
        cv2.resize(self.to_bgr(), target.shape[1::-1], dst=target)

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        x0, y0, x1, y1 = box_px
        cv2.resize(self.to_bgr()[y0:y1, x0:x1], target.shape[1::-1], dst=target)

    def luma(self, width: int, height: int) -> ImageArray:
        return np.zeros((height, width), np.uint8)


class Recorder:
    """A model of crops that counts, and says the middle column of what it saw."""

    description = "numpy"
    output_shapes: Mapping[str, tuple[int, ...]] = {"canvas": (16, 16, 3)}

    def __init__(self, alignment: str = "") -> None:
        self.alignment = alignment
        self.columns: list[int] = []
        self.error: Exception | None = None
        self.runs = 0
        self.sessions = 0

    def session(self) -> Session:
        self.sessions += 1
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        self.runs += 1
        if self.error is not None:
            raise self.error
        return {"canvas": canvas}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        pass

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:
        canvas = np.asarray(outputs["canvas"])
        row = canvas[letterbox.y + letterbox.height // 2, letterbox.x : letterbox.x + letterbox.width]
        column = round(float(row.mean()) * 4)
        self.columns.append(column)
        middle = letterbox.to_source(np.array([[8, 8, 8, 8]], np.float32))[0, :2]
        said = Attribute("column", str(column), 0.9, "recorder")
        vector = np.array([column, 1], np.float32)
        return Reading((said,), np.array([[*middle, 1]], np.float32), vector / np.linalg.norm(vector))


class Watcher(Recorder):
    """One that keeps the canvases, too."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[ImageArray] = []

    def run(self, canvas: ImageArray) -> Tensors:
        self.seen.append(canvas.copy())
        return super().run(canvas)


def reader_of(recorder: Recorder, **spec: Any) -> CropReader:
    card = ModelCard(
        name="recorder",
        task="attributes",
        family="classifier",
        input=InputSpec.model_validate({"width": 16, "height": 16, "fit": "stretch", **spec}),
        licence="Apache-2.0",
        files={"any": "none"},
    )
    return CropReader(LoadedModel(card, recorder, recorder, "numpy"))  # type: ignore[arg-type]  # a family of crops


def tracks_of(boxes: Mapping[int, Box], confidence: float = 0.8, classes: Sequence[int] = ()) -> Tracks:
    count = len(boxes)
    found = Detections(
        np.array(list(boxes.values()), np.float32).reshape(-1, 4),
        np.full(count, confidence, np.float32),
        np.array(classes or [0] * count, np.int64),
        CLASSES,
    )
    return Tracks.of(found, np.array(list(boxes), np.int64), np.zeros(count))


def frame_at(pts_s: float) -> Frame:
    return Frame("cam", round(pts_s * 25), pts_s, NOON + timedelta(seconds=pts_s), 0.0, False, Picture())


class Play:
    """One stream with one model of crops on a clock of its own."""

    def __init__(self, **config: Any) -> None:
        self.recorder = Recorder()
        settings = {"model": "recorder", "padding": 0, **config}
        self.secondary = Secondary(SecondaryConfig.model_validate(settings), reader_of(self.recorder))

    def at(self, pts_s: float, tracks: Tracks) -> Tracks:
        return self.secondary.update(tracks, frame_at(pts_s))

    @property
    def reads(self) -> int:
        return len(self.recorder.columns)


def person(x: float, height: float = 100, y: float = 100) -> Box:
    return x, y, x + height * 0.4, y + height


def row_of_people(count: int) -> dict[int, Box]:
    return {number: person(20 + 60 * number) for number in range(1, count + 1)}


def columns_by_id(tracks: Tracks) -> dict[int, list[str]]:
    assert tracks.attributes is not None
    return {
        track_id: [one.value for one in said]
        for track_id, said in zip(tracks.track_id.tolist(), tracks.attributes, strict=True)
    }


def test_a_track_is_read_once_when_it_comes() -> None:
    play = Play()
    for frame in range(10):
        play.at(frame * 0.1, tracks_of(row_of_people(3)))
    assert play.reads == 3


def test_no_more_than_so_many_crops_on_one_frame() -> None:
    play = Play(per_frame=3)
    reads = []
    for frame in range(5):
        play.at(frame * 0.04, tracks_of(row_of_people(8)))
        reads.append(play.reads)
    assert reads == [3, 6, 8, 8, 8]


def test_the_best_crops_come_first() -> None:
    play = Play(per_frame=1)
    boxes = {1: person(20, 60), 2: person(200, 200), 3: person(400, 120)}
    for frame in range(3):
        play.at(frame * 0.04, tracks_of(boxes))
    assert play.recorder.columns == pytest.approx([240, 424, 32], abs=8)


def test_new_tracks_come_before_those_that_want_refreshing() -> None:
    play = Play(per_frame=1, refresh_s=1)
    play.at(0, tracks_of({1: person(100, 200)}))
    play.at(5, tracks_of({1: person(100, 200), 2: person(400, 60)}))
    assert play.recorder.columns[-1] == pytest.approx(412, abs=8)


@pytest.mark.parametrize(("growth", "reads"), [(1.1, 1), (1.35, 2)])
def test_a_clearly_better_crop_is_read_again(growth: float, reads: int) -> None:
    play = Play()
    play.at(0, tracks_of({1: person(100, 100)}))
    play.at(0.1, tracks_of({1: person(100, 100 * growth)}))
    assert play.reads == reads


def test_a_surer_detection_is_a_better_crop() -> None:
    play = Play()
    play.at(0, tracks_of({1: person(100)}, confidence=0.5))
    play.at(0.1, tracks_of({1: person(100)}, confidence=0.9))
    assert play.reads == 2


def test_a_track_is_refreshed_after_its_time() -> None:
    play = Play(refresh_s=2)
    reads = []
    for frame in range(50):
        play.at(frame * 0.1, tracks_of({1: person(100)}))
        reads.append(play.reads)
    assert (reads[0], reads[19], reads[21], reads[49]) == (1, 1, 2, 3)


def test_without_refreshing_only_better_crops_count() -> None:
    play = Play(refresh_s=None)
    for frame in range(50):
        play.at(frame * 1.0, tracks_of({1: person(100)}))
    assert play.reads == 1


def test_only_the_wanted_classes_of_enough_height_are_read() -> None:
    play = Play(classes=["car"], min_height_px=80)
    boxes = {1: person(20), 2: person(100, 100), 3: person(300, 79)}
    play.at(0, tracks_of(boxes, classes=[0, 1, 1]))
    assert play.recorder.columns == pytest.approx([120], abs=8)


def test_what_stands_behind_another_waits_until_it_is_free() -> None:
    play = Play()
    hidden, front = person(100), person(105, 110)
    play.at(0, tracks_of({1: hidden, 2: front}))
    assert play.reads == 1
    play.at(0.1, tracks_of({1: hidden, 2: person(300, 110)}))
    assert play.reads == 2


def test_another_class_in_front_does_not_hide() -> None:
    play = Play()
    plate, car = (120.0, 150.0, 180.0, 190.0), (50.0, 50.0, 300.0, 250.0)
    play.at(0, tracks_of({1: plate, 2: car}, classes=[0, 1]))
    assert play.reads == 2


def test_quality_falls_at_the_edge_of_the_picture() -> None:
    inside, cut = person(100), person(0)
    quality = crop_quality(tracks_of({1: inside, 2: cut}), WIDTH, HEIGHT)
    assert quality[0] == pytest.approx((40 * 100) ** 0.5 * 0.8, rel=1e-4)
    assert quality[1] == pytest.approx(quality[0] / 2, rel=1e-4)


def test_what_was_read_stays_with_its_track() -> None:
    play = Play()
    first = columns_by_id(play.at(0, tracks_of({1: person(100), 2: person(400)})))
    later = play.at(0.5, tracks_of({2: person(100), 3: person(10, 20), 1: person(400)}))
    assert columns_by_id(later) == {1: first[1], 2: first[2], 3: []}
    assert play.reads == 2


def test_points_ride_along_and_rows_not_read_are_zero() -> None:
    play = Play()
    play.at(0, tracks_of({1: person(100)}))
    tracks = play.at(0.1, tracks_of({2: person(10, 20), 1: person(300)}))
    assert tracks.keypoints is not None
    assert tracks.embedding is not None
    np.testing.assert_allclose(tracks.keypoints[1, 0], [320, 150, 1], atol=1)
    assert not tracks.keypoints[0].any()
    assert not tracks.embedding[0].any()
    assert np.linalg.norm(tracks.embedding[1]) == pytest.approx(1, abs=1e-5)


def test_attributes_of_two_models_stand_side_by_side() -> None:
    play, other = Play(), Play()
    tracks = other.at(0, play.at(0, tracks_of({1: person(100)})))
    assert [len(values) for values in columns_by_id(tracks).values()] == [2]


def test_a_box_of_another_shape_is_read_again_at_once() -> None:
    play = Play(refresh_s=60)
    play.at(0, tracks_of({1: person(100)}))
    play.at(0.1, tracks_of({1: person(110)}))
    assert play.reads == 1
    lying: Box = (100, 160, 200, 200)
    tracks = play.at(0.2, tracks_of({1: lying}))
    assert play.reads == 2
    assert tracks.keypoints is not None
    np.testing.assert_allclose(tracks.keypoints[0, 0], [150, 180, 1], atol=1)


class Joints:
    """A pose model of whole pictures that finds a small person on the left and a large one in the middle."""

    description = "numpy"
    output_shapes: Mapping[str, tuple[int, ...]] = {"none": (1,)}

    def __init__(self, confidence: float) -> None:
        self.confidence = confidence

    def session(self) -> Session:
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        return {"none": np.zeros(1, np.float32)}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        pass

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        boxes = np.array([[0, 0, 4, 4], [4, 2, 12, 14]], np.float32)
        kept = np.array([0.9, self.confidence]) >= min_confidence
        kept[0] &= self.confidence > 0
        placed = letterbox.to_source(boxes)
        points = np.concatenate((placed[:, :2], np.ones((2, 1))), axis=1)[:, None].astype(np.float32)
        found = Detections(
            placed, np.array([0.9, self.confidence], np.float32), np.zeros(2, np.int64), ("person",), points
        )
        return found.select(kept)


@pytest.mark.parametrize(("confidence", "found"), [(0.8, True), (0.0, False)])
def test_a_pose_model_of_whole_pictures_reads_the_one_who_fills_the_crop(confidence: float, found: bool) -> None:
    joints = Joints(confidence)
    card = reader_of(Recorder()).model.card.model_copy(update={"task": "pose"})
    reader = CropReader(LoadedModel(card, joints, joints, "numpy"))
    reading = reader.read(Picture(), np.array([100, 100, 140, 200], np.float32))
    if not found:
        assert reading.keypoints is None
        return
    assert reading.keypoints is not None
    np.testing.assert_allclose(reading.keypoints[0], [110, 112.5, 1], atol=1)


def test_a_track_that_comes_back_soon_is_known_and_later_is_not() -> None:
    play = Play(refresh_s=None)
    play.at(0, tracks_of({1: person(100)}))
    play.at(9, tracks_of({1: person(100)}))
    assert play.reads == 1
    play.at(30, tracks_of({2: person(100)}))
    play.at(30.1, tracks_of({1: person(300)}))
    assert play.reads == 3


def test_a_break_forgets_everything() -> None:
    play = Play()
    play.at(0, tracks_of({1: person(100)}))
    play.secondary.reset()
    assert play.at(0.1, tracks_of({1: person(10, 20)})).attributes is None


def test_tracks_nobody_reads_are_handed_on_as_they_are() -> None:
    play = Play(min_height_px=200)
    for tracks in (tracks_of({}), tracks_of({1: person(100)})):
        assert play.at(0, tracks) is tracks


@pytest.mark.parametrize("error", [ModelError("the device is gone"), IndexError("the device is gone")])
def test_a_model_that_fails_leaves_the_tracks_as_they_are(error: Exception) -> None:
    play = Play()
    play.recorder.error = error
    tracks = tracks_of({1: person(100)})
    assert play.at(0, tracks) is tracks
    assert "the device is gone" in play.secondary.failure


def test_a_model_that_failed_is_asked_again_after_a_minute() -> None:
    play = Play()
    play.recorder.error = ModelError("the device is gone")
    for second in range(130):
        play.at(second, tracks_of({1: person(100)}))
    assert play.recorder.runs == 3
    play.recorder.error = None
    play.at(179, tracks_of({1: person(100)}))
    assert play.recorder.runs == 3
    assert columns_by_id(play.at(180, tracks_of({1: person(100)})))[1]
    assert not play.secondary.failure


def test_what_was_read_before_the_model_failed_stays() -> None:
    play = Play()
    before = columns_by_id(play.at(0, tracks_of({1: person(100)})))
    play.recorder.error = ModelError("the device is gone")
    later = columns_by_id(play.at(1, tracks_of({1: person(100), 2: person(300)})))
    assert later == {1: before[1], 2: []}


def test_a_break_lets_a_model_that_failed_try_again_at_once() -> None:
    play = Play()
    play.recorder.error = ModelError("the device is gone")
    play.at(500, tracks_of({1: person(100)}))
    play.secondary.reset()
    play.recorder.error = None
    assert columns_by_id(play.at(0, tracks_of({1: person(100)})))[1]


def test_a_model_of_whole_pictures_is_refused(blob_model: LoadedModel) -> None:
    with pytest.raises(ConfigError, match="does not read crops"):
        CropReader(blob_model)


def test_padding_is_added_and_cut_at_the_edge() -> None:
    recorder = Recorder()
    reader = reader_of(recorder)
    reader.read(Picture(), np.array([100, 100, 200, 200], np.float32), padding=0.0)
    reader.read(Picture(), np.array([0, 100, 100, 200], np.float32), padding=0.5)
    assert recorder.columns == pytest.approx([150, 75], abs=6)


def test_points_are_those_of_the_picture_also_on_a_letterboxed_canvas() -> None:
    reader = reader_of(Recorder(), fit="letterbox", pad="center")
    reading = reader.read(Picture(), np.array([100, 100, 140, 180], np.float32))
    assert reading.keypoints is not None
    np.testing.assert_allclose(reading.keypoints[0], [120, 140, 1], atol=0.5)


def test_a_letterboxed_canvas_keeps_nothing_of_the_crop_before() -> None:
    recorder = Watcher()
    reader = reader_of(recorder, fit="letterbox", pad="top_left", pad_value=0)
    reader.read(Picture(), np.array([400, 100, 600, 200], np.float32))
    reader.read(Picture(), np.array([400, 100, 420, 300], np.float32))
    assert recorder.seen[1][:, 2:].max() == 0
    assert recorder.seen[1][:, :2].min() > 90


@pytest.mark.parametrize("box", [(0, 0, 640, 1), (100, 0, 101, 360), (-500, -500, -400, -400), (700, 400, 900, 500)])
def test_no_box_is_too_thin_or_too_far_out(box: Box) -> None:
    reader = reader_of(Recorder(), fit="letterbox")
    assert reader.read(Picture(), np.array(box, np.float32)).attributes


def test_aligned_models_read_only_what_has_its_points() -> None:
    recorder = Recorder(alignment="face")
    secondary = Secondary(SecondaryConfig(model="recorder"), reader_of(recorder))
    plain = tracks_of({1: person(100), 2: person(300)})
    assert secondary.update(plain, frame_at(0)) is plain
    points = np.zeros((2, 5, 3), np.float32)
    points[0] = [(110, 120, 1), (130, 120, 1), (120, 130, 1), (112, 140, 1), (128, 140, 1)]
    columns = {name: getattr(plain, name) for name in Detections.columns()} | {"keypoints": points}
    faces = Tracks.of(Detections(**columns, class_names=CLASSES), plain.track_id, plain.first_pts_s)
    secondary.update(faces, frame_at(0.1))
    assert recorder.columns == pytest.approx([120], abs=12)


def test_every_thread_has_a_session_of_its_own() -> None:
    recorder = Recorder()
    reader = reader_of(recorder)
    one = np.array([100, 100, 140, 180], np.float32)

    def read_twice() -> None:
        reader.read(Picture(), one)
        reader.read(Picture(), one)

    threads = [threading.Thread(target=read_twice) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read_twice()
    assert (len(recorder.columns), recorder.sessions) == (8, 4)


def test_points_that_are_no_face_say_nothing() -> None:
    reader = reader_of(Recorder(alignment="face"))
    points = np.tile(np.array([120, 120, 1], np.float32), (5, 1))
    reading = reader.read(Picture(), np.array([100, 100, 140, 180], np.float32), keypoints=points)
    assert reading == Reading()


def test_a_reading_is_fresh_on_its_frame_alone() -> None:
    play = Play(refresh_s=1.0)
    people = row_of_people(2)
    first = play.at(0.0, tracks_of(people)).fresh
    assert first is not None
    assert [[one.model for one in each] for each in first] == [["recorder@1"], ["recorder@1"]]
    assert all(one.embedding is not None and 0 <= one.sharpness <= 1 for each in first for one in each)
    assert play.at(0.2, tracks_of(people)).fresh is None
    again = play.at(1.0, tracks_of(people)).fresh
    assert again is not None
    assert [len(each) for each in again] == [1, 1]


def test_a_fresh_reading_is_of_one_frame_and_not_a_mean() -> None:
    play = Play(refresh_s=0.1)
    play.at(0.0, tracks_of({1: person(20)}))
    tracks = play.at(1.0, tracks_of({1: person(400)}))
    assert tracks.fresh is not None
    assert tracks.embedding is not None
    vector = tracks.fresh[0][0].embedding
    assert vector is not None
    assert vector[0] / vector[1] == pytest.approx(play.recorder.columns[-1], rel=0.01)
    assert not np.allclose(vector, tracks.embedding[0], atol=1e-4)
