"""Who crossed lines, from the hourly counts."""

from collections import Counter

from sqlalchemy import Connection, func, select

from camloom.server.business.reports.models import FlowDay, FlowLine, Flows
from camloom.server.business.reports.names import Names
from camloom.server.business.reports.subject import Subject
from camloom.server.database.tables import flow_hour

_MAX_LINES = 500


def flows_of(connection: Connection, subject: Subject, names: Names) -> Flows:
    """Return who crossed lines in a period.

    An hour belongs to the day in which it began: in zones that are not whole hours off, days are so by up to one.
    """
    since, until = subject.period.since(subject.zone), subject.period.until(subject.zone)
    cameras = select(subject.cameras().subquery().c.id)
    here = (flow_hour.c.at >= since, flow_hour.c.at < until, flow_hour.c.camera_id.in_(cameras))
    passed = func.sum(flow_hour.c.passed).label("passed")
    lines = select(flow_hour.c.camera_id, flow_hour.c.rule_id, flow_hour.c.direction, passed).where(*here)
    of_line: dict[tuple[str, str], dict[str, int]] = {}
    for row in connection.execute(lines.group_by(flow_hour.c.camera_id, flow_hour.c.rule_id, flow_hour.c.direction)):
        of_line.setdefault((row.camera_id, row.rule_id), {})[row.direction] = row.passed
    hours = select(flow_hour.c.at, flow_hour.c.direction, passed).where(*here)
    of_day: dict[object, Counter[str]] = {day: Counter() for day in subject.period.days} if of_line else {}
    for hour in connection.execute(hours.group_by(flow_hour.c.at, flow_hour.c.direction)):
        of_day[hour.at.astimezone(subject.zone).date()][hour.direction] += hour.passed
    busiest = sorted(of_line.items(), key=lambda one: (-sum(one[1].values()), one[0]))[:_MAX_LINES]
    told = names.cameras(sorted({camera_id for (camera_id, _), _ in busiest}))
    return Flows(
        days=[FlowDay.model_validate({"day": day, "passed": dict(counts)}) for day, counts in of_day.items()],
        lines=[
            FlowLine(camera_id=camera_id, camera=told[camera_id], rule_id=rule_id, passed=directions)
            for (camera_id, rule_id), directions in busiest
        ],
    )
