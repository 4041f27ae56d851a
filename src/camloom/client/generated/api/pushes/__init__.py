"""Pushes: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.list_push_deliveries_state_type_0_item import (
    ListPushDeliveriesStateType0Item,
    check_list_push_deliveries_state_type_0_item,
)
from ...models.push_delivery_detail import PushDeliveryDetail
from ...models.push_delivery_page import PushDeliveryPage
from ...models.push_form import PushForm
from ...models.push_health import PushHealth
from ...models.push_kind_answer import PushKindAnswer
from ...models.push_target import PushTarget
from ...models.push_test import PushTest
from ...models.push_trial import PushTrial
from ...models.replay import Replay
from ...models.replayed import Replayed
from ...types import UNSET, File, Unset


class PushesCalls:
    """What the API does with pushes; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_pushes(
        self,
    ) -> list[PushTarget]:
        """Return all targets.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = PushTarget.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def create_push(
        self,
        *,
        body: PushForm,
    ) -> PushTarget:
        """Make a target.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/pushes"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = PushTarget.from_dict(response.json())

            return response_201

    def list_push_health(
        self,
    ) -> list[PushHealth]:
        """Return how each target is, without its settings.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/health"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = PushHealth.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def list_push_kinds(
        self,
    ) -> list[PushKindAnswer]:
        """Return all kinds of targets with their forms.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/kinds"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = PushKindAnswer.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def try_push(
        self,
        *,
        body: PushTrial,
    ) -> PushTest:
        """Send a message that says that it is a test, by settings that are not kept yet.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/pushes/test"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = PushTest.from_dict(response.json())

            return response_200

    def get_push(
        self,
        push_id: str,
    ) -> PushTarget:
        """Return a target.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/{push_id}".format(
            push_id=quote(str(push_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = PushTarget.from_dict(response.json())

            return response_200

    def change_push(
        self,
        push_id: str,
        *,
        body: PushForm,
    ) -> PushTarget:
        """Write a target anew.

        What waits is sent as the new settings say.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/pushes/{push_id}".format(
            push_id=quote(str(push_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = PushTarget.from_dict(response.json())

            return response_200

    def delete_push(
        self,
        push_id: str,
    ) -> None:
        """Remove a target and all that waits for it.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/{push_id}".format(
            push_id=quote(str(push_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def list_push_deliveries(
        self,
        push_id: str,
        *,
        state: list[ListPushDeliveriesStateType0Item] | None | Unset = UNSET,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> PushDeliveryPage:
        """Return what was, or is to be, told to a target: newest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_state: list[str] | None | Unset
        if isinstance(state, Unset):
            json_state = UNSET
        elif isinstance(state, list):
            json_state = []
            for state_type_0_item_data in state:
                state_type_0_item: str = state_type_0_item_data
                json_state.append(state_type_0_item)

        else:
            json_state = state
        params["state"] = json_state

        params["limit"] = limit

        json_after: None | str | Unset
        if isinstance(after, Unset):
            json_after = UNSET
        else:
            json_after = after
        params["after"] = json_after

        params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

        _kwargs: dict[str, Any] = {}
        _kwargs["params"] = params
        _path = "/api/v1/pushes/{push_id}/deliveries".format(
            push_id=quote(str(push_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = PushDeliveryPage.from_dict(response.json())

            return response_200

    def get_push_delivery(
        self,
        push_id: str,
        delivery_id: str,
    ) -> PushDeliveryDetail:
        """Return what is told to a target, word for word.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/{push_id}/deliveries/{delivery_id}".format(
            push_id=quote(str(push_id), safe=""),
            delivery_id=quote(str(delivery_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = PushDeliveryDetail.from_dict(response.json())

            return response_200

    def replay_push(
        self,
        push_id: str,
        *,
        body: Replay,
    ) -> Replayed:
        """Send the deliveries of a span again, under the same keys: who has them already takes them for what they are.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/pushes/{push_id}/replay".format(
            push_id=quote(str(push_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = Replayed.from_dict(response.json())

            return response_200

    def retry_push(
        self,
        push_id: str,
    ) -> None:
        """Try the next delivery at once, whatever pause it has.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/{push_id}/retry".format(
            push_id=quote(str(push_id), safe=""),
        )
        self._transport.send("post", _path, **_kwargs)

    def test_push(
        self,
        push_id: str,
    ) -> PushTest:
        """Send a message now that says that it is a test, and return what became of it.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/pushes/{push_id}/test".format(
            push_id=quote(str(push_id), safe=""),
        )
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = PushTest.from_dict(response.json())

            return response_200
