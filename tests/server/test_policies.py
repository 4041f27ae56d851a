"""What policies decide, over plain data."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from camloom.server.business.event_document import SEVERITIES, Severity
from camloom.server.business.policies import (
    Decision,
    Escalation,
    Facts,
    Like,
    Policy,
    PolicyEffect,
    PolicyMatch,
    PolicyOften,
    Quiet,
    decide,
    first_match,
)
from camloom.server.week import WeekSpan

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)  # a Monday; 16:00 in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")
UTC_ZONE = ZoneInfo("UTC")


def facts(**more: object) -> Facts:
    told: dict[str, object] = {
        "kind": "intrusion",
        "type": "region.entered",
        "severity": "major",
        "camera_id": "c1",
        "group_id": "g1",
        "at": AT,
        "lasted_s": 0.0,
        "over": False,
    }
    return Facts(**(told | more))  # type: ignore[arg-type]


def policy(effect: PolicyEffect | None = None, match: PolicyMatch | None = None, **more: object) -> Policy:
    return Policy.model_validate(
        {"id": "p", "name": "p", "effect": effect or PolicyEffect(), "match": match or PolicyMatch()} | more
    )


def like(number: int, before_s: float, quiet: Quiet = Quiet.NO, *, merged: bool = False, closed: bool = False) -> Like:
    return Like(f"a{number}", AT - timedelta(seconds=before_s), quiet, merged, closed)


def test_the_first_that_fits_decides() -> None:
    night = policy(match=PolicyMatch(templates=("loitering",)), id="other")
    wide, narrow = policy(id="wide"), policy(match=PolicyMatch(cameras=("c1",)), id="narrow")
    assert first_match([night, narrow, wide], facts(), UTC_ZONE) is narrow
    assert first_match([night, wide, narrow], facts(), UTC_ZONE) is wide
    assert first_match([policy(enabled=False), night], facts(), UTC_ZONE) is None


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        (PolicyMatch(templates=("intrusion",)), True),
        (PolicyMatch(templates=("region.entered",)), True),
        (PolicyMatch(templates=("tripwire",)), False),
        (PolicyMatch(severities=("major", "critical")), True),
        (PolicyMatch(severities=("info",)), False),
        (PolicyMatch(cameras=("c2",)), False),
        (PolicyMatch(groups=("g1", "g2")), True),
        (PolicyMatch(groups=("g2",)), False),
        (PolicyMatch(templates=("intrusion",), groups=("g2",)), False),
    ],
)
def test_all_that_a_match_names_must_fit(match: PolicyMatch, fits: bool) -> None:
    assert (first_match([policy(match=match)], facts(), UTC_ZONE) is not None) is fits


def test_a_week_is_that_of_the_site() -> None:
    afternoon = policy(
        match=PolicyMatch(week=(WeekSpan.model_validate({"days": ["mon"], "start": "15:00", "end": "17:00"}),))
    )
    assert first_match([afternoon], facts(), SHANGHAI) is afternoon
    assert first_match([afternoon], facts(), UTC_ZONE) is None


def test_a_span_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    night = WeekSpan.model_validate({"days": ["mon"], "start": "22:00", "end": "06:00"})
    tuesday = datetime(2026, 11, 3, tzinfo=UTC)
    assert night.covers(tuesday.replace(hour=5, minute=59))
    assert not night.covers(tuesday.replace(hour=6))
    assert not night.covers(tuesday.replace(hour=23))
    assert WeekSpan.model_validate({"days": ["tue"], "start": "00:00", "end": "24:00"}).covers(tuesday.replace(hour=23))


def test_a_span_with_a_zone_of_its_own_is_refused() -> None:
    with pytest.raises(ValidationError, match="time zone"):
        WeekSpan.model_validate({"start": "08:00+08:00"})


def test_what_begins_close_to_a_shown_one_becomes_part_of_it() -> None:
    merging = policy(PolicyEffect(merge_s=30))
    assert decide(merging, facts(), [like(1, 10)]).into == "a1"
    assert decide(merging, facts(), [like(1, -10)]).into == "a1", "messages overtake each other"
    assert decide(merging, facts(), [like(1, 30)]).shown
    assert decide(merging, facts(), [like(1, 10), like(2, 5)]).into == "a2"


@pytest.mark.parametrize("other", [like(1, 10, closed=True), like(1, 10, Quiet.POLICY), like(1, 10, merged=True)])
def test_nothing_is_hidden_in_what_nobody_looks_at(other: Like) -> None:
    assert decide(policy(PolicyEffect(merge_s=30)), facts(), [other]).shown


def test_after_one_that_was_shown_it_is_quiet_for_a_while() -> None:
    cooling = policy(PolicyEffect(cooldown_s=60))
    assert decide(cooling, facts(), [like(1, 59, closed=True)]).quiet is Quiet.COOLDOWN
    assert decide(cooling, facts(), [like(1, 59, Quiet.COOLDOWN)]).shown
    assert decide(cooling, facts(), [like(1, 60)]).shown


def test_what_must_last_is_looked_at_again() -> None:
    lasting = policy(PolicyEffect(lasts_s=60))
    assert decide(lasting, facts(lasted_s=20.0), []) == Decision("major", "p", Quiet.SHORT, again_s=40.0)
    assert decide(lasting, facts(lasted_s=20.0, over=True), []) == Decision("major", "p", Quiet.SHORT)
    assert decide(lasting, facts(lasted_s=60.0), []).shown


def test_what_must_happen_often_gathers_those_before() -> None:
    rare = policy(PolicyEffect(often=PolicyOften(times=3, within_s=100)))
    waiting = [like(1, 150, Quiet.RARE), like(2, 90, Quiet.RARE)]
    assert decide(rare, facts(), waiting).quiet is Quiet.RARE
    assert decide(rare, facts(), [*waiting, like(3, 10, Quiet.RARE)]).gathers == ("a2", "a3")


def test_a_policy_may_set_the_severity() -> None:
    assert decide(policy(PolicyEffect(severity="critical")), facts(), []).severity == "critical"
    assert decide(None, facts(), []) == Decision("major")


effects = st.builds(
    PolicyEffect,
    severity=st.none() | st.sampled_from(SEVERITIES),
    quiet=st.booleans(),
    lasts_s=st.sampled_from([0, 5, 60]),
    often=st.none() | st.builds(PolicyOften, times=st.integers(2, 4), within_s=st.sampled_from([10, 100])),
    merge_s=st.sampled_from([0, 10, 60]),
    cooldown_s=st.sampled_from([0, 10, 60]),
    escalate=st.none() | st.builds(Escalation, after_s=st.just(60)),
)
happenings = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from([0.0, 7.0, 100.0]), st.booleans(), st.sampled_from(SEVERITIES)),
    max_size=30,
)


@given(effect=effects, happened=happenings)
def test_whatever_the_policy_nothing_is_lost(
    effect: PolicyEffect, happened: list[tuple[int, float, bool, Severity]]
) -> None:
    fates: dict[str, Like] = {}
    for number, (at_s, lasted_s, over, severity) in enumerate(happened):
        one = facts(at=AT + timedelta(seconds=at_s), lasted_s=lasted_s, over=over, severity=severity)
        decision = decide(policy(effect), one, list(fates.values()))
        assert [decision.shown, decision.quiet is not Quiet.NO, decision.into is not None].count(True) == 1
        assert decision.into is None or fates[decision.into].shown
        assert all(fates[gathered].quiet is Quiet.RARE for gathered in decision.gathers)
        assert not decision.gathers or decision.shown
        assert decision.again_s is None or (decision.quiet is Quiet.SHORT and decision.again_s > 0)
        fates[f"a{number}"] = Like(f"a{number}", one.at, decision.quiet, decision.into is not None, closed=False)
        for gathered in decision.gathers:
            fates[gathered] = Like(gathered, fates[gathered].at, Quiet.NO, merged=True, closed=False)
    assert len(fates) == len(happened)
