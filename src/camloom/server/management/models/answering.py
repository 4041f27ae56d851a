"""What goes to a host to be looked at, and what it answers: a picture, a document."""

import base64
import binascii
import io
from typing import Any, TypeVar

from PIL import Image
from pydantic import BaseModel, ValidationError

from camloom.server.access import Principal
from camloom.server.management.cameras.finding import snapshot_of
from camloom.server.management.cameras.maps import drawn_anew
from camloom.server.management.desk import Desk
from camloom.server.management.models.bodies import TryOn
from camloom.server.web import RefusedError

_MOST_PX = 1920
_Told = TypeVar("_Told", bound=BaseModel)


def picture_to_try(desk: Desk, principal: Principal, try_on: TryOn) -> str:
    """Return the picture to try on, as base64; empty: a sample. RefusedError: it is none, or cannot be had."""
    if try_on.camera_id:
        return base64.b64encode(snapshot_of(desk, principal, try_on.camera_id)).decode()
    if not try_on.picture:
        return ""
    try:
        given = base64.b64decode(try_on.picture, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedError(422, "not-a-picture", "the picture is no base64", "Send a PNG or JPEG in base64") from None
    small = Image.open(io.BytesIO(drawn_anew(given)[0])).convert("RGB")
    small.thumbnail((_MOST_PX, _MOST_PX))
    written = io.BytesIO()
    small.save(written, "JPEG", quality=90)
    return base64.b64encode(written.getvalue()).decode()


def read_answer(kind: type[_Told], found: dict[str, Any]) -> _Told:
    """Return what a host answered. RefusedError (502): it is nothing of the kind."""
    try:
        return kind.model_validate(found)
    except ValidationError:
        hint = "Its version may be another one than the server's"
        raise RefusedError(502, "host-garbled", "the answer of the host cannot be read", hint) from None
