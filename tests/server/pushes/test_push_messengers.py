"""Mail, group robots, short messages, Apprise and GB/T 28181: each against a receiver of the tests."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import ValidationError
from tests.server.alarms import JPEG
from tests.server.pushes.receivers import Answer, HttpReceiver, free_port
from tests.server.pushes.site import PUBLIC_URL, PushSite

from camloom.gb28181.control.protocol import encode
from camloom.server.business.hooks import AlarmChange
from camloom.server.mail.account import MailAccount, keep_account
from camloom.server.pushes.kinds.apprise import AppriseConfig, ApprisePush
from camloom.server.pushes.kinds.chat import DingTalkPush, FeishuPush, RobotConfig, WeComConfig, WeComPush
from camloom.server.pushes.kinds.gb28181 import Gb28181Config, Gb28181Push
from camloom.server.pushes.kinds.mail import MailConfig, MailPush
from camloom.server.pushes.kinds.sms import AliyunConfig, AliyunSmsPush, TencentConfig, TencentSmsPush
from camloom.server.pushes.seam import LaterPushError, RefusedPushError
from camloom.server.web import RefusedError

SECRET = "canary-secret"


class Mailbox:
    """Takes mail of those who know the password."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.verdict = ""

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address.startswith("gone"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.verdict:
            return self.verdict
        self.letters.append(envelope)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    def who(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == SECRET.encode()
        return AuthResult(success=right, handled=False)

    box, port = Mailbox(), free_port()
    controller = Controller(box, "127.0.0.1", port, authenticator=who, auth_required=True, auth_require_tls=False)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def use_mail_server(site: PushSite, port: int, password: str = SECRET) -> None:
    """Say by which server mail is sent, as the settings do."""
    account = MailAccount(
        host="127.0.0.1", port=port, security="none", user="box", password=password, sender="box@site.test"
    )
    with site.database.write() as connection:
        keep_account(connection, site.sealer, account)


def mail_push(site: PushSite, *recipients: str) -> MailPush:
    return MailPush(MailConfig(recipients=recipients or ("a@site.test", "b@site.test")), site.around, "t")


def test_a_mail_says_what_happened_and_has_the_picture(push_site: PushSite) -> None:
    message = push_site.message()
    push_site.picture(JPEG)
    with mail_server() as (box, port):
        use_mail_server(push_site, port)
        mail_push(push_site).send(message)
    (envelope,) = box.letters
    letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
    assert envelope.rcpt_tos == ["a@site.test", "b@site.test"]
    assert letter["Subject"] == "新告警: 入侵检测 - Gate"
    assert letter["Message-ID"] == f"<{message.key.replace(':', '.')}@camloom.invalid>"
    body, picture = letter.iter_parts()
    assert f"{PUBLIC_URL}/alarms/{message.alarm.id}" in body.get_content()
    assert picture.get_content() == JPEG


@pytest.mark.parametrize(("verdict", "expected"), [("451 later", LaterPushError), ("554 never", RefusedPushError)])
def test_what_a_mail_server_says(push_site: PushSite, verdict: str, expected: type[Exception]) -> None:
    with mail_server() as (box, port):
        box.verdict = verdict
        use_mail_server(push_site, port)
        with pytest.raises(expected, match=verdict[:3]):
            mail_push(push_site).send(push_site.message())


def test_a_wrong_password_of_mail_waits(push_site: PushSite) -> None:
    with mail_server() as (_, port):
        use_mail_server(push_site, port, "wrong-canary")
        with pytest.raises(LaterPushError, match="535") as waits:
            mail_push(push_site).send(push_site.message())
    assert "canary" not in str(waits.value)


def test_without_a_mail_server_mail_waits_and_says_so(push_site: PushSite) -> None:
    with pytest.raises(LaterPushError, match="no mail server") as waits:
        mail_push(push_site).send(push_site.message())
    assert "Settings" in waits.value.hint


def test_a_recipient_that_is_gone_does_not_make_the_others_get_it_twice(push_site: PushSite) -> None:
    with mail_server() as (box, port):
        use_mail_server(push_site, port)
        target = push_site.target("mail", {"recipients": ["a@site.test", "gone@site.test"]})
        push_site.happen()
        for _ in range(5):
            push_site.pump()
            push_site.clock.forward(minutes=5)
    assert push_site.states(target) == ["refused"]
    assert "1 of 2" in push_site.health(target)["last_error"]
    assert len(box.letters) == 1


@pytest.mark.parametrize("address", ["a", "a@b\nBcc: c@d", "a b@c", "<a@b>", "a@b,c@d"])
def test_addresses_of_mail_that_are_none(push_site: PushSite, address: str) -> None:
    with pytest.raises(RefusedError, match="recipients"):
        push_site.target("mail", {"recipients": [address]})


@pytest.mark.parametrize(
    "pasted",
    [
        "key-7f3a",
        " key-7f3a\n",
        "https://oapi.dingtalk.com/robot/send?access_token=key-7f3a",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=key-7f3a",
        "https://open.feishu.cn/open-apis/bot/v2/hook/key-7f3a",
    ],
)
def test_the_address_of_a_robot_does_for_its_token(pasted: str) -> None:
    config = WeComConfig.model_validate({"token": pasted})
    assert config.token.get_secret_value() == "key-7f3a"


def test_an_address_without_a_token_is_none() -> None:
    with pytest.raises(ValidationError):
        WeComConfig.model_validate({"token": "https://open.feishu.cn/"})


def said(code: int, name: str = "errcode") -> Answer:
    return Answer(200, json.dumps({name: code, "errmsg": "x"}).encode())


def test_dingtalk_gets_a_signed_text(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DingTalkPush, "base", receiver.url)
    receiver.answer = lambda got: said(0)
    push = DingTalkPush(RobotConfig.model_validate({"token": "t0", "secret": SECRET}), push_site.around, "t")
    push.send(push_site.message())
    (got,) = receiver.got
    query = dict(parse_qsl(urlsplit(got.path).query))
    code = hmac.new(SECRET.encode(), f"{query['timestamp']}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(query["sign"]) == code
    assert query["access_token"] == "t0"
    assert "Gate" in json.loads(got.body)["text"]["content"]


def test_feishu_gets_a_signed_text(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FeishuPush, "base", receiver.url)
    receiver.answer = lambda got: said(0, "code")
    push = FeishuPush(RobotConfig.model_validate({"token": "t0", "secret": SECRET}), push_site.around, "t")
    push.send(push_site.message())
    body = json.loads(receiver.got[0].body)
    code = hmac.new(f"{body['timestamp']}\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(body["sign"]) == code
    assert receiver.got[0].path == "/open-apis/bot/v2/hook/t0"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said(93000), RefusedPushError),
        (said(45009), LaterPushError),
        (Answer(200, b"<html>"), LaterPushError),
        (Answer(200, b"[]"), LaterPushError),
        (Answer(502), LaterPushError),
        (Answer(404), RefusedPushError),
    ],
)
def test_a_robot_that_says_200_has_not_said_yes(
    push_site: PushSite,
    receiver: HttpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    expected: type[Exception],
) -> None:
    monkeypatch.setattr(WeComPush, "base", receiver.url)
    receiver.answer = lambda got: answer
    push = WeComPush(WeComConfig.model_validate({"token": SECRET}), push_site.around, "t")
    with pytest.raises(expected) as raised:
        push.send(push_site.message())
    assert SECRET not in str(raised.value)


def test_a_long_text_is_cut_between_characters(
    push_site: PushSite, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WeComPush, "base", receiver.url)
    receiver.answer = lambda got: said(0)
    push = WeComPush(WeComConfig.model_validate({"token": "k"}), push_site.around, "t")
    push.send(push_site.message(zone="区" * 128, detail="长" * 4000))
    content = json.loads(receiver.got[0].body)["text"]["content"]
    assert 1000 < len(content.encode()) <= 2000


def aliyun(receiver: HttpReceiver, push_site: PushSite) -> AliyunSmsPush:
    told = {"access_key": "AK", "access_secret": SECRET, "sign_name": "织", "template": "SMS_1"}
    config = AliyunConfig.model_validate({**told, "phones": ["13800000000"], "endpoint": receiver.url})
    return AliyunSmsPush(config, push_site.around, "t")


def test_alibaba_gets_a_signed_request(push_site: PushSite, receiver: HttpReceiver) -> None:
    receiver.answer = lambda got: Answer(200, b'{"Code": "OK"}')
    aliyun(receiver, push_site).send(push_site.message())
    (got,) = receiver.got
    query = dict(parse_qsl(urlsplit(got.path).query))
    assert query["PhoneNumbers"] == "13800000000"
    assert json.loads(query["TemplateParam"]) == {"camera": "Gate", "alarm": "入侵检测", "time": "11-02 08:00:00"}
    # The signature, made anew from what came, as the gateway does.
    fields = dict(part.strip().split("=", 1) for part in got.headers["Authorization"].split(" ", 1)[1].split(","))
    headers = {name.lower(): value for name, value in got.headers.items()}
    lines = "".join(f"{name}:{headers[name]}\n" for name in fields["SignedHeaders"].split(";"))
    ordered = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in sorted(query.items()))
    digest = hashlib.sha256(got.body).hexdigest()
    request = f"POST\n/\n{ordered}\n{lines}\n{fields['SignedHeaders']}\n{digest}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    assert fields["Signature"] == hmac.new(SECRET.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(200, b'{"Code": "isv.BUSINESS_LIMIT_CONTROL"}'), LaterPushError),
        (Answer(400, b'{"Code": "Throttling.User"}'), LaterPushError),
        (Answer(200, b'{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}'), RefusedPushError),
        (Answer(503, b"busy"), LaterPushError),
        (Answer(200, b'{"Code": "<img src=x>"}'), RefusedPushError),
    ],
)
def test_what_alibaba_says(
    push_site: PushSite, receiver: HttpReceiver, answer: Answer, expected: type[Exception]
) -> None:
    receiver.answer = lambda got: answer
    with pytest.raises(expected) as raised:
        aliyun(receiver, push_site).send(push_site.message())
    assert "<" not in str(raised.value)


