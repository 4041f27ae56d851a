"""The loop of the tutorials: cv2.VideoCapture, ONNX Runtime as it comes, supervision's ByteTrack, zone and line.

One thread per stream, one session for all.
"""

import onnxruntime as ort
import supervision as sv
from common import LAMP_POST, LAWN, Meter, Options, frames_to_analyse, open_video, parse_options, run_streams
from detector import decode, letterbox, to_tensor


def run_stream(stream: int, meter: Meter, options: Options, session: ort.InferenceSession) -> None:
    capture = open_video(options, stream)
    tracker = sv.ByteTrack(frame_rate=round(options.analysis_fps if options.live else options.source_fps))
    zone = line = None
    for frame, due in frames_to_analyse(capture, options, stream, meter.stop):
        if zone is None or line is None:
            size = frame.shape[1], frame.shape[0]
            zone = sv.PolygonZone((LAWN * size).astype(int))
            line = sv.LineZone(*(sv.Point(*point) for point in LAMP_POST * size))
        canvas, scale = letterbox(frame)
        outputs = session.run(None, {session.get_inputs()[0].name: to_tensor(canvas, options.model)})
        boxes, confidence, class_id = decode(outputs, scale)
        detections = sv.Detections(boxes, confidence=confidence, class_id=class_id)
        tracks = tracker.update_with_detections(detections)
        zone.trigger(tracks)
        line.trigger(tracks)
        meter.done(stream, due)


def main() -> None:
    options = parse_options(__doc__)
    session = ort.InferenceSession(options.model)
    run_streams("naive", options, lambda stream, meter: run_stream(stream, meter, options, session))


if __name__ == "__main__":
    main()
