from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.found_camera import FoundCamera


T = TypeVar("T", bound="SearchOut")


@_attrs_define
class SearchOut:
    """Cameras that answered, and who could not look and why.

    Attributes:
        problems: in words, by who could not look.
        reasons: the same as codes, see the reasons of a source; `failed`: of no kind that is known.

        Attributes:
            found (list[FoundCamera]):
            problems (Any):
            reasons (Any):
    """

    found: list[FoundCamera]
    problems: Any
    reasons: Any
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found = []
        for found_item_data in self.found:
            found_item = found_item_data.to_dict()
            found.append(found_item)

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
        from ..models.found_camera import FoundCamera  # noqa: PLC0415

        d = dict(src_dict)
        found = []
        _found = d.pop("found")
        for found_item_data in _found:
            found_item = FoundCamera.from_dict(found_item_data)

            found.append(found_item)

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