def tencent(receiver: HttpReceiver, push_site: PushSite) -> TencentSmsPush:
    told = {"secret_id": "ID", "secret_key": SECRET, "app_id": "14000", "sign_name": "织", "template": "1"}
    config = TencentConfig.model_validate({**told, "phones": ["+8613800000000"], "endpoint": receiver.url})
    return TencentSmsPush(config, push_site.around, "t")


def test_tencent_gets_a_signed_request(push_site: PushSite, receiver: HttpReceiver) -> None:
    receiver.answer = lambda got: Answer(200, b'{"Response": {"SendStatusSet": [{"Code": "Ok"}]}}')
    tencent(receiver, push_site).send(push_site.message())
    (got,) = receiver.got
    assert json.loads(got.body)["TemplateParamSet"] == ["Gate", "入侵检测", "11-02 08:00:00"]
    lines = f"content-type:{got.headers['Content-Type']}\nhost:{got.headers['Host']}\nx-tc-action:sendsms\n"
    names = "content-type;host;x-tc-action"
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(got.body).hexdigest()}"
    scope, at = "2026-11-02/sms/tc3_request", got.headers["X-TC-Timestamp"]
    to_sign = f"TC3-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"TC3{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    assert got.headers["Authorization"].endswith(hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest())


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Error": {"Code": "AuthFailure.SecretIdNotFound"}}, RefusedPushError),
        ({"Error": {"Code": "RequestLimitExceeded"}}, LaterPushError),
        ({"SendStatusSet": [{"Code": "Ok"}, {"Code": "LimitExceeded.PhoneNumberDailyLimit"}]}, RefusedPushError),
        ({"SendStatusSet": []}, LaterPushError),
        (None, LaterPushError),
    ],
)
def test_what_tencent_says(
    push_site: PushSite, receiver: HttpReceiver, document: Any, expected: type[Exception]
) -> None:
    receiver.answer = lambda got: Answer(200, json.dumps({"Response": document}).encode())
    with pytest.raises(expected):
        tencent(receiver, push_site).send(push_site.message())


