from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tried import Tried


T = TypeVar("T", bound="ModelOnHost")


@_attrs_define
class ModelOnHost:
    """A model card of a host, as far as people choose by it.

    Attributes:
        imported: whether it came to the host from outside.
        task: detection, faces, pose, segmentation; or of crops: classification, attributes, embedding ...
        says: attributes that it reads of crops, with their values.
        measured: what was measured with it.
        tried: None: it was not.

        Attributes:
            name (str):
            class_names (list[str] | Unset):
            family (str | Unset):  Default: ''.
            height (int | Unset):  Default: 0.
            imported (bool | Unset):  Default: False.
            licence (str | Unset):  Default: ''.
            measured (Any | Unset):
            runtimes (list[str] | Unset):
            says (Any | Unset):
            summary (str | Unset):  Default: ''.
            task (str | Unset):  Default: 'detection'.
            tried (None | Tried | Unset):
            version (str | Unset):  Default: '1'.
            width (int | Unset):  Default: 0.
    """

    name: str
    class_names: list[str] | Unset = UNSET
    family: str | Unset = ""
    height: int | Unset = 0
    imported: bool | Unset = False
    licence: str | Unset = ""
    measured: Any | Unset = UNSET
    runtimes: list[str] | Unset = UNSET
    says: Any | Unset = UNSET
    summary: str | Unset = ""
    task: str | Unset = "detection"
    tried: None | Tried | Unset = UNSET
    version: str | Unset = "1"
    width: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.tried import Tried  # noqa: PLC0415

        name = self.name

        class_names: list[str] | Unset = UNSET
        if not isinstance(self.class_names, Unset):
            class_names = self.class_names

        family = self.family

        height = self.height

        imported = self.imported

        licence = self.licence

        measured = self.measured

        runtimes: list[str] | Unset = UNSET
        if not isinstance(self.runtimes, Unset):
            runtimes = self.runtimes

        says = self.says

        summary = self.summary

        task = self.task

        tried: dict[str, Any] | None | Unset
        if isinstance(self.tried, Unset):
            tried = UNSET
        elif isinstance(self.tried, Tried):
            tried = self.tried.to_dict()
        else:
            tried = self.tried

        version = self.version

        width = self.width

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if class_names is not UNSET:
            field_dict["class_names"] = class_names
        if family is not UNSET:
            field_dict["family"] = family
        if height is not UNSET:
            field_dict["height"] = height
        if imported is not UNSET:
            field_dict["imported"] = imported
        if licence is not UNSET:
            field_dict["licence"] = licence
        if measured is not UNSET:
            field_dict["measured"] = measured
        if runtimes is not UNSET:
            field_dict["runtimes"] = runtimes
        if says is not UNSET:
            field_dict["says"] = says
        if summary is not UNSET:
            field_dict["summary"] = summary
        if task is not UNSET:
            field_dict["task"] = task
        if tried is not UNSET:
            field_dict["tried"] = tried
        if version is not UNSET:
            field_dict["version"] = version
        if width is not UNSET:
            field_dict["width"] = width

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tried import Tried  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        class_names = cast(list[str], d.pop("class_names", UNSET))

        family = d.pop("family", UNSET)

        height = d.pop("height", UNSET)

        imported = d.pop("imported", UNSET)

        licence = d.pop("licence", UNSET)

        measured = d.pop("measured", UNSET)

        runtimes = cast(list[str], d.pop("runtimes", UNSET))

        says = d.pop("says", UNSET)

        summary = d.pop("summary", UNSET)

        task = d.pop("task", UNSET)

        def _parse_tried(data: object) -> None | Tried | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tried_type_0 = Tried.from_dict(data)

                return tried_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Tried | Unset, data)

        tried = _parse_tried(d.pop("tried", UNSET))

        version = d.pop("version", UNSET)

        width = d.pop("width", UNSET)

        model_on_host = cls(
            name=name,
            class_names=class_names,
            family=family,
            height=height,
            imported=imported,
            licence=licence,
            measured=measured,
            runtimes=runtimes,
            says=says,
            summary=summary,
            task=task,
            tried=tried,
            version=version,
            width=width,
        )

        model_on_host.additional_properties = d
        return model_on_host

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
