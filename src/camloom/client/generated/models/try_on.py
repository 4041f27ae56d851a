from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TryOn")


@_attrs_define
class TryOn:
    """The picture to try a model on: a camera's of now, or one that is sent along; else a sample.

    Attributes:
        picture: PNG or JPEG, base64.

        Attributes:
            camera_id (str | Unset):  Default: ''.
            picture (str | Unset):  Default: ''.
    """

    camera_id: str | Unset = ""
    picture: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        camera_id = self.camera_id

        picture = self.picture

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if camera_id is not UNSET:
            field_dict["camera_id"] = camera_id
        if picture is not UNSET:
            field_dict["picture"] = picture

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        camera_id = d.pop("camera_id", UNSET)

        picture = d.pop("picture", UNSET)

        try_on = cls(
            camera_id=camera_id,
            picture=picture,
        )

        return try_on
