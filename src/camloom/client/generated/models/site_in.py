from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="SiteIn")


@_attrs_define
class SiteIn:
    """What somebody sets for the site.

    Attributes:
        timezone: such as Asia/Shanghai; schedules, quiet hours, days of reports go by it.

        Attributes:
            timezone (str):
    """

    timezone: str

    def to_dict(self) -> dict[str, Any]:
        timezone = self.timezone

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "timezone": timezone,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        timezone = d.pop("timezone")

        site_in = cls(
            timezone=timezone,
        )

        return site_in
