"""What an ONVIF device says of itself: who it is, and its streams."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from camloom.config.source_url import SourceUrl, parse_source
from camloom.errors import SourceError
from camloom.sources.finding.found import FoundStream
from camloom.sources.onvif.roles import with_roles
from camloom.sources.onvif.soap import DEVICE, MEDIA, MEDIA2, SCHEMA, Device, SoapFaultError, set_clock
from camloom.sources.xml import MAX_TEXT, all_named, clean, first_named, local_name, number_of, text_of

MAX_STREAMS = 128
_STREAM_SCHEMES = ("rtsp", "rtsps", "http", "https")
_CODECS = {"h264": "h264", "h265": "hevc", "hevc": "hevc", "jpeg": "mjpeg", "mjpeg": "mjpeg", "mpeg4": "mpeg4"}


@dataclass(frozen=True, slots=True)
class Identity:
    """What the device is; empty where it does not say."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class MediaService:
    """Where its streams are asked for.

    Attributes:
        namespace: Media (ver10) or Media2 (ver20), which alone knows H.265.
    """

    namespace: str
    url: str


async def read_clock(device: Device) -> None:
    """Ask for the device's time, which needs no login by the standard; a device that will not say keeps ours."""
    try:
        answer = await device.ask(*_question(DEVICE, "GetSystemDateAndTime"), login=False)
    except SoapFaultError:
        return
    except SourceError as error:
        if error.reason != "auth":
            raise
        return
    set_clock(device, answer, datetime.now(UTC))


async def read_identity(device: Device) -> Identity:
    """Return what the device is. SourceError: it does not answer, or asks for a login."""
    answer = await device.ask(*_question(DEVICE, "GetDeviceInformation"))
    names = ("Manufacturer", "Model", "SerialNumber", "FirmwareVersion")
    return Identity(*(clean(text_of(answer, name), 64) for name in names))


async def media_services(device: Device) -> list[MediaService]:
    """Return the media services of a device, the newer first; where it names none, the usual place of the old one."""
    try:
        found = _listed_services(device, await device.ask(*_question(DEVICE, "GetServices", _NO_CAPABILITIES)))
    except SoapFaultError:
        found = []  # a device of before 2011
    if not found:
        found = await _from_capabilities(device)
    return found or [MediaService(MEDIA, device.url)]


async def read_profiles(device: Device, services: Sequence[MediaService]) -> tuple[MediaService, list[FoundStream]]:
    """Return the streams of the first service that has any, with their roles but without URLs.

    Raises:
        SourceError: none has; or the device does not answer.
    """
    refusal: SourceError = SourceError(f"{device.host} offers no video stream over ONVIF", reason="no-video")
    for service in services:
        wanted = "<m:Type>All</m:Type>" if service.namespace == MEDIA2 else ""
        try:
            answer = await device.ask(*_question(service.namespace, "GetProfiles", wanted), url=service.url)
        except SoapFaultError as error:
            refusal = error
            continue
        if streams := _streams_in(answer):
            return service, with_roles(streams)
    raise refusal


async def stream_url(device: Device, service: MediaService, token: str) -> str:
    """Return where a stream is, without user and password, always at the device that we talk to.

    Raises:
        SourceError: the device does not say, or says something that is no address of a stream.
    """
    where = f"<m:ProfileToken>{escape(token)}</m:ProfileToken>"
    if service.namespace == MEDIA2:
        inner = f"<m:Protocol>RTSP</m:Protocol>{where}"
    else:
        inner = (
            f'<m:StreamSetup xmlns:t="{SCHEMA}"><t:Stream>RTP-Unicast</t:Stream>'
            f"<t:Transport><t:Protocol>RTSP</t:Protocol></t:Transport></m:StreamSetup>{where}"
        )
    answer = await device.ask(*_question(service.namespace, "GetStreamUri", inner), url=service.url)
    return _safe_url(device, text_of(answer, "Uri"))


async def read_streams(device: Device) -> list[FoundStream]:
    """Return all streams with roles and URLs; one that cannot be asked for has no URL. SourceError: there are none."""
    service, streams = await read_profiles(device, await media_services(device))
    return [replace(stream, url=await _url_or_nothing(device, service, stream)) for stream in streams]


async def _url_or_nothing(device: Device, service: MediaService, stream: FoundStream) -> str:
    try:
        return await stream_url(device, service, stream.token)
    except SourceError as error:
        if error.reason in ("auth", "timeout", "unreachable"):
            raise
        return ""


_NO_CAPABILITIES = "<m:IncludeCapability>false</m:IncludeCapability>"


def _question(namespace: str, name: str, inner: str = "") -> tuple[str, str]:
    return f"{namespace}/{name}", f"<m:{name} xmlns:m={quoteattr(namespace)}>{inner}</m:{name}>"


def _listed_services(device: Device, answer: Element) -> list[MediaService]:
    named = {text_of(one, "Namespace"): text_of(one, "XAddr") for one in all_named(answer, "Service")}
    return [MediaService(one, device.at_device(named[one])) for one in (MEDIA2, MEDIA) if named.get(one)]


async def _from_capabilities(device: Device) -> list[MediaService]:
    try:
        answer = await device.ask(*_question(DEVICE, "GetCapabilities", "<m:Category>Media</m:Category>"))
    except SoapFaultError:
        return []
    url = text_of(answer, "Media", "XAddr")
    return [MediaService(MEDIA, device.at_device(url))] if url else []


def _streams_in(answer: Element) -> list[FoundStream]:
    """Return what the profiles say; those without a picture are left out."""
    channels: dict[str, int] = {}
    found = []
    for profile in list(all_named(answer, "Profiles"))[:MAX_STREAMS]:
        source = _part(profile, "VideoSourceConfiguration", "VideoSource")
        encoder = _part(profile, "VideoEncoderConfiguration", "VideoEncoder")
        token = profile.get("token", "")
        if encoder is None or not token or clean(token) != token:
            continue
        channel = channels.setdefault(text_of(source, "SourceToken"), len(channels) + 1)
        found.append(_stream(profile, encoder, token, channel))
    return found


def _stream(profile: Element, encoder: Element, token: str, channel: int) -> FoundStream:
    encoding = text_of(encoder, "Encoding").lower()
    return FoundStream(
        token=token,
        name=clean(next((one.text or "" for one in profile if local_name(one) == "Name"), ""), 64),
        channel=channel,
        codec=_CODECS.get(encoding, clean(encoding, 16)),
        width=round(number_of(encoder, "Resolution", "Width", most=1 << 16)),
        height=round(number_of(encoder, "Resolution", "Height", most=1 << 16)),
        fps=number_of(encoder, "RateControl", "FrameRateLimit", most=1000),
    )


def _part(profile: Element, *names: str) -> Element | None:
    found = (first_named(profile, name) for name in names)
    return next((one for one in found if one is not None), None)


def _safe_url(device: Device, text: str) -> str:
    try:
        source = parse_source(text) if text and " " not in text and len(text) < MAX_TEXT else None
    except SourceError:
        source = None
    if source is None or source.scheme not in _STREAM_SCHEMES:
        raise SourceError(f"{device.host} names no usable address of its stream", reason="unsupported")
    host = f"[{device.host}]" if ":" in device.host else device.host
    return SourceUrl(source.scheme, source.target, host, source.port).url
