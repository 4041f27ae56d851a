from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.report_wish import ReportWish


T = TypeVar("T", bound="ScheduleForm")


@_attrs_define
class ScheduleForm:
    """A report that is to come by itself. It tells what its owner may see at the time.

    Attributes:
        name (str):
        wish (ReportWish): What to send to whom.
        enabled (bool | Unset):  Default: True.
    """

    name: str
    wish: ReportWish
    enabled: bool | Unset = True

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        wish = self.wish.to_dict()

        enabled = self.enabled

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "wish": wish,
            }
        )
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.report_wish import ReportWish  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        wish = ReportWish.from_dict(d.pop("wish"))

        enabled = d.pop("enabled", UNSET)

        schedule_form = cls(
            name=name,
            wish=wish,
            enabled=enabled,
        )

        return schedule_form
