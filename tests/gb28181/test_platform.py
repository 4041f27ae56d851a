"""The platform and a device that behaves: registering, catalogue, alarms, control."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Channel, Device
from tests.gb28181.service import RunningService

from camloom.errors import SourceError
from camloom.gb28181.platform.config import DeviceConfig

SECOND = "34020000001310000002"
Plug = Callable[..., Device]


@pytest.fixture
def service() -> Iterator[RunningService]:
    with RunningService(keepalive_s=60) as running:
        yield running


@pytest.fixture
def plug(service: RunningService) -> Iterator[Plug]:
    """A function that plugs a device in."""
    with ExitStack() as stack:

        def make(**settings: Any) -> Device:
            device = stack.enter_context(Device(service.address, **settings))
            assert device.wait_online()
            return device

        yield make


def known(service: RunningService) -> dict[str, Any]:
    """Return what the service tells of the device, once it knows its channels."""
    service.wait(lambda platform: [one for one in platform.devices if one.channels])
    with service.client() as client:
        devices = client.ask("devices")
        assert len(devices) == 1
        return {**devices[0], "channels": client.ask("channels", device=DEVICE_ID)}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("version", ["2016", "2022"])
def test_a_device_registers_and_tells_who_it_is(
    service: RunningService, plug: Plug, transport: str, version: str
) -> None:
    device = plug(transport=transport, version=version)
    told = known(service)
    assert told["id"] == DEVICE_ID
    assert told["at"].startswith(f"{transport}:127.0.0.1:")
    assert told["version"] == {"2016": "2.0", "2022": "3.0"}[version]
    assert [channel["id"] for channel in told["channels"]] == [CHANNEL_ID]
    assert device.keepalive() == 200


@pytest.mark.parametrize(
    "habits",
    [
        {"preemptive-auth"},
        {"private-contact"},
        {"cseq-reset"},
        {"deregister-first"},
        {"crlf-keepalive"},
        {"content-length-gb"},
        {"answer-in-200"},
        {"sumnum-0"},
        {"sumnum-wrong"},
        {"catalog-duplicates", "parental-65535", "unescaped-amp"},
    ],
    ids=lambda habits: "+".join(sorted(habits)),
)
def test_sloppy_devices_register_and_tell_all_their_channels(
    service: RunningService, plug: Plug, habits: set[str]
) -> None:
    channels = [Channel(f"3402000000131000000{n}", name=f"门 & <{n}>") for n in range(1, 8)]
    plug(habits=habits, channels=channels, part=2)
    service.wait(lambda platform: sum(len(one.channels) for one in platform.devices) == 7)
    assert all(channel["name"].startswith("门") for channel in known(service)["channels"])


@pytest.mark.parametrize("habit", ["content-length-gb", "content-length-short"])
def test_over_tcp_wrong_lengths_do_not_lose_the_device(service: RunningService, plug: Plug, habit: str) -> None:
    device = plug(habits={habit}, transport="tcp", channels=[Channel(CHANNEL_ID, name="东门")])
    assert known(service)["channels"]
    assert device.keepalive() == 200


@pytest.mark.parametrize("by", ["message", "notify"])
def test_an_alarm_of_a_camera_reaches_whoever_listens(service: RunningService, plug: Plug, by: str) -> None:
    device = plug()
    known(service)
    if by == "notify":
        service.wait(lambda platform: "Alarm" in device.subscriptions)
    with service.client() as client:
        client.ask("alarms")
        assert device.alarm(by=by, text="周界入侵") == 200
        told = next(event for event in client.events() if event["event"] == "alarm")["alarm"]
    assert (told["device"], told["device_id"]) == (DEVICE_ID, CHANNEL_ID)
    assert (told["method"], told["kind"], told["description"]) == (5, 6, "周界入侵")
    assert told["received_at"].endswith("+00:00")


def test_the_last_alarms_are_remembered(service: RunningService, plug: Plug) -> None:
    device = plug()
    device.alarm(text="earlier")
    with service.client() as client:
        assert client.ask("alarms")[-1]["description"] == "earlier"


def test_a_change_of_the_catalogue_is_followed(service: RunningService, plug: Plug) -> None:
    device = plug()
    known(service)
    service.wait(lambda platform: "Catalog" in device.subscriptions)
    new = Channel(SECOND, name="new")
    assert device.catalog_change(new, "ADD") == 200
    assert {channel["id"] for channel in known(service)["channels"]} == {CHANNEL_ID, SECOND}
    assert device.catalog_change(new, "OFF") == 200
    assert [channel["online"] for channel in known(service)["channels"]] == [True, False]
    assert device.catalog_change(new, "DEL") == 200
    assert [channel["id"] for channel in known(service)["channels"]] == [CHANNEL_ID]


def test_a_camera_is_moved(service: RunningService, plug: Plug) -> None:
    device = plug()
    with service.client() as client:
        client.ask("move", device=DEVICE_ID, channel=CHANNEL_ID, pan=-32 / 255)
        client.ask("preset", device=DEVICE_ID, channel=CHANNEL_ID, action="call", number=3)
        commands = [control.field("PTZCmd") for control in device.seen.controls]
        assert commands == ["A50F0102200000D7", "A50F01820003003A"]
        with pytest.raises(SourceError, match="pan") as wrong:
            client.ask("move", device=DEVICE_ID, pan=7)
    assert wrong.value.reason == "usage"


def test_a_device_learns_the_time_and_our_edition(plug: Plug) -> None:
    answer = next(one for one in plug().seen.answers if one.status == 200 and "REGISTER" in one.get("CSeq"))
    assert datetime.strptime(answer.get("Date"), "%Y-%m-%dT%H:%M:%S.%f").year >= 2026  # the standard's
    assert (answer.get("Expires"), answer.get("X-GB-Ver")) == ("3600", "3.0")


def test_subscriptions_go_on_in_their_dialogs(service: RunningService, plug: Plug) -> None:
    def asked() -> list[str]:
        return [one.get("To") for one in device.seen.requests if one.method == "SUBSCRIBE"]

    device = plug()
    service.wait(lambda platform: len(device.subscriptions) == 2)
    known = next(iter(service.platform.devices))
    service.loop.call_soon_threadsafe(service.platform.care.wake, known)
    service.wait(lambda platform: len(asked()) == 4)
    assert [";tag=" in to for to in asked()] == [False, False, True, True]


def test_a_device_is_told_what_to_do(service: RunningService, plug: Plug) -> None:
    device = plug()
    with service.client() as client:
        client.ask("command", device=DEVICE_ID, command="guard")
        client.ask("command", device=DEVICE_ID, channel=CHANNEL_ID, command="keyframe")
        with pytest.raises(SourceError, match="command"):
            client.ask("command", device=DEVICE_ID, command="explode")
    assert device.seen.controls[0].field("GuardCmd") == "SetGuard"
    assert device.seen.controls[1].field("IFameCmd") == "Send"


def test_a_device_may_prove_itself_by_sha256() -> None:
    with RunningService(devices=(DeviceConfig(id=DEVICE_ID, algorithm="SHA-256"),)) as strict:
        with Device(strict.address, algorithms=("SHA-256",)) as device:
            assert device.wait_online()
        with Device(strict.address, algorithms=("MD5",), id=SECOND) as old:
            assert not old.wait_online(0.3)


def test_a_device_that_says_goodbye_is_gone(service: RunningService, plug: Plug) -> None:
    device = plug()
    assert device.deregister() == 200
    assert not list(service.platform.devices)
    with service.client() as client, pytest.raises(SourceError, match="not registered") as gone:
        client.ask("refresh", device=DEVICE_ID)
    assert gone.value.reason == "unreachable"


def test_a_device_on_tcp_is_offline_as_soon_as_its_connection_is_gone(service: RunningService, plug: Plug) -> None:
    device = plug(transport="tcp")
    device.stop()
    service.wait(lambda platform: not list(platform.devices), timeout_s=2)


def test_after_a_refusal_a_device_registers_again_from_its_new_port(service: RunningService, plug: Plug) -> None:
    device = plug(keepalive_s=0.2, retry_s=0.1)
    before = str(next(iter(service.platform.devices)).peer)
    device.move()
    service.wait(lambda platform: [one for one in platform.devices if str(one.peer) != before])
    assert len(list(service.platform.devices)) == 1


def test_a_service_that_restarts_gets_its_devices_back() -> None:
    with RunningService() as first:
        port = first.platform.port
        device = Device(first.address, keepalive_s=0.1, retry_s=0.1)
        device.start()
        assert device.wait_online()
    with RunningService(port=port) as second:
        second.wait(lambda platform: list(platform.devices))
    device.stop()
