"""What people read of an alarm, in their language."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.server.pushes.site import PushSite

from camloom.server.pushes.reasons import REASONS
from camloom.server.pushes.texts import text_of

_CONSOLE = Path(__file__).parents[3] / "web" / "src" / "rooms" / "cameras" / "words.ts"


@pytest.mark.parametrize(
    ("reason", "detail", "chinese", "english"),
    [
        ("timeout", "timeout: rtsp://cam did not answer within 5 s", "无应答", "Detail: timeout: rtsp://cam did"),
        ("", "covered: what the camera usually shows is hidden", "镜头被遮挡", "Detail: covered: what"),
        ("", "at most 45 ± 3 km/h", "最高 45 ± 3 km/h", "Detail: at most 45"),
        ("", "45 ± 3 km/h", "45 ± 3 km/h", "Detail: 45"),
        ("", "", None, None),
    ],
)
def test_what_an_event_says_is_told_in_the_language_of_the_receiver(
    push_site: PushSite, reason: str, detail: str, chinese: str | None, english: str | None
) -> None:
    message = push_site.message()
    event = message.alarm.event.model_copy(update={"reason": reason, "detail": detail})
    told = message.model_copy(update={"alarm": message.alarm.model_copy(update={"event": event})})
    zone = ZoneInfo("UTC")
    text = text_of(told.model_copy(update={"language": "zh"}), zone, "")
    assert re.findall("说明: (.*)", text) == ([chinese] if chinese else [])
    text = text_of(told.model_copy(update={"language": "en"}), zone, "")
    assert (english in text) if english else ("Detail" not in text)


def test_mail_and_console_know_the_same_reasons() -> None:
    """What one of them says in Chinese, the other does too."""
    chinese = _CONSOLE.read_text(encoding="utf-8").partition("export const zh")[2]
    said = dict(re.findall(r'^    "?([\w-]+)"?: "(.*)",$', chinese.partition("  reason: {")[2], re.MULTILINE))
    assert len(REASONS) > 20
    assert {code: words for code, words in REASONS.items() if said.get(code) != words} == {}
