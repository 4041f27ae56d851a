"""The picture of an alarm, for those who take pictures."""

from sqlalchemy import Connection, case, select

from camloom.errors import ServerError
from camloom.server.business import MediaPlace
from camloom.server.database import Database
from camloom.server.database.tables import media
from camloom.server.pushes.message import Message

MAX_BYTES = 4 << 20


class Pictures:
    """Finds and reads pictures."""

    def __init__(self, database: Database, place: MediaPlace) -> None:
        self._database, self._place = database, place

    def __call__(self, message: Message) -> bytes | None:
        """Return the picture of a message; None: there is none."""
        if message.test:
            return None
        with self._database.read() as connection:
            picture_id = message.picture_id
            if picture_id is None:
                picture_id = picture_of(connection, message.alarm.id, message.alarm.event.id)
            wanted = select(media.c.key, media.c.size_bytes).where(media.c.id == picture_id, media.c.state == "there")
            found = connection.execute(wanted).first()
        if found is None:
            return None
        try:
            return b"".join(self._place.read(found.key, 0, found.size_bytes))
        except ServerError:
            return None


def picture_of(connection: Connection, alarm_id: str | None, event_id: str) -> str:
    """Return the id of the picture of an alarm's most telling event, else its newest; empty: none of usual size."""
    told = case((media.c.event_id == event_id, 0), else_=1)
    wanted = select(media.c.id).where(
        media.c.alarm_id == alarm_id, media.c.kind == "picture", media.c.state == "there",
        media.c.size_bytes.between(1, MAX_BYTES),
    )  # fmt: skip
    return connection.execute(wanted.order_by(told, media.c.created_at.desc()).limit(1)).scalar() or ""
