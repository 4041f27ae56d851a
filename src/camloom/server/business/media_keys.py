"""The keys of pictures and clips: when they came, whose they are; so what a camera takes is summed without a join."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from camloom.server.access import Principal
from camloom.server.database.tables import camera, media, setting
from camloom.server.web import Answer

SHARES = "storage.cameras"
"""Key of the setting that says what each camera took when somebody last looked."""

_NOBODYS = "unknown"
_CLIP = "clip"
_DAY_CHARS, _ID_CHARS = len("2026/11/01/"), 26


class CameraStorage(Answer):
    """What the pictures and clips of a camera take."""

    camera_id: str
    picture_bytes: int
    clip_bytes: int


def media_key(day: datetime, camera_id: str | None, event_id: str, kind: str, ending: str) -> str:
    """Return the key of a picture or clip: by day, so that a day can be taken away as a whole."""
    return f"{day:%Y/%m/%d}/{camera_id or _NOBODYS}/{event_id}-{kind}.{ending}"


def count_shares(connection: Connection) -> dict[str, list[int]]:
    """Return what each camera takes: bytes of pictures, bytes of clips. It looks at all that there is."""
    whose = func.substr(media.c.key, _DAY_CHARS + 1, _ID_CHARS).label("camera_id")
    is_clip = (media.c.kind == _CLIP).label("is_clip")
    wanted = select(whose, is_clip, func.sum(media.c.size_bytes).label("size_bytes"))
    wanted = wanted.where(media.c.state == "there", ~whose.startswith(f"{_NOBODYS}/"))
    found: dict[str, list[int]] = {}
    for row in connection.execute(wanted.group_by(whose, is_clip)):
        found.setdefault(row.camera_id, [0, 0])[bool(row.is_clip)] = int(row.size_bytes)
    return found


def shares_of(connection: Connection, principal: Principal) -> list[CameraStorage]:
    """Return what each camera took when it was last counted, of those that somebody may see; nothing of it: 0."""
    kept = connection.execute(select(setting.c.value).where(setting.c.key == SHARES)).scalar()
    if not isinstance(kept, dict):
        return []
    wanted = select(camera.c.id).where(principal.scope(camera.c.camera_group_id)).order_by(camera.c.id)
    return [
        CameraStorage(camera_id=camera_id, picture_bytes=pictures, clip_bytes=clips)
        for camera_id in connection.scalars(wanted)
        for pictures, clips in [kept.get(camera_id, (0, 0))]
    ]
