"""Session descriptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camloom.gb28181.sip.sdp import SdpSyntaxError, parse_sdp

ANSWER = b"""v=0
o=34020000001320000001 0 0 IN IP4 192.168.1.64
s=Play
c=IN IP4 192.168.1.64
t=0 0
m=video 15060 TCP/RTP/AVP 96
a=rtpmap:96 PS/90000
a=setup:active
a=sendonly
y=0200000001
f=v/2/5/25/1/4096a///
"""


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_an_answer_is_taken_apart(line_end: bytes) -> None:
    sdp = parse_sdp(ANSWER.replace(b"\n", line_end))
    assert sdp.video is not None
    assert (sdp.video.port, sdp.video.is_tcp, sdp.video.payload_types) == (15060, True, (96,))
    assert (sdp.video.encodings, sdp.video.attribute("setup")) == ({96: "PS/90000"}, "active")
    assert (sdp.ssrc, sdp.format, sdp.video_host) == ("0200000001", "v/2/5/25/1/4096a///", "192.168.1.64")


def test_no_description_has_no_video() -> None:
    assert parse_sdp(b"").video is None


@pytest.mark.parametrize(
    "broken", [b"m=video", b"m=video x RTP/AVP 96", b"m=video 70000 RTP/AVP 96", b"m=v 1 R 1\n" * 99, b"s=x" * 9999]
)
def test_what_cannot_be_meant_is_refused(broken: bytes) -> None:
    with pytest.raises(SdpSyntaxError):
        parse_sdp(broken)


@given(st.binary(max_size=600), st.integers(0, len(ANSWER)))
def test_any_bytes_are_read_or_refused(junk: bytes, place: int) -> None:
    try:
        sdp = parse_sdp(ANSWER[:place] + junk + ANSWER[place + len(junk) :])
    except SdpSyntaxError:
        return
    assert len(sdp.media) <= 8
    assert all(0 <= media.port < 65536 for media in sdp.media)
