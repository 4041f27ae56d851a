"""What is kept. Times are `Moment`; ids are ULIDs; what only the console reads in one piece is JSON."""

from camloom.server.database.tables.alarms import (
    HOURS,
    WAITS,
    WAITS_S,
    alarm,
    alarm_day,
    alarm_event,
    alarm_note,
    alarm_words,
    counter,
    flow_hour,
    media,
    message_aside,
    policy,
)
from camloom.server.database.tables.base import metadata
from camloom.server.database.tables.people import (
    account,
    account_group,
    api_key,
    audit,
    camera_group,
    login_session,
    setting,
)
from camloom.server.database.tables.site import camera, camera_state, host, host_minute, site_map, task, upload
from camloom.server.database.tables.telling import push_delivery, push_target, report_schedule, viid_subscription

__all__ = [
    "HOURS",
    "WAITS",
    "WAITS_S",
    "account",
    "account_group",
    "alarm",
    "alarm_day",
    "alarm_event",
    "alarm_note",
    "alarm_words",
    "api_key",
    "audit",
    "camera",
    "camera_group",
    "camera_state",
    "counter",
    "flow_hour",
    "host",
    "host_minute",
    "login_session",
    "media",
    "message_aside",
    "metadata",
    "policy",
    "push_delivery",
    "push_target",
    "report_schedule",
    "setting",
    "site_map",
    "task",
    "upload",
    "viid_subscription",
]
