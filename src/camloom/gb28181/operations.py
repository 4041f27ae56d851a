"""What other processes may ask of the platform."""

from dataclasses import asdict
from functools import partial
from typing import Any, Literal

from pydantic import Field

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.gb28181.control.server import Operation, Question
from camloom.gb28181.manscdp.answers import Channel
from camloom.gb28181.manscdp.control import COMMANDS, Motion, ptz_motion, ptz_preset, ptz_tree
from camloom.gb28181.manscdp.xml import Tree
from camloom.gb28181.platform.alarms import CameraAlarm
from camloom.gb28181.platform.calls import Call
from camloom.gb28181.platform.devices import Device
from camloom.gb28181.platform.offer import Stream, Transport
from camloom.gb28181.platform.platform import Platform
from camloom.gb28181.platform.queries import DeviceRefusedError
from camloom.gb28181.platform.refusals import offline
from camloom.gb28181.sip.endpoint import SipTimeoutError
from camloom.gb28181.sip.transport import local_host_towards


class _Target(StrictModel):
    device: str = Field(max_length=64)
    channel: str = Field(default="", max_length=64, pattern=r"^[0-9A-Za-z._-]*$")

    @property
    def about(self) -> str:
        return self.channel or self.device


class _Start(_Target):
    port: int = Field(ge=0, le=65535)
    transport: Transport = "udp"
    stream: Stream = "main"
    timeout_s: float = Field(default=8, gt=0, le=60)


class _Move(_Target):
    pan: float = Field(default=0, ge=-1, le=1)
    tilt: float = Field(default=0, ge=-1, le=1)
    zoom: float = Field(default=0, ge=-1, le=1)


class _Preset(_Target):
    action: Literal["set", "call", "delete"]
    number: int = Field(ge=1, le=255)


class _Command(_Target):
    command: Literal["keyframe", "reboot", "guard", "unguard", "reset-alarm", "record", "stop-record"]


class _End(StrictModel):
    session: str


def platform_operations(platform: Platform) -> dict[str, Operation]:
    """Return the operations of a platform, by name."""
    operations = _Operations(platform)
    return {
        "status": operations.status,
        "devices": operations.devices,
        "channels": operations.channels,
        "refresh": operations.refresh,
        "prepare": operations.prepare,
        "start": operations.start,
        "end": operations.end,
        "move": operations.move,
        "preset": operations.preset,
        "command": operations.command,
        "alarms": operations.alarms,
    }


class _Operations:
    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def status(self, _: Question) -> Any:
        """How the platform is: {port, devices, sessions, refused: {reason: count}}."""
        platform = self._platform
        return {
            "id": platform.config.id,
            "port": platform.port,
            "devices": len(list(platform.devices)),
            "sessions": len(platform.calls),
            "refused": dict(platform.counters),
        }

    async def devices(self, _: Question) -> Any:
        """Who is registered."""
        return [_device(one) for one in self._platform.devices]

    async def channels(self, question: Question) -> Any:
        """The channels of a device, as far as it has told them."""
        device = self._device(_Target.model_validate(question.given).device)
        return [_channel(one) for one in device.channels.values()]

    async def refresh(self, question: Question) -> Any:
        """Fetch a device's catalogue anew."""
        device = self._device(_Target.model_validate(question.given).device)
        try:
            await self._platform.care.refresh(device)
        except (SipTimeoutError, DeviceRefusedError) as error:
            raise _silent(device.id, error) from None

    async def prepare(self, question: Question) -> Any:
        """What a receiver needs before it listens: {host, media_host or None, ports: [first, last]}."""
        target = _Target.model_validate(question.given)
        device = self._device(target.device)
        return {
            "host": local_host_towards(device.peer.host, device.peer.port),  # not the one that a NAT shows
            "media_host": self._media_host(device),
            "ports": list(self._platform.config.media_ports),
        }

    async def start(self, question: Question) -> Any:
        """Begin a live session; it ends with the connection.

        If the device ends it, event `ended` comes with {session, reason}.
        """
        wanted = _Start.model_validate(question.given)
        device = self._device(wanted.device)
        call = await self._platform.calls.start(
            device,
            wanted.about,
            host=self._platform.endpoint.local_host(device.peer),
            port=wanted.port,
            transport=wanted.transport,
            stream=wanted.stream,
            quirks=self._platform.quirks(device),
            timeout_s=wanted.timeout_s,
            ended=lambda call, reason: question.session.push("ended", session=call.id, reason=reason),
        )
        question.session.at_end(partial(self._platform.calls.end, call))
        return _call(call)

    async def end(self, question: Question) -> Any:
        """End a live session."""
        if call := self._platform.calls.get(_End.model_validate(question.given).session):
            await self._platform.calls.end(call)

    async def move(self, question: Question) -> Any:
        """Move a camera: see `Motion`."""
        wanted = _Move.model_validate(question.given)
        await self._control(wanted, ptz_tree(ptz_motion(Motion(wanted.pan, wanted.tilt, wanted.zoom))))

    async def preset(self, question: Question) -> Any:
        """Set, call or delete a preset position."""
        wanted = _Preset.model_validate(question.given)
        await self._control(wanted, ptz_tree(ptz_preset(wanted.action, wanted.number)))

    async def command(self, question: Question) -> Any:
        """Have a device do what needs no more than its name: see `COMMANDS`."""
        wanted = _Command.model_validate(question.given)
        await self._control(wanted, COMMANDS[wanted.command])

    async def alarms(self, question: Question) -> Any:
        """Return the last alarms of cameras; from now on each new one comes as event `alarm`."""
        alarms = self._platform.alarms
        stop = alarms.feed.listen(lambda one: question.session.push("alarm", alarm=_alarm(one)))

        async def ending() -> None:
            stop()

        question.session.at_end(ending)
        return [_alarm(one) for one in alarms.latest]

    async def _control(self, target: _Target, more: Tree) -> None:
        device = self._device(target.device)
        try:
            await self._platform.queries.send(device, "Control", "DeviceControl", target.about, more)
        except (SipTimeoutError, DeviceRefusedError) as error:
            raise _silent(device.id, error) from None

    def _device(self, identity: str) -> Device:
        device = self._platform.devices.get(identity)
        if device is None:
            raise offline(identity)
        return device

    def _media_host(self, device: Device) -> str | None:
        """Return where video of a device may come from; None for anywhere."""
        own = next((one.media_host for one in self._platform.config.devices if one.id == device.id), "")
        if own == "any" or (not own and self._platform.quirks(device).media_anywhere):
            return None
        return own or device.peer.host


def _device(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "at": str(device.peer),
        "registered_at": device.registered_at.isoformat(),
        "version": device.version,
        "manufacturer": device.manufacturer,
        "name": device.info.name if device.info else "",
        "model": device.info.model if device.info else "",
        "channels": len(device.channels),
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return {**asdict(channel), "online": channel.is_online, "video": channel.may_be_video}


def _call(call: Call) -> dict[str, Any]:
    return {
        "session": call.id,
        "ssrc": int(call.ssrc),
        "remote_host": call.remote_host,
        "remote_port": call.remote_port,
    }


def _alarm(told: CameraAlarm) -> dict[str, Any]:
    return {
        **asdict(told.alarm),
        "number": told.number,
        "device": told.device_id,
        "received_at": told.received_at.isoformat(),
    }


def _silent(device_id: str, error: Exception) -> SourceError:
    refused = isinstance(error, DeviceRefusedError)
    what = f"refused it ({error})" if refused else "did not answer"
    return SourceError(
        f"gb28181://{device_id}: the device {what}", "Check its log", reason="closed" if refused else "timeout"
    )
