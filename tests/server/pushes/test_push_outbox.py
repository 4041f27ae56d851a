"""What is written down to be pushed."""

from datetime import time

import pytest
from tests.server.alarms import event
from tests.server.pushes.receivers import HttpReceiver
from tests.server.pushes.site import PushSite

from camloom.server.business.hooks import AlarmChange
from camloom.server.business.ledger import Ledger
from camloom.server.database.tables import alarm, push_delivery
from camloom.server.pushes.matching import PushMatch
from camloom.server.week import WeekSpan

HOOK = {"url": "http://127.0.0.1:9/"}


def test_a_delivery_is_there_exactly_if_the_change_is(any_site: PushSite) -> None:
    target = any_site.target("webhook", HOOK)
    row = _row(any_site)
    before = len(any_site.deliveries(target))
    with any_site.database.write() as connection:
        ledger = Ledger(connection, any_site.clock(), any_site.outbox)
        ledger.tell({**row, "change": 7}, AlarmChange.RAISED)
        connection.rollback()
    assert len(any_site.deliveries(target)) == before
    any_site.happen()
    found = any_site.deliveries(target)
    assert len(found) == before + 1
    newest = any_site.alarms()[-1]
    assert found[-1]["key"] == f"{newest['id']}:raised:{newest['change']}"
    assert found[-1]["body"]["alarm"]["camera_name"] == "Gate"


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        (PushMatch(), True),
        (PushMatch(severities=("critical",)), False),
        (PushMatch(severities=("major",)), True),
        (PushMatch(templates=("fire",)), False),
        (PushMatch(cameras=("01K8H0000000000000000000XX",)), False),
        (PushMatch(groups=("01K8H0000000000000000000XX",)), False),
        (PushMatch(changes=("ended",)), False),
        (PushMatch(week=(WeekSpan(start=time(9), end=time(17)),)), False),
        (PushMatch(quiet=(WeekSpan(start=time(7), end=time(9)),)), False),
        (PushMatch(quiet=(WeekSpan(start=time(22), end=time(6)),)), True),
    ],
)
def test_a_target_hears_what_it_asked_for(push_site: PushSite, match: PushMatch, wanted: bool) -> None:
    target = push_site.target("webhook", HOOK, match)
    push_site.happen()  # at 8 o'clock
    assert len(push_site.deliveries(target)) == wanted


def test_an_escalation_goes_to_its_targets_alone_and_whatever_they_asked_for(push_site: PushSite) -> None:
    chosen = push_site.target("webhook", HOOK, PushMatch(severities=("info",)))
    other, off = push_site.target("webhook", HOOK), push_site.target("webhook", HOOK, enabled=False)
    push_site.happen()
    before, row = len(push_site.deliveries(other)), push_site.rows(alarm)[0]
    with push_site.database.write() as connection:
        ledger = Ledger(connection, push_site.clock(), push_site.outbox)
        ledger.tell(row, AlarmChange.ESCALATED, (chosen, off))
    assert len(push_site.deliveries(chosen)) == 1
    assert len(push_site.deliveries(other)) == before
    assert not push_site.deliveries(off)


def test_an_end_is_told_after_the_beginning(push_site: PushSite, receiver: HttpReceiver) -> None:
    push_site.target("webhook", {"url": receiver.url})
    push_site.happen(event(push_site.task_id, "start", incident="i"))
    push_site.happen(event(push_site.task_id, "end", incident="i", after_s=9))
    push_site.pump()
    changes = [row["body"]["change"] for row in push_site.rows(push_delivery)]
    assert changes[0] == "raised"
    assert "ended" in changes
    assert len(receiver.got) == len(changes)


def _row(site: PushSite) -> dict[str, object]:
    site.happen()
    return site.rows(alarm)[0]
