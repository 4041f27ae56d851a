"""The count of what one stream does."""

from collections.abc import Sequence
from typing import Any

from camloom.event import FrameResult
from camloom.inference.pool import Lane
from camloom.pipeline import Pipeline
from camloom.runner.moving import Moving
from camloom.runner.report import StreamReport
from camloom.sinks.queue import SinkWorker
from camloom.sources.reading.ingest import IngestCounts


class Tally:
    """Counts into the report of a stream."""

    def __init__(self, report: StreamReport) -> None:
        self._report = report
        self._newest_id = 0
        self._moving = Moving()

    def result(self, result: FrameResult) -> None:
        """Count an analysed frame. Ids only grow, so those above the newest so far are new objects."""
        self._report.results += 1
        self._report.moving += self._moving.see(result.tracks)
        new = [track_id for track_id in result.tracks.track_id.tolist() if track_id > self._newest_id]
        self._report.objects += len(new)
        self._newest_id = max([self._newest_id, *new])

    def events(self, result: FrameResult) -> None:
        """Count the events of a result."""
        for event in result.events:
            self._report.events[event.rule_id] = self._report.events.get(event.rule_id, 0) + 1

    def packets(self, counts: IngestCounts) -> None:
        """Take over what became of the packets."""
        report = self._report
        report.packets, report.decoded, report.corrupt_frames = counts.packets, counts.decoded, counts.corrupt
        report.shed_packets, report.idle_packets, report.wakes = counts.shed_packets, counts.idle_packets, counts.wakes

    def sinks(self, workers: Sequence[SinkWorker]) -> None:
        """Take over what became of the deliveries."""
        self._report.dropped_results = sum(worker.dropped for worker in workers)
        self._report.errors += [str(worker.error) for worker in workers if worker.error is not None]

    def steps(self, pipeline: Pipeline, lane: Lane[Any]) -> None:
        """Take over what each step took, and what was left out on the way."""
        self._report.dropped_frames = lane.dropped
        self._report.stage_s = {**pipeline.times.seconds, "infer": lane.infer_s}
        self._report.errors += pipeline.failures.values()
