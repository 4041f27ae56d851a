"""Camloom below another platform: it is known there, answers, reports its alarms and shows its cameras."""

import io
import random
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import av
import pytest
from tests.gb28181.device_sip import Sip
from tests.gb28181.rtp_sink import RtpSink
from tests.gb28181.running import GATE, OWN_ID, YARD, Run, Running, cascade_config
from tests.gb28181.superior import Dialog, Superior
from tests.sources.conftest import encode_clip, silent_port  # noqa: F401  # a fixture


def wait_until(happens: Callable[[], bool], timeout_s: float = 5) -> None:
    until_s = time.monotonic() + timeout_s
    while not happens():
        assert time.monotonic() < until_s
        time.sleep(0.02)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], dict[str, Any]]:
    """The settings of a camera: a clip that is played at its own pace for ever."""
    folder = tmp_path_factory.mktemp("clips")

    def make(codec: str, suffix: str) -> dict[str, Any]:
        path = folder / f"{codec}{suffix}"
        if not path.exists():
            options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
            encode_clip(path, codec=codec, frames=25, gop=5, options=options)
        return {"type": "media", "url": str(path), "pace": "realtime", "loop": True}

    return make


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_it_registers_stays_alive_and_says_goodbye(platform: Superior, transport: str) -> None:
    with Running(cascade_config(platform.address, upstream={"transport": transport})) as running:
        running.wait_online()
        assert platform.registered[OWN_ID].request.get("X-GB-Ver") == "2.0"
        assert platform.wait_heard("Keepalive", 2)[0].field("Status") == "OK"
        assert running.cascade.status()["online"]
    assert OWN_ID not in platform.registered


def test_sha256_where_the_platform_offers_nothing_else() -> None:
    with Superior(algorithms=("SHA-256",)) as platform, Running(cascade_config(platform.address)) as running:
        running.wait_online()


def test_it_is_back_when_the_platform_has_forgotten_it_or_was_away(platform: Superior, run: Run) -> None:
    run()
    platform.registered.clear()
    platform.wait_for(OWN_ID)
    platform.muted = True
    time.sleep(0.1)
    platform.registered.clear()
    platform.muted = False
    platform.wait_for(OWN_ID, timeout_s=15)


def test_a_refusal_is_told_and_tried_again_after_a_pause(platform: Superior) -> None:
    platform.refuse = 403
    with Running(cascade_config(platform.address)) as running:
        wait_until(lambda: "403" in running.cascade.status()["reason"])
        platform.refuse = 0
        running.wait_online()


def test_the_password_is_never_shown(platform: Superior, caplog: pytest.LogCaptureFixture) -> None:
    with Running(cascade_config(platform.address), password="s3cret-9") as running:
        time.sleep(0.3)
        assert not running.cascade.registration.online
        assert "s3cret-9" not in caplog.text + repr(running.cascade.status())
    assert platform.unauthorised


@pytest.mark.parametrize(("transport", "parts"), [("udp", 10), ("tcp", 2)])
def test_the_catalog_names_the_cameras(platform: Superior, run: Run, transport: str, parts: int) -> None:
    many = [{"id": f"3402000000131000{n:04d}", "name": f"东大门停车场入口摄像机 {n}"} for n in range(10)]
    run(channels=many, upstream={"transport": transport})
    platform.query(OWN_ID, "Catalog")
    found = platform.wait_heard("Catalog", parts)
    assert {part.field("SumNum") for part in found} == {"10"}
    assert {part.sn for part in found} == {found[0].sn}
    assert all(one["name"] in "".join(part.text for part in found) for one in many)
    if transport == "udp":
        sent = [asked for _, query, asked in platform.heard.messages if query.kind == "Catalog"]
        assert all(len(asked.encode()) < 1300 for asked in sent), "RFC 3261 18.1.1: longer ones do not go by UDP"


def test_a_connection_that_breaks_is_made_again(platform: Superior, run: Run) -> None:
    run(upstream={"transport": "tcp", "keepalive_s": 30})
    over = platform.registered[OWN_ID].over
    assert over is not None
    over.shutdown(socket.SHUT_RDWR)
    assert platform.wait_for(OWN_ID, count=2).over is not over


def test_info_status_and_orders_are_answered(platform: Superior, run: Run) -> None:
    run()
    for kind in ("DeviceInfo", "DeviceStatus"):
        platform.query(OWN_ID, kind)
        assert platform.wait_heard(kind)[0].field("Result") == "OK"
    orders = {"<GuardCmd>SetGuard</GuardCmd>": "OK", "<RecordCmd>Record</RecordCmd>": "ERROR"}
    for count, (order, result) in enumerate(orders.items(), 1):
        platform.query(OWN_ID, "DeviceControl", root="Control", inner=order)
        assert platform.wait_heard("DeviceControl", count)[-1].field("Result") == result
    assert platform.query(OWN_ID, "DeviceControl", root="Control", inner="<PTZCmd>A5</PTZCmd>").status == 200


