"""Alarms to groups of DingTalk, WeCom and Feishu, through their group robots.

Each answers 200 whatever happens and says in the body whether the message was taken, so that is what is read.
"""

import base64
import hashlib
import hmac
import json
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr

from camloom.server.pushes.http import Caller, require_taken
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError
from camloom.server.pushes.texts import text_of, title_of
from camloom.server.web import wrong

_BUSY_S = 60
_MAX_BYTES = 2000  # of text: the least of what the three take


def token_of(given: SecretStr) -> SecretStr:
    """Return the token of a robot: people also paste its whole address, which ends with it.

    ValueError: there is none.
    """
    text = given.get_secret_value().strip()
    parts = urlsplit(text)
    if parts.scheme in ("http", "https"):
        said = dict(parse_qsl(parts.query))
        text = said.get("access_token") or said.get("key") or parts.path.rsplit("/", 1)[-1]
    if not text:
        raise wrong("robot_token", "holds no token of a robot")
    return SecretStr(text)


Token = Annotated[SecretStr, AfterValidator(token_of)]


class RobotConfig(PushConfig):
    """The robot of a group."""

    token: Token = Field(min_length=1, max_length=1000, description="address of the robot, or the token in it")
    secret: SecretStr = Field(default=SecretStr(""), max_length=200, description="if the robot demands a signature")


class WeComConfig(PushConfig):
    """The robot of a group."""

    token: Token = Field(min_length=1, max_length=1000, description="address of the robot, or the `key` in it")


class _Robot(Kind):
    """A robot that takes JSON.

    Attributes:
        base: address of the service, for tests.
        busy: codes that mean: too many, later.
    """

    base: ClassVar[str]
    code: ClassVar[str] = "errcode"
    busy: ClassVar[frozenset[int]]

    def __init__(self, config: RobotConfig | WeComConfig, around: Around, target_id: str) -> None:
        del target_id
        self._around, self._caller = around, Caller(around)
        self._token = quote(config.token.get_secret_value(), safe="")
        self._secret = config.secret.get_secret_value() if isinstance(config, RobotConfig) else ""

    def send(self, message: Message) -> None:
        """Say it in the group; see `PushKind.send`."""
        title, link = title_of(message), self._around.link(message)
        path, body = self.request(title, text_of(message, self._around.zone(), link))
        content = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        reply = self._caller.call("POST", self.base + path, content, {"Content-Type": "application/json"})
        code = _code(require_taken(reply, self._around.clock()).body, self.code)
        if code in self.busy or code == -1:
            raise LaterPushError(f"the group takes no more for now (code {code})", after_s=_BUSY_S)
        if code != 0:
            raise RefusedPushError(f"the robot refuses (code {code})", "See its token, signature and keywords.")

    def close(self) -> None:
        """Close its connections."""
        self._caller.close()

    def request(self, title: str, text: str) -> tuple[str, dict[str, Any]]:
        """Return path and body."""
        raise NotImplementedError


class DingTalkPush(_Robot):
    """A group of DingTalk (钉钉群机器人)."""

    Config: ClassVar[type[PushConfig]] = RobotConfig
    base: ClassVar[str] = "https://oapi.dingtalk.com"
    busy: ClassVar[frozenset[int]] = frozenset({130101, 410100, 660026})

    def request(self, title: str, text: str) -> tuple[str, dict[str, Any]]:
        """Return path and body."""
        path = f"/robot/send?access_token={self._token}"
        if self._secret:
            at_ms = int(self._around.clock().timestamp() * 1000)
            sign = _sign(self._secret, f"{at_ms}\n{self._secret}")
            path += f"&timestamp={at_ms}&sign={quote(sign, safe='')}"
        return path, {"msgtype": "text", "text": {"content": _cut(f"{title}\n{text}")}}


class WeComPush(_Robot):
    """A group of WeCom (企业微信群机器人)."""

    Config: ClassVar[type[PushConfig]] = WeComConfig
    base: ClassVar[str] = "https://qyapi.weixin.qq.com"
    busy: ClassVar[frozenset[int]] = frozenset({45009, 45033, 42001})

    def request(self, title: str, text: str) -> tuple[str, dict[str, Any]]:
        """Return path and body."""
        path = f"/cgi-bin/webhook/send?key={self._token}"
        return path, {"msgtype": "text", "text": {"content": _cut(f"{title}\n{text}")}}


class FeishuPush(_Robot):
    """A group of Feishu (飞书群机器人)."""

    Config: ClassVar[type[PushConfig]] = RobotConfig
    base: ClassVar[str] = "https://open.feishu.cn"
    code: ClassVar[str] = "code"
    busy: ClassVar[frozenset[int]] = frozenset({9499, 11232, 99991400})

    def request(self, title: str, text: str) -> tuple[str, dict[str, Any]]:
        """Return path and body."""
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": _cut(f"{title}\n{text}")}}
        if self._secret:
            at_s = int(self._around.clock().timestamp())
            body |= {"timestamp": str(at_s), "sign": _sign(f"{at_s}\n{self._secret}", "")}
        return f"/open-apis/bot/v2/hook/{self._token}", body


def _sign(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _cut(text: str) -> str:
    return text.encode()[:_MAX_BYTES].decode(errors="ignore")


def _code(body: bytes, name: str) -> int:
    """Return the code of an answer; LaterPushError: it says nothing that can be understood."""
    try:
        code = json.loads(body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        code = None
    if type(code) is not int:
        raise LaterPushError("the service answers something else than it should")
    return code
