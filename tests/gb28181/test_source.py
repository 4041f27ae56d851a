"""gb28181://: live pictures of a device through the service, by every transport and with every habit."""

import threading
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Device
from tests.gb28181.service import RunningService

from camloom.errors import SourceError
from camloom.packets import Packet, StreamInfo
from camloom.sources.gb28181 import Gb28181Config, Gb28181Source
from camloom.sources.reading.decode import Decoder

URL = f"gb28181://{DEVICE_ID}/{CHANNEL_ID}"
TRANSPORTS = ["udp", "tcp-passive", "tcp-active"]


@pytest.fixture
def service() -> Iterator[RunningService]:
    with RunningService() as running:
        yield running


def source_of(service: RunningService, url: str = URL, **settings: Any) -> Gb28181Source:
    return Gb28181Source(Gb28181Config(url=url, control=service.config.control, **settings))


def watch(source: Gb28181Source, count: int) -> tuple[StreamInfo, list[Packet]]:
    """Return so many packets, and close."""
    try:
        info = source.open()
        return info, list(islice(source.packets(), count))
    finally:
        source.close()


def pictures(info: StreamInfo, packets: list[Packet]) -> int:
    decoder = Decoder(info)
    return sum(1 for packet in packets for _ in decoder.decode(packet)) + len(list(decoder.drain()))


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("signalling", ["udp", "tcp"])
def test_live_pictures_come_and_the_session_ends(service: RunningService, transport: str, signalling: str) -> None:
    with Device(service.address, transport=signalling, fps=100) as device:
        assert device.wait_online()
        source = source_of(service, transport=transport)
        info, packets = watch(source, 30)
        assert info.live
        assert info.width > 0
        assert packets[0].is_keyframe
        assert packets[0].pts_s == 0
        assert pictures(info, packets) == 30
        assert all(packet.ready_s <= time.monotonic() for packet in packets)
        service.wait(lambda platform: not len(platform.calls))
        assert [call.ended for call in device.calls.all] == ["bye"]
        assert device.seen.keyframe_wishes >= 1


@pytest.mark.parametrize(
    "habit",
    [
        "private-contact",
        "no-trying",
        "retransmit-200",
        "ok-without-sdp",
        "port-0",
        "other-y",
        "no-y",
        "ssrc-0",
        "random-ssrc",
        "no-marker",
        "bad-psm-crc",
        "no-psm",
        "private-pes",
        "zeros-before-pack",
        "ts-33",
    ],
)
def test_sloppy_devices_are_watched_all_the_same(service: RunningService, habit: str) -> None:
    with Device(service.address, habits={habit}, fps=200) as device:
        assert device.wait_online()
        info, packets = watch(source_of(service), 30)
        assert pictures(info, packets) >= 28


def test_a_clock_that_wraps_is_no_break(service: RunningService) -> None:
    with Device(service.address, habits={"pts-wrap"}) as device:  # a second after the start
        assert device.wait_online()
        info, packets = watch(source_of(service), 30)
        assert pictures(info, packets) == 30
        assert not any(packet.discont for packet in packets)
        assert 1.1 < packets[-1].pts_s < 1.3


@pytest.mark.parametrize("habit", ["tcp-media-before-ack", "dollar-framing", "ehome-preamble"])
def test_sloppy_devices_over_tcp(service: RunningService, habit: str) -> None:
    with Device(service.address, habits={habit}, fps=100) as device:
        assert device.wait_online()
        info, packets = watch(source_of(service, transport="tcp-passive"), 30)
        assert pictures(info, packets) >= 28


def test_a_codec_that_changes_is_told_with_the_packet(service: RunningService) -> None:
    with Device(service.address, habits={"codec-switch"}, fps=100) as device:
        assert device.wait_online()
        source = source_of(service)
        info = source.open()
        assert info.codec == "h264"
        changed = next(packet for packet in islice(source.packets(), 300) if packet.info is not None)
        assert changed.info is not None
        assert changed.info.codec == "hevc"
        assert changed.discont
        assert changed.is_keyframe
        source.close()


@pytest.mark.parametrize(
    ("status", "reason"),
    [(486, "busy"), (603, "busy"), (488, "unsupported"), (404, "missing"), (403, "auth"), (500, "unreachable")],
)
def test_a_refusal_says_why(service: RunningService, status: int, reason: str) -> None:
    with Device(service.address, refuse=status) as device:
        assert device.wait_online()
        with pytest.raises(SourceError, match=str(status)) as refused:
            source_of(service).open()
        assert refused.value.reason == reason
        assert str(refused.value).startswith(URL)
        assert len(service.platform.calls) == 0


def test_no_answer_and_no_video_are_timeouts(service: RunningService) -> None:
    for habit in ("silent-invite", "no-rtp"):
        with Device(service.address, habits={habit}) as device:
            assert device.wait_online()
            with pytest.raises(SourceError) as silent:
                source_of(service, timeout_s=0.5).open()
            assert silent.value.reason == "timeout"
            service.wait(lambda platform: not len(platform.calls))


