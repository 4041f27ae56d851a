"""What supervisor and workers tell each other.

A worker decodes what hostile cameras send, so nothing of it is trusted: what it tells is JSON, checked against these
types. What it is told comes from the supervisor, which started it.
"""

import pickle
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from camloom.config import TaskConfig
from camloom.event import Event
from camloom.runner import StreamReport, StreamRow
from camloom.runner.models import Wanted

_Px = Annotated[int, Field(gt=0, le=1 << 16)]


@dataclass(frozen=True, slots=True)
class Screen:
    """The terminal of the supervisor, for sinks that print.

    Attributes:
        width: columns.
        colours: rich's name of what it can show, such as `256`; None: none.
    """

    width: int = 80
    is_terminal: bool = False
    colours: str | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Told to a worker: run these streams.

    Attributes:
        threads: canvases in the works at once, per model; None: the number of cores.
        memory_bytes: address space that the worker may take; None: as much as it wants.
        resumed: ids of those that ran before; what their sinks wrote stays.
        untold: events of before that the sinks of these streams have not got.
        work_s: longest time that the steps after a camera take for one packet.
        screen: where sinks print.
        wanted: the models that they will ask for, as far as is known.
    """

    tasks: tuple[TaskConfig, ...]
    threads: int | None = None
    memory_bytes: int | None = None
    resumed: tuple[str, ...] = ()
    untold: dict[str, list[Event]] = field(default_factory=dict)
    work_s: float = 10.0
    screen: Screen = field(default_factory=Screen)
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepare:
    """Told to a spare worker before anything else: load models, and wait.

    Attributes:
        threads: see `Start`.
        memory_bytes: see `Start`.
    """

    wanted: tuple[Wanted, ...]
    threads: int | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Add:
    """Told to a worker: run one more stream, which ran before.

    Attributes:
        untold: events of before that its sinks have not got.
    """

    task: TaskConfig
    untold: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """Told to a worker: let a rule speak, or not."""

    task_id: str
    rule_id: str
    armed: bool


@dataclass(frozen=True, slots=True)
class Remove:
    """Told to a worker: end one stream and forget it; it tells `Gone` then."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Told to a worker: a stream goes on with other rules.

    Attributes:
        kept: ids of the rules that have not changed.
    """

    task: TaskConfig
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """Told to a worker: give the newest picture of a stream; it tells `Seen` then."""

    task_id: str
    number: int


@dataclass(frozen=True, slots=True)
class Flush:
    """Told to a worker: let the sinks of a stream write what they hold back; it tells `Flushed` then."""

    task_id: str
    number: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Told to a worker: end all streams."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Told to a worker instead of `Start`: give events to the sinks of a stream that does not run."""

    task: TaskConfig
    events: tuple[Event, ...]
    screen: Screen


Order = Prepare | Start | Add | Arm | Remove | Edit | Look | Flush | Stop | Deliver


@dataclass(frozen=True, slots=True)
class Started:
    """A worker runs its streams; those that could not start say so in their reports.

    Attributes:
        error: of a lone stream that could not start: the name of its class, its message, its hint, its reason.
    """

    reports: tuple[StreamReport, ...] = ()
    error: tuple[str, str, str, str] | None = None
    kind: Literal["started"] = "started"


@dataclass(frozen=True, slots=True)
class Ready:
    """A spare worker has its models and waits."""

    kind: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Beat:
    """A worker lives: how far its streams are.

    Attributes:
        models: in words.
        runtimes: where each runs, by the name that tasks call it: the next worker need not time all runtimes again.
        sizes: width and height of the pictures in px, by stream: the next worker need not wait for them.
    """

    reports: tuple[StreamReport, ...]
    rows: tuple[StreamRow, ...]
    models: tuple[str, ...] = ()
    runtimes: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, tuple[_Px, _Px]] = field(default_factory=dict)
    kind: Literal["beat"] = "beat"


@dataclass(frozen=True, slots=True)
class Gone:
    """A worker has ended a stream that it was asked to end."""

    task_id: str
    kind: Literal["gone"] = "gone"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a worker was asked to look at.

    Attributes:
        number: of the question.
        jpeg: base64; empty when there is none.
        error: why not.
    """

    number: int
    jpeg: str = ""
    error: str = ""
    kind: Literal["seen"] = "seen"


@dataclass(frozen=True, slots=True)
class Flushed:
    """The sinks of a stream have written what they held back, as far as they could in the time.

    Attributes:
        number: of the question.
        error: why not.
    """

    number: int
    error: str = ""
    kind: Literal["flushed"] = "flushed"


@dataclass(frozen=True, slots=True)
class Told:
    """A rule or the system said something; the sinks of the stream have it already."""

    event: Event
    kind: Literal["told"] = "told"


@dataclass(frozen=True, slots=True)
class Printed:
    """A sink prints."""

    text: str
    kind: Literal["printed"] = "printed"


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the log."""

    level: int
    name: str
    text: str
    kind: Literal["logged"] = "logged"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model file is being fetched."""

    what: str
    done_bytes: int
    total_bytes: int | None
    kind: Literal["fetched"] = "fetched"


@dataclass(frozen=True, slots=True)
class Ended:
    """All streams of a worker have come to their end."""

    reports: tuple[StreamReport, ...] = field(default=())
    kind: Literal["ended"] = "ended"


News = Started | Ready | Beat | Gone | Seen | Flushed | Told | Printed | Logged | Fetched | Ended
# A margin may be infinite: without this it would be nothing when it arrives.
_NEWS: TypeAdapter[News] = TypeAdapter(
    Annotated[News, Field(discriminator="kind")], config=ConfigDict(ser_json_inf_nan="constants")
)


def write_news(news: News) -> bytes:
    """Return what a worker tells as JSON."""
    return _NEWS.dump_json(news)


def read_news(message: bytes) -> News:
    """Return what a worker told. ValueError: no worker of ours tells such a thing."""
    return _NEWS.validate_json(message)


def write_order(order: Order) -> bytes:
    """Return an order for a worker."""
    return pickle.dumps(order)


def read_order(message: bytes) -> Order:
    """Return an order; only a worker reads one, and only its supervisor holds the other end."""
    order: Order = pickle.loads(message)  # noqa: S301  # from the process that started this one, by a private socket
    return order
