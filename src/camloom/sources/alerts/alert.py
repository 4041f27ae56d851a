"""One message of a camera about what it noticed, whatever the make."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class AlertState(StrEnum):
    """What a message says of its alert."""

    ACTIVE = "active"
    OVER = "over"
    PULSE = "pulse"
    """It happened, and that is all."""
    HEARTBEAT = "heartbeat"
    """Nothing happened; the camera is there."""


@dataclass(frozen=True, slots=True)
class CameraAlert:
    """One message.

    Attributes:
        kind: the camera's own name of it, such as `VMD` or `CrossLineDetection`.
        channel: from 1.
        description: in the camera's words, on one line.
    """

    state: AlertState
    kind: str = ""
    channel: int = 1
    description: str = ""

    @property
    def reason(self) -> str:
        """What it is about, in the words of Camloom; the camera's own name in small letters where there is none."""
        return _WORDS.get(self.kind.lower(), self.kind.lower())


class AlertParser(Protocol):
    """Finds messages in the bytes of a stream, wherever these are cut."""

    def feed(self, piece: bytes) -> list[CameraAlert]:
        """Take the next bytes; return the messages that are complete with them. Whatever comes, it never raises."""


# Names that makers use for the same thing.
_WORDS = {
    "vmd": "motion",
    "videomotion": "motion",
    "smartmotionhuman": "motion",
    "smartmotionvehicle": "motion",
    "linedetection": "line",
    "crosslinedetection": "line",
    "fielddetection": "intrusion",
    "crossregiondetection": "intrusion",
    "regionentrance": "region-entered",
    "regionexiting": "region-left",
    "loitering": "loitering",
    "wanderdetection": "loitering",
    "unattendedbaggage": "left-object",
    "leftdetection": "left-object",
    "attendedbaggage": "removed-object",
    "takenawaydetection": "removed-object",
    "shelteralarm": "covered",
    "tamperdetection": "covered",
    "videoblind": "covered",
    "videoloss": "video-loss",
    "scenechangedetection": "moved",
    "scenechange": "moved",
    "defocus": "blurred",
    "videounfocus": "blurred",
    "io": "input",
    "alarmlocal": "input",
    "pir": "pir",
    "diskfull": "disk-full",
    "diskerror": "disk-fault",
    "storagefailure": "disk-fault",
    "illaccess": "wrong-login",
    "illegallogin": "wrong-login",
    "loginfailure": "wrong-login",
}
