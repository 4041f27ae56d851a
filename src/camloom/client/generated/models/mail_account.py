from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.mail_account_security import MailAccountSecurity, check_mail_account_security
from ..types import UNSET, Unset

T = TypeVar("T", bound="MailAccount")


@_attrs_define
class MailAccount:
    """A mail server and who we are there.

    Attributes:
        security: `starttls` and `tls` check whose certificate it is.
        user: empty: it asks nobody who they are.
        password: shown as a mask; the mask, sent back for the same server and user, keeps it.

        Attributes:
            host (str):
            sender (str):
            password (str | Unset):  Default: ''.
            port (int | Unset):  Default: 587.
            security (MailAccountSecurity | Unset):  Default: 'starttls'.
            user (str | Unset):  Default: ''.
    """

    host: str
    sender: str
    password: str | Unset = ""
    port: int | Unset = 587
    security: MailAccountSecurity | Unset = "starttls"
    user: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        host = self.host

        sender = self.sender

        password = self.password

        port = self.port

        security: str | Unset = UNSET
        if not isinstance(self.security, Unset):
            security = self.security

        user = self.user

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "host": host,
                "sender": sender,
            }
        )
        if password is not UNSET:
            field_dict["password"] = password
        if port is not UNSET:
            field_dict["port"] = port
        if security is not UNSET:
            field_dict["security"] = security
        if user is not UNSET:
            field_dict["user"] = user

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        host = d.pop("host")

        sender = d.pop("sender")

        password = d.pop("password", UNSET)

        port = d.pop("port", UNSET)

        _security = d.pop("security", UNSET)
        security: MailAccountSecurity | Unset
        if isinstance(_security, Unset):
            security = UNSET
        else:
            security = check_mail_account_security(_security)

        user = d.pop("user", UNSET)

        mail_account = cls(
            host=host,
            sender=sender,
            password=password,
            port=port,
            security=security,
            user=user,
        )

        return mail_account
