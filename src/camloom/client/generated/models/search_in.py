from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="SearchIn")


@_attrs_define
class SearchIn:
    """What to look for.

    Attributes:
        addresses: IPv4 addresses to ask directly, with a port or without.
        user, password: to log in to what is found and ask for its streams; they are kept nowhere.

        Attributes:
            addresses (list[str] | Unset):
            host_id (None | str | Unset):
            password (str | Unset):  Default: ''.
            seconds (float | Unset):  Default: 5.0.
            user (str | Unset):  Default: ''.
    """

    addresses: list[str] | Unset = UNSET
    host_id: None | str | Unset = UNSET
    password: str | Unset = ""
    seconds: float | Unset = 5.0
    user: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        addresses: list[str] | Unset = UNSET
        if not isinstance(self.addresses, Unset):
            addresses = self.addresses

        host_id: None | str | Unset
        if isinstance(self.host_id, Unset):
            host_id = UNSET
        else:
            host_id = self.host_id

        password = self.password

        seconds = self.seconds

        user = self.user

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if addresses is not UNSET:
            field_dict["addresses"] = addresses
        if host_id is not UNSET:
            field_dict["host_id"] = host_id
        if password is not UNSET:
            field_dict["password"] = password
        if seconds is not UNSET:
            field_dict["seconds"] = seconds
        if user is not UNSET:
            field_dict["user"] = user

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        addresses = cast(list[str], d.pop("addresses", UNSET))

        def _parse_host_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        host_id = _parse_host_id(d.pop("host_id", UNSET))

        password = d.pop("password", UNSET)

        seconds = d.pop("seconds", UNSET)

        user = d.pop("user", UNSET)

        search_in = cls(
            addresses=addresses,
            host_id=host_id,
            password=password,
            seconds=seconds,
            user=user,
        )

        return search_in
