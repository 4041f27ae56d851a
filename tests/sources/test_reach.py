"""What an RTSP server says when it is asked where its stream is: anything at all."""

import socket
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from camloom.config.source_url import parse_source
from camloom.errors import SourceError
from camloom.sources.opening.reach import _location, _peers, _target

CAMERA = parse_source("rtsp://admin:canary@10.0.0.5/s")
HEADS = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=80).map(lambda rest: b"RTSP/1.0 302 Found\r\nLocation: " + rest),
    st.sampled_from(["rtsp://", "rtsps://", "rtsp://[", "rtsp:"]).flatmap(
        lambda begin: st.text(max_size=40).map(
            lambda rest: f"RTSP/1.0 301 Moved\r\nLocation: {begin}{rest}\r\n\r\n".encode("utf-8", "replace")
        )
    ),
)


@settings(max_examples=300, deadline=None)
@given(HEADS)
def test_any_answer_is_a_place_or_a_refusal_and_never_takes_the_password_elsewhere(answer: bytes) -> None:
    said, target = "", CAMERA
    try:
        if location := _location(answer, CAMERA):
            target = _target(CAMERA, location)
    except SourceError as error:
        said = str(error)

    assert "canary" not in said
    assert "\n" not in said
    assert target.scheme in ("rtsp", "rtsps")
    assert target.host == CAMERA.host or not target.password


def test_connections_that_have_no_port_are_no_ones_peer(tmp_path: Path) -> None:
    """The control socket of the national standard, or the live view: their peer is a path."""
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as line:
        listener.bind(str(tmp_path / "socket"))
        listener.listen()
        line.connect(str(tmp_path / "socket"))
        peers = _peers()
    assert peers is not None
    assert all(isinstance(port, int) for _, port in filter(None, peers))
