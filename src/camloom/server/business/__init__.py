"""Alarms: from what engines say to what people do about it."""

from camloom.server.business.hooks import AlarmChange, Outbox, no_outbox
from camloom.server.business.media_place import MediaPlace, open_place
from camloom.server.business.work import AlarmWork

__all__ = ["AlarmChange", "AlarmWork", "MediaPlace", "Outbox", "no_outbox", "open_place"]
