"""The document that machines get: a CloudEvent 1.0 in JSON."""

import base64
import json
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from camloom.server.business.hooks import AlarmChange
from camloom.server.pushes.message import AlarmFacts, Message
from camloom.server.pushes.seam import Around, moment_header
from camloom.server.pushes.texts import name_of, text_of, title_of

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
_PREFIX = "org.camloom.alarm"


class PushedPicture(BaseModel):
    """The picture of an alarm, for receivers that want it in the document."""

    content_type: Literal["image/jpeg", "image/png"]
    base64: str


class PushedAlarm(AlarmFacts):
    """An alarm as it is pushed.

    Attributes:
        test: sent by a person to see whether it arrives.
        link: to the alarm in the console; empty: nobody knows where that is.
        label: what it is called, in the language of the target; title and text: of a message, too.
        picture: left out of targets that do not want it.
    """

    change: AlarmChange
    test: bool
    link: str
    label: str
    title: str
    text: str
    picture: PushedPicture | None = None


class PushedEvent(BaseModel):
    """What programs are pushed: a CloudEvent.

    Attributes:
        id: the same for every attempt; who honours it takes the event once.
        type: `org.camloom.alarm.` and the change, or `test`.
        subject: id of the alarm.
        time: when the alarm changed.
    """

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"]
    id: str
    type: str
    source: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"]
    data: PushedAlarm


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
