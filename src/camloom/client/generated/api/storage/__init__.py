"""Storage: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.camera_storage import CameraStorage
from ...models.retention import Retention
from ...models.storage_view import StorageView
from ...types import UNSET, File, Unset


class StorageCalls:
    """What the API does with storage; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_storage(
        self,
    ) -> StorageView:
        """Return how long things are kept and how much room there is.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/storage"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = StorageView.from_dict(response.json())

            return response_200

    def list_camera_storage(
        self,
    ) -> list[CameraStorage]:
        """Return what the pictures and clips of each camera take, as it was last counted; empty: it has not been yet.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/storage/cameras"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = CameraStorage.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def set_retention(
        self,
        *,
        body: Retention,
    ) -> Retention:
        """Say how long things are kept; it holds from the next time on that somebody looks, within ten minutes.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/storage/retention"
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = Retention.from_dict(response.json())

            return response_200
