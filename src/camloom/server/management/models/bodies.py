"""What goes in and out about model files. What a host says is bounded like anything else from outside."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from camloom.exchange import ModelAnswers
from camloom.server.web import Answer, Asked

PICTURE_LETTERS = 3_000_000
_Text = Annotated[str, StringConstraints(max_length=2000)]
_Values = Annotated[dict[Annotated[str, StringConstraints(max_length=32)], _Text | int | float], Field(max_length=16)]
_Three = Annotated[list[float], Field(min_length=3, max_length=3)]
_Texts = Annotated[tuple[_Text, ...], Field(max_length=20_000)]


class TryOn(Asked):
    """The picture to try a model on: a camera's of now, or one that is sent along; else a sample.

    Attributes:
        picture: PNG or JPEG, base64.
    """

    camera_id: Annotated[str, Field(max_length=64)] = ""
    picture: Annotated[str, Field(max_length=PICTURE_LETTERS)] = ""


class ModelLook(Asked):
    """What somebody says about a model file, and what to try it on; without `try_on` it is not run."""

    answers: ModelAnswers = Field(default_factory=ModelAnswers)
    try_on: TryOn | None = None


class ModelDraft(Answer):
    """A model file that was uploaded and is not kept yet."""

    id: str
    name: str
    size_bytes: int


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ModelNote(_Told):
    """Something that a person should know of a model.

    Attributes:
        code, values: of the text, for words in other languages.
    """

    text: _Text
    code: _Text = ""
    values: _Values = Field(default_factory=dict)


class ModelField(_Told):
    """A field of a guessed card.

    Attributes:
        certainty: sure, likely, guess, unknown.
        why: where it is from.
        asked: somebody should say it.
        code, values: of why, for words in other languages; several codes are joined by `+`.
    """

    name: _Text
    value: _Text
    certainty: Literal["sure", "likely", "guess", "unknown"]
    why: _Text
    asked: bool
    code: _Text = ""
    values: _Values = Field(default_factory=dict)


class ModelTrial(_Told):
    """What a model found on a picture.

    Attributes:
        tried_on: given, sample, or drawn: on a drawn one there is nothing to find.
        jpeg: the picture with what was found, base64.
        found: in short lines.
        better: another input that is more plausible on this picture; empty: none.
        error: why it could not be run; empty: it could.
        ms: how long a run took on the host.
        code, values: of the error, for words in other languages.
    """

    runtime: _Text = ""
    tried_on: _Text = ""
    jpeg: Annotated[str, Field(max_length=4_000_000)] = ""
    found: _Texts = ()
    better: _Text = ""
    error: _Text = ""
    ms: float | None = None
    code: _Text = ""
    values: _Values = Field(default_factory=dict)


class GuessedInput(_Told):
    """How a picture becomes the input of a model."""

    width: int
    height: int
    colour: _Text = ""
    mean: _Three
    std: _Three
    fit: _Text = ""


class GuessedCard(_Told):
    """A card as it would be kept."""

    task: _Text
    family: _Text
    class_names: _Texts = ()
    input: GuessedInput
    licence: _Text = ""
    options: dict[str, Any] = Field(default_factory=dict)


class ModelGuess(_Told):
    """What a host made of a model file.

    Attributes:
        name: that the model would have.
        card: None: nobody knows how its outputs are read.
        families: all there are.
        others: those that fit too.
        runs_on: the runtime of the host that reads it; empty: there is none.
        trial: None: it was not run.
    """

    name: _Text = ""
    format: _Text = ""
    size_bytes: int = 0
    inputs: _Texts = ()
    outputs: _Texts = ()
    notes: Annotated[tuple[ModelNote, ...], Field(max_length=100)] = ()
    fields: tuple[ModelField, ...] = Field(default=(), max_length=100)
    others: _Texts = ()
    families: _Texts = ()
    card: GuessedCard | None = None
    runs_on: _Text = ""
    trial: ModelTrial | None = None
