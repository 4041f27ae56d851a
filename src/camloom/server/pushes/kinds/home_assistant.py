"""Cameras in Home Assistant, by its MQTT discovery: whether there is an alarm, and its picture."""

import json
from typing import Annotated, Any, ClassVar

from faststream.mqtt import MQTTBroker, QoS, Will
from pydantic import AfterValidator, Field
from sqlalchemy import select

from camloom.server.business.hooks import AlarmChange
from camloom.server.database.tables import alarm
from camloom.server.pushes.kinds.connection import HostConfig, Session
from camloom.server.pushes.kinds.mqtt import MqttConfig, checked_topic, make_broker
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig
from camloom.server.pushes.texts import name_of, title_of

_OVER = {AlarmChange.ENDED, AlarmChange.CLOSED}
Topic = Annotated[str, Field(max_length=200), AfterValidator(checked_topic)]


class HomeAssistantConfig(HostConfig):
    """Where the broker of Home Assistant is."""

    port: int = Field(default=1883, ge=1, le=65_535)
    discovery: Topic = Field(default="homeassistant", description="its discovery prefix")
    prefix: Topic = Field(default="camloom", description="under which states and pictures are")
    off_after_s: int = Field(
        default=300, ge=5, le=86_400, description="an alarm that tells of no end is over after so long"
    )


class HomeAssistantPush(Kind):
    """Home Assistant: each camera with alarms appears by itself, with a sensor and a picture."""

    Config: ClassVar[type[PushConfig]] = HomeAssistantConfig
    destination: ClassVar[tuple[str, ...]] = ("host", "port", "tls", "ca")
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "ended", "handled")
    pictures = True
    idle_every_s: ClassVar[float] = 60

    def __init__(self, config: HomeAssistantConfig, around: Around, target_id: str) -> None:
        self._config, self._around = config, around
        self._status = f"{config.prefix}/{target_id}/status"
        self._known: set[str] = set()
        mqtt = MqttConfig.model_validate(
            {name: getattr(config, name) for name in HostConfig.model_fields} | {"port": config.port}
        )
        will = Will(topic=self._status, payload=b"offline", qos=QoS.AT_LEAST_ONCE, retain=True)
        client_id = f"camloom{target_id[-12:]}"
        self._session = Session(config.host, lambda: make_broker(mqtt, around, client_id, will), self._greet)

    def send(self, message: Message) -> None:
        """Publish the state of a camera; see `PushKind.send`."""
        if message.test:
            self._session.run(self._greet)
            return
        picture = self._around.picture(message)
        self._session.run(lambda broker: self._publish(broker, message, picture))
        self._known.add(message.alarm.camera_id)

    def idle(self) -> None:
        """Say that the server is there; the broker says when it is not."""
        self._session.run(self._greet)

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    async def _greet(self, broker: MQTTBroker) -> None:
        await _retain(broker, self._status, b"online")

    async def _publish(self, broker: MQTTBroker, message: Message, picture: bytes | None) -> None:
        told, base = message.alarm, f"{self._config.prefix}/{message.alarm.camera_id}"
        if told.camera_id not in self._known:
            for component, document in self._discovery(message, base).items():
                topic = f"{self._config.discovery}/{component}/camloom_{told.camera_id}/config"
                await _retain(broker, topic, json.dumps(document, ensure_ascii=False).encode(errors="replace"))
        about = {
            "alarm": told.id, "key": message.key, "name": name_of(message), "title": title_of(message),
            "severity": told.severity, "zone": told.zone, "began_at": told.began_at.isoformat(),
            "count": told.count, "link": self._around.link(message),
        }  # fmt: skip
        await _retain(broker, f"{base}/attributes", json.dumps(about, ensure_ascii=False).encode(errors="replace"))
        if picture is not None:
            await _retain(broker, f"{base}/picture", picture)
        await broker.publish(self._state(message), f"{base}/state", qos=QoS.AT_LEAST_ONCE)

    def _state(self, message: Message) -> bytes:
        return b"OFF" if message.change in _OVER and not self._others(message) else b"ON"

    def _others(self, message: Message) -> bool:
        """Tell whether the camera has another alarm that goes on."""
        others = select(alarm.c.id).where(
            alarm.c.camera_id == message.alarm.camera_id,
            alarm.c.id != message.alarm.id,
            alarm.c.ended_at.is_(None),
            alarm.c.handling != "closed",
            alarm.c.merged_into.is_(None),
            ~alarm.c.quiet,
        )
        with self._around.database.read() as connection:
            return connection.execute(others.limit(1)).first() is not None

    def _discovery(self, message: Message, base: str) -> dict[str, dict[str, Any]]:
        """Return what makes Home Assistant show a camera."""
        camera, chinese = message.alarm.camera_id, message.language != "en"
        common = {
            "availability_topic": self._status,
            "device": {
                "identifiers": [f"camloom_{camera}"],
                "name": message.alarm.camera_name,
                "manufacturer": "Camloom",
            },
        }
        sensor = {
            "name": "告警" if chinese else "Alarm",
            "unique_id": f"camloom_{camera}_alarm",
            "device_class": "safety",
            "state_topic": f"{base}/state",
            "json_attributes_topic": f"{base}/attributes",
            "off_delay": self._config.off_after_s,
        }
        image = {
            "name": "告警图片" if chinese else "Alarm picture",
            "unique_id": f"camloom_{camera}_picture",
            "image_topic": f"{base}/picture",
            "content_type": "image/jpeg",
        }
        return {"binary_sensor": {**common, **sensor}, "image": {**common, **image}}


async def _retain(broker: MQTTBroker, topic: str, payload: bytes) -> None:
    await broker.publish(payload, topic, qos=QoS.AT_LEAST_ONCE, retain=True)
