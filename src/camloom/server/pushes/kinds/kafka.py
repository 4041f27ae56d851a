"""Alarms to a topic of Kafka."""

from typing import Annotated, ClassVar, Literal

from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import Field, SecretStr

from camloom.server.pushes.cloudevent import CONTENT_TYPE, cloud_event
from camloom.server.pushes.kinds.connection import Session, TlsConfig
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig

_MECHANISMS = {"plain": SASLPlaintext, "scram-sha-256": SASLScram256, "scram-sha-512": SASLScram512}
Server = Annotated[str, Field(max_length=260, pattern=r"^[^\s/@\\:]+:\d{1,5}$")]


class KafkaConfig(TlsConfig):
    """Where Kafka is and which topic gets alarms."""

    servers: tuple[Server, ...] = Field(min_length=1, max_length=16, description="HOST:PORT of some of its brokers")
    topic: str = Field(default="camloom-alarms", max_length=249, pattern=r"^[A-Za-z0-9._-]+$")
    mechanism: Literal["plain", "scram-sha-256", "scram-sha-512"] = "plain"
    username: str = Field(default="", max_length=200)
    password: SecretStr = Field(default=SecretStr(""), max_length=500)


class KafkaPush(Kind):
    """A Kafka topic: CloudEvents by camera, confirmed by all replicas.

    The brokers that the first one names are called as it names them: only those in `servers` are checked.
    """

    Config: ClassVar[type[PushConfig]] = KafkaConfig
    destination: ClassVar[tuple[str, ...]] = ("servers", "tls", "ca")
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "escalated", "ended", "handled")

    def __init__(self, config: KafkaConfig, around: Around, target_id: str) -> None:
        del target_id
        self._config, self._around = config, around
        self._session = Session(config.servers[0], self.make_broker)

    def make_broker(self) -> KafkaBroker:
        """Return a broker that is not connected yet. LaterPushError: it may not be called."""
        for server in self._config.servers:
            host, _, port = server.partition(":")
            self._around.address(host, int(port))
        return KafkaBroker(
            list(self._config.servers),
            client_id="camloom",
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=10_000,
            graceful_timeout=3,
            security=self._security(),
            logger=None,
        )

    def send(self, message: Message) -> None:
        """Publish a message; see `PushKind.send`."""
        self._session.run(lambda broker: self.publish(broker, message))

    async def publish(self, broker: KafkaBroker, message: Message) -> None:
        """Publish a message and wait until the replicas have it."""
        await broker.publish(
            cloud_event(message, self._around),
            self._config.topic,
            key=message.alarm.camera_id.encode(),
            headers={"id": message.key, "content-type": CONTENT_TYPE},
        )

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def _security(self) -> BaseSecurity:
        config, context = self._config, self._config.context()
        if not config.username:
            return BaseSecurity(ssl_context=context)
        password = config.password.get_secret_value()
        return _MECHANISMS[config.mechanism](config.username, password, ssl_context=context)
