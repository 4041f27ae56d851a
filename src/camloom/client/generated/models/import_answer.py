from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.import_problem import ImportProblem


T = TypeVar("T", bound="ImportAnswer")


@_attrs_define
class ImportAnswer:
    """What an import does, or would do.

    Attributes:
        cameras: how many the table has without a mistake.
        imported: how many are there now; 0 after a dry run, or where anything is wrong.
        groups: that are made for it, with their names from the top.
        problems: what is wrong, a line each.

        Attributes:
            cameras (int):
            groups (list[str]):
            imported (int):
            problems (list[ImportProblem]):
    """

    cameras: int
    groups: list[str]
    imported: int
    problems: list[ImportProblem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cameras = self.cameras

        groups = self.groups

        imported = self.imported

        problems = []
        for problems_item_data in self.problems:
            problems_item = problems_item_data.to_dict()
            problems.append(problems_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cameras": cameras,
                "groups": groups,
                "imported": imported,
                "problems": problems,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.import_problem import ImportProblem  # noqa: PLC0415

        d = dict(src_dict)
        cameras = d.pop("cameras")

        groups = cast(list[str], d.pop("groups"))

        imported = d.pop("imported")

        problems = []
        _problems = d.pop("problems")
        for problems_item_data in _problems:
            problems_item = ImportProblem.from_dict(problems_item_data)

            problems.append(problems_item)

        import_answer = cls(
            cameras=cameras,
            groups=groups,
            imported=imported,
            problems=problems,
        )

        import_answer.additional_properties = d
        return import_answer

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
