"""Access: see docs/api.md."""

import datetime
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from camloom.client.transport import Transport, understood

from ...models.account import Account
from ...models.account_change import AccountChange
from ...models.account_page import AccountPage
from ...models.audit_entry_page import AuditEntryPage
from ...models.group import Group
from ...models.group_change import GroupChange
from ...models.group_page import GroupPage
from ...models.key_page import KeyPage
from ...models.logged_out import LoggedOut
from ...models.login_request import LoginRequest
from ...models.login_session import LoginSession
from ...models.made_key import MadeKey
from ...models.me import Me
from ...models.me_change import MeChange
from ...models.new_account import NewAccount
from ...models.new_group import NewGroup
from ...models.new_key import NewKey
from ...models.new_password import NewPassword
from ...models.oidc_info import OidcInfo
from ...models.oidc_return import OidcReturn
from ...models.oidc_way import OidcWay
from ...models.password_change import PasswordChange
from ...models.person_page import PersonPage
from ...models.reset_request import ResetRequest
from ...models.setup_request import SetupRequest
from ...types import UNSET, File, Unset


class AccessCalls:
    """What the API does with access; each method is one operation of it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list_accounts(
        self,
        *,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> AccountPage:
        """List all accounts, the oldest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

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
        _path = "/api/v1/accounts"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = AccountPage.from_dict(response.json())

            return response_200

    def create_account(
        self,
        *,
        body: NewAccount,
    ) -> Account:
        """Make an account.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/accounts"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = Account.from_dict(response.json())

            return response_201

    def get_account(
        self,
        account_id: str,
    ) -> Account:
        """Return an account.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/accounts/{account_id}".format(
            account_id=quote(str(account_id), safe=""),
        )
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = Account.from_dict(response.json())

            return response_200

    def delete_account(
        self,
        account_id: str,
    ) -> None:
        """Remove an account with its sessions and keys; what it did stays in the log.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/accounts/{account_id}".format(
            account_id=quote(str(account_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def change_account(
        self,
        account_id: str,
        *,
        body: AccountChange,
    ) -> Account:
        """Change an account; it holds from the next request of that person on.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/accounts/{account_id}".format(
            account_id=quote(str(account_id), safe=""),
        )
        response = self._transport.send("patch", _path, **_kwargs)
        with understood(response):
            response_200 = Account.from_dict(response.json())

            return response_200

    def set_account_password(
        self,
        account_id: str,
        *,
        body: NewPassword,
    ) -> None:
        """Give somebody a new password; the sessions of that account end.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/accounts/{account_id}/password".format(
            account_id=quote(str(account_id), safe=""),
        )
        self._transport.send("put", _path, **_kwargs)

    def list_audit(
        self,
        *,
        account_id: None | str | Unset = UNSET,
        action: None | str | Unset = UNSET,
        object_kind: None | str | Unset = UNSET,
        object_id: None | str | Unset = UNSET,
        since: datetime.datetime | None | Unset = UNSET,
        until: datetime.datetime | None | Unset = UNSET,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> AuditEntryPage:
        """List what was done, the newest first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

        json_account_id: None | str | Unset
        if isinstance(account_id, Unset):
            json_account_id = UNSET
        else:
            json_account_id = account_id
        params["account_id"] = json_account_id

        json_action: None | str | Unset
        if isinstance(action, Unset):
            json_action = UNSET
        else:
            json_action = action
        params["action"] = json_action

        json_object_kind: None | str | Unset
        if isinstance(object_kind, Unset):
            json_object_kind = UNSET
        else:
            json_object_kind = object_kind
        params["object_kind"] = json_object_kind

        json_object_id: None | str | Unset
        if isinstance(object_id, Unset):
            json_object_id = UNSET
        else:
            json_object_id = object_id
        params["object_id"] = json_object_id

        json_since: None | str | Unset
        if isinstance(since, Unset):
            json_since = UNSET
        elif isinstance(since, datetime.datetime):
            json_since = since.isoformat()
        else:
            json_since = since
        params["since"] = json_since

        json_until: None | str | Unset
        if isinstance(until, Unset):
            json_until = UNSET
        elif isinstance(until, datetime.datetime):
            json_until = until.isoformat()
        else:
            json_until = until
        params["until"] = json_until

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
        _path = "/api/v1/audit"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = AuditEntryPage.from_dict(response.json())

            return response_200

    def list_groups(
        self,
        *,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> GroupPage:
        """List the groups that the caller sees.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

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
        _path = "/api/v1/groups"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = GroupPage.from_dict(response.json())

            return response_200

    def create_group(
        self,
        *,
        body: NewGroup,
    ) -> Group:
        """Make a group.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/groups"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = Group.from_dict(response.json())

            return response_201

    def delete_group(
        self,
        group_id: str,
    ) -> None:
        """Remove a group that is empty.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/groups/{group_id}".format(
            group_id=quote(str(group_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def change_group(
        self,
        group_id: str,
        *,
        body: GroupChange,
    ) -> Group:
        """Rename or move a group.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/groups/{group_id}".format(
            group_id=quote(str(group_id), safe=""),
        )
        response = self._transport.send("patch", _path, **_kwargs)
        with understood(response):
            response_200 = Group.from_dict(response.json())

            return response_200

    def list_keys(
        self,
        *,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> KeyPage:
        """List one's own keys; an administrator's list has everybody's.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

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
        _path = "/api/v1/keys"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = KeyPage.from_dict(response.json())

            return response_200

    def create_key(
        self,
        *,
        body: NewKey,
    ) -> MadeKey:
        """Make a key for oneself.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/keys"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = MadeKey.from_dict(response.json())

            return response_201

    def delete_key(
        self,
        key_id: str,
    ) -> None:
        """End a key at once.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/keys/{key_id}".format(
            key_id=quote(str(key_id), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def login(
        self,
        *,
        body: LoginRequest,
    ) -> Me:
        """Log in with name and password; the session is a cookie.

        Failures look alike and soon slow down.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/login"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = Me.from_dict(response.json())

            return response_200

    def logout(
        self,
    ) -> LoggedOut:
        """End the session.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/logout"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = LoggedOut.from_dict(response.json())

            return response_200

    def get_me(
        self,
    ) -> Me:
        """Tell who is logged in.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/me"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = Me.from_dict(response.json())

            return response_200

    def change_me(
        self,
        *,
        body: MeChange,
    ) -> Me:
        """Change what is one's own: the language.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/me"
        response = self._transport.send("patch", _path, **_kwargs)
        with understood(response):
            response_200 = Me.from_dict(response.json())

            return response_200

    def change_password(
        self,
        *,
        body: PasswordChange,
    ) -> None:
        """Change one's own password; all other sessions of the account end.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/me/password"
        self._transport.send("post", _path, **_kwargs)

    def list_my_sessions(
        self,
    ) -> list[LoginSession]:
        """List the sessions of one's own account, the last used first.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/me/sessions"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = []
            _response_200 = response.json()
            for response_200_item_data in _response_200:
                response_200_item = LoginSession.from_dict(response_200_item_data)

                response_200.append(response_200_item)

            return response_200

    def end_other_sessions(
        self,
    ) -> None:
        """End all sessions of one's own account but this.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/me/sessions"
        self._transport.send("delete", _path, **_kwargs)

    def end_my_session(
        self,
        name: str,
    ) -> None:
        """End one session of one's own account.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/me/sessions/{name}".format(
            name=quote(str(name), safe=""),
        )
        self._transport.send("delete", _path, **_kwargs)

    def get_oidc(
        self,
    ) -> OidcInfo:
        """Tell whether one can log in by an identity provider.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/oidc"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = OidcInfo.from_dict(response.json())

            return response_200

    def begin_oidc(
        self,
    ) -> OidcWay:
        """Begin to log in by the identity provider; it sends the browser back to `/oidc` of the console.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        _kwargs: dict[str, Any] = {}
        _path = "/api/v1/oidc/begin"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = OidcWay.from_dict(response.json())

            return response_200

    def finish_oidc(
        self,
        *,
        body: OidcReturn,
    ) -> Me:
        """Log in with what the identity provider sent the browser back with.

        Works once.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/oidc/finish"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = Me.from_dict(response.json())

            return response_200

    def list_people(
        self,
        *,
        limit: int | Unset = 50,
        after: None | str | Unset = UNSET,
    ) -> PersonPage:
        """List the names of all active accounts.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """

        params: dict[str, Any] = {}

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
        _path = "/api/v1/people"
        response = self._transport.send("get", _path, **_kwargs)
        with understood(response):
            response_200 = PersonPage.from_dict(response.json())

            return response_200

    def reset_password(
        self,
        *,
        body: ResetRequest,
    ) -> Me:
        """Set a new password by a link and log in; all sessions of the account end.

        A link works once.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/reset"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_200 = Me.from_dict(response.json())

            return response_200

    def setup(
        self,
        *,
        body: SetupRequest,
    ) -> Me:
        """Make the first account and log in as it.

        Works once, with the link that the first start prints.

        Raises:
            ClientError: it was refused, the server did not answer, or not so that it could be understood.
        """
        headers: dict[str, Any] = {}

        _kwargs: dict[str, Any] = {}
        _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
        _kwargs["headers"] = headers
        _path = "/api/v1/setup"
        response = self._transport.send("post", _path, **_kwargs)
        with understood(response):
            response_201 = Me.from_dict(response.json())

            return response_201
