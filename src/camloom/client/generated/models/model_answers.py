from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.model_answers_colour import ModelAnswersColour, check_model_answers_colour
from ..models.model_answers_fit import ModelAnswersFit, check_model_answers_fit
from ..types import UNSET, Unset

T = TypeVar("T", bound="ModelAnswers")


@_attrs_define
class ModelAnswers:
    """What somebody says about a model that the file does not; empty: nothing is said.

    Attributes:
        family: how its outputs are read.
        class_names: classes, labels or characters of the alphabet.
        size: width, height in px.
        mean, std: of each channel, on the scale 0 to 255.
        heads: values by attribute, for models with several outputs of choices.
        options: settings of the family.

        Attributes:
            class_names (list[str] | Unset):
            colour (ModelAnswersColour | Unset):  Default: ''.
            family (str | Unset):  Default: ''.
            fit (ModelAnswersFit | Unset):  Default: ''.
            heads (Any | Unset):
            licence (str | Unset):  Default: ''.
            mean (list[float] | None | Unset):
            name (str | Unset):  Default: ''.
            options (Any | Unset):
            size (list[int] | None | Unset):
            std (list[float] | None | Unset):
    """

    class_names: list[str] | Unset = UNSET
    colour: ModelAnswersColour | Unset = ""
    family: str | Unset = ""
    fit: ModelAnswersFit | Unset = ""
    heads: Any | Unset = UNSET
    licence: str | Unset = ""
    mean: list[float] | None | Unset = UNSET
    name: str | Unset = ""
    options: Any | Unset = UNSET
    size: list[int] | None | Unset = UNSET
    std: list[float] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        class_names: list[str] | Unset = UNSET
        if not isinstance(self.class_names, Unset):
            class_names = self.class_names

        colour: str | Unset = UNSET
        if not isinstance(self.colour, Unset):
            colour = self.colour

        family = self.family

        fit: str | Unset = UNSET
        if not isinstance(self.fit, Unset):
            fit = self.fit

        heads = self.heads

        licence = self.licence

        mean: list[float] | None | Unset
        if isinstance(self.mean, Unset):
            mean = UNSET
        elif isinstance(self.mean, list):
            mean = []
            for mean_type_0_item_data in self.mean:
                mean_type_0_item: float
                mean_type_0_item = mean_type_0_item_data
                mean.append(mean_type_0_item)

        else:
            mean = self.mean

        name = self.name

        options = self.options

        size: list[int] | None | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        elif isinstance(self.size, list):
            size = []
            for size_type_0_item_data in self.size:
                size_type_0_item: int
                size_type_0_item = size_type_0_item_data
                size.append(size_type_0_item)

        else:
            size = self.size

        std: list[float] | None | Unset
        if isinstance(self.std, Unset):
            std = UNSET
        elif isinstance(self.std, list):
            std = []
            for std_type_0_item_data in self.std:
                std_type_0_item: float
                std_type_0_item = std_type_0_item_data
                std.append(std_type_0_item)

        else:
            std = self.std

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if class_names is not UNSET:
            field_dict["class_names"] = class_names
        if colour is not UNSET:
            field_dict["colour"] = colour
        if family is not UNSET:
            field_dict["family"] = family
        if fit is not UNSET:
            field_dict["fit"] = fit
        if heads is not UNSET:
            field_dict["heads"] = heads
        if licence is not UNSET:
            field_dict["licence"] = licence
        if mean is not UNSET:
            field_dict["mean"] = mean
        if name is not UNSET:
            field_dict["name"] = name
        if options is not UNSET:
            field_dict["options"] = options
        if size is not UNSET:
            field_dict["size"] = size
        if std is not UNSET:
            field_dict["std"] = std

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        class_names = cast(list[str], d.pop("class_names", UNSET))

        _colour = d.pop("colour", UNSET)
        colour: ModelAnswersColour | Unset
        if isinstance(_colour, Unset):
            colour = UNSET
        else:
            colour = check_model_answers_colour(_colour)

        family = d.pop("family", UNSET)

        _fit = d.pop("fit", UNSET)
        fit: ModelAnswersFit | Unset
        if isinstance(_fit, Unset):
            fit = UNSET
        else:
            fit = check_model_answers_fit(_fit)

        heads = d.pop("heads", UNSET)

        licence = d.pop("licence", UNSET)

        def _parse_mean(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                mean_type_0 = []
                _mean_type_0 = data
                for mean_type_0_item_data in _mean_type_0:

                    def _parse_mean_type_0_item(data: object) -> float:
                        return cast(float, data)

                    mean_type_0_item = _parse_mean_type_0_item(mean_type_0_item_data)

                    mean_type_0.append(mean_type_0_item)

                return mean_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        mean = _parse_mean(d.pop("mean", UNSET))

        name = d.pop("name", UNSET)

        options = d.pop("options", UNSET)

        def _parse_size(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                size_type_0 = []
                _size_type_0 = data
                for size_type_0_item_data in _size_type_0:

                    def _parse_size_type_0_item(data: object) -> int:
                        return cast(int, data)

                    size_type_0_item = _parse_size_type_0_item(size_type_0_item_data)

                    size_type_0.append(size_type_0_item)

                return size_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        size = _parse_size(d.pop("size", UNSET))

        def _parse_std(data: object) -> list[float] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                std_type_0 = []
                _std_type_0 = data
                for std_type_0_item_data in _std_type_0:

                    def _parse_std_type_0_item(data: object) -> float:
                        return cast(float, data)

                    std_type_0_item = _parse_std_type_0_item(std_type_0_item_data)

                    std_type_0.append(std_type_0_item)

                return std_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[float] | None | Unset, data)

        std = _parse_std(d.pop("std", UNSET))

        model_answers = cls(
            class_names=class_names,
            colour=colour,
            family=family,
            fit=fit,
            heads=heads,
            licence=licence,
            mean=mean,
            name=name,
            options=options,
            size=size,
            std=std,
        )

        return model_answers
