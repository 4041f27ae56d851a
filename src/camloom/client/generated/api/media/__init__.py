"""Media: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...types import UNSET, File, FileTypes, Unset


class MediaCalls:
    """What the API does with media; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_media(
        self,
        media_id: str,
    ) -> bytes:
        """Return a picture or clip, or the part of it that `Range` asks for.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/media/{media_id}".format(
            media_id=quote(str(media_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        return response.content
