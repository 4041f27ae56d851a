from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.parameter_kind import ParameterKind, check_parameter_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bilingual import Bilingual


T = TypeVar("T", bound="Parameter")


@_attrs_define
class Parameter:
    """One thing that a user may set, with its unit and bounds.

    Without a default it must be given, unless it is `optional`: then the rule's own default holds.

        Attributes:
            description (Bilingual): A text in Chinese and English.
            choices (list[str] | Unset): the words that a choice may be
            default (Any | Unset): value when the user says nothing
            kind (ParameterKind | Unset):  Default: 'number'.
            maximum (float | None | Unset): greatest value of a number
            minimum (float | None | Unset): least value of a number
            optional (bool | Unset): may be left out although it has no default Default: False.
            unit (str | Unset): of a number: s, people, share of the picture's height Default: ''.
    """

    description: Bilingual
    choices: list[str] | Unset = UNSET
    default: Any | Unset = UNSET
    kind: ParameterKind | Unset = "number"
    maximum: float | None | Unset = UNSET
    minimum: float | None | Unset = UNSET
    optional: bool | Unset = False
    unit: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        description = self.description.to_dict()

        choices: list[str] | Unset = UNSET
        if not isinstance(self.choices, Unset):
            choices = self.choices

        default = self.default

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind

        maximum: float | None | Unset
        if isinstance(self.maximum, Unset):
            maximum = UNSET
        else:
            maximum = self.maximum

        minimum: float | None | Unset
        if isinstance(self.minimum, Unset):
            minimum = UNSET
        else:
            minimum = self.minimum

        optional = self.optional

        unit = self.unit

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "description": description,
            }
        )
        if choices is not UNSET:
            field_dict["choices"] = choices
        if default is not UNSET:
            field_dict["default"] = default
        if kind is not UNSET:
            field_dict["kind"] = kind
        if maximum is not UNSET:
            field_dict["maximum"] = maximum
        if minimum is not UNSET:
            field_dict["minimum"] = minimum
        if optional is not UNSET:
            field_dict["optional"] = optional
        if unit is not UNSET:
            field_dict["unit"] = unit

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bilingual import Bilingual  # noqa: PLC0415

        d = dict(src_dict)
        description = Bilingual.from_dict(d.pop("description"))

        choices = cast(list[str], d.pop("choices", UNSET))

        default = d.pop("default", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: ParameterKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = check_parameter_kind(_kind)

        def _parse_maximum(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        maximum = _parse_maximum(d.pop("maximum", UNSET))

        def _parse_minimum(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        minimum = _parse_minimum(d.pop("minimum", UNSET))

        optional = d.pop("optional", UNSET)

        unit = d.pop("unit", UNSET)

        parameter = cls(
            description=description,
            choices=choices,
            default=default,
            kind=kind,
            maximum=maximum,
            minimum=minimum,
            optional=optional,
            unit=unit,
        )

        return parameter
