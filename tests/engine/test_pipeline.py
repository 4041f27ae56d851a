"""One stream through all seven steps on the calling thread."""

import numpy as np
import pytest

from camloom import Line, Phase, Pipeline, Zone
from camloom.config import Scene
from camloom.event import FrameResult
from camloom.geometry import box_iou
from camloom.inference.base import LoadedModel
from camloom.plugins import load
from camloom.rules.lines.line import LineConfig, LineRule
from camloom.rules.zones.region import RegionConfig, RegionRule, RegionTrigger
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource
from camloom.tracking.bytetrack import ByteTrack


def source(seconds: float = 4, objects: int = 1) -> SyntheticSource:
    return SyntheticSource(SyntheticConfig(seconds=seconds, objects=objects, seed=3))


def run(pipeline: Pipeline) -> list[FrameResult]:
    return list(pipeline.run())


def tracker() -> ByteTrack:
    return ByteTrack(ByteTrack.Config())


def test_every_frame_comes_out_once_and_in_order(blob_model: LoadedModel) -> None:
    results = run(Pipeline("cam", source(), blob_model, tracker()))
    assert [result.frame.index for result in results] == list(range(100))
    assert all(result.frame.source_id == "cam" for result in results)


def test_what_is_detected_is_where_the_truth_says(blob_model: LoadedModel) -> None:
    synthetic = source()
    for result in run(Pipeline("cam", synthetic, blob_model, tracker())):
        truth = synthetic.truth(result.frame.pts_s)
        assert len(result.detections) == 1
        assert box_iou(truth, result.detections.xyxy)[0, 0] > 0.6


def test_one_object_keeps_one_identity(blob_model: LoadedModel) -> None:
    results = run(Pipeline("cam", source(), blob_model, tracker()))
    ids = {track_id for result in results for track_id in result.tracks.track_id.tolist()}
    assert len(ids) == 1
    assert sum(len(result.tracks) for result in results) >= 97


def test_rules_raise_events_and_close_them_at_the_end(blob_model: LoadedModel) -> None:
    everywhere = Zone("all", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))
    rule = RegionRule(RegionConfig(id="in", zone="all", on=RegionTrigger.ENTER), Scene((everywhere,)))
    results = run(Pipeline("cam", source(), blob_model, tracker(), [rule]))
    events = [event for result in results for event in result.events]
    assert [event.phase for event in events] == [Phase.START, Phase.END]
    assert {event.incident_id for event in events} == {events[0].incident_id}
    assert events[0].why


def test_a_crossing_is_seen_where_the_truth_crosses(blob_model: LoadedModel) -> None:
    synthetic = source(seconds=8)
    times = np.arange(0, 8, 0.04)
    feet = [float((box[0] + box[2]) / 2) / 640 for t in times for box in synthetic.truth(float(t))]
    middle = (min(feet) + max(feet)) / 2
    truth = [float(times[i]) for i in range(1, len(feet)) if (feet[i - 1] < middle) != (feet[i] < middle)]
    line = Line("gate", (middle, 0.0), (middle, 1.0))
    rule = LineRule(LineConfig(id="gate", line="gate"), Scene((), (line,)))
    results = run(Pipeline("cam", synthetic, blob_model, tracker(), [rule]))
    found = [event.pts_s for result in results for event in result.events]
    assert found == pytest.approx(truth, abs=0.5)


def test_every_tracker_name_can_be_loaded() -> None:
    assert load("trackers", "bytetrack") is ByteTrack
