"""What devices say, in whatever characters and with whatever mistakes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camloom.gb28181.manscdp.answers import read_alarm, read_channels, read_sum
from camloom.gb28181.manscdp.control import Motion, ptz_motion, ptz_preset
from camloom.gb28181.manscdp.documents import parse_document, write_document
from camloom.gb28181.manscdp.xml import XmlError, decode_text

CATALOG = """<?xml version="1.0" encoding="GB2312"?>
<Response>
<CmdType>Catalog</CmdType><SN>17</SN><DeviceID>34020000001320000001</DeviceID><SumNum>2</SumNum>
<DeviceList Num="2">
<Item><DeviceID>34020000001310000001</DeviceID><Name>东门 摄像机</Name><Manufacturer>Hikvision</Manufacturer>
<Status>ON</Status><ParentID>34020000002160000001/34020000001320000001</ParentID><Parental>65535</Parental>
<Longitude>113.5</Longitude><Latitude>x</Latitude><Info><PTZType>1</PTZType></Info></Item>
<Item><DeviceID>34020000001340000001</DeviceID><Name>报警</Name><Status>OFF</Status></Item>
</DeviceList>
</Response>
"""


@pytest.mark.parametrize("charset", ["gb2312", "gb18030", "utf-8", "utf-8-sig"])
def test_a_catalogue_is_read_in_whatever_characters_it_comes(charset: str) -> None:
    document = parse_document(CATALOG.encode(charset))
    first, second = read_channels(document)
    assert (document.command, document.sn, read_sum(document)) == ("Catalog", "17", 2)
    assert (first.name, first.ptz_type, first.longitude, first.latitude) == ("东门 摄像机", 1, 113.5, None)
    assert (first.parent_id, first.is_online, first.may_be_video) == ("34020000001320000001", True, True)
    assert (second.is_online, second.may_be_video) == (False, False)


def test_chinese_in_utf8_is_not_taken_for_gb18030() -> None:
    assert decode_text("中文".encode()) == "中文"
    assert decode_text("中文".encode("gb2312")) == "中文"


@pytest.mark.parametrize("name", ["A & B", "A < B", "A &nosuch; B"])
def test_a_name_that_is_not_escaped_does_not_lose_the_channel(name: str) -> None:
    broken = CATALOG.replace("东门 摄像机", name)
    channels = read_channels(parse_document(broken.encode("gb18030")))
    assert channels[0].id == "34020000001310000001"
    assert channels[0].name.startswith("A")


@pytest.mark.parametrize(
    "attack",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><Notify><CmdType>&x;</CmdType></Notify>',
        '<!doctype a SYSTEM "file:///etc/passwd"><Notify><CmdType>Keepalive</CmdType></Notify>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><Notify><CmdType>A & &x;</CmdType></Notify>',
        "<Notify><CmdType>Keepalive</CmdType>" + "<a>" * 40 + "</a>" * 40 + "</Notify>",
        "<Notify><CmdType>Keepalive</CmdType>" + "<a/>" * 60_000 + "</Notify>",
        "<Notify>" * 100_000,
        "<html/>",
        "",
        "no xml at all",
    ],
)
def test_entities_and_documents_beyond_measure_are_refused(attack: str) -> None:
    with pytest.raises(XmlError):
        parse_document(attack.encode())


def test_text_is_one_line_without_steering_characters_and_bounded() -> None:
    document = parse_document(
        "<Notify><CmdType>Alarm</CmdType><AlarmDescription>a\u202e\n\x1b[31m b</AlarmDescription>"
        f"<DeviceID>{'9' * 500}</DeviceID></Notify>".encode()
    )
    assert read_alarm(document).description == "a [31m b"
    assert len(document.device_id) == 64


def test_an_alarm_is_read() -> None:
    body = write_document(
        "Notify",
        "Alarm",
        5,
        "34020000001340000001",
        (
            ("AlarmPriority", "4"),
            ("AlarmMethod", "5"),
            ("AlarmTime", "2026-11-29T08:00:00"),
            ("AlarmDescription", "越界 & 入侵"),
            ("Info", (("AlarmType", "6"),)),
        ),
    )
    alarm = read_alarm(parse_document(body))
    assert (alarm.priority, alarm.method, alarm.kind, alarm.description) == (4, 5, 6, "越界 & 入侵")
    assert body.startswith(b'<?xml version="1.0" encoding="GB2312"?>')
    assert "越界".encode("gb2312") in body


@given(st.binary(max_size=500), st.integers(0, 700))
def test_any_bytes_are_read_or_refused(junk: bytes, place: int) -> None:
    data = CATALOG.encode("gb18030")
    try:
        document = parse_document(data[:place] + junk + data[place + len(junk) :])
    except XmlError:
        return
    for channel in read_channels(document):
        assert len(channel.id) <= 64


def test_movements_are_the_bytes_of_the_standard() -> None:
    assert ptz_motion(Motion()) == "A50F0100000000B5"
    assert ptz_motion(Motion(pan=-32 / 255)) == "A50F0102200000D7"
    assert ptz_motion(Motion(pan=1, tilt=1, zoom=-1)) == "A50F0129FFFFF0CC"
    assert ptz_preset("call", 3) == "A50F01820003003A"


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_the_last_byte_of_a_movement_is_the_sum_of_the_others(pan: float, tilt: float, zoom: float) -> None:
    command = bytes.fromhex(ptz_motion(Motion(pan, tilt, zoom)))
    assert len(command) == 8
    assert command[7] == sum(command[:7]) & 0xFF


def test_movements_beyond_full_speed_are_refused() -> None:
    with pytest.raises(ValueError, match="speeds"):
        ptz_motion(Motion(pan=1.5))
    with pytest.raises(ValueError, match="presets"):
        ptz_preset("call", 0)