def apprise(url: str, push_site: PushSite) -> ApprisePush:
    return ApprisePush(AppriseConfig.model_validate({"url": url}), push_site.around, "t")


@pytest.mark.parametrize(
    ("status", "expected"), [(200, None), (404, RefusedPushError), (503, LaterPushError), (302, LaterPushError)]
)
def test_apprise_says_which_answer_it_got(
    push_site: PushSite, receiver: HttpReceiver, status: int, expected: type[Exception] | None
) -> None:
    receiver.answer = lambda got: Answer(status, b"", {"Location": f"{receiver.url}/inner"})
    push = apprise(f"json://127.0.0.1:{receiver.port}/{SECRET}", push_site)
    if expected is None:
        push.send(push_site.message())
        assert "Gate" in json.loads(receiver.got[0].body)["title"]
        return
    with pytest.raises(expected) as raised:
        push.send(push_site.message())
    assert SECRET not in str(raised.value)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "syslog://",
        "dbus://",
        "gnome://",
        "nothing://x",
        "json://h/?template=/etc/passwd",
        "mailto://u:p@example.com?smtp=127.0.0.1",
        "fcm://p@t?keyfile=/etc/passwd",
        "json://h/\njson://g/",
    ],
)
def test_services_that_touch_this_machine_are_none(push_site: PushSite, url: str) -> None:
    with pytest.raises(RefusedError, match="url"):
        push_site.target("apprise", {"url": url})


