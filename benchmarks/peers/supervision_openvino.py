"""What a careful user writes: cv2.VideoCapture, OpenVINO for throughput, `trackers`' ByteTrack, supervision's rules.

One thread per stream, one compiled model for all and a request of its own for each.
"""

import openvino as ov
import supervision as sv
from common import LAMP_POST, LAWN, Meter, Options, frames_to_analyse, open_video, parse_options, run_streams
from detector import decode, letterbox, to_tensor
from trackers import ByteTrackTracker


def run_stream(stream: int, meter: Meter, options: Options, compiled: ov.CompiledModel) -> None:
    request = compiled.create_infer_request()
    capture = open_video(options, stream)
    tracker = ByteTrackTracker(frame_rate=options.analysis_fps if options.live else options.source_fps)
    zone = line = None
    for frame, due in frames_to_analyse(capture, options, stream, meter.stop):
        if zone is None or line is None:
            size = frame.shape[1], frame.shape[0]
            zone = sv.PolygonZone((LAWN * size).astype(int))
            line = sv.LineZone(*(sv.Point(*point) for point in LAMP_POST * size))
        canvas, scale = letterbox(frame)
        results = request.infer([to_tensor(canvas, options.model)], share_inputs=True, share_outputs=True)
        boxes, confidence, class_id = decode(list(results.values()), scale)
        detections = sv.Detections(boxes, confidence=confidence, class_id=class_id)
        tracks = tracker.update(detections)
        zone.trigger(tracks)
        line.trigger(tracks)
        meter.done(stream, due)


def main() -> None:
    options = parse_options(__doc__)
    compiled = ov.compile_model(options.model, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
    run_streams("supervision_openvino", options, lambda stream, meter: run_stream(stream, meter, options, compiled))


if __name__ == "__main__":
    main()
