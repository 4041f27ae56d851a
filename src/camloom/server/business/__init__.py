"""Alarms: from what engines say to what people do about it."""
