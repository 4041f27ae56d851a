from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.guessed_card import GuessedCard
    from ..models.model_field import ModelField
    from ..models.model_note import ModelNote
    from ..models.model_trial import ModelTrial


T = TypeVar("T", bound="ModelGuess")


@_attrs_define
class ModelGuess:
    """What a host made of a model file.

    Attributes:
        name: that the model would have.
        card: None: nobody knows how its outputs are read.
        families: all there are.
        others: those that fit too.
        runs_on: the runtime of the host that reads it; empty: there is none.
        trial: None: it was not run.

        Attributes:
            card (GuessedCard | None | Unset):
            families (list[str] | Unset):
            fields (list[ModelField] | Unset):
            format_ (str | Unset):  Default: ''.
            inputs (list[str] | Unset):
            name (str | Unset):  Default: ''.
            notes (list[ModelNote] | Unset):
            others (list[str] | Unset):
            outputs (list[str] | Unset):
            runs_on (str | Unset):  Default: ''.
            size_bytes (int | Unset):  Default: 0.
            trial (ModelTrial | None | Unset):
    """

    card: GuessedCard | None | Unset = UNSET
    families: list[str] | Unset = UNSET
    fields: list[ModelField] | Unset = UNSET
    format_: str | Unset = ""
    inputs: list[str] | Unset = UNSET
    name: str | Unset = ""
    notes: list[ModelNote] | Unset = UNSET
    others: list[str] | Unset = UNSET
    outputs: list[str] | Unset = UNSET
    runs_on: str | Unset = ""
    size_bytes: int | Unset = 0
    trial: ModelTrial | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.guessed_card import GuessedCard  # noqa: PLC0415
        from ..models.model_trial import ModelTrial  # noqa: PLC0415

        card: dict[str, Any] | None | Unset
        if isinstance(self.card, Unset):
            card = UNSET
        elif isinstance(self.card, GuessedCard):
            card = self.card.to_dict()
        else:
            card = self.card

        families: list[str] | Unset = UNSET
        if not isinstance(self.families, Unset):
            families = self.families

        fields: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.fields, Unset):
            fields = []
            for fields_item_data in self.fields:
                fields_item = fields_item_data.to_dict()
                fields.append(fields_item)

        format_ = self.format_

        inputs: list[str] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = self.inputs

        name = self.name

        notes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.notes, Unset):
            notes = []
            for notes_item_data in self.notes:
                notes_item = notes_item_data.to_dict()
                notes.append(notes_item)

        others: list[str] | Unset = UNSET
        if not isinstance(self.others, Unset):
            others = self.others

        outputs: list[str] | Unset = UNSET
        if not isinstance(self.outputs, Unset):
            outputs = self.outputs

        runs_on = self.runs_on

        size_bytes = self.size_bytes

        trial: dict[str, Any] | None | Unset
        if isinstance(self.trial, Unset):
            trial = UNSET
        elif isinstance(self.trial, ModelTrial):
            trial = self.trial.to_dict()
        else:
            trial = self.trial

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if card is not UNSET:
            field_dict["card"] = card
        if families is not UNSET:
            field_dict["families"] = families
        if fields is not UNSET:
            field_dict["fields"] = fields
        if format_ is not UNSET:
            field_dict["format"] = format_
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if name is not UNSET:
            field_dict["name"] = name
        if notes is not UNSET:
            field_dict["notes"] = notes
        if others is not UNSET:
            field_dict["others"] = others
        if outputs is not UNSET:
            field_dict["outputs"] = outputs
        if runs_on is not UNSET:
            field_dict["runs_on"] = runs_on
        if size_bytes is not UNSET:
            field_dict["size_bytes"] = size_bytes
        if trial is not UNSET:
            field_dict["trial"] = trial

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.guessed_card import GuessedCard  # noqa: PLC0415
        from ..models.model_field import ModelField  # noqa: PLC0415
        from ..models.model_note import ModelNote  # noqa: PLC0415
        from ..models.model_trial import ModelTrial  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_card(data: object) -> GuessedCard | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                card_type_0 = GuessedCard.from_dict(data)

                return card_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GuessedCard | None | Unset, data)

        card = _parse_card(d.pop("card", UNSET))

        families = cast(list[str], d.pop("families", UNSET))

        _fields = d.pop("fields", UNSET)
        fields: list[ModelField] | Unset = UNSET
        if _fields is not UNSET:
            fields = []
            for fields_item_data in _fields:
                fields_item = ModelField.from_dict(fields_item_data)

                fields.append(fields_item)

        format_ = d.pop("format", UNSET)

        inputs = cast(list[str], d.pop("inputs", UNSET))

        name = d.pop("name", UNSET)

        _notes = d.pop("notes", UNSET)
        notes: list[ModelNote] | Unset = UNSET
        if _notes is not UNSET:
            notes = []
            for notes_item_data in _notes:
                notes_item = ModelNote.from_dict(notes_item_data)

                notes.append(notes_item)

        others = cast(list[str], d.pop("others", UNSET))

        outputs = cast(list[str], d.pop("outputs", UNSET))

        runs_on = d.pop("runs_on", UNSET)

        size_bytes = d.pop("size_bytes", UNSET)

        def _parse_trial(data: object) -> ModelTrial | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                trial_type_0 = ModelTrial.from_dict(data)

                return trial_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelTrial | None | Unset, data)

        trial = _parse_trial(d.pop("trial", UNSET))

        model_guess = cls(
            card=card,
            families=families,
            fields=fields,
            format_=format_,
            inputs=inputs,
            name=name,
            notes=notes,
            others=others,
            outputs=outputs,
            runs_on=runs_on,
            size_bytes=size_bytes,
            trial=trial,
        )

        model_guess.additional_properties = d
        return model_guess

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