@pytest.mark.parametrize(
    ("transport", "mode"), [("udp", "udp"), ("udp", "tcp-passive"), ("tcp", "tcp-active"), ("tcp", "udp")]
)
def test_the_platform_sees_a_camera_live(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]], mode: str, transport: str
) -> None:
    running = run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}], upstream={"transport": transport})
    dialog = platform.invite(OWN_ID, GATE, mode)
    assert dialog.answer.status == 200
    assert dialog.sink is not None
    packets = dialog.sink.wait(25)
    assert {int.from_bytes(packet[8:12], "big") for packet in packets} == {200000001}
    assert {packet[1] & 0x7F for packet in packets} == {96}
    assert running.cascade.status()["live"] == 1
    assert platform.bye(dialog) == 200
    assert pictures(dialog.sink.payload) == ("h264", True)
    assert running.cascade.status()["live"] == 0
    wait_until(lambda: not [one.name for one in threading.enumerate() if one.name.startswith("gb28181-")])


def test_an_invitation_that_is_taken_back_leaves_nothing_open(
    platform: Superior,
    run: Run,
    silent_port: int,  # noqa: F811
) -> None:
    camera = {"type": "media", "url": f"rtsp://127.0.0.1:{silent_port}/1", "timeout_s": 0.5}
    running = run(channels=[{"id": GATE, "source": camera}], max_calls=1)
    request = platform.invite_request(OWN_ID, GATE, port=9000)
    platform.cancel_soon(OWN_ID, request)
    assert platform.ask(OWN_ID, request).status == 487
    assert running.cascade.status()["live"] == 0
    assert platform.invite(OWN_ID, GATE).answer.status == 503


@pytest.mark.parametrize(("codec", "suffix", "name"), [("libx265", ".mkv", "hevc"), ("libx264", ".ts", "h264")])
def test_each_codec_and_packing_of_a_camera_goes_up(
    platform: Superior,
    run: Run,
    camera: Callable[[str, str], dict[str, Any]],
    codec: str,
    suffix: str,
    name: str,
) -> None:
    run(channels=[{"id": GATE, "source": camera(codec, suffix)}])
    dialog = platform.invite(OWN_ID, GATE)
    assert dialog.sink is not None
    dialog.sink.wait(25)
    platform.bye(dialog)
    assert pictures(dialog.sink.payload) == (name, True)


def pictures(payload: bytes) -> tuple[str, bool]:
    """What FFmpeg finds in a program stream: the codec, and whether there are pictures."""
    with av.open(io.BytesIO(payload), "r", format="mpeg") as container:
        found = sum(1 for _ in container.decode(video=0))
        return container.streams.video[0].codec_context.name, found > 5


def test_two_viewers_share_one_camera_and_one_too_many_is_refused(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]]
) -> None:
    run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}], max_calls=2)
    first, second = (platform.invite(OWN_ID, GATE, number=number) for number in (1, 2))
    assert first.sink is not None
    assert second.sink is not None
    first.sink.wait(20)
    second.sink.wait(20)
    assert platform.invite(OWN_ID, GATE, number=3).answer.status == 486
    assert platform.bye(first) == 200
    so_far = len(second.sink.packets)
    second.sink.wait(so_far + 10)
    platform.bye(second)


def test_what_cannot_be_shown_is_refused(platform: Superior, run: Run, tmp_path: Path) -> None:
    missing = {"type": "media", "url": str(tmp_path / "gone.mp4")}
    run(channels=[{"id": GATE, "source": missing}, {"id": YARD}])
    assert platform.invite(OWN_ID, "34020000001310000099").answer.status == 404
    assert platform.invite(OWN_ID, YARD).answer.status == 404
    assert platform.invite(OWN_ID, GATE).answer.status == 503


@pytest.mark.parametrize(
    "host",
    ["239.1.1.1", "0.0.0.0", "169.254.169.254", "cameras.example", "::1", "::ffff:239.1.1.1", "127.0.0.2", "192.0.2.7"],
)
def test_video_goes_only_to_where_the_platform_speaks_from(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]], host: str
) -> None:
    run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}])
    request = platform.invite_request(OWN_ID, GATE, port=9000)
    request.body = request.body.replace(b"c=IN IP4 127.0.0.1", f"c=IN IP4 {host}".encode())
    assert platform.ask(OWN_ID, request).status == 488


