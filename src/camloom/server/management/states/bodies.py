"""What goes in and out about the states of places. What a host says is bounded like anything else from outside."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from camloom.server.management.models.bodies import PICTURE_LETTERS
from camloom.server.web import Asked

MOST_STATES = 12
_Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
_Text = Annotated[str, StringConstraints(max_length=2000)]
_Share = Annotated[float, Field(ge=0, le=1)]
_Point = tuple[_Share, _Share]
_Vertices = Annotated[tuple[_Point, ...], Field(min_length=3, max_length=500)]
_Shares = Annotated[tuple[_Share, ...], Field(max_length=MOST_STATES)]
_Words = Annotated[tuple[_Word, ...], Field(max_length=MOST_STATES)]

PlaceName = _Word
"""Of a place."""
StateName = _Word
"""Of a state of a place."""
ExampleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,160}$")]
"""Of an example."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class StateModelTold(_Told):
    """A trained model.

    Attributes:
        states: that it tells apart.
        accuracy: mean share of each state told rightly, of examples that it had not seen.
    """

    states: _Words
    accuracy: _Share
    trained_at: datetime


class TaughtPlace(_Told):
    """A place whose states are taught.

    Attributes:
        states: how many examples each has.
        vertices: the zone of the examples.
        model: None: it was not trained.
        error: what is wrong with its files; empty: nothing.
    """

    name: _Word
    states: Annotated[dict[_Word, int], Field(max_length=100)]
    vertices: _Vertices | None = None
    model: StateModelTold | None = None
    error: _Text = ""


class StateExample(_Told):
    """An example: what the place looks like, small.

    Attributes:
        jpeg: base64.
    """

    id: ExampleName
    jpeg: Annotated[str, Field(max_length=200_000)]


class StateExamplePage(_Told):
    """Some examples of a state, the newest first.

    Attributes:
        next: ask for those after it; None: there are no more.
    """

    examples: tuple[StateExample, ...] = Field(default=(), max_length=200)
    next: ExampleName | None = None


class StateExampleIn(Asked):
    """An example to add: a whole picture of the camera, sent along or taken now.

    Attributes:
        picture: PNG or JPEG, base64; or camera_id.
        vertices: of the zone; told with the first example of a place (without it: the whole picture), then left out.
        taken_at: when the picture was taken; None: now. Examples next to each other in time are alike.
    """

    state: _Word
    camera_id: Annotated[str, Field(max_length=64)] = ""
    picture: Annotated[str, Field(max_length=PICTURE_LETTERS)] = ""
    vertices: _Vertices | None = None
    taken_at: AwareDatetime | None = None


class StateExampleAdded(_Told):
    """An example that was added.

    Attributes:
        count: examples of its state now.
    """

    id: ExampleName
    count: int


class StateTraining(_Told):
    """How a training went, on examples that the model had not seen.

    Attributes:
        kept: whether the model is good enough to be used from now on; else the one before stays.
        recalls: share of each state told rightly.
        confusion: a row for each state as it is, a column as it was told.
        sure: share told with a probability of 0.8 or more.
        least: accuracy that is needed.
    """

    kept: bool
    states: _Words
    accuracy: _Share
    recalls: _Shares
    confusion: Annotated[tuple[tuple[int, ...], ...], Field(max_length=MOST_STATES)]
    sure: _Share
    least: _Share


class StateJudgement(_Told):
    """What a model says of a picture.

    Attributes:
        state: empty: it does not know.
        reason: why it does not: `light`, `unlike`.
    """

    state: Annotated[str, Field(max_length=64)]
    probability: _Share
    unlikeness: float
    reason: Annotated[str, Field(max_length=64)] = ""
