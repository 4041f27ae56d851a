"""Sessions over real sockets."""

import random
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from tests.gb28181.media.clips import SSRC, Coded, rtp

from camloom.errors import SourceError
from camloom.gb28181.media.ports import bind_udp
from camloom.gb28181.media.psmux import (
    G711A,
    PsMuxer,
    RtpPacketiser,
    frame_tcp,
    pack_header,
    pes,
    stream_map,
)
from camloom.gb28181.media.receiver import MediaReceiver
from camloom.gb28181.media.unit import AccessUnit

PORTS = range(31000, 31400)
HERE = "127.0.0.1"


@contextmanager
def udp_device(port: int, packets: Sequence[bytes], host: str = HERE) -> Iterator[socket.socket]:
    """Send packets from a thread, a few at a time."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind((host, 0))

        def send() -> None:
            for index, packet in enumerate(packets):
                device.sendto(packet, (HERE, port))
                if index % 8 == 7:
                    time.sleep(0.001)  # a device does not send its whole film at once

        thread = threading.Thread(target=send)
        thread.start()
        yield device
        thread.join()


def over_udp(**how: Any) -> closing[MediaReceiver]:
    return closing(MediaReceiver("udp", HERE, PORTS, **how))


def to_us(**how: Any) -> closing[MediaReceiver]:
    return closing(MediaReceiver("tcp-passive", HERE, PORTS, **how))


def from_us(**how: Any) -> closing[MediaReceiver]:
    return closing(MediaReceiver("tcp-active", HERE, PORTS, **how))


def receive(receiver: MediaReceiver, count: int) -> list[AccessUnit]:
    return list(islice(receiver.units(), count))


def test_pictures_over_udp_are_the_pictures_that_were_sent(h264: list[Coded]) -> None:
    with over_udp(expected_host=HERE, ssrc=SSRC) as receiver:
        assert receiver.port in PORTS
        assert receiver.port % 2 == 0
        with udp_device(receiver.port, rtp(h264)):
            units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]
    assert [unit.pts_ticks for unit in units] == [one.pts_ticks for one in h264]
    assert [unit.is_keyframe for unit in units] == [one.is_keyframe for one in h264]
    assert not any(unit.discont for unit in units)
    assert receiver.lost == 0


def test_packets_in_disorder_twice_and_wrapped_change_nothing(h264: list[Coded]) -> None:
    packets = rtp(h264, sequence=65_530)
    for at in range(1, len(packets) - 2, 5):
        packets[at], packets[at + 1] = packets[at + 1], packets[at]
    packets = [one for packet in packets for one in (packet, packet)]
    with over_udp() as receiver, udp_device(receiver.port, packets):
        units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]
    assert receiver.lost == 0


def test_the_first_ssrc_counts_and_others_are_dropped(h264: list[Coded]) -> None:
    mine, others = rtp(h264, ssrc=0), rtp(h264, ssrc=99)
    packets = [mine[0], *[one for pair in zip(others, mine[1:], strict=False) for one in pair]]
    with over_udp() as receiver, udp_device(receiver.port, packets):
        units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]
    assert receiver.counts.odd > 10


def test_only_the_ssrc_that_was_agreed_counts(h264: list[Coded], hevc: list[Coded]) -> None:
    packets = [one for pair in zip(rtp(hevc, ssrc=5), rtp(h264), strict=False) for one in pair]
    with over_udp(ssrc=SSRC) as receiver, udp_device(receiver.port, packets):
        assert {unit.codec for unit in receive(receiver, 5)} == {"h264"}


def test_packets_from_another_address_are_dropped_and_counted(h264: list[Coded]) -> None:
    receiver = MediaReceiver("udp", HERE, PORTS, expected_host="127.0.0.2", timeout_s=0.4)
    with closing(receiver), udp_device(receiver.port, rtp(h264), HERE):
        with pytest.raises(SourceError) as caught:
            receive(receiver, 1)
        assert caught.value.reason == "timeout"
        assert receiver.counts.foreign > 0
    with over_udp(expected_host="127.0.0.2") as receiver, udp_device(receiver.port, rtp(h264), "127.0.0.2"):
        assert len(receive(receiver, 3)) == 3


def test_whoever_comes_first_is_the_device_where_none_is_expected(h264: list[Coded]) -> None:
    with over_udp() as receiver:
        with udp_device(receiver.port, rtp(h264[:5]), "127.0.0.3"):
            units = receiver.units()
            assert next(units).data == h264[0].data
        with udp_device(receiver.port, rtp(h264), "127.0.0.4"):
            pass
        assert [unit.data for unit in islice(units, 4)] == [one.data for one in h264[1:5]]


def test_silence_ends_a_session_in_time(h264: list[Coded]) -> None:
    with (
        over_udp(timeout_s=0.3) as receiver,
        udp_device(receiver.port, rtp(h264[:3])),
        pytest.raises(SourceError) as caught,
    ):
        list(receiver.units())
    assert caught.value.reason == "timeout"
    assert "0.3 s" in str(caught.value)


def test_whoever_reads_slowly_is_not_told_of_a_silence_that_was_none(h264: list[Coded]) -> None:
    with over_udp(timeout_s=0.2) as receiver, udp_device(receiver.port, rtp(h264)):
        units = receiver.units()
        first = next(units)
        time.sleep(0.7)  # longer than the silence, and than three times of it without pictures
        assert [first.data, *(unit.data for unit in islice(units, 29))] == [one.data for one in h264]


def test_packets_of_strangers_do_not_keep_a_silent_session_alive(h264: list[Coded]) -> None:
    with over_udp(timeout_s=0.3, expected_host="127.0.0.2") as receiver, udp_device(receiver.port, rtp(h264) * 20):
        began_s = time.monotonic()
        with pytest.raises(SourceError) as caught:
            list(receiver.units())
        assert caught.value.reason == "timeout"
        assert time.monotonic() - began_s < 5


def test_sound_without_pictures_is_no_video() -> None:
    pack = PsMuxer("h264", G711A).audio(bytes(160), 0)
    packets = [RtpPacketiser(SSRC, sequence=n).packet(pack, n, marker=True) for n in range(2000)]
    with over_udp(timeout_s=0.2) as receiver, udp_device(receiver.port, packets), pytest.raises(SourceError) as caught:
        receive(receiver, 1)
    assert caught.value.reason == "no-video"


def test_a_codec_that_is_not_read_is_named() -> None:
    pack = pack_header(0) + stream_map([(0x80, 0xE0)]) + pes(0xC0, bytes(100), None)
    packets = [RtpPacketiser(SSRC, sequence=n).packet(pack, n, marker=True) for n in range(2000)]
    with (
        over_udp(timeout_s=0.2) as receiver,
        udp_device(receiver.port, packets),
        pytest.raises(SourceError, match="SVAC") as caught,
    ):
        receive(receiver, 1)
    assert caught.value.reason == "unsupported"


def test_stop_ends_the_waiting_at_once_and_nothing_is_left() -> None:
    before = held()
    receiver = MediaReceiver("udp", HERE, PORTS, timeout_s=60)
    timer = threading.Timer(0.1, receiver.stop)
    timer.start()
    assert list(receiver.units()) == []
    timer.join()
    receiver.close()
    receiver.close()
    assert held() == before


def held() -> tuple[int, int]:
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def test_each_session_has_a_port_of_its_own_and_gives_it_back() -> None:
    two = range(31_500, 31_504)
    first, second = MediaReceiver("udp", HERE, two), MediaReceiver("udp", HERE, two)
    assert {first.port, second.port} == {31_500, 31_502}
    with pytest.raises(SourceError, match="no free media port") as caught:
        MediaReceiver("udp", HERE, two)
    assert caught.value.reason == "busy"
    first.close()
    with closing(MediaReceiver("udp", HERE, two)) as third:
        assert third.port == first.port
    second.close()


def test_a_device_is_told_about_its_packets(h264: list[Coded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.gb28181.media.receiver.REPORT_EVERY_S", 0.01)
    with over_udp() as receiver, device_pair() as (media, control):
        units, packets = receiver.units(), rtp(h264)
        for packet in packets[:-1]:
            media.sendto(packet, (HERE, receiver.port))
        assert len(list(islice(units, len(h264) - 1))) == len(h264) - 1
        time.sleep(0.02)
        media.sendto(packets[-1], (HERE, receiver.port))
        assert next(units).data == h264[-1].data
        receiver.stop()
        assert list(units) == []
        control.settimeout(5)
        data, address = control.recvfrom(1500)
    assert data[1] == 201
    assert int.from_bytes(data[8:12], "big") == SSRC
    assert address[1] == receiver.port + 1


@contextmanager
def device_pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A port for RTP and the one behind it for RTCP."""
    media, control = bind_udp(HERE, range(32_000, 32_100))
    assert control is not None
    with media, control:
        yield media, control


