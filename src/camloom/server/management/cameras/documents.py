"""What is said about a camera, both ways."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from camloom.server.management.cameras.sources import SourceOptions
from camloom.server.web import Answer, Asked, PlainName
from camloom.server.web.bodies import plain_name

Url = Annotated[str, Field(min_length=1, max_length=2048)]
Share = Annotated[float, Field(ge=0, le=1)]


def _place(text: str) -> str:
    return plain_name(text) if text.strip() else ""


class StreamFacts(Asked):
    """What a probe found."""

    codec: str = Field(default="", max_length=32)
    width: int = Field(default=0, ge=0, le=65_536)
    height: int = Field(default=0, ge=0, le=65_536)
    fps: float = Field(default=0, ge=0, le=1000)


class SeenStream(Answer):
    """A stream as it was opened; what is not known is empty or 0.

    Attributes:
        live: it comes from a camera; None: not said.
    """

    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0
    live: bool | None = None


class CameraIn(Asked):
    """A camera as somebody sets it up.

    Attributes:
        url: of the stream that is analysed. `***` in the place of the password: the one that is kept.
        main_url: of the large stream, for recordings, where it is another one.
        host_id: whose engine reads it; None: the first host.
        map_x, map_y: on its site map, shares of the picture.
    """

    name: PlainName
    url: Url
    options: SourceOptions = SourceOptions()
    main_url: Url | None = None
    main_options: SourceOptions = SourceOptions()
    host_id: str | None = Field(default=None, max_length=26)
    group_id: str | None = Field(default=None, max_length=26)
    place: Annotated[str, Field(max_length=256), AfterValidator(_place)] = ""
    site_map_id: str | None = Field(default=None, max_length=26)
    map_x: Share | None = None
    map_y: Share | None = None
    enabled: bool = True
    stream: StreamFacts | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> "CameraIn":
        known = [value is not None for value in (self.site_map_id, self.map_x, self.map_y)]
        if any(known) and not all(known):
            raise ValueError("a place on a map needs site_map_id, map_x and map_y")
        return self


class CameraOut(Answer):
    """A camera.

    Attributes:
        url, main_url: without password: `***` stands for it.
        condition, reason, detail, since: how its picture is; see the states of a source.
        watches: templates of the alarms of its tasks.
    """

    id: str
    name: str
    host_id: str
    group_id: str | None
    place: str
    site_map_id: str | None
    map_x: float | None
    map_y: float | None
    url: str
    options: SourceOptions
    main_url: str | None
    main_options: SourceOptions
    enabled: bool
    created_at: datetime
    condition: str
    reason: str
    detail: str
    since: datetime | None
    stream: SeenStream
    watches: list[str]


class CameraSwitch(Asked):
    """Whether something is on."""

    enabled: bool


class CameraCopy(Asked):
    """What a copy differs in; the rest, its password too, is taken over, as are its tasks.

    Attributes:
        url: of the copy; None: the same.
    """

    name: PlainName
    url: Url | None = None


class ConditionSpan(Answer):
    """A time for which a camera was in one condition."""

    condition: str
    reason: str
    detail: str
    began_at: datetime
    ended_at: datetime


class CameraHistory(Answer):
    """How a camera was.

    Attributes:
        shares: of the time, by condition, 0 to 1; `unknown` before anything was known.
        quality: good, fair, poor; unknown where it was to run for less than a quarter of an hour.
        breaks: how often it was lost.
        spans: newest first, at most some hundred; `more` says that there were more.
    """

    since: datetime
    until: datetime
    shares: dict[str, float]
    quality: Literal["good", "fair", "poor", "unknown"]
    breaks: int
    spans: list[ConditionSpan]
    more: bool
