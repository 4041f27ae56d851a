"""Camloom below another platform: it registers there, reports its alarms, and shows its cameras live."""
