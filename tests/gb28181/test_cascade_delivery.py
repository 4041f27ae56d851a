"""What becomes of an alarm on its way to a platform above."""

import asyncio

import pytest
from tests.gb28181.running import GATE, OWN_ID, Run, event
from tests.gb28181.superior import Superior


def test_an_alarm_arrives_once_with_all_that_the_standard_wants(platform: Superior, run: Run) -> None:
    running = run(channels=[{"id": GATE, "streams": ["gate-camera"], "longitude": 116.3, "latitude": 39.9}])
    assert running.deliver(event()) == "delivered"
    assert running.deliver(event()) == "duplicate"
    [alarm] = platform.wait_heard("Alarm")
    assert alarm.root == "Notify"
    assert alarm.device_id == GATE
    told = {name: alarm.field(name) for name in ("AlarmPriority", "AlarmMethod", "AlarmType", "EventType", "Longitude")}
    assert told == {
        "AlarmPriority": "2",
        "AlarmMethod": "5",
        "AlarmType": "6",
        "EventType": "1",
        "Longitude": "116.300000",
    }
    assert alarm.field("AlarmDescription") == "入侵检测 院子"
    assert alarm.field("AlarmTime").endswith("00:04.250")


def test_whoever_subscribed_gets_alarms_by_notify_and_others_by_message(platform: Superior, run: Run) -> None:
    running = run()
    assert platform.subscribe(OWN_ID, "Alarm", "presence").answer.get("Expires") == "600"
    running.deliver(event(1))
    platform.subscribe(OWN_ID, "Alarm", "presence", expires_s=0)
    running.deliver(event(2))
    platform.wait_heard("Alarm", 2)
    assert [way for way, query, _ in platform.heard.messages if query.kind == "Alarm"] == ["NOTIFY", "MESSAGE"]


def test_a_subscriber_of_the_catalog_hears_of_a_lost_camera(platform: Superior, run: Run) -> None:
    running = run()
    platform.subscribe(OWN_ID, "Catalog", "Catalog;id=1")
    lost = event(1, type="source.offline", template="", phase="start", detail="no answer")
    assert running.deliver(lost) == "delivered"
    [change] = platform.wait_heard("Catalog", root="Notify")
    assert (change.field("Event"), change.text.count(GATE)) == ("OFF", 1)
    [alarm] = platform.wait_heard("Alarm")
    assert (alarm.field("AlarmMethod"), alarm.field("AlarmType")) == ("2", "1")
    assert running.deliver(event(2, type="source.online", template="")) == "not an alarm"
    assert platform.wait_heard("Catalog", 2, root="Notify")[1].field("Event") == "ON"


def test_what_cannot_be_delivered_is_said_so(platform: Superior, run: Run) -> None:
    running = run()
    assert running.deliver(event(1, source_id="other")) == "unknown channel"
    assert running.deliver(event(1, phase="end")) == "not an alarm"
    for status, outcome in ((500, "refused"), (403, "refused"), (400, "rejected")):
        platform.keep = status
        assert running.deliver(event(2)) == outcome
    with pytest.raises(ValueError, match="occurred_at"):
        running.deliver(event(3, occurred_at=None))
    platform.keep = 0
    assert running.deliver(event(2)) == "delivered"


@pytest.mark.parametrize("way", ["message", "auto"])
def test_an_alarm_whose_answer_was_lost_comes_again_as_the_same(
    platform: Superior, run: Run, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for place in ("registration", "subscriptions"):
        monkeypatch.setattr(f"camloom.gb28181.cascade.{place}._ANSWER_S", 0.2)
    running = run(alarms_by=way)
    platform.subscribe(OWN_ID, "Alarm", "presence")
    platform.swallows = {"Alarm"}
    assert running.deliver(event()) == "offline"
    platform.swallows = set()
    assert running.deliver(event()) == "delivered"
    assert running.deliver(event(2)) == "delivered"
    *told, other = platform.wait_heard("Alarm", 3)
    assert len({(one.sn, one.device_id, one.field("AlarmTime")) for one in told}) == 1
    assert other.sn != told[0].sn


def test_who_gives_up_waiting_and_asks_again_makes_no_second_alarm(platform: Superior, run: Run) -> None:
    running = run()
    platform.swallows = {"Alarm"}

    async def impatient() -> str:
        return await asyncio.wait_for(running.cascade.deliver(event()), 0.1)

    for _ in range(2):
        with pytest.raises(TimeoutError):
            running.do(impatient())
    platform.wait_heard("Alarm")
    platform.swallows = set()
    assert running.deliver(event()) == "delivered"
    assert running.deliver(event()) == "duplicate"
    sent = {asked.get("Call-ID") for _, query, asked in platform.heard.messages if query.kind == "Alarm"}
    assert len(sent) == 1, "what comes again with the same Call-ID is SIP's own repetition"
