"""Health: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.trouble_out_page import TroubleOutPage
from ...types import UNSET, File, Unset


class HealthCalls:
    """What the API does with health; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_troubles(
        self,
    ) -> TroubleOutPage:
        """Return what keeps the server from its work at the moment; empty: nothing.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/troubles"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = TroubleOutPage.from_dict(response.json())

            return response_200
