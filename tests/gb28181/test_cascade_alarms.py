"""Events become the alarms that GB/T 28181 has words for; settings that make no sense are refused."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from camloom import plugins
from camloom.errors import ConfigError
from camloom.gb28181.cascade import alarms
from camloom.gb28181.cascade.alarms import alarm_tree, is_alarm, read_notice
from camloom.gb28181.cascade.annexb import AnnexB
from camloom.gb28181.cascade.config import load_cascade, read_password
from camloom.gb28181.manscdp.answers import read_alarm
from camloom.gb28181.manscdp.documents import parse_document, write_document

EVENT = {"id": "01H", "type": "region.entered", "phase": "start", "occurred_at": "2026-11-01T08:00:00Z"}
ABOVE = """
id: "34020000001180000001"
upstream: {id: "34020000002000000001", host: 10.0.0.9, password_env: GB_ABOVE}
channels:
  - {id: "34020000001310000001", name: 大门, streams: [gate], source: "rtsp://camera/1"}
"""


@pytest.mark.parametrize(
    ("template", "kind"),
    [("intrusion", 6), ("tripwire", 5), ("loitering", 8), ("object_left", 3), ("object_removed", 4), ("wrong_way", 7)],
)
def test_the_template_decides_the_kind_and_the_user_may_say_another(template: str, kind: int) -> None:
    event = EVENT | {"template": template}
    assert read_notice(event, "c", {}).kind == kind
    assert read_notice(event, "c", {template: 2}).kind == 2


def test_every_template_with_a_number_exists() -> None:
    folder = Path(__file__).parents[2] / "src/camloom/rules/templates"
    known = {path.stem for path in folder.glob("*.yaml")}
    named = {name for name in alarms._KINDS if "." not in name}
    assert named <= known


@pytest.mark.parametrize(
    ("changes", "tells"),
    [
        ({}, True),
        ({"phase": "instant"}, True),
        ({"phase": "end"}, False),
        ({"phase": "update", "change": ""}, False),
        ({"phase": "update", "change": "stage"}, True),
        ({"type": "source.offline", "phase": "instant"}, True),
        ({"type": "source.online", "phase": "instant"}, False),
    ],
)
def test_beginnings_and_worse_stages_are_told(changes: dict[str, Any], tells: bool) -> None:
    assert is_alarm(EVENT | changes) is tells


@pytest.mark.parametrize(("severity", "priority"), [("critical", 1), ("major", 2), ("minor", 3), ("info", 4), ("", 3)])
def test_severity_is_priority(severity: str, priority: int) -> None:
    assert read_notice(EVENT | {"severity": severity}, "c", {}).priority == priority


def test_what_a_platform_reads_is_what_was_meant() -> None:
    event = EVENT | {"name": {"zh": "入侵 <&> 检测"}, "zone": "院\n子", "value": 3.0, "unit": "人"}
    notice = read_notice(event, "34020000001310000001", {})
    body = write_document("Notify", "Alarm", 7, notice.channel_id, alarm_tree(notice, 116.3, 39.9))
    alarm = read_alarm(parse_document(body))
    assert (alarm.method, alarm.kind, alarm.priority) == (5, 6, 3)
    assert alarm.description == "入侵 <&> 检测 院 子 3 人"
    here = datetime.fromisoformat(EVENT["occurred_at"]).astimezone()
    assert alarm.time == here.strftime("%Y-%m-%dT%H:%M:%S.000")


@given(
    st.dictionaries(
        st.sampled_from(["id", "type", "occurred_at", "name", "zone", "value", "severity"]),
        st.none() | st.text() | st.floats() | st.lists(st.integers()) | st.booleans(),
    )
)
@settings(max_examples=80, deadline=None)
def test_any_document_is_an_alarm_or_a_value_error(event: dict[str, Any]) -> None:
    is_alarm(event)
    try:
        notice = read_notice(event, "c", {})
    except ValueError:
        return
    assert parse_document(write_document("Notify", "Alarm", 1, "c", alarm_tree(notice, None, None)))


@given(st.sampled_from(["h264", "hevc"]), st.binary(max_size=80), st.binary(max_size=200), st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_a_camera_sends_is_packed_without_a_crash(
    codec: Any, extradata: bytes, data: bytes, key: bool
) -> None:
    made = AnnexB(codec, b"\1" + extradata).convert(data, is_keyframe=key)
    assert len(made) <= 4 * len(data) + 8192


def test_a_cascade_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE)
    config = load_cascade(path)
    assert config.upstream.sip_domain == "3402000000"
    found = config.channel("gate")
    assert found is not None
    assert found.id == "34020000001310000001"
    monkeypatch.setenv("GB_ABOVE", "secret")
    assert read_password(config.upstream) == "secret"
    monkeypatch.delenv("GB_ABOVE")
    with pytest.raises(ConfigError, match="GB_ABOVE"):
        read_password(config.upstream)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (("port: 99999", 'upstream: {id: "1", host: h, port: 99999}'), "above.yaml:"),
        (("id: 34020000001180000001",), "in quotes"),
        (("max_call: 3",), "Did you mean 'max_calls'"),
        (("media_ports: [10, 20]",), "media_ports"),
    ],
)
def test_mistakes_in_the_file_are_told_with_their_place(tmp_path: Path, wrong: tuple[str, ...], says: str) -> None:
    lines = [line for line in ABOVE.strip().splitlines() if not wrong[-1].startswith(line.partition(":")[0])]
    path = tmp_path / "above.yaml"
    path.write_text("\n".join([*lines, wrong[-1]]))
    with pytest.raises(ConfigError, match=re.escape(says)):
        load_cascade(path)


def test_a_source_that_cannot_be_meant_is_told(tmp_path: Path) -> None:
    path = tmp_path / "above.yaml"
    path.write_text(ABOVE.replace('"rtsp://camera/1"', "{type: medium, url: x}"))
    with pytest.raises(ConfigError, match="unknown source 'medium'"):
        load_cascade(path)


def test_the_page_shows_a_cascade_and_a_sink_that_work(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/gb28181-above.md").read_text()
    cascade, task = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "above.yaml"
    path.write_text(cascade)
    config = load_cascade(path)
    for sink in yaml.safe_load(task)["sinks"]:
        kind = plugins.load("sinks", sink.pop("type"))
        assert config.channel(kind.Config.model_validate(sink).channel)


def test_the_page_says_the_number_of_each_kind() -> None:
    page = (Path(__file__).parents[2] / "docs/gb28181-above.md").read_text()
    told = {
        name.strip(): int(row[1].split()[0])
        for line in page.splitlines()
        if (row := line.split("|"))[1:2] and row[1].strip()[:1].isdigit()
        for name in ",".join(row[2:4]).split(",")
    }
    assert told == alarms._KINDS