def test_video_goes_to_the_media_hosts_that_the_user_names_and_to_no_other(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]]
) -> None:
    run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}], upstream={"media_hosts": ["127.0.0.2"]})
    with closing(RtpSink("udp", "127.0.0.2")) as sink:
        request = platform.invite_request(OWN_ID, GATE, port=sink.port)
        assert platform.ask(OWN_ID, request).status == 488
        request = platform.invite_request(OWN_ID, GATE, port=sink.port)
        request.body = request.body.replace(b"c=IN IP4 127.0.0.1", b"c=IN IP4 127.0.0.2")
        dialog = Dialog(OWN_ID, request, platform.ask(OWN_ID, request))
        platform.ack(dialog)
        assert sink.wait(5)
        platform.bye(dialog)


def test_a_stranger_does_not_get_the_picture_that_the_platform_was_to_fetch(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]]
) -> None:
    run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}])
    request = platform.invite_request(OWN_ID, GATE, port=9, mode="tcp-active")
    dialog = Dialog(OWN_ID, request, platform.ask(OWN_ID, request))
    platform.ack(dialog)
    port = int(re.search(rb"m=video (\d+)", dialog.answer.body)[1])  # type: ignore[index]
    with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as stranger:
        stranger.settimeout(5)
        assert stranger.recv(10) == b""
    with socket.create_connection(("127.0.0.1", port)) as expected:
        expected.settimeout(5)
        assert len(expected.recv(10)) == 10
    platform.bye(dialog)


def test_a_platform_that_is_gone_holds_no_camera(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]]
) -> None:
    running = run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}])
    dialog = platform.invite(OWN_ID, GATE)
    assert dialog.sink is not None
    dialog.sink.wait(10)
    platform.registered.clear()  # it was restarted
    platform.wait_for(OWN_ID)
    wait_until(lambda: running.cascade.status()["live"] == 0)
    wait_until(lambda: not [one for one in threading.enumerate() if one.name.startswith("gb28181-")])


def test_a_registration_is_renewed_in_time(platform: Superior, run: Run) -> None:
    platform.grants_s = 2
    run(upstream={"keepalive_s": 30})
    platform.wait_for(OWN_ID, count=2)
    assert not platform.heard.of("Keepalive")


def test_at_the_end_of_a_picture_the_platform_is_told(
    platform: Superior, run: Run, camera: Callable[[str, str], dict[str, Any]]
) -> None:
    run(channels=[{"id": GATE, "source": camera("libx264", ".mp4") | {"loop": False}}])
    platform.invite(OWN_ID, GATE)
    assert platform.wait_heard("MediaStatus")[0].field("NotifyType") == "121"
    wait_until(lambda: any(one.method == "BYE" for one in platform.heard.requests))


def test_a_platform_that_sends_nonsense_breaks_nothing(
    platform: Superior,
    run: Run,
    camera: Callable[[str, str], dict[str, Any]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    running = run(channels=[{"id": GATE, "source": camera("libx264", ".mp4")}], max_calls=2)
    rng = random.Random(4)
    whole = [
        platform.invite_request(OWN_ID, GATE, port=9000, mode=mode, number=number).encode()
        for number, mode in enumerate(("udp", "tcp-passive", "tcp-active"))
    ]
    for _ in range(100):
        torn = bytearray(rng.choice(whole))
        for _ in range(rng.randrange(1, 12)):
            torn[rng.randrange(len(torn))] = rng.randrange(256)
        platform.send_raw(OWN_ID, bytes(torn[: rng.randrange(20, len(torn))] if rng.random() < 0.3 else torn))
    platform.query(OWN_ID, "DeviceInfo")
    assert platform.wait_heard("DeviceInfo")
    assert running.cascade.status()["live"] <= 2
    assert "could not be handled" not in caplog.text


def test_a_stranger_gets_no_answer_and_changes_nothing(platform: Superior, run: Run) -> None:
    running = run()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.2", 0))
        stranger.settimeout(0.5)
        via = f"SIP/2.0/UDP 127.0.0.2:{stranger.getsockname()[1]};branch=z9hG4bKx"
        headers = [("Via", via), ("From", f"<sip:{GATE}@x>;tag=1"), ("To", f"<sip:{OWN_ID}@x>")]
        for method in ("MESSAGE", "SUBSCRIBE", "BYE"):
            asked = Sip(f"{method} sip:{OWN_ID}@x SIP/2.0", [*headers, ("Call-ID", method), ("CSeq", f"1 {method}")])
            stranger.sendto(asked.encode(), ("127.0.0.1", running.cascade.port))
        with pytest.raises(TimeoutError):
            stranger.recv(2000)
    assert running.cascade.counters["stranger"] == 3
