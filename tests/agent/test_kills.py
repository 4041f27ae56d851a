"""Processes are killed, the exchange is locked, the server is away: nothing is lost, and nothing comes twice."""

import json
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from typing import Any

import pytest
from tests.agent.conftest import Site, until, workers

from camloom.exchange import CommandKind
from camloom.exchange.local import LocalServer


def nothing_came_twice(site: Site) -> bool:
    """Tell whether no message came twice."""
    return set(Counter(each.id for each in site.take()).values()) == {1}


@pytest.mark.slow
def test_kill_a_worker_and_the_agent_while_the_server_is_away(site: Site) -> None:
    site.want(a=site.document())
    site.start()
    site.runs("a")
    until(lambda: len(site.events("a", "region")) == 1, "an alarm is open")
    os.kill(workers(site.pid)[-1], signal.SIGKILL)
    until(lambda: len(site.events("a", "region")) == 3, "it ended by the fault, and a new one began")
    opened, ended, again = site.events("a", "region")
    assert [opened["phase"], ended["phase"], again["phase"]] == ["start", "end", "start"]
    assert opened["incident_id"] == ended["incident_id"] != again["incident_id"]
    assert "fault" in ended["detail"]

    site.server.close()
    site.kill()
    site.start()
    until(lambda: len(workers(site.pid)) == 2, "without a server it does what was wanted last")
    site.server = LocalServer(site.data / "exchange.db")
    known = site.events("a")
    until(lambda: site.events("a", "region")[-1]["phase"] == "start", "a new alarm began")
    events = site.events("a", "region")
    incidents = [each["incident_id"] for each in events if each["phase"] == "start"]
    ended_ones = {each["incident_id"] for each in events if each["phase"] == "end"}
    assert len(incidents) == len(set(incidents)) == 3
    assert ended_ones == set(incidents[:2]), "whatever is over has an end"
    assert site.events("a")[: len(known)] == known
    assert nothing_came_twice(site)


@pytest.mark.slow
def test_the_exchange_may_be_locked_for_a_while(site: Site) -> None:
    site.want(a=site.document())
    site.start()
    site.runs("a")
    until(lambda: len(site.events("a", "region")) == 1, "an event comes")
    with sqlite3.connect(site.data / "exchange.db", isolation_level=None) as other:
        other.execute("begin immediate")
        killed = workers(site.pid)[-1]
        os.kill(killed, signal.SIGKILL)
        until(lambda: len(workers(site.pid)) == 2 and killed not in workers(site.pid), "there is another worker")
        other.execute("rollback")
    other.close()
    until(lambda: len(site.events("a", "region")) == 3, "all is told once it is free")
    assert nothing_came_twice(site)
    assert site.stop()[0] == 0


@pytest.mark.slow
def test_a_stream_that_crashes_again_and_again_is_enabled_from_afar(site: Site) -> None:
    site.want(a=site.document(source={"type": "faulty", "fault": "segv-here", "at": 3}))
    site.start()
    site.until("a", lambda it: it.condition == "disabled", "it is given up")
    until(lambda: len(site.events("a", "source.disabled")) == 1, "that is told")
    assert site.ask(CommandKind.ENABLE, task_id="a").error == ""
    until(lambda: site.status("a").condition != "disabled", "it is tried again")


def written_of(site: Site, name: str) -> list[dict[str, Any]]:
    """Return the events that stand in the folders of a task's alarms."""
    folders = (site.data / "streams" / name / "media").glob("*/alarm.json")
    return [event for path in folders for event in json.loads(path.read_text())["events"]]


HALVES = [
    {"name": "left", "vertices": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]},
    {"name": "right", "vertices": [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]},
]


@pytest.mark.slow
def test_whatever_was_written_of_an_alarm_arrives(site: Site) -> None:
    """Worker and agent are killed at any moment: between an event, its picture, its telling and its hand-over."""
    rules = [{"type": "region", "id": zone["name"], "zone": zone["name"], "on": "enter"} for zone in HALVES]
    site.want(a=site.document(zones=HALVES, rules=rules))
    site.start()
    drawn = random.Random(11)
    for number in range(10):
        known = len(site.events("a", "region"))
        until(lambda known=known: len(site.events("a", "region")) > known, "something happens")  # type: ignore[misc]
        time.sleep(drawn.uniform(0, 0.4))
        if number % 3 == 2:
            site.kill()
            site.start()
        else:
            os.kill(workers(site.pid)[-1], signal.SIGKILL)
    site.runs("a")
    until(lambda: len(written_of(site, "a")) > 10, "enough is written to lose some of it")
    assert site.stop()[0] == 0
    told = {event["id"]: event for event in site.events("a", "region")}
    written = written_of(site, "a")
    assert len(written) > 10
    lost = [event["id"] for event in written if event["id"] not in told]
    assert not lost
    begun = {event["incident_id"] for event in told.values() if event["phase"] == "start"}
    ended = {event["incident_id"] for event in told.values() if event["phase"] == "end"}
    assert begun == ended, "whatever began has ended"
    assert nothing_came_twice(site)
