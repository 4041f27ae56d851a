"""Brokers of others: real ones, started here."""

import asyncio
import base64
import hashlib
import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aio_pika
import pytest
import redis
import zmqtt
from tests.packages import provide
from tests.server.alarms import JPEG, event
from tests.server.pushes.receivers import free_port, program, running
from tests.server.pushes.site import PushSite

from camloom.config.addresses import AddressPolicy
from camloom.server.pushes.kinds.amqp import AmqpConfig, AmqpPush
from camloom.server.pushes.kinds.mqtt import MqttConfig, MqttPush
from camloom.server.pushes.seam import LaterPushError
from camloom.server.web import RefusedError

USER, PASSWORD = "camloom", "pa55"
# Not the one in /usr/sbin: it becomes another user, who may not come into the folder of a test.
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


@contextmanager
def mosquitto(folder: Path, port: int) -> Iterator[None]:
    """Run a broker that keeps what it confirmed and asks who it is."""
    provide("Mosquitto", lambda: program("mosquitto") is not None, "mosquitto")
    (folder / "passwords").write_text(f"{USER}:{_hashed(PASSWORD)}\n")
    lines = (
        f"listener {port} 127.0.0.1",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        "user root",
    )
    (folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
    path = program("mosquitto")
    assert path is not None
    with running(port, path, "-c", folder / "mosquitto.conf"):
        yield


def _hashed(password: str) -> str:
    """Return a password as Mosquitto keeps it (its format 7)."""
    salt = b"saltsaltsalt"
    code = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 101)
    return f"$7$101${base64.b64encode(salt).decode()}${base64.b64encode(code).decode()}"


