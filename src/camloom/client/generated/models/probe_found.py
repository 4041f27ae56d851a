from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.probe_fact import ProbeFact
    from ..models.probe_finding import ProbeFinding


T = TypeVar("T", bound="ProbeFound")


@_attrs_define
class ProbeFound:
    """What else was seen; see `camloom probe`.

    Attributes:
        findings (list[ProbeFinding]):
        rows (list[ProbeFact]):
    """

    findings: list[ProbeFinding]
    rows: list[ProbeFact]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        findings = []
        for findings_item_data in self.findings:
            findings_item = findings_item_data.to_dict()
            findings.append(findings_item)

        rows = []
        for rows_item_data in self.rows:
            rows_item = rows_item_data.to_dict()
            rows.append(rows_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "findings": findings,
                "rows": rows,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.probe_fact import ProbeFact  # noqa: PLC0415
        from ..models.probe_finding import ProbeFinding  # noqa: PLC0415

        d = dict(src_dict)
        findings = []
        _findings = d.pop("findings")
        for findings_item_data in _findings:
            findings_item = ProbeFinding.from_dict(findings_item_data)

            findings.append(findings_item)

        rows = []
        _rows = d.pop("rows")
        for rows_item_data in _rows:
            rows_item = ProbeFact.from_dict(rows_item_data)

            rows.append(rows_item)

        probe_found = cls(
            findings=findings,
            rows=rows,
        )

        probe_found.additional_properties = d
        return probe_found

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
