"""Live: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.link_answer import LinkAnswer
from ...models.link_wish import LinkWish
from ...types import UNSET, File, Unset


class LiveCalls:
    """What the API does with live; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def make_live_link(
        self,
        camera_id: str,
        *,
        body: LinkWish,
    ) -> LinkAnswer:
        """Make an address with which a player can watch a camera for a while, without a session.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/live/{camera_id}/link".format(
            camera_id=quote(str(camera_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = LinkAnswer.from_dict(response.json())

            return response_200
