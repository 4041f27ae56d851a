"""A camera by its ONVIF address: where its stream is, is asked anew at each connection."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from camloom.config import StrictModel
from camloom.config.addresses import PolicySetting, policy_in_force
from camloom.config.source_url import SourceUrl, parse_source, with_credentials
from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.finding.found import FoundSource, FoundStream, Search
from camloom.sources.media import MediaConfig, MediaSource

_SERVICE = "/onvif/device_service"
_KNOCK_S = 2.0
_SCHEMES = ("onvif", "onvifs")


class OnvifConfig(StrictModel):
    """A camera that speaks ONVIF."""

    url: str = Field(
        min_length=1,
        description="onvif://user:password@host:port (onvifs:// for HTTPS); port 80 if none is given",
        repr=False,
    )
    profile: str = Field(
        default="main", min_length=1, max_length=128, description="main, sub, or the token of one of its profiles"
    )
    channel: int = Field(default=1, ge=1, le=256, description="of a device with several pictures")
    transport: Literal["tcp", "udp"] = Field(default="tcp", description="of RTSP")
    timeout_s: float = Field(default=9, gt=0, le=120, description="longest silence")
    policy: PolicySetting = Field(default="local", description="which addresses may be read; see docs/sources.md")

    @field_validator("url")
    @classmethod
    def _of_onvif(cls, value: str) -> str:
        try:
            service_of(value)
        except SourceError as error:
            raise ValueError(str(error)) from None
        return value


class OnvifSource:
    """A camera by its ONVIF address; it says itself where its main and its sub stream are."""

    Config: ClassVar = OnvifConfig
    schemes: ClassVar = _SCHEMES
    reconnects: ClassVar = True

    def __init__(self, config: OnvifConfig) -> None:
        self._config = config
        self._media: MediaSource | None = None
        self._stopped = threading.Event()
        self._cancel: Callable[[], object] = lambda: None

    @staticmethod
    def discover(search: Search) -> list[FoundSource]:
        """Return the ONVIF devices of the network."""
        from camloom.sources.onvif.search import find_onvif

        return find_onvif(search)

    def open(self) -> StreamInfo:
        """Ask the camera where its stream is, and connect to it.

        Raises:
            SourceError: it does not answer, refuses the login, or has no such stream; or see `MediaSource.open`.
        """
        service = service_of(self._config.url)
        url = self._ask(_current_url(service, self._config))
        asked = self._config
        config = MediaConfig(url=url, transport=asked.transport, timeout_s=asked.timeout_s, policy=asked.policy)
        self._media = MediaSource(config)
        if self._stopped.is_set():
            self._media.stop()
        return self._media.open()

    def _ask(self, question: Coroutine[Any, Any, str]) -> str:
        """Run a question to its end, or until it is stopped, beside whatever event loop the caller may have."""
        with ThreadPoolExecutor(1) as pool:
            try:
                return pool.submit(asyncio.run, self._until_stopped(question)).result()
            except asyncio.CancelledError:
                raise SourceError("it was stopped before it was connected", reason="stopped") from None

    async def _until_stopped(self, question: Coroutine[Any, Any, str]) -> str:
        asking = asyncio.create_task(question)
        loop = asyncio.get_running_loop()
        self._cancel = lambda: loop.call_soon_threadsafe(asking.cancel)
        if self._stopped.is_set():
            asking.cancel()
        try:
            return await asking
        finally:
            self._cancel = lambda: None

    def packets(self) -> Iterator[Packet]:
        """Yield the packets of the stream; see `MediaSource.packets`."""
        assert self._media is not None, "open() comes first"
        return self._media.packets()

    def stop(self) -> None:
        """End `open` soon, and `packets` after the current one."""
        self._stopped.set()
        with suppress(RuntimeError):  # the question has just been answered, and its loop is closed
            self._cancel()
        if self._media is not None:
            self._media.stop()

    def close(self) -> None:
        """Close the connection."""
        if self._media is not None:
            self._media.close()

    def knock(self) -> bool:
        """Tell within two seconds whether anything listens at the camera's address; nothing is asked of it."""
        service = service_of(self._config.url)
        try:
            place = _checked(service, self._config)
            with socket.create_connection((place.host.strip("[]"), _port(place)), timeout=_KNOCK_S):
                return True
        except (OSError, SourceError):
            return False


def service_of(url: str) -> SourceUrl:
    """Return where the device service of an `onvif://` URL is.

    Raises:
        SourceError: it is no such URL.
    """
    scheme, colon, rest = url.partition("://")
    if not colon or scheme.lower() not in _SCHEMES:
        raise SourceError("no ONVIF address", "The form is onvif://user:password@host:port", reason="unsupported")
    found = parse_source(f"http{scheme[5:].lower()}://{rest}")
    return replace(found, target=_SERVICE if found.target in ("", "/") else found.target)


async def _current_url(service: SourceUrl, config: OnvifConfig) -> str:
    """Return where the wanted stream is now, with the login of the camera."""
    from camloom.sources.onvif.services import media_services, read_clock, read_profiles, stream_url
    from camloom.sources.onvif.soap import Device

    bare = replace(_checked(service, config), user="", password="").url
    try:
        async with (
            asyncio.timeout(config.timeout_s),
            Device(bare, service.user, service.password, timeout_s=config.timeout_s) as device,
        ):
            await read_clock(device)
            media, streams = await read_profiles(device, await media_services(device))
            url = await stream_url(device, media, _chosen(streams, config, device.host).token)
    except TimeoutError:
        what = f"the ONVIF service of {service.host} did not answer within {config.timeout_s:g} s"
        raise SourceError(what, "Check the address and the network", reason="timeout") from None
    named = replace(parse_source(url), host=service.host).url
    return with_credentials(named, service.user, service.password) if service.user else named


def _checked(service: SourceUrl, config: OnvifConfig) -> SourceUrl:
    """Return the service if it may be asked; under a strict policy by the address that was checked.

    Raises:
        SourceError: it may not, or there is no such host.
    """
    policy = policy_in_force(config.policy)
    address = policy.addresses(service.host, _port(service))[0]
    if policy.level != "strict":
        return service
    return replace(service, host=f"[{address}]" if ":" in address else address)


def _port(service: SourceUrl) -> int:
    return service.port or (443 if service.scheme == "https" else 80)


def _chosen(streams: Sequence[FoundStream], config: OnvifConfig, host: str) -> FoundStream:
    for stream in streams:
        if stream.channel == config.channel and config.profile in (stream.role, stream.token):
            return stream
    there = [f"{one.role or one.token} ({one.width}x{one.height})" for one in streams if one.channel == config.channel]
    where = f" on channel {config.channel}" if config.channel > 1 else ""
    raise SourceError(
        f"{host} has no stream '{config.profile}'{where}",
        f"It offers {', '.join(there[:8]) or 'nothing there'}",
        reason="missing",
    )
