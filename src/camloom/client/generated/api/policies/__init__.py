"""Policies: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.policy import Policy
from ...models.policy_form import PolicyForm
from ...models.policy_order import PolicyOrder
from ...types import UNSET, File, Unset


class PoliciesCalls:
    """What the API does with policies; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_policies(
        self,
    ) -> list[Policy]:
        """Return all policies in the order in which they are asked.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/policies"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = Policy.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def create_policy(
        self,
        *,
        body: PolicyForm,
    ) -> Policy:
        """Put a policy behind all others.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/policies"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = Policy.from_dict(response.json())

            return response_201

    def reorder_policies(
        self,
        *,
        body: PolicyOrder,
    ) -> list[Policy]:
        """Give all policies their places.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/policies/order"
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = Policy.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def change_policy(
        self,
        policy_id: str,
        *,
        body: PolicyForm,
    ) -> Policy:
        """Write a policy anew.

        Alarms that are there already stay as they were decided.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/policies/{policy_id}".format(
            policy_id=quote(str(policy_id), safe=""),
        )
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):
            response_200 = Policy.from_dict(response.json())

            return response_200

    def delete_policy(
        self,
        policy_id: str,
    ) -> None:
        """Remove a policy.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/policies/{policy_id}".format(
            policy_id=quote(str(policy_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)
