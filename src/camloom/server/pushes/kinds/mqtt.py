"""Alarms to an MQTT broker."""

import re
from typing import Annotated, ClassVar, Literal

from faststream.mqtt import MQTTBroker, QoS, ReconnectConfig, Will
from faststream.security import BaseSecurity, SASLPlaintext
from pydantic import AfterValidator, Field

from camloom.server.pushes.cloudevent import CONTENT_TYPE, cloud_event
from camloom.server.pushes.kinds.connection import HostConfig, Session
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig
from camloom.server.web import wrong

_WORD = re.compile(r"\{(\w+)\}")
_FIELDS = ("host_id", "camera_id", "template", "severity")


def checked_topic(topic: str) -> str:
    """Return a topic to publish to. ValueError: it is none."""
    if any(character in topic for character in "+#\0") or not topic.strip("/"):
        raise wrong("topic", "must be a topic without + and #")
    if unknown := set(_WORD.findall(topic)) - set(_FIELDS):
        raise wrong("unknown_word", f"knows no {{{min(unknown)}}}, only {', '.join(f'{{{name}}}' for name in _FIELDS)}")
    return topic


def topic_of(topic: str, message: Message) -> str:
    """Return the topic of a message; what the alarm says cannot add levels to it."""

    def fill(found: re.Match[str]) -> str:
        return re.sub(r"[/+#\0]", "_", str(getattr(message.alarm, found.group(1))))

    return _WORD.sub(fill, topic)


class MqttConfig(HostConfig):
    """Where the broker is and under which topic it gets alarms."""

    port: int = Field(default=1883, ge=1, le=65_535)
    client_id: str = Field(default="", max_length=23, pattern=r"^[0-9A-Za-z_-]*$")
    topic: Annotated[str, Field(max_length=500), AfterValidator(checked_topic)] = "camloom/{host_id}/{camera_id}/alarm"
    version: Literal["3.1.1", "5.0"] = "3.1.1"
    picture: bool = Field(default=False, description="put the picture into the message, in base64")


class MqttPush(Kind):
    """An MQTT broker: CloudEvents with QoS 1, each confirmed."""

    Config: ClassVar[type[PushConfig]] = MqttConfig
    destination: ClassVar[tuple[str, ...]] = ("host", "port", "tls", "ca")
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "escalated", "ended", "handled")

    def __init__(self, config: MqttConfig, around: Around, target_id: str) -> None:
        self.pictures = config.picture
        self._config, self._around = config, around
        client_id = config.client_id or f"camloom{target_id[-12:]}"
        self._session = Session(config.host, lambda: make_broker(config, around, client_id))

    def send(self, message: Message) -> None:
        """Publish a message; see `PushKind.send`."""
        picture = self._around.picture(message) if self._config.picture else None
        body, topic = cloud_event(message, self._around, picture=picture), topic_of(self._config.topic, message)
        headers = {"content-type": CONTENT_TYPE} if self._config.version == "5.0" else None
        self._session.run(lambda broker: broker.publish(body, topic, qos=QoS.AT_LEAST_ONCE, headers=headers))

    def close(self) -> None:
        """End the connection."""
        self._session.close()


def make_broker(config: MqttConfig, around: Around, client_id: str, will: Will | None = None) -> MQTTBroker:
    """Return a broker that is not connected yet. LaterPushError: it may not be called."""
    return MQTTBroker(
        host=config.where(around, config.port),
        port=config.port,
        client_id=client_id,
        version=config.version,
        reconnect=ReconnectConfig(enabled=False),
        mqtt_connect_timeout=8,
        will=will,
        security=_security(config),
        logger=None,
    )


def _security(config: MqttConfig) -> BaseSecurity:
    context = config.context()
    if config.username:
        return SASLPlaintext(config.username, config.password.get_secret_value(), ssl_context=context)
    return BaseSecurity(ssl_context=context)
