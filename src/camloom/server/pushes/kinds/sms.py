"""Alarms as short messages, through the gateways of Alibaba Cloud and Tencent Cloud.

A gateway has no key under which it takes a message once: after a lost answer a message may come twice.
"""

import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime
from typing import Annotated, Any, ClassVar
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from camloom.server.pushes.http import Caller, Reply, checked_url, require_taken
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError
from camloom.server.pushes.texts import words_of
from camloom.server.web import wrong

Phone = Annotated[str, Field(pattern=r"^\+?\d{5,20}$")]
_WORD = re.compile(r"\{(\w+)\}")
_WORDS = ("alarm", "camera", "zone", "severity", "time", "change")
_LONGEST = 35


def _known_words(text: str) -> str:
    if unknown := set(_WORD.findall(text)) - set(_WORDS):
        raise wrong("unknown_word", f"knows no {{{min(unknown)}}}, only {', '.join(f'{{{word}}}' for word in _WORDS)}")
    return text


Filled = Annotated[str, Field(max_length=200), AfterValidator(_known_words)]
Url = Annotated[str, Field(max_length=300), AfterValidator(checked_url)]


class AliyunConfig(PushConfig):
    """Account, signature and template of Alibaba Cloud's short messages."""

    access_key: str = Field(min_length=1, max_length=100, pattern=r"^\w+$", description="AccessKey ID")
    access_secret: SecretStr = Field(min_length=1, max_length=100, description="AccessKey secret")
    sign_name: str = Field(min_length=1, max_length=50)
    template: str = Field(min_length=1, max_length=50, description="TemplateCode")
    parameters: dict[Annotated[str, Field(max_length=50)], Filled] = Field(
        default={"camera": "{camera}", "alarm": "{alarm}", "time": "{time}"},
        max_length=20,
        description="of the template, filled in from the alarm",
    )
    phones: tuple[Phone, ...] = Field(min_length=1, max_length=100)
    endpoint: Url = "https://dysmsapi.aliyuncs.com"


class TencentConfig(PushConfig):
    """Account, signature and template of Tencent Cloud's short messages."""

    secret_id: str = Field(min_length=1, max_length=100, pattern=r"^\w+$", description="SecretId")
    secret_key: SecretStr = Field(min_length=1, max_length=100, description="SecretKey")
    app_id: str = Field(min_length=1, max_length=50, description="SmsSdkAppId")
    sign_name: str = Field(min_length=1, max_length=50)
    template: str = Field(min_length=1, max_length=50, description="TemplateId")
    parameters: tuple[Filled, ...] = Field(
        default=("{camera}", "{alarm}", "{time}"), max_length=20, description="of the template, in their order"
    )
    phones: tuple[Phone, ...] = Field(min_length=1, max_length=100, description="with the country: +86...")
    region: str = Field(default="ap-guangzhou", max_length=50, pattern=r"^[a-z0-9-]+$")
    endpoint: Url = "https://sms.tencentcloudapi.com"


class AliyunSmsPush(Kind):
    """Short messages through Alibaba Cloud (阿里云短信)."""

    Config: ClassVar[type[PushConfig]] = AliyunConfig
    destination: ClassVar[tuple[str, ...]] = ("endpoint",)

    def __init__(self, config: AliyunConfig, around: Around, target_id: str) -> None:
        del target_id
        self._config, self._around, self._caller = config, around, Caller(around)

    def send(self, message: Message) -> None:
        """Hand it to the gateway; see `PushKind.send`."""
        config, words = self._config, words_of(message, self._around.zone())
        told = {name: _filled(text, words) for name, text in config.parameters.items()}
        query = {
            "PhoneNumbers": ",".join(config.phones),
            "SignName": config.sign_name,
            "TemplateCode": config.template,
            "TemplateParam": json.dumps(told, ensure_ascii=False),
            "OutId": message.key[:255],
        }
        text = "&".join(f"{_percent(name)}={_percent(value)}" for name, value in sorted(query.items()))
        headers = self._signed(text)
        answer = _json(self._caller.call("POST", f"{config.endpoint}/?{text}", b"", headers), self._around)
        code = str(answer.get("Code", ""))
        if code == "OK":
            return
        if code.startswith("isv.BUSINESS_LIMIT") or code.startswith(("Throttling", "isp.", "ServiceUnavailable")):
            raise LaterPushError(f"the gateway takes no more for now ({_plain(code)})", after_s=60)
        raise RefusedPushError(f"the gateway refuses ({_plain(code)})")

    def close(self) -> None:
        """Close its connections."""
        self._caller.close()

    def _signed(self, query: str) -> dict[str, str]:
        """Return the headers of a request, signed by ACS3-HMAC-SHA256."""
        config, empty = self._config, hashlib.sha256(b"").hexdigest()
        headers = {
            "host": urlsplit(config.endpoint).netloc,
            "x-acs-action": "SendSms",
            "x-acs-content-sha256": empty,
            "x-acs-date": self._around.clock().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": "2017-05-25",
        }
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = f"POST\n/\n{query}\n{lines}\n{names}\n{empty}"
        to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
        code = _hmac(config.access_secret.get_secret_value().encode(), to_sign).hex()
        authorization = f"ACS3-HMAC-SHA256 Credential={config.access_key},SignedHeaders={names},Signature={code}"
        return {**{name: value for name, value in headers.items() if name != "host"}, "Authorization": authorization}


