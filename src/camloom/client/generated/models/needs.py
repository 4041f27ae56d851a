from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.labels import Labels


T = TypeVar("T", bound="Needs")


@_attrs_define
class Needs:
    """What an alarm cannot do without: from the task's model, or from one of crops under `secondary`.

    Attributes:
        attributes (list[str] | Unset): attributes that a model says: `name`, `name=value` or `$parameter`
        embedding (bool | Unset): a model that makes vectors by which to tell objects apart Default: False.
        face (bool | Unset): a model that finds faces Default: False.
        labels (Labels | Unset): The classes that a model must find.
        one_of (list[Needs] | Unset): besides, all that one of these asks for
        pixels (bool | Unset): looks at the picture itself: stored tracks alone do not do Default: False.
        pose (bool | Unset): a model that finds the joints of people Default: False.
    """

    attributes: list[str] | Unset = UNSET
    embedding: bool | Unset = False
    face: bool | Unset = False
    labels: Labels | Unset = UNSET
    one_of: list[Needs] | Unset = UNSET
    pixels: bool | Unset = False
    pose: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        attributes: list[str] | Unset = UNSET
        if not isinstance(self.attributes, Unset):
            attributes = self.attributes

        embedding = self.embedding

        face = self.face

        labels: dict[str, Any] | Unset = UNSET
        if not isinstance(self.labels, Unset):
            labels = self.labels.to_dict()

        one_of: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.one_of, Unset):
            one_of = []
            for one_of_item_data in self.one_of:
                one_of_item = one_of_item_data.to_dict()
                one_of.append(one_of_item)

        pixels = self.pixels

        pose = self.pose

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if embedding is not UNSET:
            field_dict["embedding"] = embedding
        if face is not UNSET:
            field_dict["face"] = face
        if labels is not UNSET:
            field_dict["labels"] = labels
        if one_of is not UNSET:
            field_dict["one_of"] = one_of
        if pixels is not UNSET:
            field_dict["pixels"] = pixels
        if pose is not UNSET:
            field_dict["pose"] = pose

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.labels import Labels  # noqa: PLC0415

        d = dict(src_dict)
        attributes = cast(list[str], d.pop("attributes", UNSET))

        embedding = d.pop("embedding", UNSET)

        face = d.pop("face", UNSET)

        _labels = d.pop("labels", UNSET)
        labels: Labels | Unset
        if isinstance(_labels, Unset):
            labels = UNSET
        else:
            labels = Labels.from_dict(_labels)

        _one_of = d.pop("one_of", UNSET)
        one_of: list[Needs] | Unset = UNSET
        if _one_of is not UNSET:
            one_of = []
            for one_of_item_data in _one_of:
                one_of_item = Needs.from_dict(one_of_item_data)

                one_of.append(one_of_item)

        pixels = d.pop("pixels", UNSET)

        pose = d.pop("pose", UNSET)

        needs = cls(
            attributes=attributes,
            embedding=embedding,
            face=face,
            labels=labels,
            one_of=one_of,
            pixels=pixels,
            pose=pose,
        )

        return needs
