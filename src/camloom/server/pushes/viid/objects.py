"""An alarm as objects of GA/T 1400: faces, persons, motor vehicles, others, and the picture."""

import base64
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from camloom.server.pushes.message import Message
from camloom.server.pushes.texts import name_of, text_of

_SCENE = "14"
_AUTOMATIC = 1
_ZONE = ZoneInfo("Asia/Shanghai")  # the standard's clock, wherever the site is


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of object.

    Attributes:
        path: that takes it.
        name: of an object in documents.
        id_name: of its id.
        code: in ids.
        subscribed: its class in a subscription.
        appear, gone: names of the times at which it came and went.
    """

    path: str
    name: str
    id_name: str
    code: str
    subscribed: str
    appear: str
    gone: str

    @property
    def list_name(self) -> str:
        """The name of a list of them."""
        return f"{self.name}ListObject"


FACE = Family("Faces", "Face", "FaceID", "06", "12", "FaceAppearTime", "FaceDisAppearTime")
PERSON = Family("Persons", "Person", "PersonID", "01", "11", "PersonAppearTime", "PersonDisAppearTime")
MOTOR = Family("MotorVehicles", "MotorVehicle", "MotorVehicleID", "02", "13", "PassTime", "DisappearTime")
OTHER = Family("NonMotorVehicles", "NonMotorVehicle", "NonMotorVehicleID", "03", "14", "AppearTime", "DisAppearTime")
FAMILIES = (FACE, PERSON, MOTOR, OTHER)
_CLASSES = {
    "face": FACE,
    **dict.fromkeys(("person", "pedestrian", "worker", "people"), PERSON),
    **dict.fromkeys(("car", "truck", "bus", "van", "vehicle", "motor_vehicle"), MOTOR),
    **dict.fromkeys(("bicycle", "motorcycle", "motorbike", "tricycle", "ebike", "rider"), OTHER),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """An alarm of a camera, as far as it is the same for all its objects.

    Attributes:
        device_id: of the camera, 20 digits.
        image_id: of the picture, 41 digits; the same each time it is asked for.
    """

    message: Message
    device_id: str
    image_id: str
    picture: bytes | None


def scene_of(message: Message, device_id: str, picture: bytes | None) -> Scene:
    """Return the scene of a message."""
    number = zlib.crc32(message.key.encode()) % 100_000
    return Scene(message, device_id, f"{device_id}02{_time(message.alarm.began_at)}{number:05}", picture)


def objects_of(scene: Scene) -> dict[Family, list[dict[str, Any]]]:
    """Return the objects of a scene, by their family; what the standard has no word for is left out."""
    found: dict[Family, list[dict[str, Any]]] = {}
    for number, (family, seen) in enumerate(_known(scene.message.alarm.event.objects), 1):
        found.setdefault(family, []).append(_object(scene, family, seen, number))
    return found


def image_of(scene: Scene, zone: ZoneInfo) -> dict[str, Any]:
    """Return the picture of a scene as an object of its own: all that the standard can take of any other alarm."""
    message = scene.message
    info = {
        "ImageID": scene.image_id,
        "InfoKind": _AUTOMATIC,
        "ImageSource": "99",
        "DeviceID": scene.device_id,
        "FileFormat": "Jpeg",
        "ShotTime": _time(message.alarm.began_at),
        "Title": name_of(message)[:128],
        "ContentDescription": text_of(message, zone, "")[:1024],
        **_size(scene.picture),
    }
    return {"ImageInfo": info, "Data": _data(scene.picture)}


def _known(objects: tuple[Any, ...]) -> Iterator[tuple[Family, Mapping[str, Any]]]:
    for one in objects:
        family = _CLASSES.get(str(one.get("class_name", "")).lower()) if isinstance(one, dict) else None
        if family is not None:
            yield family, one


def _object(scene: Scene, family: Family, seen: Mapping[str, Any], number: int) -> dict[str, Any]:
    alarm = scene.message.alarm
    box = _box(seen.get("xyxy_px"))
    return {
        family.id_name: f"{scene.image_id}{family.code}{number:05}",
        "InfoKind": _AUTOMATIC,
        "SourceID": scene.image_id,
        "DeviceID": scene.device_id,
        **dict(zip(("LeftTopX", "LeftTopY", "RightBtmX", "RightBtmY"), box, strict=True)),
        "LocationMarkTime": _time(alarm.began_at),
        family.appear: _time(alarm.began_at),
        family.gone: _time(alarm.ended_at or alarm.began_at),
        **(_vehicle(seen) if family is MOTOR else {}),
        "SubImageList": {"SubImageInfoObject": [_sub_image(scene)] if scene.picture is not None else []},
    }


def _sub_image(scene: Scene) -> dict[str, Any]:
    return {
        "ImageID": scene.image_id,
        "EventSort": 4,
        "DeviceID": scene.device_id,
        "StoragePath": "",
        "Type": _SCENE,
        "FileFormat": "Jpeg",
        "ShotTime": _time(scene.message.alarm.began_at),
        **_size(scene.picture),
        "Data": _data(scene.picture),
    }


def _vehicle(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a vehicle's plate."""
    read = seen.get("attributes")
    plates = (
        [one.get("value") for one in read if isinstance(one, dict) and one.get("name") == "plate"]
        if isinstance(read, list)
        else []
    )
    plate = str(plates[0])[:15] if plates and plates[0] else ""
    return {"HasPlate": "1", "PlateNo": plate, "PlateClass": "99"} if plate else {"HasPlate": "0", "PlateClass": "99"}


def _box(value: Any) -> tuple[int, int, int, int]:
    try:
        left, top, right, bottom = (max(0, min(round(float(one)), 65_535)) for one in value)
    except (TypeError, ValueError, OverflowError):
        return 0, 0, 0, 0
    return left, top, right, bottom


def _time(moment: datetime) -> str:
    return moment.astimezone(_ZONE).strftime("%Y%m%d%H%M%S")


def _data(picture: bytes | None) -> str:
    return "" if picture is None else base64.b64encode(picture).decode()


def _size(picture: bytes | None) -> dict[str, int]:
    width, height = jpeg_size(picture or b"")
    return {"Width": width, "Height": height}


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a JPEG as its header says; 0, 0: it says nothing."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + length
    return 0, 0