def test_without_a_service_it_says_how_to_start_one(service: RunningService) -> None:
    source = Gb28181Source(Gb28181Config(url=URL, control=service.config.control.with_name("nobody")))
    with pytest.raises(SourceError, match="camloom gb28181 serve") as missing:
        source.open()
    assert missing.value.reason == "unavailable"
    assert not source.knock()


def test_without_the_device_it_says_so_and_knocks_until_it_is_back(service: RunningService) -> None:
    source = source_of(service)
    with pytest.raises(SourceError, match="not registered") as missing:
        source.open()
    assert missing.value.reason == "unreachable"
    assert not source_of(service).knock()
    with Device(service.address) as device:
        assert device.wait_online()
        assert source_of(service).knock()


def test_a_device_that_hangs_up_ends_the_packets_at_once(service: RunningService) -> None:
    with Device(service.address) as device:
        assert device.wait_online()
        source = source_of(service)
        source.open()
        packets = source.packets()
        next(packets)
        device.calls.bye(device.calls.all[0])
        with pytest.raises(SourceError, match="ended the session") as ended:
            list(packets)
        assert ended.value.reason == "closed"
        source.close()


def test_a_device_that_ends_its_media_under_another_name_is_understood(service: RunningService) -> None:
    with Device(service.address, habits={"mediastatus-other-from"}, limit=10) as device:
        assert device.wait_online()
        source = source_of(service)
        source.open()
        packets = source.packets()
        with pytest.raises(SourceError, match="ended the session"):
            list(packets)
        source.close()


def test_a_service_that_ends_takes_the_session_with_it() -> None:
    with RunningService() as service:
        device = Device(service.address)
        device.start()
        assert device.wait_online()
        source = source_of(service)
        source.open()
        packets = source.packets()
        next(packets)
    with pytest.raises(SourceError, match="service ended") as ended:
        list(packets)
    assert ended.value.reason == "unavailable"
    source.close()
    assert [call.ended for call in device.calls.all] == ["bye"]
    device.stop()


def test_a_process_that_is_gone_leaves_no_session_behind(service: RunningService) -> None:
    with Device(service.address) as device:
        assert device.wait_online()
        source = source_of(service)
        source.open()
        assert len(service.platform.calls) == 1
        assert source._session is not None
        source._session.client.close()  # all that the service sees of a process that was killed
        service.wait(lambda platform: not len(platform.calls))
        source.close()


@pytest.mark.parametrize("habit", ["no-rtp", "silent-invite"])
def test_stop_ends_open_from_another_thread(service: RunningService, habit: str) -> None:
    with Device(service.address, habits={habit}) as device:
        assert device.wait_online()
        source = source_of(service, timeout_s=20)
        threading.Timer(0.3, source.stop).start()
        began_s = time.monotonic()
        with pytest.raises(SourceError):
            source.open()
        assert time.monotonic() - began_s < 10, "half of what it waits for the device"
        service.wait(lambda platform: not len(platform.calls))


def test_stop_ends_packets_without_an_error(service: RunningService) -> None:
    with Device(service.address) as device:
        assert device.wait_online()
        source = source_of(service)
        source.open()
        packets = source.packets()
        next(packets)
        source.stop()
        assert len(list(packets)) <= 1
        source.close()
        source.close()


def test_two_sessions_of_one_camera_do_not_share_anything(service: RunningService) -> None:
    with Device(service.address) as device:
        assert device.wait_online()
        one, other = source_of(service), source_of(service, stream="sub")
        one.open()
        other.open()
        packets = other.packets()
        assert len(list(islice(one.packets(), 5))) == len(list(islice(packets, 5))) == 5
        one.close()
        assert len(list(islice(packets, 5))) == 5
        other.close()


def test_behind_a_nat_the_device_is_told_the_address_outside() -> None:
    with RunningService(advertise="203.0.113.9") as service, Device(service.address) as device:
        assert device.wait_online()
        with pytest.raises(SourceError):  # it sends there
            source_of(service, timeout_s=0.5).open()
        invite = next(one for one in device.seen.requests if one.method == "INVITE")
        assert b"c=IN IP4 203.0.113.9" in invite.body
        assert "@203.0.113.9:" in invite.get("Contact")


def test_no_thread_and_no_socket_is_left(service: RunningService) -> None:
    with Device(service.address) as device:
        assert device.wait_online()
        watch(source_of(service), 3)
        before = threading.active_count()
        for transport in TRANSPORTS:
            watch(source_of(service, transport=transport), 3)
        assert not [one for one in threading.enumerate() if one.name == "gb28181-watch"]
        assert threading.active_count() <= before + 1


@pytest.mark.parametrize("url", ["gb28181://", "gb28181://a/b/c", "gb28181://a b", "gb28181://a/../b", "rtsp://a"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="gb28181://DEVICE/CHANNEL"):
        Gb28181Config(url=url)
