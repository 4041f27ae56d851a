"""Events and results as plain data: what leaves the process as JSON."""

import json
import math
from datetime import UTC, datetime
from typing import Any

from camloom.detections import Attribute
from camloom.event import Event, EventObject, FrameResult, Gate

EVENT_SCHEMA = "camloom.event/1"
FRAME_SCHEMA = "camloom.frame/1"


def event_to_dict(event: Event) -> dict[str, Any]:
    """Return an event as plain data; boxes in px of the source frame, times in UTC and in stream seconds."""
    return {
        "schema": EVENT_SCHEMA,
        "id": event.id,
        "type": event.type,
        "source_id": event.source_id,
        "rule_id": event.rule_id,
        "phase": str(event.phase),
        "incident_id": event.incident_id,
        "occurred_at": iso_utc(event.occurred_at),
        "pts_s": _number(event.pts_s, 3),
        "track_ids": [int(track_id) for track_id in event.track_ids],
        "objects": [_object_to_dict(item) for item in event.objects],
        "zone": event.zone,
        "direction": event.direction,
        "value": None if event.value is None else _number(event.value, 3),
        "unit": event.unit,
        "why": [_gate_to_dict(gate) for gate in event.why],
        "media": dict(event.media),
        **({"detail": event.detail} if event.detail else {}),
        **({"reason": event.reason} if event.reason else {}),
        **_alarm_to_dict(event),
    }


def frame_to_dict(result: FrameResult) -> dict[str, Any]:
    """Return the tracks of one analysed frame as plain data."""
    frame, tracks = result.frame, result.tracks
    read = tracks.attributes or ((),) * len(tracks)
    rows = zip(tracks.track_id.tolist(), tracks.confidence.tolist(), tracks.xyxy.tolist(), read, strict=True)
    return {
        "schema": FRAME_SCHEMA,
        "source_id": frame.source_id,
        "frame": frame.index,
        "captured_at": iso_utc(frame.captured_at),
        "pts_s": _number(frame.pts_s, 3),
        "objects": [
            {"track_id": track_id, "class_name": tracks.name_of(row), **_sighting(confidence, xyxy, attributes)}
            for row, (track_id, confidence, xyxy, attributes) in enumerate(rows)
        ],
    }


def to_json(document: dict[str, Any]) -> str:
    """Return a document as one line of JSON (RFC 8259: no NaN), without the newline."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def iso_utc(moment: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _alarm_to_dict(event: Event) -> dict[str, Any]:
    """Return what a template said of it; nothing where a plain rule spoke."""
    if not event.template:
        return {}
    stage = {"stage": event.stage} if event.stage else {}
    told = {"template": event.template, "name": dict(event.name), "severity": event.severity, **stage}
    return {**told, "count": event.count, "ongoing": event.ongoing, "change": str(event.change)}


def _object_to_dict(item: EventObject) -> dict[str, Any]:
    return {
        "track_id": int(item.track_id),
        "class_name": item.class_name,
        **_sighting(item.confidence, item.xyxy, item.attributes),
    }


def _sighting(confidence: float, xyxy: Any, attributes: tuple[Attribute, ...]) -> dict[str, Any]:
    seen: dict[str, Any] = {"confidence": _number(confidence, 3), "xyxy_px": [_number(value, 1) for value in xyxy]}
    # Only where a model reads crops: other documents stay as short as they were.
    return seen | {"attributes": [_attribute_to_dict(one) for one in attributes]} if attributes else seen


def _attribute_to_dict(attribute: Attribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "value": attribute.value,
        "confidence": _number(attribute.confidence, 3),
        "model": attribute.model,
    }


def _gate_to_dict(gate: Gate) -> dict[str, Any]:
    return {
        "name": gate.name,
        "value": _number(gate.value, 3),
        "threshold": _number(gate.threshold, 3),
        "margin": _number(gate.margin, 3),
        "unit": gate.unit,
    }


def _number(value: float, digits: int) -> float | None:
    """Round, also a numpy number; JSON has no NaN and no infinity."""
    number = float(value)
    return round(number, digits) if math.isfinite(number) else None
