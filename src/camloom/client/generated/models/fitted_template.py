from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.bilingual import Bilingual
    from ..models.needs import Needs
    from ..models.template_fit import TemplateFit


T = TypeVar("T", bound="FittedTemplate")


@_attrs_define
class FittedTemplate:
    """A template, and whether a host has models for it; None: that is not known.

    Attributes:
        advice (Bilingual | None):
        description (Bilingual): A text in Chinese and English.
        fit (None | TemplateFit):
        form (Any):
        has_picture (bool):
        merge_s (float):
        missing_blocks (list[str]):
        name (str):
        needs (Needs): What an alarm cannot do without: from the task's model, or from one of crops under `secondary`.
        parameters (Any):
        severity (str):
        stages (Any):
        title (Bilingual): A text in Chinese and English.
    """

    advice: Bilingual | None
    description: Bilingual
    fit: None | TemplateFit
    form: Any
    has_picture: bool
    merge_s: float
    missing_blocks: list[str]
    name: str
    needs: Needs
    parameters: Any
    severity: str
    stages: Any
    title: Bilingual
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.bilingual import Bilingual  # noqa: PLC0415
        from ..models.template_fit import TemplateFit  # noqa: PLC0415

        advice: dict[str, Any] | None
        if isinstance(self.advice, Bilingual):
            advice = self.advice.to_dict()
        else:
            advice = self.advice

        description = self.description.to_dict()

        fit: dict[str, Any] | None
        if isinstance(self.fit, TemplateFit):
            fit = self.fit.to_dict()
        else:
            fit = self.fit

        form = self.form

        has_picture = self.has_picture

        merge_s = self.merge_s

        missing_blocks = self.missing_blocks

        name = self.name

        needs = self.needs.to_dict()

        parameters = self.parameters

        severity = self.severity

        stages = self.stages

        title = self.title.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "advice": advice,
                "description": description,
                "fit": fit,
                "form": form,
                "has_picture": has_picture,
                "merge_s": merge_s,
                "missing_blocks": missing_blocks,
                "name": name,
                "needs": needs,
                "parameters": parameters,
                "severity": severity,
                "stages": stages,
                "title": title,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bilingual import Bilingual  # noqa: PLC0415
        from ..models.needs import Needs  # noqa: PLC0415
        from ..models.template_fit import TemplateFit  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_advice(data: object) -> Bilingual | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                advice_type_0 = Bilingual.from_dict(data)

                return advice_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Bilingual | None, data)

        advice = _parse_advice(d.pop("advice"))

        description = Bilingual.from_dict(d.pop("description"))

        def _parse_fit(data: object) -> None | TemplateFit:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                fit_type_0 = TemplateFit.from_dict(data)

                return fit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TemplateFit, data)

        fit = _parse_fit(d.pop("fit"))

        form = d.pop("form")

        has_picture = d.pop("has_picture")

        merge_s = d.pop("merge_s")

        missing_blocks = cast(list[str], d.pop("missing_blocks"))

        name = d.pop("name")

        needs = Needs.from_dict(d.pop("needs"))

        parameters = d.pop("parameters")

        severity = d.pop("severity")

        stages = d.pop("stages")

        title = Bilingual.from_dict(d.pop("title"))

        fitted_template = cls(
            advice=advice,
            description=description,
            fit=fit,
            form=form,
            has_picture=has_picture,
            merge_s=merge_s,
            missing_blocks=missing_blocks,
            name=name,
            needs=needs,
            parameters=parameters,
            severity=severity,
            stages=stages,
            title=title,
        )

        fitted_template.additional_properties = d
        return fitted_template

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
