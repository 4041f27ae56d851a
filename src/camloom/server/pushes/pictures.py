"""The picture of an alarm, for those who take pictures."""

from sqlalchemy import case, select

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
        """Return the picture of an alarm's most telling event, else its newest; None: there is none of usual size."""
        if message.test:
            return None
        told = case((media.c.event_id == message.alarm.event.id, 0), else_=1)
        wanted = select(media.c.key, media.c.size_bytes).where(
            media.c.alarm_id == message.alarm.id, media.c.kind == "picture", media.c.state == "there"
        )
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(told, media.c.created_at.desc()).limit(1)).first()
        if found is None or not 0 < found.size_bytes <= MAX_BYTES:
            return None
        try:
            return b"".join(self._place.read(found.key, 0, found.size_bytes))
        except ServerError:
            return None
