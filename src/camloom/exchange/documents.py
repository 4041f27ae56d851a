"""The documents that go between a server and a host.

Down: what a host is to do (`Desired`) and questions (`Command`). Up: how it is (`Reported`), what happened
(`EventMessage`), the pictures and clips of that (`MediaMessage`), answers (`Reply`). Each is checked where it arrives.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, field_validator

from camloom.config import StrictModel


class TaskOrder(StrictModel):
    """One task that a host is to run.

    Attributes:
        revision: rises with every edit.
        document: a `TaskConfig` as plain data, its source with the password: never stored or logged by the host.
    """

    id: str
    camera_id: str
    revision: int
    document: dict[str, Any]


class Desired(StrictModel):
    """All that a host is to do; what is not in it is to end.

    Attributes:
        revision: rises with every change of anything in it.
    """

    host_id: str
    revision: int = 0
    tasks: tuple[TaskOrder, ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict)


class TaskStatus(StrictModel):
    """How a task is.

    Attributes:
        revision: of the order that runs; 0: none does.
        condition, reason, detail, since: see `SourceState`; `stopped` where none runs, `failed` where it cannot.
        stream: what was found, such as codec, width, height, fps.
        age_s: of the newest picture that rules have seen; None: none yet.
        skipped: share of frames left out because the machine is too slow, 0 to 1.
        live: place of the socket where its pictures can be had; empty: nowhere.
    """

    id: str
    revision: int = 0
    condition: str = "stopped"
    reason: str = ""
    detail: str = ""
    since: AwareDatetime | None = None
    stream: dict[str, Any] = Field(default_factory=dict)
    analysed_fps: float = 0.0
    age_s: float | None = None
    skipped: float = 0.0
    breaks: int = 0
    live: str = ""
    errors: tuple[str, ...] = ()


class HostLoad(StrictModel):
    """How much of a host is in use; None: it cannot be told. Shares are 0 to 1."""

    cpu: float = 0.0
    memory: float = 0.0
    memory_bytes: int = 0
    disk: float = 0.0
    disk_free_bytes: int = 0
    network_in_bps: float = 0.0
    network_out_bps: float = 0.0
    temperature_c: float | None = None
    accelerator: float | None = None
    accelerator_memory: float | None = None


class Reported(StrictModel):
    """How a host is.

    Attributes:
        at: by the host's clock.
        revision: of the `Desired` that it has carried out.
        hardware: processor, cores, memory, accelerators, system.
        streams_fit: how many like those that run it could carry; None: not known yet.
        bottleneck: in words, empty when none.
        versions: of Camloom and of what matters to it.
        models: those in use, in words.
    """

    host_id: str
    at: AwareDatetime
    revision: int = 0
    tasks: tuple[TaskStatus, ...] = ()
    load: HostLoad = Field(default_factory=HostLoad)
    hardware: dict[str, Any] = Field(default_factory=dict)
    streams_fit: float | None = None
    bottleneck: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    models: tuple[str, ...] = ()


class EventMessage(StrictModel):
    """Something happened.

    Attributes:
        id: of the event, ULID: whoever gets it twice takes it once.
        event: `camloom.event/1` as plain data; `media` holds names of files that may still be in the making.
        media: of these, where on the host each will be, by kind.
    """

    kind: Literal["event"] = "event"
    id: str
    task_id: str
    event: dict[str, Any]
    media: dict[str, Path] = Field(default_factory=dict)


class MediaMessage(StrictModel):
    """A picture or clip of an event is complete, or will never be.

    Attributes:
        id: `EVENT:KIND`.
        path: where it is on the host; None: it will not come.
    """

    kind: Literal["media"] = "media"
    id: str
    event_id: str
    media_kind: str
    path: Path | None = None


MOTION_PIECE_S, MOTION_PIECES = 10, 6
"""A minute of `TaskMotion` has so many pieces, each so long."""
_Pieces = Annotated[int, Field(ge=0, lt=1 << MOTION_PIECES)]


class TaskMotion(StrictModel):
    """What a task saw in a minute, in pieces of ten seconds: a bit each, the first piece the lowest.

    Attributes:
        watched: pictures came.
        moved: an object moved.
    """

    watched: _Pieces = 0
    moved: _Pieces = 0


class MotionMessage(StrictModel):
    """When something moved before the cameras of a host, in one minute. What two of the same minute say holds together.

    Attributes:
        id: ULID.
        at: when the minute began, by the host's clock.
        tasks: those that ran, by their id.
    """

    kind: Literal["motion"] = "motion"
    id: str
    at: AwareDatetime
    tasks: dict[str, TaskMotion]


Message = Annotated[EventMessage | MediaMessage | MotionMessage, Field(discriminator="kind")]


class CommandKind(StrEnum):
    """What a server may ask a host."""

    PROBE = "probe"
    """`{source: {...}, look}` -> what is found there, and a JPEG (base64) of it."""
    GET_READY = "get_ready"
    """`{}` -> the host is ready for a probe or a search, which then begins at once."""
    DISCOVER = "discover"
    """`{seconds: 5}` -> cameras on the network of the host."""
    SNAPSHOT = "snapshot"
    """`{task_id}` -> a JPEG (base64) of now."""
    WHAT_IF = "what_if"
    """`{task, against, since, until}` -> `camloom.backtest/1`."""
    ENABLE = "enable"
    """`{task_id}` -> a stream that was disabled starts again."""
    LOGS = "logs"
    """`{lines}` -> the last lines of the log."""
    MODELS = "models"
    """`{}` -> the model cards that the host has."""
    IMPORT_MODEL = "import_model"
    """`ModelImport` -> the guessed card, what it finds on a picture; or the model is kept."""
    TRY_MODEL = "try_model"
    """`{name, picture, keep}` -> what a model finds on a picture, and how fast."""
    MODEL_PICTURE = "model_picture"
    """`{name}` -> a JPEG (base64) of what it found, the last time that was to be kept."""
    REMOVE_MODEL = "remove_model"
    """`{name}` -> a model that was imported is gone."""
    STATES = "states"
    """`{}` -> the places whose states were taught: their examples, and their models."""
    STATE_EXAMPLES = "state_examples"
    """`{name, state, after}` -> small JPEGs (base64) of what a state looks like, a page of them."""
    ADD_STATE_EXAMPLE = "add_state_example"
    """`{name, state, picture, vertices, label}` -> one more example, out of a whole picture (base64)."""
    REMOVE_STATE_EXAMPLE = "remove_state_example"
    """`{name, state, example}` -> an example is gone."""
    TRAIN_STATE = "train_state"
    """`{name}` -> how well its examples are told apart; the model is kept if that is well enough."""
    JUDGE_STATE = "judge_state"
    """`{name, picture}` -> which state a whole picture (base64) shows."""
    REMOVE_STATE = "remove_state"
    """`{name}` -> a place is gone, with its examples and its model."""


class HandedFile(StrictModel):
    """A file that the server handed over; what is in it is proven by its digest.

    Attributes:
        name: as whoever uploaded it calls it; it means nothing.
    """

    id: str = Field(pattern=r"^[0-9A-Za-z]{1,64}$")
    name: str = Field(max_length=255)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(ge=0)


_Label = Annotated[str, Field(max_length=200)]
_Triple = tuple[float, float, float]


class ModelAnswers(StrictModel):
    """What somebody says about a model that the file does not; empty: nothing is said.

    Attributes:
        family: how its outputs are read.
        class_names: classes, labels or characters of the alphabet.
        size: width, height in px.
        mean, std: of each channel, on the scale 0 to 255.
        heads: values by attribute, for models with several outputs of choices.
        options: settings of the family.
    """

    name: str = Field(default="", max_length=64)
    family: str = Field(default="", max_length=64)
    class_names: tuple[_Label, ...] = Field(default=(), max_length=20_000)
    size: tuple[Annotated[int, Field(ge=8, le=4096)], Annotated[int, Field(ge=8, le=4096)]] | None = None
    colour: Literal["", "BGR", "RGB"] = ""
    fit: Literal["", "letterbox", "stretch"] = ""
    mean: _Triple | None = None
    std: _Triple | None = None
    licence: str = Field(default="", max_length=200)
    heads: dict[_Label, tuple[_Label, ...]] = Field(default_factory=dict, max_length=64)
    options: dict[_Label, bool | int | float | str | list[int | float | str]] = Field(
        default_factory=dict, max_length=64
    )

    @field_validator("std")
    @classmethod
    def _divides(cls, value: _Triple | None) -> _Triple | None:
        if value is not None and 0 in value:
            raise ValueError("must not hold 0: it is divided by")
        return value


class ModelImport(StrictModel):
    """A model file to look at, or to keep.

    Attributes:
        picture: JPEG (base64) to try it on; empty: a sample.
        show: whether others may see that picture, with what was found on it.
        run: run the model; else it is only read.
        keep: keep it, under the name that the answers say or else its own.
    """

    file: HandedFile
    answers: ModelAnswers = Field(default_factory=ModelAnswers)
    picture: str = Field(default="", max_length=8_000_000)
    show: bool = False
    run: bool = True
    keep: bool = False


class Command(StrictModel):
    """A question to a host. It is answered once or not at all."""

    id: str
    kind: CommandKind
    arguments: dict[str, Any] = Field(default_factory=dict)
    expires_at: datetime


class Reply(StrictModel):
    """An answer.

    Attributes:
        error: one line; empty when all went well.
        hint: what to do about it.
        reason: for programs: of what kind it is, see `SourceError`.
        code, values: see `Phrase`.
    """

    id: str
    result: dict[str, Any] = Field(default_factory=dict)
    error: str = ""
    hint: str = ""
    reason: str = ""
    code: str = ""
    values: dict[str, str | int | float] = Field(default_factory=dict)
