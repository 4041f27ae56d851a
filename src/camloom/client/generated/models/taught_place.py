from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.state_model_told import StateModelTold
    from ..models.taught_place_states import TaughtPlaceStates


T = TypeVar("T", bound="TaughtPlace")


@_attrs_define
class TaughtPlace:
    """A place whose states are taught.

    Attributes:
        states: how many examples each has.
        vertices: the zone of the examples.
        model: None: it was not trained.
        error: what is wrong with its files; empty: nothing.

        Attributes:
            name (str):
            states (TaughtPlaceStates):
            error (str | Unset):  Default: ''.
            model (None | StateModelTold | Unset):
            vertices (list[list[float]] | None | Unset):
    """

    name: str
    states: TaughtPlaceStates
    error: str | Unset = ""
    model: None | StateModelTold | Unset = UNSET
    vertices: list[list[float]] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.state_model_told import StateModelTold  # noqa: PLC0415

        name = self.name

        states = self.states.to_dict()

        error = self.error

        model: dict[str, Any] | None | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        elif isinstance(self.model, StateModelTold):
            model = self.model.to_dict()
        else:
            model = self.model

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
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "states": states,
            }
        )
        if error is not UNSET:
            field_dict["error"] = error
        if model is not UNSET:
            field_dict["model"] = model
        if vertices is not UNSET:
            field_dict["vertices"] = vertices

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.state_model_told import StateModelTold  # noqa: PLC0415
        from ..models.taught_place_states import TaughtPlaceStates  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        states = TaughtPlaceStates.from_dict(d.pop("states"))

        error = d.pop("error", UNSET)

        def _parse_model(data: object) -> None | StateModelTold | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = StateModelTold.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | StateModelTold | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

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

        taught_place = cls(
            name=name,
            states=states,
            error=error,
            model=model,
            vertices=vertices,
        )

        taught_place.additional_properties = d
        return taught_place

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
