from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="StateExampleIn")


@_attrs_define
class StateExampleIn:
    """An example to add: a whole picture of the camera, sent along or taken now.

    Attributes:
        picture: PNG or JPEG, base64; or camera_id.
        vertices: of the zone; told with the first example of a place (without it: the whole picture), then left out.
        taken_at: when the picture was taken; None: now. Examples next to each other in time are alike.

        Attributes:
            state (str):
            camera_id (str | Unset):  Default: ''.
            picture (str | Unset):  Default: ''.
            taken_at (datetime.datetime | None | Unset):
            vertices (list[list[float]] | None | Unset):
    """

    state: str
    camera_id: str | Unset = ""
    picture: str | Unset = ""
    taken_at: datetime.datetime | None | Unset = UNSET
    vertices: list[list[float]] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        state = self.state

        camera_id = self.camera_id

        picture = self.picture

        taken_at: None | str | Unset
        if isinstance(self.taken_at, Unset):
            taken_at = UNSET
        elif isinstance(self.taken_at, datetime.datetime):
            taken_at = self.taken_at.isoformat()
        else:
            taken_at = self.taken_at

        vertices: list[list[float]] | None | Unset
        if isinstance(self.vertices, Unset):
            vertices = UNSET
        elif isinstance(self.vertices, list):
            vertices = []
            for vertices_type_0_item_data in self.vertices:
                vertices_type_0_item = []
                for vertices_type_0_item_item_data in vertices_type_0_item_data:
                    vertices_type_0_item_item: float
                    vertices_type_0_item_item = vertices_type_0_item_item_data
                    vertices_type_0_item.append(vertices_type_0_item_item)

                vertices.append(vertices_type_0_item)

        else:
            vertices = self.vertices

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "state": state,
            }
        )
        if camera_id is not UNSET:
            field_dict["camera_id"] = camera_id
        if picture is not UNSET:
            field_dict["picture"] = picture
        if taken_at is not UNSET:
            field_dict["taken_at"] = taken_at
        if vertices is not UNSET:
            field_dict["vertices"] = vertices

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = d.pop("state")

        camera_id = d.pop("camera_id", UNSET)

        picture = d.pop("picture", UNSET)

        def _parse_taken_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                taken_at_type_0 = datetime.datetime.fromisoformat(data)

                return taken_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        taken_at = _parse_taken_at(d.pop("taken_at", UNSET))

        def _parse_vertices(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                vertices_type_0 = []
                _vertices_type_0 = data
                for vertices_type_0_item_data in _vertices_type_0:
                    vertices_type_0_item = []
                    _vertices_type_0_item = vertices_type_0_item_data
                    for vertices_type_0_item_item_data in _vertices_type_0_item:

                        def _parse_vertices_type_0_item_item(data: object) -> float:
                            return cast(float, data)

                        vertices_type_0_item_item = _parse_vertices_type_0_item_item(vertices_type_0_item_item_data)

                        vertices_type_0_item.append(vertices_type_0_item_item)

                    vertices_type_0.append(vertices_type_0_item)

                return vertices_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        vertices = _parse_vertices(d.pop("vertices", UNSET))

        state_example_in = cls(
            state=state,
            camera_id=camera_id,
            picture=picture,
            taken_at=taken_at,
            vertices=vertices,
        )

        return state_example_in
