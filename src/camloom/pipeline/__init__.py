"""One stream from packets to events."""

from camloom.pipeline.news import SYSTEM_RULE
from camloom.pipeline.pipeline import Pipeline
from camloom.pipeline.settings import Settings

__all__ = ["SYSTEM_RULE", "Pipeline", "Settings"]
