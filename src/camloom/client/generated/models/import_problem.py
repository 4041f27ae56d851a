from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ImportProblem")


@_attrs_define
class ImportProblem:
    """What is wrong with a line of a table.

    Attributes:
        line: counted from 1, which is that of the headings.
        column: heading; empty: the whole line.
        code, limit: see `Problem`.

        Attributes:
            code (str):  Default: 'invalid'.
            column (str):
            limit (float | None):
            line (int):
            message (str):
    """

    column: str
    limit: float | None
    line: int
    message: str
    code: str = "invalid"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        column = self.column

        limit: float | None
        limit = self.limit

        line = self.line

        message = self.message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "column": column,
                "limit": limit,
                "line": line,
                "message": message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        column = d.pop("column")

        def _parse_limit(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        limit = _parse_limit(d.pop("limit"))

        line = d.pop("line")

        message = d.pop("message")

        import_problem = cls(
            code=code,
            column=column,
            limit=limit,
            line=line,
            message=message,
        )

        import_problem.additional_properties = d
        return import_problem

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