# TCP


@contextmanager
def tcp_device(port: int, stream: bytes, *, stays: bool = True, host: str = HERE) -> Iterator[None]:
    """Connect, send from a thread, and close at the end (at once if it does not stay)."""
    with socket.create_connection((HERE, port), source_address=(host, 0)) as device:

        def send() -> None:
            device.sendall(stream)
            if not stays:
                device.shutdown(socket.SHUT_RDWR)

        thread = threading.Thread(target=send)
        thread.start()
        yield
        thread.join()


def test_pictures_over_tcp_to_us(h264: list[Coded]) -> None:
    stream = b"".join(frame_tcp(one) for one in rtp(h264))
    with to_us(expected_host=HERE, ssrc=SSRC) as receiver, tcp_device(receiver.port, stream):
        units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]


def test_packets_that_do_not_lie_where_the_lengths_say_are_found(h264: list[Coded]) -> None:
    packets = [frame_tcp(one) for one in rtp(h264)]
    packets.insert(len(packets) // 2, b"\0\0\1\xba" + bytes(80))
    with to_us() as receiver:
        with tcp_device(receiver.port, b"".join(packets)):
            units = receive(receiver, 20)
        assert receiver.counts.resyncs == 1
    assert {unit.data for unit in units} <= {one.data for one in h264}


def test_a_device_that_connects_again_goes_on_from_a_keyframe(h264: list[Coded]) -> None:
    packets = [frame_tcp(one) for one in rtp(h264)]
    with to_us() as receiver:
        units = receiver.units()
        with tcp_device(receiver.port, b"".join(packets[:12]), stays=False):
            assert next(units).data == h264[0].data
        with tcp_device(receiver.port, b"".join(packets[14:])):
            seen = [next(units) for _ in range(12)]
    assert any(unit.discont and unit.is_keyframe for unit in seen)
    assert receiver.counts.connections == 2


def test_a_connection_from_another_address_is_closed(h264: list[Coded]) -> None:
    stream = b"".join(frame_tcp(one) for one in rtp(h264))
    with to_us(expected_host="127.0.0.2") as receiver, socket.create_connection((HERE, receiver.port)) as stranger:
        with tcp_device(receiver.port, stream, host="127.0.0.2"):
            units = receive(receiver, len(h264))
        stranger.settimeout(5)
        assert stranger.recv(1) == b""
    assert len(units) == len(h264)
    assert receiver.counts.foreign == 1


def test_a_device_that_never_connects_is_told_apart_from_one_that_went() -> None:
    with to_us(timeout_s=0.2) as receiver:
        with pytest.raises(SourceError, match="did not connect") as caught:
            receive(receiver, 1)
        assert caught.value.reason == "timeout"
    with to_us(timeout_s=0.2) as receiver:
        with tcp_device(receiver.port, b"", stays=False), pytest.raises(SourceError) as caught:
            receive(receiver, 1)
        assert caught.value.reason == "closed"


def test_pictures_over_tcp_from_a_device_that_we_connect_to(h264: list[Coded]) -> None:
    stream = b"".join(frame_tcp(one) for one in rtp(h264))
    with socket.create_server((HERE, 0)) as listener, from_us(expected_host=HERE) as receiver:
        receiver.connect(HERE, listener.getsockname()[1])
        device, address = listener.accept()
        assert address[1] == receiver.port
        with device:
            device.sendall(stream)
            units = receiver.units()
            got = list(islice(units, len(h264) - 1))
        with pytest.raises(SourceError) as caught:
            list(units)
    assert [unit.data for unit in got] == [one.data for one in h264[:-1]]
    assert caught.value.reason == "closed"


def test_we_connect_nowhere_else_than_to_the_device(closed_media_port: int) -> None:
    with from_us(expected_host="127.0.0.2") as receiver:
        with pytest.raises(SourceError, match="not its own") as caught:
            receiver.connect(HERE, closed_media_port)
        assert caught.value.reason == "policy"
    with from_us() as receiver:
        with pytest.raises(SourceError) as caught:
            receiver.connect(HERE, closed_media_port)
        assert caught.value.reason == "unreachable"


@pytest.fixture
def closed_media_port() -> Iterator[int]:
    """A port where nothing listens, and nothing will: it is taken."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_garbage_beside_the_stream_does_no_harm(h264: list[Coded], seed: int) -> None:
    chance = random.Random(seed)
    packets = [one for packet in rtp(h264) for one in (packet, chance.randbytes(chance.randrange(200)), b"\r\n")]
    with over_udp(ssrc=SSRC) as receiver, udp_device(receiver.port, packets):
        units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]
