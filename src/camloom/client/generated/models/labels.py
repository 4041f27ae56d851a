from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Labels")


@_attrs_define
class Labels:
    """The classes that a model must find.

    Attributes:
        all_ (list[str] | Unset): every one of these
        any_ (list[str] | Unset): at least one of these; the rule takes all that there are
    """

    all_: list[str] | Unset = UNSET
    any_: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        all_: list[str] | Unset = UNSET
        if not isinstance(self.all_, Unset):
            all_ = self.all_

        any_: list[str] | Unset = UNSET
        if not isinstance(self.any_, Unset):
            any_ = self.any_

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if all_ is not UNSET:
            field_dict["all"] = all_
        if any_ is not UNSET:
            field_dict["any"] = any_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        all_ = cast(list[str], d.pop("all", UNSET))

        any_ = cast(list[str], d.pop("any", UNSET))

        labels = cls(
            all_=all_,
            any_=any_,
        )

        return labels
