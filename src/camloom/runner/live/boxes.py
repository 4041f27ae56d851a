"""What was found on each analysed frame, as JSON lines, for whoever draws it over the pictures."""

import json
from typing import Any

from camloom.event import Event, FrameResult, Phase
from camloom.exchange.live import MAX_PIECE_BYTES, Ending
from camloom.runner.live.viewer import Viewer

_MAX_ALARMS = 100
_MAX_OBJECTS = 200
_MAX_TEXT = 128


class Boxes:
    """Tells viewers of the results of one stream. Whoever calls holds the lock of the stream."""

    def __init__(self) -> None:
        self._viewers: list[Viewer] = []
        self._open: dict[str, Event] = {}

    def put(self, result: FrameResult) -> None:
        """Take the next result."""
        shown = self._follow(result.events) if result.events else tuple(self._open.values())
        if self._viewers:
            line = _line(result, shown)
            for viewer in self._viewers:
                viewer.send(line, begins=True)

    def join(self, viewer: Viewer) -> None:
        """Tell one more viewer, from the next result on."""
        self._viewers.append(viewer)

    def leave(self, viewer: Viewer) -> None:
        """Stop telling it."""
        self._viewers = [one for one in self._viewers if one is not viewer]

    def end(self, why: Ending) -> None:
        """Tell all viewers that nothing more comes."""
        for viewer in self._viewers:
            viewer.end(why)

    @property
    def viewers(self) -> int:
        """How many look."""
        return len(self._viewers)

    def _follow(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Keep what lasts; return that and what has only happened."""
        passing = []
        for event in events:
            self._open.pop(event.incident_id, None)
            if event.lasts:
                self._open[event.incident_id] = event
            elif event.phase is Phase.INSTANT:
                passing.append(event)
        while len(self._open) > _MAX_ALARMS:
            self._open.pop(next(iter(self._open)))
        return (*self._open.values(), *passing)


def _line(result: FrameResult, alarms: tuple[Event, ...]) -> bytes:
    """Return a result as a line; it fits into one piece, whatever was found."""
    objects = _objects(result)
    document = {
        "pts_ms": round(result.frame.pts_s * 1000),
        "objects": objects,
        "alarms": [_alarm(event, result, objects) for event in alarms[:_MAX_ALARMS]],
    }
    line = _encoded(document)
    return line if len(line) <= MAX_PIECE_BYTES else _encoded({**document, "objects": [], "alarms": []})


def _encoded(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _objects(result: FrameResult) -> list[dict[str, Any]]:
    tracks, frame = result.tracks, result.frame
    rows = zip(tracks.track_id.tolist(), tracks.confidence.tolist(), tracks.xyxy.tolist(), strict=True)
    return [
        {
            "track_id": track_id,
            "class_name": tracks.name_of(row)[:_MAX_TEXT],
            "confidence": round(confidence, 3),
            "box": _normalised(xyxy, frame.width, frame.height),
        }
        for row, (track_id, confidence, xyxy) in enumerate(rows)
        if row < _MAX_OBJECTS
    ]


def _alarm(event: Event, result: FrameResult, objects: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an alarm, with the box of the first of its objects that is in the picture, else the last known."""
    boxes = {one["track_id"]: one["box"] for one in objects}
    box = next((boxes[track_id] for track_id in event.track_ids if track_id in boxes), None)
    if box is None and event.objects:
        box = _normalised(event.objects[0].xyxy, result.frame.width, result.frame.height)
    zone = event.zone[:_MAX_TEXT]
    return {"rule_id": event.rule_id[:_MAX_TEXT], "severity": event.severity, "zone": zone, "box": box}


def _normalised(xyxy: Any, width: int, height: int) -> list[float]:
    x0, y0, x1, y1 = xyxy
    return [round(x0 / width, 4), round(y0 / height, 4), round(x1 / width, 4), round(y1 / height, 4)]
