"""Policies: what becomes of that which happens. Plain data and pure functions; the first policy that fits decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from camloom.config import StrictModel
from camloom.server.business.event_document import SEVERITIES, Severity
from camloom.server.week import Week, in_week

_DAY_S = 86_400
Id = Annotated[str, Field(min_length=1, max_length=26)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Seconds = Annotated[float, Field(ge=0, le=_DAY_S)]


class Quiet(StrEnum):
    """Why an alarm is kept without being shown."""

    NO = ""
    POLICY = "policy"
    """its policy says so"""
    COOLDOWN = "cooldown"
    """one of its kind was shown shortly before"""
    RARE = "rare"
    """it has not happened often enough"""
    SHORT = "short"
    """it has not lasted long enough"""
    UNKNOWN = "unknown"
    """nobody knows the camera any more"""


class PolicyMatch(StrictModel):
    """What a policy is about; what is left empty fits everything."""

    templates: tuple[Name, ...] = Field(default=(), max_length=100, description="templates, or types of events")
    severities: tuple[Severity, ...] = Field(default=(), max_length=4)
    cameras: tuple[Id, ...] = Field(default=(), max_length=1000)
    groups: tuple[Id, ...] = Field(default=(), max_length=200)
    week: Week = ()


class Escalation(StrictModel):
    """What to do when nobody acknowledges an alarm."""

    after_s: float = Field(ge=10, le=_DAY_S)
    severity: Severity | None = None
    targets: tuple[Id, ...] = Field(default=(), max_length=20, description="pushes that hear of it")


class PolicyOften(StrictModel):
    """How often something must happen before it is shown."""

    times: int = Field(ge=2, le=100)
    within_s: float = Field(gt=0, le=_DAY_S)


class PolicyEffect(StrictModel):
    """What a policy does with what it is about."""

    severity: Severity | None = Field(default=None, description="instead of the one that the template has")
    quiet: bool = Field(default=False, description="keep it, but show and push it to nobody")
    lasts_s: Seconds = Field(default=0, description="show it only when it has lasted so long")
    often: PolicyOften | None = None
    merge_s: Seconds = Field(default=0, description="of one camera and template within so long: one alarm")
    cooldown_s: Seconds = Field(default=0, description="keep quiet what comes so soon after one that was shown")
    escalate: Escalation | None = None

    @property
    def reach(self) -> timedelta:
        """How far to look for others of its kind."""
        often_s = self.often.within_s if self.often else 0
        return timedelta(seconds=max(self.merge_s, self.cooldown_s, often_s))


class Policy(StrictModel):
    """A policy in its place."""

    id: str
    name: str
    enabled: bool = True
    match: PolicyMatch = Field(default_factory=PolicyMatch)
    effect: PolicyEffect = Field(default_factory=PolicyEffect)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident when it is decided.

    Attributes:
        kind: template, or type of the event where there is none.
        type: of its event.
        at: when it began.
        lasted_s: so far, or in all.
        over: whether it has ended.
    """

    kind: str
    type: str
    severity: Severity
    camera_id: str
    group_id: str | None
    at: datetime
    lasted_s: float
    over: bool


@dataclass(frozen=True, slots=True)
class Like:
    """Another incident of the same camera and template.

    Attributes:
        merged: whether it is part of another alarm.
        closed: whether a person has closed it.
    """

    id: str
    at: datetime
    quiet: Quiet
    merged: bool
    closed: bool

    @property
    def shown(self) -> bool:
        """Whether people see it as an alarm of its own."""
        return self.quiet is Quiet.NO and not self.merged


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an incident: it is shown, or quiet with the reason, or part of another that is shown.

    Attributes:
        into: the alarm that it is part of.
        gathers: those that were quiet so far and become part of this one.
        again_s: so long from now to look again whether it has lasted.
    """

    severity: Severity
    policy_id: str | None = None
    quiet: Quiet = Quiet.NO
    into: str | None = None
    gathers: tuple[str, ...] = ()
    again_s: float | None = None

    @property
    def shown(self) -> bool:
        """Whether people see it as an alarm of its own."""
        return self.quiet is Quiet.NO and self.into is None


def first_match(policies: Sequence[Policy], facts: Facts, zone: ZoneInfo) -> Policy | None:
    """Return the policy that decides; None: none fits, it is shown as it is."""
    return next((one for one in policies if one.enabled and _fits(one.match, facts, zone)), None)


def decide(policy: Policy | None, facts: Facts, others: Sequence[Like]) -> Decision:
    """Return what becomes of an incident.

    Args:
        policy: that decides, see `first_match`.
        others: of the same camera and template, as far as `PolicyEffect.reach` goes in both directions.
    """
    if policy is None:
        return Decision(facts.severity)
    effect = policy.effect
    severity = effect.severity or facts.severity
    if effect.quiet:
        return Decision(severity, policy.id, Quiet.POLICY)
    if facts.lasted_s < effect.lasts_s:
        again_s = None if facts.over else effect.lasts_s - facts.lasted_s
        return Decision(severity, policy.id, Quiet.SHORT, again_s=again_s)
    return _among(policy, severity, facts, others)


def worse(one: Severity, other: Severity) -> Severity:
    """Return the worse of two severities."""
    return max(one, other, key=SEVERITIES.index)


def _among(policy: Policy, severity: Severity, facts: Facts, others: Sequence[Like]) -> Decision:
    """Decide by what else of its kind there is: merge, cool down, wait for more."""
    effect = policy.effect
    shown = sorted((one for one in others if one.shown and not one.closed), key=lambda one: (one.at, one.id))
    into = next((one.id for one in reversed(shown) if _near(one, facts, effect.merge_s)), None)
    if into is not None:
        return Decision(severity, policy.id, into=into)
    if any(one.shown and _near(one, facts, effect.cooldown_s) for one in others):
        return Decision(severity, policy.id, Quiet.COOLDOWN)
    if effect.often is None:
        return Decision(severity, policy.id)
    waiting = [one.id for one in others if one.quiet is Quiet.RARE and _near(one, facts, effect.often.within_s)]
    if len(waiting) + 1 < effect.often.times:
        return Decision(severity, policy.id, Quiet.RARE)
    return Decision(severity, policy.id, gathers=tuple(sorted(waiting)))


def _near(one: Like, facts: Facts, within_s: float) -> bool:
    """Tell whether two began close to each other, whichever was first: messages overtake each other."""
    return abs((one.at - facts.at).total_seconds()) < within_s


def _fits(match: PolicyMatch, facts: Facts, zone: ZoneInfo) -> bool:
    return (
        (not match.templates or facts.kind in match.templates or facts.type in match.templates)
        and (not match.severities or facts.severity in match.severities)
        and (not match.cameras or facts.camera_id in match.cameras)
        and (not match.groups or facts.group_id in match.groups)
        and in_week(match.week, facts.at, zone)
    )
