"""Alarms to a program by HTTP."""

import hashlib
import hmac
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from camloom.server.pushes.cloudevent import CONTENT_TYPE, cloud_event
from camloom.server.pushes.http import Caller, checked_url, require_taken
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig

SIGNATURE = "X-Camloom-Signature"


class WebhookConfig(PushConfig):
    """Where to post to, and how the receiver knows that it is us."""

    url: Annotated[str, Field(max_length=2000, description="http:// or https://"), AfterValidator(checked_url)]
    secret: SecretStr = Field(
        default=SecretStr(""), max_length=200, description=f"signs each message, see {SIGNATURE}; empty: no signature"
    )
    authorization: SecretStr = Field(
        default=SecretStr(""), max_length=2000, description="value of the header Authorization, if the receiver has one"
    )
    picture: bool = Field(default=False, description="put the picture into the message, in base64")


class WebhookPush(Kind):
    """A program that takes CloudEvents by HTTP POST."""

    Config: ClassVar[type[PushConfig]] = WebhookConfig
    destination: ClassVar[tuple[str, ...]] = ("url",)
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "escalated", "ended", "handled")

    def __init__(self, config: WebhookConfig, around: Around, target_id: str) -> None:
        del target_id
        self.pictures = config.picture
        self._config, self._around, self._caller = config, around, Caller(around)

    def send(self, message: Message) -> None:
        """Post a message; see `PushKind.send`."""
        picture = self._around.picture(message) if self._config.picture else None
        body = cloud_event(message, self._around, picture=picture)
        reply = self._caller.call("POST", self._config.url, body, self._headers(message, body))
        require_taken(reply, self._around.clock())

    def close(self) -> None:
        """Close its connections."""
        self._caller.close()

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": CONTENT_TYPE, "Idempotency-Key": message.key}
        if secret := self._config.secret.get_secret_value():
            headers[SIGNATURE] = sign(secret, body, int(self._around.clock().timestamp()))
        if authorization := self._config.authorization.get_secret_value():
            headers["Authorization"] = authorization
        return headers


def sign(secret: str, body: bytes, at_s: int) -> str:
    """Return the signature of a body: HMAC-SHA256 over its time and it, so that nobody can send it again later."""
    code = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={code}"
