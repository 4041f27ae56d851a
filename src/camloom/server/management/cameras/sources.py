"""Where a camera's pictures come from: what may be kept in the open, what is sealed, and what is refused."""

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from camloom.config.addresses import STRICT_SCHEMES, AddressPolicy, policy_in_force, scheme_of
from camloom.config.blocks import Block, SourceBlock
from camloom.config.model import complaints_of
from camloom.config.source_url import CAMERA_SCHEMES, SourceUrl, parse_camera_url, parse_source
from camloom.errors import CamloomError, SourceError
from camloom.redaction import HIDDEN, redact
from camloom.server.web import Asked, Problem, RefusedError

UPLOAD = "upload"
_SCHEMES = (*STRICT_SCHEMES, UPLOAD)
_PORTS = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443, "https": 443, "onvifs": 443}
_USB = re.compile(r"usb:([\w .-]{0,200}|/dev/video\d{1,3}|/dev/v4l/by-(id|path)/[\w.:+-]{1,200})")
_UPLOAD_ID = re.compile(r"upload:([0-9A-HJKMNP-TV-Z]{26})")
_WITH_POLICY = ("media", "onvif")
_BLOCKS: TypeAdapter[Block] = TypeAdapter(SourceBlock)


class SourceOptions(Asked):
    """How a camera is read; what is left out is as the kind of source has it."""

    transport: Literal["tcp", "udp", "tcp-passive", "tcp-active"] | None = None
    timeout_s: float | None = Field(default=None, gt=0, le=60, description="longest silence")
    verify_tls: bool | None = None
    profile: str | None = Field(default=None, min_length=1, max_length=128, description="ONVIF: main, sub or a token")
    channel: int | None = Field(default=None, ge=1, le=4096, description="ONVIF: of a recorder")
    stream: Literal["main", "sub"] | None = Field(default=None, description="GB/T 28181")
    format: Literal["mjpeg", "yuyv", "h264"] | None = Field(default=None, description="USB")
    width: int | None = Field(default=None, ge=16, le=8192)
    height: int | None = Field(default=None, ge=16, le=8192)
    fps: float | None = Field(default=None, gt=0, le=240)

    def given(self) -> dict[str, Any]:
        """Return those that are set."""
        return self.model_dump(exclude_none=True)


def masked(url: str) -> str:
    """Return a URL as it may be kept in the open and shown: without password."""
    return parse_camera_url(url).masked if scheme_of(url) in CAMERA_SCHEMES else url


def unmasked(given: str, kept: str | None) -> str:
    """Return the URL that is meant: where the mask stands for it, the password that is kept.

    Args:
        given: by the caller.
        kept: the URL with its password; None: there is none yet.

    Raises:
        RefusedError: the mask stands where nothing is kept, or would hand the password to somebody else.
    """
    if scheme_of(given) not in CAMERA_SCHEMES or HIDDEN not in given:
        return given
    if kept is not None and given == masked(kept):
        return kept
    wanted, known = _parsed(given), _parsed(kept) if kept and scheme_of(kept) in CAMERA_SCHEMES else None
    if HIDDEN in wanted.target or wanted.password != HIDDEN or known is None or _place(wanted) != _place(known):
        raise RefusedError(
            422,
            "masked-password",
            "the password is hidden in this URL, and it is not known for this address",
            "Write the password out: it is kept only for the scheme, host, port and user that it was given for",
        )
    return wanted.with_login(wanted.user, known.password).url


def check_source(url: str, options: SourceOptions, field: str = "url") -> None:
    """Refuse what is no camera, or is where no camera may be.

    Raises:
        RefusedError: 422 with a code that tells why.
    """
    scheme = scheme_of(url)
    policy = policy_in_force("strict")
    if scheme not in _SCHEMES or (policy.schemes and scheme not in (*policy.schemes, UPLOAD)):
        known = ", ".join(_SCHEMES)
        raise _refused("source-scheme", f"sources of the kind '{scheme}:' are not allowed", field, f"Allowed: {known}")
    if scheme == UPLOAD:
        if not _UPLOAD_ID.fullmatch(url):
            raise _refused("source-url", "an upload has the form upload:ID", field)
        return
    if scheme == "usb" and not _USB.fullmatch(url):
        raise _refused("source-url", "a USB camera has the form usb:PART-OF-ITS-NAME", field)
    _check_host(url, scheme, policy, field)
    _check_form(url, options, field)


def upload_of(url: str) -> str | None:
    """Return the id of the upload that a URL names; None: it names something else."""
    found = _UPLOAD_ID.fullmatch(url)
    return found[1] if found else None


def source_document(url: str, options: dict[str, Any], uploads: Path) -> dict[str, Any]:
    """Return the `source:` of a task; recordings play on and on, at the pace of a camera.

    Args:
        url: with its password.
        options: as `SourceOptions.given` returns them.
        uploads: folder of what was uploaded.
    """
    if (upload := upload_of(url)) is not None:
        return {"type": "media", "url": str(uploads / upload), "pace": "realtime", "loop": True}
    kind = str(_BLOCKS.validate_python(url).type)
    document = {"type": kind, "url": url, **options}
    if kind in _WITH_POLICY:
        document["policy"] = "strict"
    if kind == "media" and not parse_source(url).is_live:
        document |= {"pace": "realtime", "loop": True}
    return document


def _parsed(url: str) -> SourceUrl:
    try:
        return parse_camera_url(url)
    except SourceError as error:
        raise _refused("source-url", error.message, "url", error.hint) from None


def _place(url: SourceUrl) -> tuple[str, str, int | None, str]:
    """Return whom a password is told."""
    return url.scheme, url.host.lower(), url.port or _PORTS.get(url.scheme, 80), url.user


def _check_host(url: str, scheme: str, policy: AddressPolicy, field: str) -> None:
    if scheme in CAMERA_SCHEMES:
        parsed = _parsed(url)
        host, port = parsed.host, parsed.port or _PORTS.get(scheme, 80)
    elif scheme == "gige" and url[5:].startswith("//"):
        host, port = url[7:].strip("/"), 3956
    else:
        return
    try:
        policy.addresses(host, port)
    except SourceError as error:
        # A name that nobody knows yet is no danger: whoever connects looks it up and checks it again.
        if error.reason != "unreachable":
            raise _refused(f"source-{error.reason}", error.message, field, error.hint) from None


def _check_form(url: str, options: SourceOptions, field: str) -> None:
    try:
        kind = _BLOCKS.validate_python(url).type
        _BLOCKS.validate_python({"type": kind, "url": url, **options.given()})
    except ValidationError as error:
        problems = [Problem(path=[_field(loc, field)], message=redact(text)) for loc, _, text in complaints_of(error)]
        text = f"this source cannot be: {problems[0].message}"
        raise RefusedError(422, "source-options", text, problems=problems) from None
    except CamloomError as error:
        raise _refused("source-url", redact(error.message), field, error.hint) from None


def _field(loc: tuple[str | int, ...], field: str) -> str:
    """Return which field of the camera a complaint about its source is about."""
    options = "options" if field == "url" else "main_options"
    return f"{options}.{loc[-1]}" if loc and loc[-1] in SourceOptions.model_fields else field


def _refused(code: str, message: str, field: str, hint: str = "") -> RefusedError:
    return RefusedError(422, code, message, hint, problems=[Problem(path=[field], message=message, code=code)])
