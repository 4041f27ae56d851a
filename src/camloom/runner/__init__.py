"""Many pipelines in one process: the composition root."""

from camloom.runner.report import StreamReport, StreamRow
from camloom.runner.results import TaskRun, open_task
from camloom.runner.runner import Runner
from camloom.runner.stream import StreamRun

__all__ = ["Runner", "StreamReport", "StreamRow", "StreamRun", "TaskRun", "open_task"]
