"""The strongest of them: GStreamer decodes and scales in its own threads, OpenVINO infers, `trackers` tracks.

Only a picture 416 px wide enters Python. Needs Debian's GStreamer and python3-gi.
"""

import importlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import openvino as ov
import supervision as sv
from common import LAMP_POST, LAWN, Meter, Options, parse_options, run_streams, start_share, video_of
from detector import NANODET_MEAN, NANODET_STD, SIZE, Array, decode, is_nanodet
from openvino.preprocess import PrePostProcessor
from trackers import ByteTrackTracker


def load_gstreamer() -> Any:
    """Import Debian's binding; it lies outside a virtual environment but fits the same Python version."""
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        gi = importlib.import_module("gi")
        gi.require_version("Gst", "1.0")
        gi.require_version("GstApp", "1.0")
        importlib.import_module("gi.repository.GstApp")
        gst = importlib.import_module("gi.repository.Gst")
    except (ImportError, ValueError) as error:
        sys.exit(f"GStreamer is not installed: {error}")
    gst.init(None)
    return gst


class Video:
    """A file played round and round without a gap, as small BGR pictures."""

    def __init__(self, gst: Any, options: Options, stream: int) -> None:
        self._gst = gst
        self._live = options.live
        self.width, self.height, length_s = probe(video_of(options, stream))
        small_height = round(self.height * SIZE / self.width)
        pace, rate = "", ""
        if options.live:
            pace = "identity sync=true !"
            rate = f"videorate drop-only=true ! video/x-raw,framerate={round(options.analysis_fps * 1000)}/1000 !"
        self._pipeline = gst.parse_launch(
            f"filesrc location={video_of(options, stream)} ! qtdemux ! h264parse ! {pace} avdec_h264 max-threads=1"
            f" ! {rate} videoscale ! videoconvert ! video/x-raw,format=BGR,width={SIZE},height={small_height}"
            " ! appsink name=sink sync=false max-buffers=2"
        )
        self._sink = self._pipeline.get_by_name("sink")
        self._start_s = start_share(options, stream) * length_s

    def frames(self, stop: threading.Event) -> Iterator[tuple[Array, float]]:
        """Yield pictures, (h, 416, 3) uint8, with the time they came to be, until stopped."""
        gst = self._gst
        self._pipeline.set_state(gst.State.PAUSED)
        while not self._seek(self._start_s, gst.SeekFlags.FLUSH | gst.SeekFlags.KEY_UNIT):
            time.sleep(0.01)
        self._pipeline.set_state(gst.State.PLAYING)
        bus = self._pipeline.get_bus()
        while not stop.is_set():
            sample = self._sink.try_pull_sample(gst.SECOND // 10)
            if bus.pop_filtered(gst.MessageType.SEGMENT_DONE):
                self._seek(0, gst.SeekFlags.NONE)
            if sample:
                yield picture(gst, sample), self._due(sample)
        self._pipeline.set_state(gst.State.NULL)

    def _seek(self, to_s: float, flags: Any) -> bool:
        gst = self._gst
        start = round(to_s * gst.SECOND)
        flags |= gst.SeekFlags.SEGMENT
        return bool(self._pipeline.seek(1.0, gst.Format.TIME, flags, gst.SeekType.SET, start, gst.SeekType.NONE, 0))

    def _due(self, sample: Any) -> float:
        if not self._live:
            return time.monotonic()
        running = sample.get_segment().to_running_time(self._gst.Format.TIME, sample.get_buffer().pts)
        return float(self._pipeline.get_base_time() + running) * 1e-9


def probe(path: str) -> tuple[int, int, float]:
    """Return width px, height px and length in s."""
    capture = cv2.VideoCapture(path)
    if not capture.isOpened():
        sys.exit(f"{path} cannot be opened")
    asked = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FRAME_COUNT, cv2.CAP_PROP_FPS)
    width, height, frames, fps = (capture.get(what) for what in asked)
    return int(width), int(height), frames / fps


def picture(gst: Any, sample: Any) -> Array:
    """Copy the pixels out of a sample, (h, 416, 3) uint8."""
    buffer = sample.get_buffer()
    ok, memory = buffer.map(gst.MapFlags.READ)
    if not ok:
        sys.exit("GStreamer gave a picture that cannot be read")
    pixels = np.frombuffer(memory.data, np.uint8).reshape(-1, SIZE, 3).copy()
    buffer.unmap(memory)
    return pixels


def compile_model(model: str) -> ov.CompiledModel:
    """Load the detector for throughput, with an input of BGR bytes."""
    steps = PrePostProcessor(ov.Core().read_model(model))
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    steps.input().model().set_layout(ov.Layout("NCHW"))
    convert = steps.input().preprocess().convert_element_type(ov.Type.f32)
    if is_nanodet(model):
        convert.mean(NANODET_MEAN.tolist()).scale(NANODET_STD.tolist())
    return ov.compile_model(steps.build(), "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})


def run_stream(stream: int, meter: Meter, options: Options, compiled: ov.CompiledModel, gst: Any) -> None:
    request = compiled.create_infer_request()
    video = Video(gst, options, stream)
    size = video.width, video.height
    tracker = ByteTrackTracker(frame_rate=options.analysis_fps if options.live else options.source_fps)
    zone = sv.PolygonZone((LAWN * size).astype(int))
    line = sv.LineZone(*(sv.Point(*point) for point in LAMP_POST * size))
    canvas = np.full((1, SIZE, SIZE, 3), 114, np.uint8)
    if options.live:
        time.sleep(stream / options.streams / options.analysis_fps)  # cameras do not tick together
    for small, due in video.frames(meter.stop):
        canvas[0, : small.shape[0]] = small
        results = request.infer([canvas], share_inputs=True, share_outputs=True)
        boxes, confidence, class_id = decode(list(results.values()), SIZE / video.width)
        tracks = tracker.update(sv.Detections(boxes, confidence=confidence, class_id=class_id))
        zone.trigger(tracks)
        line.trigger(tracks)
        meter.done(stream, due)


def main() -> None:
    options = parse_options(__doc__)
    gst = load_gstreamer()
    compiled = compile_model(options.model)
    run_streams("gstreamer_openvino", options, lambda k, meter: run_stream(k, meter, options, compiled, gst))


if __name__ == "__main__":
    main()
