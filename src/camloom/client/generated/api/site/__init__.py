"""Site: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.site_in import SiteIn
from ...models.site_out import SiteOut
from ...types import UNSET, File, Unset


class SiteCalls:
    """What the API does with site; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_site(
        self,
    ) -> SiteOut:
        """Show what holds for the whole site.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/site"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = SiteOut.from_dict(response.json())

            return response_200

    def change_site(
        self,
        *,
        body: SiteIn,
    ) -> SiteOut:
        """Set the clock of the site.

        Schedules go by it at once; days of reports are counted anew within minutes.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/site"
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = SiteOut.from_dict(response.json())

            return response_200
