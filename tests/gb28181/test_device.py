"""The simulated device is one that a platform can work with, and its habits are those it is asked for."""

import io
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import av
import pytest
from tests.gb28181.clips import clip
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, Channel, Device
from tests.gb28181.ps import crc32, picture
from tests.gb28181.superior import Superior

Make = Callable[..., Device]


@pytest.fixture
def platform() -> Iterator[Superior]:
    with Superior() as superior:
        yield superior


@pytest.fixture
def device(platform: Superior) -> Iterator[Make]:
    with ExitStack() as stack:

        def make(**settings: object) -> Device:
            made = stack.enter_context(Device(platform.address, **settings))
            assert made.wait_online()
            return made

        yield make


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_it_registers_with_digest_and_stays_alive(platform: Superior, device: Make, transport: str) -> None:
    made = device(transport=transport)
    assert platform.registered[DEVICE_ID].expires_s == 3600
    assert made.keepalive() == 200
    assert platform.heard.of("Keepalive")


def test_a_wrong_password_is_refused(platform: Superior) -> None:
    with Device(platform.address, password="wrong") as made:
        assert not made.wait_online(0.5)
        assert platform.unauthorised
        assert not platform.registered


def test_sha256_is_taken_where_it_is_offered_and_known() -> None:
    with Superior(algorithms=("SHA-256", "MD5")) as platform:
        for algorithms in (("MD5",), ("MD5", "SHA-256")):
            with Device(platform.address, algorithms=algorithms) as made:
                assert made.wait_online()
                assert f"algorithm={algorithms[-1]}" in platform.registered[DEVICE_ID].request.get("Authorization")


def test_it_registers_again_when_the_platform_has_forgotten_it(platform: Superior, device: Make) -> None:
    made = device(keepalive_s=0.1, retry_s=0.1)
    platform.registered.clear()
    assert platform.wait_for(DEVICE_ID)
    made.move()
    assert platform.wait_for(DEVICE_ID, count=2).address != platform.address


@pytest.mark.parametrize("charset", ["gb2312", "utf-8"])
def test_the_catalog_comes_in_parts(platform: Superior, device: Make, charset: str) -> None:
    channels = [Channel(f"3402000000131000000{n}", f"大门 {n}") for n in range(7)]
    device(channels=channels, charset=charset, habits={"catalog-duplicates", "sumnum-wrong"})
    platform.query(DEVICE_ID, "Catalog")
    parts = platform.wait_heard("Catalog", 7)
    text = "".join(part.text for part in parts)
    assert [text.count(f"<DeviceID>{c.id}</DeviceID>") for c in channels] == [2] * 7
    assert parts[0].field("SumNum") == "17"
    assert "大门 3" in text


def test_answers_inside_of_the_200(platform: Superior, device: Make) -> None:
    device(habits={"answer-in-200"})
    assert b"DeviceInfo" in platform.query(DEVICE_ID, "DeviceInfo").body


def test_alarms_come_as_message_or_as_notify(platform: Superior, device: Make) -> None:
    made = device()
    assert made.alarm(by="notify") == 0
    assert platform.subscribe(DEVICE_ID, "Alarm", "presence").answer.status == 200
    assert made.alarm(by="notify") == 200
    assert made.alarm() == 200
    assert [method for method, query, _ in platform.heard.messages if query.kind == "Alarm"] == ["NOTIFY", "MESSAGE"]


@pytest.mark.parametrize("mode", ["udp", "tcp-passive", "tcp-active"])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_live_pictures_that_ffmpeg_can_read(platform: Superior, device: Make, mode: str, transport: str) -> None:
    made = device(transport=transport, fps=200)
    dialog = platform.invite(DEVICE_ID, CHANNEL_ID, mode)
    assert dialog.sink is not None
    packets = dialog.sink.wait(60)
    assert {int.from_bytes(packet[8:12], "big") for packet in packets} == {made.wait_call().offer.ssrc}
    assert platform.bye(dialog) == 200
    with av.open(io.BytesIO(dialog.sink.payload), "r", format="mpeg") as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in container.decode(video=0)) > 20
    assert made.wait_call().ended == "bye"


def test_a_device_may_refuse_or_say_nothing_useful(platform: Superior, device: Make) -> None:
    made = device(refuse=486, habits={"ok-without-sdp"})
    assert platform.invite(DEVICE_ID, CHANNEL_ID).answer.status == 486
    made.refuse = 0
    assert platform.invite(DEVICE_ID, CHANNEL_ID).answer.body == b""


def test_it_hangs_up_at_the_end_and_tells(platform: Superior, device: Make) -> None:
    made = device(limit=5, habits={"mediastatus-other-from"})
    platform.invite(DEVICE_ID, CHANNEL_ID)
    assert platform.wait_heard("MediaStatus")[0].field("NotifyType") == "121"
    assert made.wait_call().ended == "media"


def test_nothing_comes_before_ack_except_from_those_with_the_habit(platform: Superior, device: Make) -> None:
    device()
    sink = platform.invite(DEVICE_ID, CHANNEL_ID, ack=False).sink
    assert sink is not None
    with pytest.raises(TimeoutError):
        sink.wait(1, timeout_s=0.3)
    device(id="34020000001110000009", habits={"tcp-media-before-ack"})
    eager = platform.invite("34020000001110000009", CHANNEL_ID, ack=False).sink
    assert eager is not None
    assert eager.wait(1)


