"""Looking for cameras, and at them, before they are kept: the host does it, for it is in their network."""

import base64
import binascii
import ipaddress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator, Field
from sqlalchemy import select

from camloom.config.addresses import policy_in_force
from camloom.errors import SourceError
from camloom.exchange import CommandKind
from camloom.redaction import redact
from camloom.server.access import Principal
from camloom.server.access.guards import Administrator, Viewer
from camloom.server.database.tables import host, task
from camloom.server.management.cameras.documents import SeenStream, Url
from camloom.server.management.cameras.secrets import kept_url, known_urls
from camloom.server.management.cameras.sources import SourceOptions, check_source, source_document, unmasked
from camloom.server.management.desk import Desk, TheDesk
from camloom.server.management.scope import camera_of, row_of
from camloom.server.web import Answer, Asked, RefusedError
from camloom.server.web.bodies import those_that_fit
from camloom.server.web.files import file_answered

router = APIRouter(prefix="/cameras", tags=["cameras"])
_PROBE_S = 25.0
_SNAPSHOT_S = 10.0
_SLACK_S = 15.0
_READY_S = 3.0
_PICTURE_MAX = 4_000_000
_MOST_FOUND = 500
_JPEG = b"\xff\xd8\xff"
_HostId = Annotated[str | None, Query(max_length=26)]


def _address(text: str) -> str:
    host, _, port = text.partition(":")
    ipaddress.IPv4Address(host)
    if port and not (port.isascii() and port.isdigit() and 0 < int(port) < 1 << 16):
        raise ValueError("has no such port")
    return text


class ProbeFinding(Answer):
    """One thing about a source that will hurt.

    Attributes:
        code: for programs, such as `long-gop`.
        advice: what to do about it.
    """

    code: str
    text: str
    advice: str


class ProbeFact(Answer):
    """One thing that was seen, for a table."""

    name: str
    value: str


class ProbeFound(Answer):
    """What else was seen; see `camloom probe`."""

    rows: list[ProbeFact]
    findings: list[ProbeFinding]


class ProbeIn(Asked):
    """A source to look at.

    Attributes:
        camera_id: the camera whose password `***` in the URL stands for.
        look: `picture`: no longer than until the first picture of a camera is there; `whole`: for some seconds, for
            all that can be told of its stream.
    """

    url: Url
    options: SourceOptions = SourceOptions()
    host_id: str | None = Field(default=None, max_length=26)
    camera_id: str | None = Field(default=None, max_length=26)
    look: Literal["picture", "whole"] = "whole"


class ProbeOut(Answer):
    """What was found.

    Attributes:
        found: what else was seen, and what about it will hurt; empty of a source that is not looked into.
        picture: JPEG in base64; empty: none came.
        more: a longer look (`whole`) would tell more.
    """

    stream: SeenStream
    found: ProbeFound
    picture: str
    more: bool


class SearchIn(Asked):
    """What to look for.

    Attributes:
        addresses: IPv4 addresses to ask directly, with a port or without.
        user, password: to log in to what is found and ask for its streams; they are kept nowhere.
    """

    host_id: str | None = Field(default=None, max_length=26)
    seconds: float = Field(default=5, ge=0.2, le=30)
    addresses: list[Annotated[str, Field(max_length=21), AfterValidator(_address)]] = Field(
        default_factory=list, max_length=64
    )
    user: str = Field(default="", max_length=128)
    password: str = Field(default="", max_length=128, repr=False)


class FoundStream(Answer):
    """One stream that a camera offers; what is not known is empty or 0.

    Attributes:
        token: what the camera calls it.
        channel: which picture sensor or channel of the device, from 1.
        role: `main`, `sub`, or empty for another one.
        url: without user and password.
    """

    token: str = ""
    name: str = ""
    channel: int = 1
    role: str = ""
    url: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0


class FoundCamera(Answer):
    """A camera that answered; what is not known is empty.

    Attributes:
        type: of its source.
        url: what a camera that is added takes, without user and password.
        address: IP address, device path, address on its bus.
        more_addresses: others that it answered from.
        note: what could not be learnt, and why.
    """

    type: str = ""
    url: str = Field(min_length=1)
    address: str = ""
    vendor: str = ""
    model: str = ""
    name: str = ""
    serial: str = ""
    more_addresses: list[str] = Field(default_factory=list)
    streams: list[FoundStream] = Field(default_factory=list)
    note: str = ""


class SearchOut(Answer):
    """Cameras that answered, and who could not look and why.

    Attributes:
        problems: in words, by who could not look.
        reasons: the same as codes, see the reasons of a source; `failed`: of no kind that is known.
    """

    found: list[FoundCamera]
    problems: dict[str, str]
    reasons: dict[str, str]


