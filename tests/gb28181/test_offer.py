"""What a device is asked for, and what is otherwise with some makers."""

import pytest

from camloom.gb28181.platform.limits import RateLimit
from camloom.gb28181.platform.offer import LiveOffer, SsrcPool, Stream, Transport
from camloom.gb28181.platform.quirks import QuirkRule, Quirks, quirks_of
from camloom.gb28181.sip.sdp import parse_sdp

CHANNEL = "34020000001310000001"


def offer(transport: Transport = "udp", stream: Stream = "main", host: str = "192.168.1.2") -> LiveOffer:
    return LiveOffer(CHANNEL, host, 30000, transport, stream, "0200000001")


def test_the_lines_are_in_the_order_that_devices_expect() -> None:
    lines = offer().to_bytes(Quirks()).decode().split("\r\n")
    assert lines == [
        "v=0",
        f"o={CHANNEL} 0 0 IN IP4 192.168.1.2",
        "s=Play",
        "c=IN IP4 192.168.1.2",
        "t=0 0",
        "m=video 30000 RTP/AVP 96 97 98 99",
        "a=recvonly",
        "a=rtpmap:96 PS/90000",
        "a=rtpmap:97 MPEG4/90000",
        "a=rtpmap:98 H264/90000",
        "a=rtpmap:99 H265/90000",
        "a=streamnumber:0",
        "y=0200000001",  # the last: some refuse it elsewhere
        "",
    ]


@pytest.mark.parametrize("transport", ["tcp-passive", "tcp-active"])
def test_over_tcp_it_says_who_connects(transport: Transport) -> None:
    sdp = parse_sdp(offer(transport, host="fd00::1").to_bytes(Quirks()))
    assert sdp.video is not None
    assert sdp.video.is_tcp
    assert sdp.video.attribute("setup") == transport.removeprefix("tcp-")
    assert sdp.video.attribute("connection") == "new"
    assert sdp.host == "fd00::1"


@pytest.mark.parametrize(
    ("maker", "line"),
    [
        ("", "streamnumber:1"),
        ("Hikvision", "streamnumber:1"),
        ("DAHUA Technology", "streamprofile:1"),
        ("TP-LINK", "streamMode:sub"),
    ],
)
def test_makers_name_the_sub_stream_in_their_own_way(maker: str, line: str) -> None:
    assert f"a={line}\r\n" in offer(stream="sub").to_bytes(quirks_of(maker)).decode()


def test_rules_of_ones_own_come_first_and_say_only_what_they_say() -> None:
    own = (QuirkRule(manufacturer="dahua", subscribes=False),)
    assert quirks_of("Dahua", own) == Quirks(stream_attribute="streamprofile:{number}", subscribes=False)
    assert quirks_of("Other", own) == Quirks()


def test_no_two_live_sessions_share_an_ssrc() -> None:
    pool = SsrcPool("3402000000")
    first, second = pool.take(), pool.take()
    assert (first, second) == ("0200000001", "0200000002")
    taken = {pool.take() for _ in range(9997)}
    assert len(taken) == 9997
    assert pool.take() is None
    pool.give_back("0200000002")
    assert pool.take() == "0200000002"


def test_a_rate_limit_gives_again_with_time_and_remembers_only_so_many() -> None:
    now_s = [0.0]
    limit = RateLimit(2, 0.5, lambda: now_s[0], keys=2)
    assert [limit.take("a") for _ in range(3)] == [True, True, False]
    assert limit.take("b")
    now_s[0] = 2.0
    assert [limit.take("a") for _ in range(2)] == [True, False]
    limit.take("c")
    limit.take("d")
    assert limit.left("a") == 2
