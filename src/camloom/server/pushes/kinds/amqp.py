"""Alarms to an exchange of RabbitMQ."""

from typing import ClassVar

from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange
from faststream.security import SASLPlaintext
from pydantic import Field

from camloom.server.pushes.cloudevent import CONTENT_TYPE, cloud_event
from camloom.server.pushes.kinds.connection import HostConfig, Session
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, PushConfig


class AmqpConfig(HostConfig):
    """Where RabbitMQ is and which exchange gets alarms."""

    port: int = Field(default=5672, ge=1, le=65_535)
    virtual_host: str = Field(default="/", min_length=1, max_length=200)
    exchange: str = Field(
        default="camloom", max_length=200, description="a durable topic exchange; made when it is not there"
    )


class AmqpPush(Kind):
    """A RabbitMQ exchange: persistent CloudEvents under `alarm.TEMPLATE.SEVERITY`, confirmed once a queue has them."""

    Config: ClassVar[type[PushConfig]] = AmqpConfig
    destination: ClassVar[tuple[str, ...]] = ("host", "port", "tls", "ca")
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "escalated", "ended", "handled")

    def __init__(self, config: AmqpConfig, around: Around, target_id: str) -> None:
        del target_id
        self._config, self._around = config, around
        self._exchange = RabbitExchange(config.exchange, type=ExchangeType.TOPIC, durable=True)
        self._session = Session(config.host, self.make_broker, lambda broker: broker.declare_exchange(self._exchange))

    def make_broker(self) -> RabbitBroker:
        """Return a broker that is not connected yet. LaterPushError: it may not be called."""
        config = self._config
        return RabbitBroker(
            host=config.where(self._around, config.port),
            port=config.port,
            virtualhost=config.virtual_host,
            security=SASLPlaintext(
                config.username or "guest", config.password.get_secret_value() or "guest", ssl_context=config.context()
            ),
            # A message that no queue takes is not delivered.
            default_channel=Channel(on_return_raises=True),
            graceful_timeout=3,
            timeout=8,
            logger=None,
        )

    def send(self, message: Message) -> None:
        """Publish a message; see `PushKind.send`."""
        self._session.run(lambda broker: self.publish(broker, message))

    async def publish(self, broker: RabbitBroker, message: Message) -> None:
        """Publish a message and wait until a queue has it."""
        await broker.publish(
            cloud_event(message, self._around),
            exchange=self._exchange,
            routing_key=f"alarm.{message.alarm.template}.{message.alarm.severity}"[:255],
            message_id=message.key[:255],
            content_type=CONTENT_TYPE,
            mandatory=True,
            persist=True,
        )

    def close(self) -> None:
        """End the connection."""
        self._session.close()
