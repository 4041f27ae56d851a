from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_answers import ModelAnswers
    from ..models.try_on import TryOn


T = TypeVar("T", bound="ModelLook")


@_attrs_define
class ModelLook:
    """What somebody says about a model file, and what to try it on; without `try_on` it is not run.

    Attributes:
        answers (ModelAnswers | Unset): What somebody says about a model that the file does not; empty: nothing is said.

            Attributes:
                family: how its outputs are read.
                class_names: classes, labels or characters of the alphabet.
                size: width, height in px.
                mean, std: of each channel, on the scale 0 to 255.
                heads: values by attribute, for models with several outputs of choices.
                options: settings of the family.
        try_on (None | TryOn | Unset):
    """

    answers: ModelAnswers | Unset = UNSET
    try_on: None | TryOn | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.try_on import TryOn  # noqa: PLC0415

        answers: dict[str, Any] | Unset = UNSET
        if not isinstance(self.answers, Unset):
            answers = self.answers.to_dict()

        try_on: dict[str, Any] | None | Unset
        if isinstance(self.try_on, Unset):
            try_on = UNSET
        elif isinstance(self.try_on, TryOn):
            try_on = self.try_on.to_dict()
        else:
            try_on = self.try_on

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if answers is not UNSET:
            field_dict["answers"] = answers
        if try_on is not UNSET:
            field_dict["try_on"] = try_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_answers import ModelAnswers  # noqa: PLC0415
        from ..models.try_on import TryOn  # noqa: PLC0415

        d = dict(src_dict)
        _answers = d.pop("answers", UNSET)
        answers: ModelAnswers | Unset
        if isinstance(_answers, Unset):
            answers = UNSET
        else:
            answers = ModelAnswers.from_dict(_answers)

        def _parse_try_on(data: object) -> None | TryOn | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                try_on_type_0 = TryOn.from_dict(data)

                return try_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TryOn | Unset, data)

        try_on = _parse_try_on(d.pop("try_on", UNSET))

        model_look = cls(
            answers=answers,
            try_on=try_on,
        )

        return model_look
