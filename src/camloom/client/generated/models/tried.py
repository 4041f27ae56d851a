from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Tried")


@_attrs_define
class Tried:
    """What a model found the last time that it was tried on a picture that everybody may see.

    Attributes:
        ms: how long a run took on this host, as busy as it was then; None: it was not measured.
        found: in short lines.

        Attributes:
            found (list[str] | Unset):
            ms (float | None | Unset):
            runtime (str | Unset):  Default: ''.
    """

    found: list[str] | Unset = UNSET
    ms: float | None | Unset = UNSET
    runtime: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        found: list[str] | Unset = UNSET
        if not isinstance(self.found, Unset):
            found = self.found

        ms: float | None | Unset
        if isinstance(self.ms, Unset):
            ms = UNSET
        else:
            ms = self.ms

        runtime = self.runtime

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if found is not UNSET:
            field_dict["found"] = found
        if ms is not UNSET:
            field_dict["ms"] = ms
        if runtime is not UNSET:
            field_dict["runtime"] = runtime

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        found = cast(list[str], d.pop("found", UNSET))

        def _parse_ms(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        ms = _parse_ms(d.pop("ms", UNSET))

        runtime = d.pop("runtime", UNSET)

        tried = cls(
            found=found,
            ms=ms,
            runtime=runtime,
        )

        tried.additional_properties = d
        return tried

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