@pytest.mark.parametrize("habit", ["ts-33", "ssrc-0", "no-marker", "codec-switch", "loss-1", "reorder", "duplicates"])
def test_habits_of_media_show_in_rtp(platform: Superior, device: Make, habit: str) -> None:
    made = device(habits={habit}, fps=0, switch_after=10, limit=100)
    sink = platform.invite(DEVICE_ID, CHANNEL_ID).sink
    assert sink is not None
    packets = sink.wait(100)
    platform.wait_heard("MediaStatus")
    numbers = [int.from_bytes(packet[2:4], "big") for packet in packets]
    shows = {
        "ts-33": {packet[1] & 0x7F for packet in packets} == {33},
        "ssrc-0": {packet[8:12] for packet in packets} == {bytes(4)},
        "no-marker": not any(packet[1] & 0x80 for packet in packets),
        "codec-switch": b"\x24\xe0\x00\x00" in sink.payload and b"\x1b\xe0\x00\x00" in sink.payload,
        "loss-1": made.wait_call().media.sent.lost > 0,
        "reorder": sorted(set(numbers)) == sorted(numbers) != numbers,
        "duplicates": len(set(numbers)) < len(numbers),
    }
    assert shows[habit]


def test_habits_of_signalling_show_on_the_wire(platform: Superior, device: Make) -> None:
    device(habits={"private-contact", "preemptive-auth", "deregister-first", "cseq-reset", "content-length-short"})
    first = next(one for one in platform.heard.requests if one.method == "REGISTER")
    assert "192.168.3.99" in first.get("Contact")
    assert "192.168.3.99" in first.get("Via")
    assert first.get("Authorization")
    assert first.get("Expires") == "0"
    assert platform.registered[DEVICE_ID].request.get("CSeq").startswith("2 ")


@pytest.mark.parametrize("habit", ["sumnum-0", "parental-65535", "unescaped-amp"])
def test_habits_of_the_catalog_show_in_it(platform: Superior, device: Make, habit: str) -> None:
    device(habits={habit})
    platform.query(DEVICE_ID, "Catalog")
    text = platform.wait_heard("Catalog")[0].text
    shows = {"sumnum-0": "<SumNum>0<", "parental-65535": "<Parental>65535<", "unescaped-amp": " A & B <1<"}
    assert shows[habit] in text


@pytest.mark.parametrize(
    ("habit", "shows"), [("port-0", b"m=video 0 "), ("other-y", b"y=0999999999"), ("retransmit-200", b"y=0200000001")]
)
def test_habits_of_answers_show_in_the_description(platform: Superior, device: Make, habit: str, shows: bytes) -> None:
    device(habits={habit})
    assert shows in platform.invite(DEVICE_ID, CHANNEL_ID).answer.body


def test_it_freezes_thaws_gives_keyframes_and_hangs_up(platform: Superior, device: Make) -> None:
    made = device(fps=100, pictures=clip(frames=200, gop=200))
    sink = platform.invite(DEVICE_ID, CHANNEL_ID).sink
    assert sink is not None
    sink.wait(10)
    made.calls.freeze()
    before = len(sink.packets)
    with pytest.raises(TimeoutError):
        sink.wait(before + 10, timeout_s=0.2)
    made.calls.freeze(False)
    platform.query(DEVICE_ID, "DeviceControl", root="Control", inner="<IFameCmd>Send</IFameCmd>", to=CHANNEL_ID)
    call = made.wait_call()
    sink.wait(len(sink.packets) + 20)
    assert made.seen.keyframe_wishes == 1
    assert call.media.sent.keyframes == 2
    assert made.calls.bye(call) == 200
    assert call.ended == "device"


def test_it_can_be_unplugged_and_plugged_in_again(platform: Superior) -> None:
    made = Device(platform.address)
    for count in (1, 2):
        made.start()
        platform.wait_for(DEVICE_ID, count=count)
        made.stop()
    assert not [one.name for one in threading.enumerate() if one.name.startswith("device")]


def test_the_same_seed_loses_the_same_packets(platform: Superior) -> None:
    def lost(time: int) -> list[int]:
        with Device(platform.address, habits={"loss-1"}, fps=0, limit=50, seed=5) as made:
            assert made.wait_online()
            sink = platform.invite(DEVICE_ID, CHANNEL_ID).sink
            assert sink is not None
            platform.wait_heard("MediaStatus", time)
            sent = made.wait_call().media.sent
            numbers = {int.from_bytes(packet[2:4], "big") for packet in sink.wait(sent.packets - sent.lost)}
            return [n for n in range(min(numbers), max(numbers)) if n not in numbers]

    assert lost(1) == lost(2) != []


def test_the_checksum_of_the_stream_map_is_right_unless_asked() -> None:
    good, bad = (picture(b"x", 0, codec="h264", keyframe=True, habits=habits) for habits in ((), ("bad-psm-crc",)))
    at = good.index(b"\x00\x00\x01\xbc")
    assert crc32(good[at : at + 20]) == 0
    assert crc32(bad[at : at + 20]) != 0
