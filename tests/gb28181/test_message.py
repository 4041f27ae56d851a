"""SIP messages as devices write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camloom.gb28181.sip.framing import MAX_SKIPPED_BYTES, FramingError, StreamFramer
from camloom.gb28181.sip.message import SipMessage, SipSyntaxError, parse_address, parse_message, request, response_to

HEAD = (
    "{method} sip:34020000002000000001@3402000000 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.168.3.99:5060;rport;branch=z9hG4bK1\r\n"
    "From: <sip:34020000001320000001@3402000000>;tag=abc\r\n"
    "To: <sip:34020000001320000001@3402000000>\r\n"
    "Call-ID: one@camera\r\nCSeq: {cseq} {method}\r\n"
)


def wire(method: str = "MESSAGE", body: bytes = b"", *, length: int | None = None, cseq: int = 1) -> bytes:
    said = len(body) if length is None else length
    return (HEAD.format(method=method, cseq=cseq) + f"Content-Length: {said}\r\n\r\n").encode() + body


def test_a_request_is_taken_apart() -> None:
    message = parse_message(wire("REGISTER"))
    assert (message.method, message.call_id, message.cseq, message.branch) == (
        "REGISTER",
        "one@camera",
        1,
        "z9hG4bK1",
    )
    assert message.sender.user == "34020000001320000001"
    assert message.sender.tag == "abc"
    assert message.is_request


def test_short_names_folded_lines_and_bare_line_feeds_are_read() -> None:
    text = (
        "SIP/2.0 200 OK\nv: SIP/2.0/UDP a\nf: <sip:1@2>;\n tag=x\nt: sip:3@4;tag=y\ni: c\nCSEQ: 7 INVITE\nl: 0\n\nbody"
    )
    message = parse_message(text.encode())
    assert (message.status, message.method, message.cseq) == (200, "INVITE", 7)
    assert (message.sender.tag, message.target.user, message.target.tag) == ("x", "3", "y")
    assert message.body == b"body"


def test_on_udp_the_end_of_the_datagram_counts_not_the_declared_length() -> None:
    assert parse_message(wire(body=b"x" * 20, length=7)).body == b"x" * 20


def test_what_is_copied_into_an_answer_keeps_its_bytes() -> None:
    odd = wire().replace(b"one@camera", "门口@".encode("gb18030"))
    answer = response_to(parse_message(odd), 200, tag="t").to_bytes()
    assert "门口@".encode("gb18030") in answer
    assert b";tag=t" in answer


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        wire().replace(b"Call-ID", b"X-Id"),
        wire().replace(b"CSeq: 1 MESSAGE", b"CSeq: one MESSAGE"),
        wire().replace(b"CSeq: 1 MESSAGE", b"CSeq: 1 MESSAGE\r\nCSeq: 2 MESSAGE"),
        wire().replace(b"From: ", b"From: <sip:2@b>;tag=y\r\nf: "),
        wire().replace(b"CSeq: 1 MESSAGE", b"CSeq: 1 INVITE"),
        wire().replace(b"CSeq: 1 ", b"CSeq: 99999999999 "),
        wire().replace(b"\r\n\r\n", b"\r\n" + b"A: b\r\n" * 200 + b"\r\n"),
        b"MESSAGE sip:a SIP/2.0\r\n" + b"A" * 20_000,
        wire(body=b"x" * (2 << 20)),
    ],
)
def test_what_cannot_be_answered_is_refused(broken: bytes) -> None:
    with pytest.raises(SipSyntaxError):
        parse_message(broken)


def test_a_line_break_never_gets_into_a_header() -> None:
    with pytest.raises(ValueError, match="line break"):
        request("BYE", "sip:a@b", [("from", "x\r\nEvil: y")]).to_bytes()


def test_an_address_without_brackets_or_with_nonsense() -> None:
    assert parse_address("sip:12@3.4.5.6:5061;tag=q").port == 5061
    assert parse_address('"N;ame" <sip:12@[::1]:5060>;tag=q').host == "[::1]"
    assert parse_address("nonsense").user == ""
    assert parse_address("<sip:1@h:99999>").port is None


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        message = parse_message(data)
    except SipSyntaxError:
        return
    assert isinstance(message, SipMessage)


@given(st.integers(0, 600), st.binary(min_size=1, max_size=6))
def test_a_message_with_any_bytes_changed_is_read_or_refused(place: int, change: bytes) -> None:
    data = bytearray(wire("INVITE", b"v=0"))
    data[place : place + len(change)] = change
    try:
        message = parse_message(bytes(data))
    except SipSyntaxError:
        return
    assert parse_message(response_to(message, 200).to_bytes()).call_id == message.call_id
    assert message.sender is not None
    assert message.expires is None or message.expires >= 0


@given(st.lists(st.integers(1, 400), min_size=1, max_size=20))
def test_a_stream_gives_the_same_messages_in_whatever_pieces_it_comes(cuts: list[int]) -> None:
    stream = b"\r\n\r\n" + b"".join(wire(body=b"<a>%d</a>" % n, cseq=n) for n in range(1, 6))
    framer, found = StreamFramer(), []
    while stream:
        piece, stream = stream[: cuts[0]], stream[cuts[0] :]
        cuts = [*cuts[1:], cuts[0]]
        found += framer.feed(piece)
    assert [m.cseq for m in found] == [1, 2, 3, 4, 5]
    assert framer.skipped_bytes == 0
    assert framer.pending_bytes == 0


def test_a_length_that_is_too_short_costs_only_the_rest_of_its_body() -> None:
    stream = wire(body=b"<a>some text</a>\r\n", length=8) + wire(cseq=2)
    assert [m.cseq for m in StreamFramer().feed(stream)] == [1, 2]


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_length_that_is_too_long_does_not_swallow_the_next_message(size: int) -> None:
    stream = wire(body=b"<a>b</a>", length=300) + wire(cseq=2) + wire(cseq=3)
    framer, found = StreamFramer(), []
    for begin in range(0, len(stream), size):
        found += framer.feed(stream[begin : begin + size])
    assert [(m.cseq, m.body) for m in found] == [(1, b"<a>b</a>"), (2, b""), (3, b"")]


def feed_for_long(framer: StreamFramer, junk: bytes) -> None:
    for _ in range(2 * MAX_SKIPPED_BYTES // len(junk)):
        framer.feed(junk)
        assert framer.pending_bytes < 1000


@pytest.mark.parametrize("junk", [b"\x00" * 100, b"x\n" * 50, b"\xff" * 16])
def test_a_stream_that_is_no_sip_ends_the_connection_and_takes_no_memory(junk: bytes) -> None:
    framer = StreamFramer()
    with pytest.raises(FramingError):
        feed_for_long(framer, junk)
    assert framer.pending_bytes < 1000


def test_a_body_or_a_head_without_measure_ends_the_connection() -> None:
    with pytest.raises(FramingError, match="body"):
        StreamFramer().feed(wire(length=1 << 24))
    with pytest.raises(FramingError, match="head"):
        StreamFramer().feed(b"MESSAGE sip:a@b SIP/2.0\r\n" + b"A: b\r\n" * 4000)
