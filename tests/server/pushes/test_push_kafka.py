"""Kafka: three brokers of librdkafka (they speak the protocol, and keep what they took in memory)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, Message, Producer
from tests.server.pushes.receivers import free_port
from tests.server.pushes.site import PushSite

TOPIC = "camloom-alarms"


@contextmanager
def brokers() -> Iterator[list[str]]:
    """Run brokers until the end of the block; return where they are."""
    producer = Producer({"bootstrap.servers": "127.0.0.1:1", "test.mock.num.brokers": 3, "log_level": 0})
    known = producer.list_topics(timeout=10).brokers.values()
    yield [f"{broker.host}:{broker.port}" for broker in known]
    producer.close()


def taken(servers: list[str], many: int) -> list[Message]:
    """Return the messages of the topic."""
    consumer = Consumer(
        {"bootstrap.servers": ",".join(servers), "group.id": "guard", "auto.offset.reset": "earliest", "log_level": 0}
    )
    consumer.subscribe([TOPIC])
    found: list[Message] = []
    while len(found) < many:
        more = consumer.consume(many - len(found), timeout=20)
        assert more, f"only {len(found)} of {many} came"
        found += more
    consumer.close()
    return found


def test_alarms_come_once_by_camera_in_their_order(push_site: PushSite) -> None:
    with brokers() as servers:
        target = push_site.target("kafka", {"servers": servers})
        push_site.happen(many=3)
        push_site.pump()
        assert push_site.states(target) == ["delivered"] * 3
        messages = taken(servers, 3)
    keys = [row["key"] for row in push_site.deliveries(target)]
    assert [dict(message.headers() or [])["id"] for message in messages] == [key.encode() for key in keys]
    documents = [json.loads(message.value() or b"") for message in messages]
    assert [document["id"] for document in documents] == keys
    assert len({message.partition() for message in messages}) == 1


def test_alarms_wait_while_no_broker_is_there(push_site: PushSite) -> None:
    target = push_site.target("kafka", {"servers": [f"127.0.0.1:{free_port()}"]})
    push_site.happen(many=2)
    push_site.pump()
    assert push_site.states(target) == ["waiting"] * 2