class Listener:
    """A program that hears all that is published."""

    def __init__(self, port: int) -> None:
        self.heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._listen(port),), daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def next(self) -> tuple[str, bytes]:
        return self.heard.get(timeout=10)

    async def _listen(self, port: int) -> None:
        client = zmqtt.MQTTClient("127.0.0.1", port, username=USER, password=PASSWORD, client_id="listener")
        async with client, client.subscribe("#") as messages:
            self._ready.set()
            stopped = asyncio.ensure_future(self._stop.wait())
            while not stopped.done():
                got = asyncio.ensure_future(anext(aiter(messages)))
                done, _ = await asyncio.wait({got, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if got in done:
                    self.heard.put((got.result().topic, bytes(got.result().payload)))
                else:
                    got.cancel()
                    await asyncio.wait({got})


def test_mqtt_gets_each_alarm_after_the_broker_was_away(push_site: PushSite, tmp_path: Path) -> None:
    port = free_port()
    target = push_site.target(
        "mqtt", {"host": "127.0.0.1", "port": port, "username": USER, "password": PASSWORD, "topic": "a/{camera_id}/b"}
    )
    push_site.happen(many=3)
    push_site.pump()
    assert push_site.states(target) == ["waiting"] * 3
    push_site.clock.forward(minutes=1)
    with mosquitto(tmp_path, port):
        listener = Listener(port)
        push_site.pump()
        heard = [listener.next() for _ in range(3)]
        listener.close()
        push_site.sender.close()
    assert {topic for topic, _ in heard} == {f"a/{push_site.camera_id}/b"}
    assert [json.loads(body)["id"] for _, body in heard] == [row["key"] for row in push_site.deliveries(target)]
    assert push_site.states(target) == ["delivered"] * 3


def test_mqtt_with_a_wrong_password_waits_and_says_no_more_than_that(push_site: PushSite, tmp_path: Path) -> None:
    port = free_port()
    wrong = {"host": "127.0.0.1", "port": port, "username": USER, "password": "canary-password"}
    target = push_site.target("mqtt", wrong)
    push_site.happen()
    with mosquitto(tmp_path, port):
        push_site.pump()
    assert push_site.states(target) == ["waiting"]
    assert "does not confirm" in push_site.health(target)["last_error"]
    assert "canary" not in repr(push_site.health(target)["last_error"])


@pytest.mark.parametrize("topic", ["", "/", "a/#", "a/+/b", "a/{password}"])
def test_topics_that_are_none(push_site: PushSite, topic: str) -> None:
    with pytest.raises(RefusedError, match="topic"):
        push_site.target("mqtt", {"host": "h", "topic": topic})


def test_a_broker_on_this_machine_needs_leave(push_site: PushSite) -> None:
    push_site.around.policy = AddressPolicy(level="strict")
    with pytest.raises(LaterPushError, match="not allowed"):
        MqttPush(MqttConfig(host="localhost"), push_site.around, "t").send(push_site.message())


def test_home_assistant_finds_the_camera_by_itself(push_site: PushSite, tmp_path: Path) -> None:
    port = free_port()
    with mosquitto(tmp_path, port):
        settings = {"host": "127.0.0.1", "port": port, "username": USER, "password": PASSWORD}
        target = push_site.target("home_assistant", settings)
        listener = Listener(port)
        push_site.happen(event(push_site.task_id, "start", incident="i"))
        push_site.picture(JPEG)
        push_site.pump()
        push_site.happen(event(push_site.task_id, "end", incident="i", after_s=5))
        push_site.pump()
        heard: list[tuple[str, bytes]] = []
        while not heard or heard[-1][1] != b"OFF":
            heard.append(listener.next())
        listener.close()
        push_site.sender.close()
    camera = push_site.camera_id
    latest = dict(heard)
    sensor = json.loads(latest[f"homeassistant/binary_sensor/camloom_{camera}/config"])
    image = json.loads(latest[f"homeassistant/image/camloom_{camera}/config"])
    states = [body for topic, body in heard if topic == sensor["state_topic"]]
    assert (states[0], states[-1]) == (b"ON", b"OFF")
    assert latest[image["image_topic"]] == JPEG
    assert latest[sensor["availability_topic"]] == b"online"
    assert json.loads(latest[sensor["json_attributes_topic"]])["severity"] == "major"
    assert set(push_site.states(target)) == {"delivered"}


def test_redis_gets_each_alarm_as_an_entry_of_its_stream(push_site: PushSite, tmp_path: Path) -> None:
    provide("Redis", lambda: program("redis-server") is not None, "redis-server")
    port, path = free_port(), program("redis-server")
    assert path is not None
    target = push_site.target("redis", {"host": "127.0.0.1", "port": port, "password": PASSWORD})
    push_site.happen(many=3)
    push_site.pump()
    assert push_site.states(target) == ["waiting"] * 3
    push_site.clock.forward(minutes=1)
    options = ("--bind", "127.0.0.1", "--dir", tmp_path, "--save", "", "--requirepass", PASSWORD)
    with running(port, path, "--port", str(port), *options):
        push_site.pump()
        with redis.Redis(port=port, password=PASSWORD) as client:
            entries = client.xrange("camloom:alarms")
    keys = [fields[b"key"].decode() for _, fields in entries]
    assert keys == [row["key"] for row in push_site.deliveries(target)]
    assert [json.loads(fields[b"data"])["id"] for _, fields in entries] == keys


def test_an_amqp_broker_that_is_not_there_is_waited_for(push_site: PushSite) -> None:
    push = AmqpPush(AmqpConfig(host="127.0.0.1", port=free_port()), push_site.around, "t")
    with pytest.raises(LaterPushError, match="does not confirm"):
        push.send(push_site.message())
    push.close()


@pytest.mark.slow
def test_amqp_gets_alarms_once_a_queue_takes_them(push_site: PushSite, tmp_path: Path) -> None:
    provide("RabbitMQ", lambda: Path(RABBITMQ).exists(), "rabbitmq-server")
    port = free_port()
    push = AmqpPush(AmqpConfig(host="127.0.0.1", port=port), push_site.around, "t")
    message = push_site.message()
    with rabbitmq(tmp_path, port):
        with pytest.raises(LaterPushError, match="does not confirm"):
            push.send(message)  # the exchange is there now, and no queue
        body = asyncio.run(_bound(port, lambda: push.send(message)))
        push.close()
    assert json.loads(body)["id"] == message.key


async def _bound(port: int, act: Callable[[], None]) -> bytes:
    connection = await aio_pika.connect(host="127.0.0.1", port=port)
    async with connection:
        channel = await connection.channel()
        mailbox = await channel.declare_queue("hear", exclusive=True)
        await mailbox.bind("camloom", "alarm.#")
        await asyncio.to_thread(act)
        got = await mailbox.get(timeout=10)
        assert got is not None
        return got.body


@contextmanager
def rabbitmq(folder: Path, port: int) -> Iterator[None]:
    """Run a RabbitMQ of one's own: its Erlang knows no other node."""
    names = str(free_port())
    told = {
        "RABBITMQ_NODENAME": f"camloom{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "ERL_EPMD_PORT": names,
        "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",  # it may be ended while it thinks that the broker is there
        "HOME": str(folder),
    }
    try:
        with running(port, "env", *(f"{name}={value}" for name, value in told.items()), RABBITMQ, within_s=90):
            yield
    finally:
        subprocess.run(["epmd", "-port", names, "-kill"], capture_output=True, check=False, timeout=20)