class TencentSmsPush(Kind):
    """Short messages through Tencent Cloud (腾讯云短信)."""

    Config: ClassVar[type[PushConfig]] = TencentConfig
    destination: ClassVar[tuple[str, ...]] = ("endpoint",)

    def __init__(self, config: TencentConfig, around: Around, target_id: str) -> None:
        del target_id
        self._config, self._around, self._caller = config, around, Caller(around)

    def send(self, message: Message) -> None:
        """Hand it to the gateway; see `PushKind.send`."""
        config, words = self._config, words_of(message, self._around.zone())
        document = {
            "PhoneNumberSet": list(config.phones),
            "SmsSdkAppId": config.app_id,
            "SignName": config.sign_name,
            "TemplateId": config.template,
            "TemplateParamSet": [_filled(text, words) for text in config.parameters],
            "SessionContext": message.key[:512],
        }
        body = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        reply = self._caller.call("POST", f"{config.endpoint}/", body, self._signed(body, self._around.clock()))
        _read_tencent(_json(reply, self._around).get("Response"))

    def close(self) -> None:
        """Close its connections."""
        self._caller.close()

    def _signed(self, body: bytes, now: datetime) -> dict[str, str]:
        """Return the headers of a request, signed by TC3-HMAC-SHA256."""
        config, kind = self._config, "application/json; charset=utf-8"
        host, day, at_s = urlsplit(config.endpoint).netloc, now.strftime("%Y-%m-%d"), str(int(now.timestamp()))
        names, scope = "content-type;host;x-tc-action", f"{day}/sms/tc3_request"
        lines = f"content-type:{kind}\nhost:{host}\nx-tc-action:sendsms\n"
        request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        to_sign = f"TC3-HMAC-SHA256\n{at_s}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"TC3{config.secret_key.get_secret_value()}".encode()
        for part in (day, "sms", "tc3_request"):
            key = _hmac(key, part)
        code = _hmac(key, to_sign).hex()
        credential = f"Credential={config.secret_id}/{scope}, SignedHeaders={names}, Signature={code}"
        return {
            "Authorization": f"TC3-HMAC-SHA256 {credential}",
            "Content-Type": kind,
            "X-TC-Action": "SendSms",
            "X-TC-Timestamp": at_s,
            "X-TC-Version": "2021-01-11",
            "X-TC-Region": config.region,
        }


def _read_tencent(answer: Any) -> None:
    """Raise what an answer says that is not a yes; some phones taken and others not: refused, not sent again."""
    if not isinstance(answer, dict):
        raise LaterPushError("the gateway answers something else than it should")
    error = answer.get("Error")
    states = answer.get("SendStatusSet")
    codes = [str(one.get("Code")) for one in states if isinstance(one, dict)] if isinstance(states, list) else []
    if isinstance(error, dict):
        codes = [str(error.get("Code"))]
    bad = [code for code in codes if code != "Ok"]
    if not codes or (
        len(bad) == len(codes) and bad[0].startswith(("RequestLimitExceeded", "LimitExceeded", "Internal"))
    ):
        raise LaterPushError(f"the gateway takes no more for now ({_plain(''.join(bad[:1]))})", after_s=60)
    if bad:
        some = len(bad) < len(codes)
        raise RefusedPushError(f"the gateway refuses {len(bad)} of {len(codes)} ({_plain(bad[0])})", again=not some)


def _json(reply: Reply, around: Around) -> dict[str, Any]:
    """Return the document of an answer. LaterPushError, RefusedPushError: it says no, or nothing understandable."""
    try:
        document = json.loads(reply.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        require_taken(reply, around.clock())
        raise LaterPushError("the gateway answers something else than it should")
    return document


def _filled(text: str, words: dict[str, str]) -> str:
    return _WORD.sub(lambda found: words[found.group(1)], text)[:_LONGEST]


def _percent(text: str) -> str:
    return quote(text, safe="-_.~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _plain(code: str) -> str:
    """Return a code of the gateway as it may be shown: it is a stranger's text."""
    return re.sub(r"[^\w.]", "", code, flags=re.ASCII)[:64] or "no code"
