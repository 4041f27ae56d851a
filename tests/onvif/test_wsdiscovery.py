"""Who answers on the network, and what strangers can do with their answers."""

import time
import tracemalloc
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.onvif.conftest import MakeCamera

from camloom.sources.onvif.wsdiscovery import probe, read_answers
from camloom.sources.xml import BadXmlError, parse_xml

HOSTILE = {
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
    "a file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "cut off": b"<a><b>",
    "no XML": b"\x00\xff\xfe hello",
    "nothing": b"",
}


def reply(*, endpoint: str = "urn:uuid:1", xaddrs: str = "", scopes: str = "", types: str = "x:Device") -> bytes:
    return (
        f"<E><B><ProbeMatches><ProbeMatch><EndpointReference><Address>{endpoint}</Address></EndpointReference>"
        f"<Types>{types}</Types><Scopes>{scopes}</Scopes><XAddrs>{escape(xaddrs)}</XAddrs>"
        "</ProbeMatch></ProbeMatches></B></E>"
    ).encode()


def test_a_camera_on_the_network_is_found_with_what_it_says_of_itself(onvif_camera: MakeCamera) -> None:
    camera = onvif_camera()
    (found,) = probe(0.4, interfaces=("lo",))
    assert found.service_url == f"http://127.0.0.1:{camera.port}/onvif/device_service"
    assert (found.name, found.hardware) == ("Gate 1", "LC-20")


def test_a_camera_that_answers_from_several_addresses_is_one(onvif_camera: MakeCamera) -> None:
    xaddrs = ("http://127.0.0.3/onvif/device_service", "http://127.0.0.2/onvif/device_service")
    onvif_camera(answers_from=("127.0.0.2", "127.0.0.3"), xaddrs=xaddrs)
    (found,) = probe(0.4, interfaces=("lo",))
    assert found.senders == ("127.0.0.2", "127.0.0.3")
    assert found.service_url == "http://127.0.0.2/onvif/device_service"


def test_two_cameras_with_the_same_name_from_the_factory_are_two(onvif_camera: MakeCamera) -> None:
    for address in ("127.0.0.2", "127.0.0.3"):
        onvif_camera(endpoint="urn:uuid:clone", answers_from=(address,), xaddrs=(f"http://{address}/onvif",))
    assert sorted(found.senders[0] for found in probe(0.4, interfaces=("lo",))) == ["127.0.0.2", "127.0.0.3"]


def test_only_the_interfaces_that_are_named_are_asked(onvif_camera: MakeCamera) -> None:
    onvif_camera()
    assert probe(0.2, interfaces=("no-such",)) == []


def test_an_address_is_asked_directly(onvif_camera: MakeCamera) -> None:
    onvif_camera()  # it listens to the group only; what counts is that a dead address does no harm
    assert len(probe(0.3, addresses=("127.0.0.9", "no.such.host.invalid"), interfaces=("lo",))) == 1


@pytest.mark.parametrize("xaddrs", ["http://10.9.9.9:8080/other/path", "http://169.254.169.254:8080/other/path"])
def test_where_to_ask_is_always_who_answered(xaddrs: str) -> None:
    (found,) = read_answers(reply(xaddrs=xaddrs), "192.0.2.7")
    assert found.service_url == "http://192.0.2.7:8080/other/path"


@pytest.mark.parametrize(
    "xaddrs", ["", "file:///etc/passwd", "gopher://192.0.2.7/", "http://[::bad", "http://192.0.2.7:99999/"]
)
def test_an_answer_without_a_usable_address_is_asked_at_the_usual_place(xaddrs: str) -> None:
    (found,) = read_answers(reply(xaddrs=xaddrs), "192.0.2.7")
    assert found.service_url == "http://192.0.2.7/onvif/device_service"


def test_among_several_addresses_the_one_that_answered_is_taken() -> None:
    (found,) = read_answers(reply(xaddrs="http://[fe80::1]/a http://10.0.0.1/b http://192.0.2.7:81/c"), "192.0.2.7")
    assert found.service_url == "http://192.0.2.7:81/c"


def test_printers_are_no_cameras() -> None:
    assert read_answers(reply(types="pub:Computer wprt:PrintQueue"), "192.0.2.7") == []


def test_texts_of_strangers_cannot_paint_the_terminal() -> None:
    body = reply(scopes="onvif://www.onvif.org/name/a%1b%5b31m%0ab%E2%80%AEc")
    (found,) = read_answers(body, "192.0.2.7")
    assert found.name == "a [31m b c"


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_answers_are_no_answers(body: bytes) -> None:
    assert read_answers(body, "192.0.2.7") == []


def test_xml_is_bounded_in_size_and_depth() -> None:
    with pytest.raises(BadXmlError, match="more than"):
        parse_xml(b"<a>" + b" " * 1000 + b"</a>", max_bytes=1000)
    assert parse_xml(b"<a>" * 60 + b"</a>" * 60).tag == "a"
    deep = 30_000
    began_s = time.monotonic()
    tracemalloc.start()
    with pytest.raises(BadXmlError, match="inside of each other"):
        parse_xml(b"<a>" * deep + b"</a>" * deep)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < 64 << 20
    assert time.monotonic() - began_s < 10


def test_gb_encoded_texts_are_read() -> None:
    text = '<?xml version="1.0" encoding="GB2312"?><a>大门</a>'
    assert parse_xml(text.encode("gb18030")).text == "大门"
    assert parse_xml(text.encode()).text == "大门"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_no_datagram_breaks_the_search(noise: bytes, place: int) -> None:
    whole = reply(xaddrs="http://10.0.0.1/", scopes="onvif://www.onvif.org/name/x")
    read_answers(noise, "192.0.2.7")
    read_answers(whole[:place] + noise + whole[place:], "192.0.2.7")
    read_answers(whole[:place] + noise + whole[place + len(noise) :], "192.0.2.7")
