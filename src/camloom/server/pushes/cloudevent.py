"""The document that machines get: a CloudEvent 1.0 in JSON."""

import base64
import json
from typing import Any

from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, moment_header
from camloom.server.pushes.texts import name_of, text_of, title_of

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
_PREFIX = "org.camloom.alarm"


def cloud_event(message: Message, around: Around, *, picture: bytes | None = None) -> bytes:
    """Return the document of a message; `id` is its idempotency key."""
    alarm = message.alarm
    document = {
        "specversion": "1.0",
        "id": message.key,
        "type": f"{_PREFIX}.{'test' if message.test else message.change.value}",
        "source": f"/hosts/{alarm.host_id}/cameras/{alarm.camera_id}",
        "subject": alarm.id,
        "time": moment_header(message.at),
        "datacontenttype": "application/json",
        "data": _data(message, around, picture),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _data(message: Message, around: Around, picture: bytes | None) -> dict[str, Any]:
    data = {
        **message.alarm.model_dump(mode="json"),
        "change": message.change.value,
        "test": message.test,
        "link": around.link(message),
        "label": name_of(message),
        "title": title_of(message),
        "text": text_of(message, around.zone(), around.link(message)),
    }
    if picture is not None:
        kind = "image/png" if picture.startswith(b"\x89PNG") else "image/jpeg"
        data["picture"] = {"content_type": kind, "base64": base64.b64encode(picture).decode()}
    return data