def test_apprise_calls_no_host_that_may_not_be_called(push_site: PushSite) -> None:
    with pytest.raises(LaterPushError, match="not allowed"):
        apprise("json://169.254.169.254/", push_site).send(push_site.message())


class ControlService:
    """The GB/T 28181 service, as far as it takes alarms."""

    def __init__(self, path: Path, result: dict[str, Any]) -> None:
        self.asked: list[dict[str, Any]] = []
        self._result = result
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                question = json.loads(line)
                self.asked.append(question)
                connection.sendall(encode({"id": question["id"], **self._result}))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"result": {"outcome": "delivered"}}, None),
        ({"result": {"outcome": "no registration", "again": True}}, LaterPushError),
        ({"result": {"outcome": "rejected"}}, RefusedPushError),
        ({"result": {"outcome": "unknown channel", "again": True}}, RefusedPushError),
        ({"error": {"reason": "refused", "message": "no"}}, RefusedPushError),
        ({"error": {"reason": "read", "message": "no"}}, LaterPushError),
    ],
)
def test_gb28181_gets_alarms_of_the_right_camera(
    push_site: PushSite, tmp_path: Path, result: dict[str, Any], expected: type[Exception] | None
) -> None:
    service = ControlService(tmp_path / "s", result)
    channel = "34020000001310000001"
    config = Gb28181Config(channels={push_site.camera_id: channel})
    push = Gb28181Push(config, push_site.around, "t", tmp_path / "s")
    message = push_site.message()
    if expected is None:
        push.send(message)
        push.send(message.model_copy(update={"change": AlarmChange.ENDED}))
    else:
        with pytest.raises(expected):
            push.send(message)
    push.close()
    told = service.asked[0]["with"]
    assert (told["channel"], told["event"]["template"]) == (channel, "intrusion")
    assert [one["with"]["event"]["phase"] for one in service.asked][1:] == (["end"] if expected is None else [])


def test_gb28181_waits_for_the_service(push_site: PushSite, tmp_path: Path) -> None:
    push = Gb28181Push(Gb28181Config(), push_site.around, "t", tmp_path / "none")
    with pytest.raises(LaterPushError, match="not running"):
        push.send(push_site.message())
