from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.retention import Retention
    from ..models.storage import Storage


T = TypeVar("T", bound="StorageView")


@_attrs_define
class StorageView:
    """What is kept and how it stands.

    Attributes:
        storage: as it was last looked at; None: it has not been yet.
        waiting: pictures and clips that wait to be copied in.
        aside: messages of hosts that could not be understood.

        Attributes:
            aside (int):
            retention (Retention): How long things are kept.

                Attributes:
                    kept_days: pictures and clips of alarms that were judged true or have notes.
                    quota_bytes: of all pictures and clips; None: as much as the disk has.
                    free_share: of the disk that stays free, whatever else is wanted.
            storage (None | Storage):
            waiting (int):
    """

    aside: int
    retention: Retention
    storage: None | Storage
    waiting: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.storage import Storage  # noqa: PLC0415

        aside = self.aside

        retention = self.retention.to_dict()

        storage: dict[str, Any] | None
        if isinstance(self.storage, Storage):
            storage = self.storage.to_dict()
        else:
            storage = self.storage

        waiting = self.waiting

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "aside": aside,
                "retention": retention,
                "storage": storage,
                "waiting": waiting,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.retention import Retention  # noqa: PLC0415
        from ..models.storage import Storage  # noqa: PLC0415

        d = dict(src_dict)
        aside = d.pop("aside")

        retention = Retention.from_dict(d.pop("retention"))

        def _parse_storage(data: object) -> None | Storage:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                storage_type_0 = Storage.from_dict(data)

                return storage_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Storage, data)

        storage = _parse_storage(d.pop("storage"))

        waiting = d.pop("waiting")

        storage_view = cls(
            aside=aside,
            retention=retention,
            storage=storage,
            waiting=waiting,
        )

        storage_view.additional_properties = d
        return storage_view

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
