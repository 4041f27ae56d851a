from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SearchOut")


@_attrs_define
class SearchOut:
    """Cameras that answered, and who could not look and why.

    Attributes:
        problems: in words, by who could not look.
        reasons: the same as codes, see the reasons of a source; `failed`: of no kind that is known.

        Attributes:
            found (list[Any]):
            problems (Any):
            reasons (Any):
    """

    found: list[Any]
    problems: Any
    reasons: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found = self.found

        problems = self.problems

        reasons = self.reasons

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "found": found,
                "problems": problems,
                "reasons": reasons,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        found = cast(list[Any], d.pop("found"))

        problems = d.pop("problems")

        reasons = d.pop("reasons")

        search_out = cls(
            found=found,
            problems=problems,
            reasons=reasons,
        )

        search_out.additional_properties = d
        return search_out

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
