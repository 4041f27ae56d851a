"""Mail: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.mail_account import MailAccount
from ...models.mail_test import MailTest
from ...types import UNSET, File, Unset


class MailCalls:
    """What the API does with mail; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_mail_account(
        self,
    ) -> MailAccount | None:
        """Return the mail server; the password is a mask.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/mail"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):

            def _parse_response_200(data: object) -> MailAccount | None:
                if data is None:
                    return data
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    response_200_type_0 = MailAccount.from_dict(data)

                    return response_200_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(MailAccount | None, data)

            response_200 = _parse_response_200(response.json())

            return response_200

    def set_mail_account(
        self,
        *,
        body: MailAccount,
    ) -> MailAccount | None:
        """Say by which mail server mail is sent.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/mail"
        response = self._transport.send("put", _path, **_kwargs)
        with understood(response):

            def _parse_response_200(data: object) -> MailAccount | None:
                if data is None:
                    return data
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    response_200_type_0 = MailAccount.from_dict(data)

                    return response_200_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(MailAccount | None, data)

            response_200 = _parse_response_200(response.json())

            return response_200

    def test_mail_account(
        self,
        *,
        body: MailTest,
    ) -> None:
        """Send a mail to see whether it arrives.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/mail/test"
        self._transport.send("post", _path, **_kwargs)
