"""Alarms to a stream of Redis.

Not through FastStream: it wraps what it writes into a format of its own, and other readers shall read this stream.
"""

from typing import ClassVar

import redis
from pydantic import Field
from redis.backoff import NoBackoff
from redis.retry import Retry

from camloom.server.pushes.cloudevent import cloud_event
from camloom.server.pushes.kinds.connection import HostConfig
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig


class RedisConfig(HostConfig):
    """Where Redis is and which stream gets alarms."""

    port: int = Field(default=6379, ge=1, le=65_535)
    database: int = Field(default=0, ge=0, le=1000)
    stream: str = Field(default="camloom:alarms", min_length=1, max_length=200)
    max_length: int = Field(default=100_000, ge=0, le=100_000_000, description="of the stream, roughly; 0: no bound")


class RedisPush(Kind):
    """A Redis stream: each entry has `key` and the CloudEvent in `data`."""

    Config: ClassVar[type[PushConfig]] = RedisConfig
    destination: ClassVar[tuple[str, ...]] = ("host", "port", "tls", "ca")
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "updated", "worsened", "escalated", "ended", "handled")

    def __init__(self, config: RedisConfig, around: Around, target_id: str) -> None:
        del target_id
        self._config, self._around = config, around
        self._client: redis.Redis | None = None

    def send(self, message: Message) -> None:
        """Add an entry; see `PushKind.send`."""
        config, body = self._config, cloud_event(message, self._around)
        try:
            client = self._connected()
            client.xadd(
                config.stream, {"key": message.key, "data": body}, maxlen=config.max_length or None, approximate=True
            )
        except redis.RedisError as error:
            self.close()
            raise LaterPushError(f"{config.host} does not take it ({type(error).__name__})") from None

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connected(self) -> redis.Redis:
        if self._client is None:
            config = self._config
            self._client = redis.Redis(
                host=config.where(self._around, config.port),
                port=config.port,
                db=config.database,
                username=config.username or None,
                password=config.password.get_secret_value() or None,
                socket_timeout=10,
                socket_connect_timeout=5,
                # Trying again is the business of the outbox.
                retry=Retry(NoBackoff(), 0),
                ssl=config.tls,
                ssl_ca_data=config.ca or None,
            )
        return self._client
