from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelTrial")


@_attrs_define
class ModelTrial:
    """What a model found on a picture.

    Attributes:
        tried_on: given, sample, or drawn: on a drawn one there is nothing to find.
        jpeg: the picture with what was found, base64.
        found: in short lines.
        better: another input that is more plausible on this picture; empty: none.
        error: why it could not be run; empty: it could.
        ms: how long a run took on the host.
        code, values: of the error, for words in other languages.

        Attributes:
            better (str | Unset):  Default: ''.
            code (str | Unset):  Default: ''.
            error (str | Unset):  Default: ''.
            found (list[str] | Unset):
            jpeg (str | Unset):  Default: ''.
            ms (float | None | Unset):
            runtime (str | Unset):  Default: ''.
            tried_on (str | Unset):  Default: ''.
            values (Any | Unset):
    """

    better: str | Unset = ""
    code: str | Unset = ""
    error: str | Unset = ""
    found: list[str] | Unset = UNSET
    jpeg: str | Unset = ""
    ms: float | None | Unset = UNSET
    runtime: str | Unset = ""
    tried_on: str | Unset = ""
    values: Any | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        better = self.better

        code = self.code

        error = self.error

        found: list[str] | Unset = UNSET
        if not isinstance(self.found, Unset):
            found = self.found

        jpeg = self.jpeg

        ms: float | None | Unset
        if isinstance(self.ms, Unset):
            ms = UNSET
        else:
            ms = self.ms

        runtime = self.runtime

        tried_on = self.tried_on

        values = self.values

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if better is not UNSET:
            field_dict["better"] = better
        if code is not UNSET:
            field_dict["code"] = code
        if error is not UNSET:
            field_dict["error"] = error
        if found is not UNSET:
            field_dict["found"] = found
        if jpeg is not UNSET:
            field_dict["jpeg"] = jpeg
        if ms is not UNSET:
            field_dict["ms"] = ms
        if runtime is not UNSET:
            field_dict["runtime"] = runtime
        if tried_on is not UNSET:
            field_dict["tried_on"] = tried_on
        if values is not UNSET:
            field_dict["values"] = values

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        better = d.pop("better", UNSET)

        code = d.pop("code", UNSET)

        error = d.pop("error", UNSET)

        found = cast(list[str], d.pop("found", UNSET))

        jpeg = d.pop("jpeg", UNSET)

        def _parse_ms(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        ms = _parse_ms(d.pop("ms", UNSET))

        runtime = d.pop("runtime", UNSET)

        tried_on = d.pop("tried_on", UNSET)

        values = d.pop("values", UNSET)

        model_trial = cls(
            better=better,
            code=code,
            error=error,
            found=found,
            jpeg=jpeg,
            ms=ms,
            runtime=runtime,
            tried_on=tried_on,
            values=values,
        )

        model_trial.additional_properties = d
        return model_trial

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
