"""What is asked of reports, and what they say."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from camloom.server.business.event_document import Severity
from camloom.server.business.reports.period import Period, PeriodKind, period_around
from camloom.server.web import Answer, Asked

Language = Literal["zh", "en"]
_Id = Annotated[str, Field(min_length=1, max_length=26)]
_Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
_MAX_DAYS = 366


class ReportFilter(Asked):
    """What a report is about; what is left out does not matter. Several values of one kind: any of them."""

    camera: list[_Id] = Field(default_factory=list, max_length=200)
    group: list[_Id] = Field(default_factory=list, max_length=200, description="and all groups below")
    template: list[Annotated[str, Field(max_length=64)]] = Field(
        default_factory=list, max_length=100, description="of alarms; flows and cameras are told in any case"
    )
    severity: list[Severity] = Field(default_factory=list, max_length=4, description="as `template`")


class ReportQuery(ReportFilter):
    """A report of a period, by the clock on the wall of the site."""

    period: PeriodKind = "week"
    day: _Day | None = Field(default=None, description="a day in it, default: today; the first one of a custom period")
    last: _Day | None = Field(default=None, description="last day of a custom period")

    @model_validator(mode="after")
    def _fits(self) -> "ReportQuery":
        if self.period != "custom":
            if self.last is not None:
                raise ValueError("'last' is for custom periods")
        elif self.day is None or self.last is None:
            raise ValueError("a custom period needs 'day' and 'last'")
        elif not 0 <= (self.last - self.day).days < _MAX_DAYS:
            raise ValueError(f"a period has 1 to {_MAX_DAYS} days")
        return self

    def of(self, today: date) -> Period:
        """Return the period that is asked for."""
        if self.period != "custom":
            return period_around(self.period, self.day or today)
        assert self.day is not None
        assert self.last is not None
        return Period("custom", self.day, self.last)


class ReportTotals(Answer):
    """All alarms of the period.

    Attributes:
        before: how many there were in the period before.
        trend: by which share there are more (0.5: half as many again); None: the period is not over, or there were
            none before.
        judged_true, judged_false: of those that somebody judged.
        false_share: of those that were judged; None: none was.
        handled: how many somebody dealt with in any way.
        median_s, p90_s: from when they came until somebody did, to within the bounds of `waits`; None: none was.
    """

    alarms: int
    before: int
    trend: float | None
    judged_true: int
    judged_false: int
    false_share: float | None
    handled: int
    median_s: float | None
    p90_s: float | None


class WaitBar(Answer):
    """How many alarms waited at most so long, and longer than the bar before; the last one: any longer time too."""

    up_to_s: int
    alarms: int


class DayBar(Answer):
    """A day; `before`: the day at the same place of the period before, None: it has none."""

    day: date
    alarms: int
    before: int | None


class ReportPart(Answer):
    """A camera, template or severity.

    Attributes:
        name: as people know it, in the languages that are known.
    """

    id: str
    name: dict[str, str]
    alarms: int
    before: int
    judged_true: int
    judged_false: int


class FlowDay(Answer):
    """Who crossed lines on a day, by direction."""

    day: date
    passed: dict[str, int]


class FlowLine(Answer):
    """Who crossed the line of a rule, by direction."""

    camera_id: str
    camera: str
    rule_id: str
    passed: dict[str, int]


class Flows(Answer):
    """Who crossed lines."""

    days: list[FlowDay]
    lines: list[FlowLine]


class Uptime(Answer):
    """How a camera was.

    Attributes:
        online_share: of the time that it was meant to run; None: nothing is known of it.
        known_s: for how long it is known.
        meant_s: of that, for how long it was meant to run.
        offline_s: for how long it was meant to run and did not.
        outages: how often it went offline.
    """

    camera_id: str
    camera: str
    online_share: float | None
    known_s: float
    meant_s: float
    offline_s: float
    outages: int


class StorageShare(Answer):
    """Room for pictures and clips when the server last looked; None: it is no disk of this machine."""

    at: datetime
    used_bytes: int
    free_bytes: int | None
    total_bytes: int | None


class Report(Answer):
    """What happened in a period.

    Attributes:
        zone: by whose clock days and hours are told.
        complete: whether the period is over.
        hours: alarms by weekday (Monday first) and hour.
        templates, severities, cameras: those with most alarms first.
        uptimes: the worst first.
        storage: None for those who do not see all cameras.
    """

    made_at: datetime
    zone: str
    period: PeriodKind
    first: date
    last: date
    since: datetime
    until: datetime
    before_first: date
    before_last: date
    complete: bool
    totals: ReportTotals
    waits: list[WaitBar]
    days: list[DayBar]
    hours: list[list[int]]
    templates: list[ReportPart]
    severities: list[ReportPart]
    cameras: list[ReportPart]
    flows: Flows
    uptimes: list[Uptime]
    storage: StorageShare | None