@router.post("/probe")
def probe_source(body: ProbeIn, administrator: Administrator, desk: TheDesk) -> ProbeOut:
    """Look at a source without keeping it: what it sends, and its first picture."""
    url, host_id = _meant(body, administrator, desk)
    check_source(url, body.options)
    document = source_document(url, body.options.given(), desk.uploads)
    asked = {"source": document, "look": body.look}
    result = desk.line.ask_for(administrator, host_id, CommandKind.PROBE, asked, _PROBE_S)
    picture, stream = result.get("jpeg", ""), those_that_fit(SeenStream, [result.get("stream")])
    found = ProbeFound(
        rows=_named(result.get("rows"), body.url), findings=those_that_fit(ProbeFinding, result.get("findings"))
    )
    return ProbeOut(
        stream=stream[0] if stream else SeenStream(),
        found=found,
        picture=picture if jpeg_of(picture) else "",
        more=result.get("more") is True,
    )


@router.post("/probe/ready", status_code=204)
def prepare_probe(administrator: Administrator, desk: TheDesk, host_id: _HostId = None) -> None:
    """Have a host get ready: somebody is about to probe a source or to search for cameras, and will wait for that."""
    desk.line.ask_for(administrator, _host(desk, host_id), CommandKind.GET_READY, {}, _READY_S)


@router.post("/discover")
def discover_cameras(body: SearchIn, administrator: Administrator, desk: TheDesk) -> SearchOut:
    """Look for cameras in the network of a host."""
    _require_cameras(body.addresses)
    host_id = _host(desk, body.host_id)
    asked = body.model_dump(exclude={"host_id"})
    result = desk.line.ask_for(administrator, host_id, CommandKind.DISCOVER, asked, body.seconds + _SLACK_S)
    return SearchOut(
        found=those_that_fit(FoundCamera, result.get("cameras"))[:_MOST_FOUND],
        problems=_texts(result.get("problems")),
        reasons=_texts(result.get("reasons")),
    )


@router.get("/{camera_id}/snapshot", response_class=Response, responses=file_answered("image/jpeg"))
def get_camera_snapshot(camera_id: str, viewer: Viewer, desk: TheDesk) -> Response:
    """Return a picture of now, from a task of the camera that runs."""
    picture = snapshot_of(desk, viewer, camera_id)
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def snapshot_of(desk: Desk, principal: Principal, camera_id: str) -> bytes:
    """Return a picture (JPEG) of now of a camera. RefusedError: it is not there for this caller, does not run, ..."""
    with desk.database.read() as connection:
        row = camera_of(connection, principal, camera_id)
        running = select(task.c.id).where(task.c.camera_id == camera_id, task.c.enabled).order_by(task.c.id)
        task_id = connection.scalars(running.limit(1)).first()
    if task_id is None or not row["enabled"]:
        raise RefusedError(409, "not-running", "no task of this camera runs", "Start one, or probe the camera")
    result = desk.line.ask_for(principal, row["host_id"], CommandKind.SNAPSHOT, {"task_id": task_id}, _SNAPSHOT_S)
    picture = jpeg_of(result.get("jpeg"))
    if picture is None:
        raise RefusedError(504, "no-picture", "no picture came", "Look at the state of the camera")
    return picture


def jpeg_of(text: Any) -> bytes | None:
    """Return a JPEG that a host sent in base64; None: it is none."""
    if not isinstance(text, str) or len(text) > _PICTURE_MAX:
        return None
    try:
        picture = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return picture if picture.startswith(_JPEG) else None


def _named(rows: Any, url: str) -> list[ProbeFact]:
    """Return what was found with the name that the caller has for the source: where a recording lies is our affair."""
    told = [row for row in rows if isinstance(row, list) and len(row) == 2] if isinstance(rows, list) else []
    return [ProbeFact(name=str(name), value=redact(url) if name == "source" else str(value)) for name, value in told]


def _texts(told: Any) -> dict[str, str]:
    return {str(key): redact(str(text)) for key, text in told.items()} if isinstance(told, dict) else {}


def _require_cameras(addresses: list[str]) -> None:
    """Refuse addresses that are asked directly and where no camera may be: they would be told a password."""
    policy = policy_in_force("strict")
    for text in addresses:
        host, _, port = text.partition(":")
        try:
            policy.addresses(host, int(port or 80))
        except SourceError as error:
            raise RefusedError(422, f"source-{error.reason}", error.message, error.hint) from None


def _meant(body: ProbeIn, principal: Principal, desk: TheDesk) -> tuple[str, str]:
    """Return the URL with its password, and the host that is to look."""
    if body.camera_id is None:
        return unmasked(body.url, None), _host(desk, body.host_id)
    with desk.database.read() as connection:
        row = camera_of(connection, principal, body.camera_id)
    known = known_urls(row, desk.seals)
    hidden_in = "main_source" if kept_url(row["main_source"]) == body.url else "source"
    return unmasked(body.url, known.get(hidden_in)), row["host_id"]


def _host(desk: TheDesk, host_id: str | None) -> str:
    with desk.database.read() as connection:
        if host_id is None:
            host_id = connection.scalars(select(host.c.id).order_by(host.c.id).limit(1)).first() or ""
        return str(row_of(connection, host, host_id, "host")["id"])
