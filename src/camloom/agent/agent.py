"""Brings what runs on this host to what a server wants, and tells how it is: level by level, never step by step.

It looks at what is wanted and at what runs, and does what is missing; whoever missed a change catches up with the next
look, which comes at the latest after a minute. While the server is away all goes on as it was last wanted.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from camloom.agent.answers import Answers
from camloom.agent.events import EventNet
from camloom.agent.hardware import hardware, versions
from camloom.agent.leftovers import Leftovers
from camloom.agent.load import LoadMeter
from camloom.agent.log import LogRing
from camloom.agent.media import MediaWatch
from camloom.agent.motion import MotionWatch
from camloom.agent.secrets import Redactor
from camloom.agent.settings import AgentSettings
from camloom.agent.status import StatusBoard, capacity, refused
from camloom.agent.wishes import line_of, models_of, task_of
from camloom.errors import CamloomError, ExchangeError
from camloom.exchange import Desired, HostLoad, Reported, TaskOrder, TaskStatus
from camloom.exchange.local import LocalHost
from camloom.runner import StreamReport, StreamRow
from camloom.supervisor import Limits, Supervisor

_TICK_S = 0.25
_REPORT_S = 5.0
_RECONCILE_S = 60.0
_LOAD_S = 5.0
_MEDIA_S = 1.0
_MOTION_S = 1.0
_SWEEP_S = 3600.0
_PAUSE_S = 1.0
_END_S = 70.0
_logger = logging.getLogger(__name__)


class Agent:
    """Runs the tasks of one host until it is stopped.

    Args:
        exchange: the way to the server; whoever opened it closes it.
        log: the last lines, for those who ask.
        redactor: takes passwords out of what leaves.
        clock: what time it is.
    """

    def __init__(
        self,
        settings: AgentSettings,
        exchange: LocalHost,
        log: LogRing,
        redactor: Redactor,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._exchange = exchange
        self._redactor = redactor
        self._clock = clock
        self._net = EventNet(settings.streams)
        self._media = MediaWatch(settings.streams)
        self._motion = MotionWatch(clock)
        self._leftovers = Leftovers(settings.streams, timedelta(days=settings.evidence_days), clock)
        self._board = StatusBoard(redactor, settings.streams)
        self._meter = LoadMeter(settings.data)
        self._load = HostLoad()
        self._hardware: dict[str, Any] = {}
        self._versions: dict[str, str] = {}
        self._supervisor = Supervisor(
            [],
            limits=Limits(processes=settings.workers),
            on_event=self._net.take,
            on_state=lambda _name, _state: self._hurry(),
        )
        self._answers = Answers(settings, exchange, self._supervisor, log, redactor, self._models_in_use)
        self._desired: Desired | None = None
        self._applied: dict[str, TaskOrder] = {}
        self._refusals: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._wake = threading.Event()
        self._stop_asked = False
        self._stopping = threading.Event()
        self._changed = False
        self._due: dict[str, float] = {}

    def stop(self) -> None:
        """End soon; any thread, and signal handlers: so no lock is taken."""
        self._stop_asked = True

    def run(self) -> None:
        """Work until `stop`. CamloomError: nobody looks after the streams any more."""
        self._hardware, self._versions = hardware(), versions()
        self._supervisor.start()
        for work in (self._follow, self._listen):
            threading.Thread(target=self._again_and_again, args=(work,), name=work.__name__, daemon=True).start()
        try:
            while not self._stop_asked:
                self._step()
                self._wake.wait(_TICK_S)
                self._wake.clear()
        finally:
            self._end()

    def _step(self) -> None:
        if not self._supervisor.alive:
            raise CamloomError("the supervisor of the streams has failed", "Its log tells why; start again")
        self._try("reconcile", self._reconcile_if_due)
        self._try("events", lambda: self._net.hand_over(self._exchange))
        if self._is_due("media", _MEDIA_S):
            self._try("media", self._tell_media)
        if self._is_due("motion", _MOTION_S):
            self._try("motion", self._tell_motion)
        self._try("ready", self._answers.keep_ready)
        if self._is_due("leftovers", _SWEEP_S):
            self._try("leftovers", self._sweep)
        self._try("report", self._report_if_due)

    def _try(self, what: str, action: Callable[[], None]) -> None:
        """Do something. What the exchange refuses is told once and tried again with the next step."""
        try:
            action()
        except ExchangeError as error:
            if self._told.get(what) != error.message:
                _logger.warning("%s: %s", what, error)
            self._told[what] = error.message
        except Exception:
            _logger.exception("%s failed", what)  # the streams run on
        else:
            self._told.pop(what, None)

    # --- what is wanted ---

    def _reconcile_if_due(self) -> None:
        if self._changed or self._is_due("reconcile", _RECONCILE_S):
            self._changed = False
            desired = self._exchange.desired()
            if desired is not None:
                self._reconcile(desired)
                self._hurry()

    def _reconcile(self, desired: Desired) -> None:
        orders = {order.id: order for order in desired.tasks}
        renewed = self._desired is None or desired.settings != self._desired.settings
        for order in orders.values():
            self._redactor.learn(order.document)
        for task_id in [one for one in self._applied if one not in orders]:
            self._supervisor.remove(task_id)
            del self._applied[task_id]
        self._refusals = {name: line for name, line in self._refusals.items() if name in orders}
        failed = self._failed()
        for task_id, order in orders.items():
            if renewed or order != self._applied.get(task_id) or task_id in failed:
                self._apply(order, desired.settings)
        self._board.forget(orders)
        self._desired = desired

    def _apply(self, order: TaskOrder, settings: dict[str, Any]) -> None:
        """Let a task run as it is wanted now. One that cannot is told of, and what ran before runs on."""
        try:
            task = task_of(order, settings, self._settings)
            if order.id in self._applied:
                self._supervisor.replace(task)
            else:
                self._supervisor.add(task)
        except Exception as error:  # noqa: BLE001  # whatever a document brings about, the others run on
            line = self._redactor.clean(line_of(error))
            if self._refusals.get(order.id) != line:
                _logger.warning("task %s, revision %d: %s", order.id, order.revision, line)
            self._refusals[order.id] = line
        else:
            self._applied[order.id] = order
            self._refusals.pop(order.id, None)

    def _models_in_use(self) -> set[str]:
        return {name for order in list(self._applied.values()) for name in models_of(order.document)}

    def _failed(self) -> set[str]:
        """Return the tasks that ended with an error and may do better now; disabled ones wait for somebody."""
        disabled = self._supervisor.disabled
        ended = {row.source_id for row in self._supervisor.rows if row.ended} - disabled
        return {report.source_id for report in self._supervisor.reports if report.errors} & ended

    def _follow(self) -> None:
        """Wait until something else is wanted."""
        revision = self._desired.revision if self._desired is not None else 0
        if self._exchange.wait(revision, _PAUSE_S) and not self._changed:
            self._changed = True
            self._wake.set()

    def _listen(self) -> None:
        """Wait for questions, and begin to answer them."""
        for command in self._exchange.commands(_PAUSE_S):
            self._answers.begin(command)

    def _again_and_again(self, work: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            self._try(work.__name__, work)
            if work.__name__ in self._told or self._changed:
                self._stopping.wait(_TICK_S)

    # --- how it is ---

    def _report_if_due(self) -> None:
        if self._is_due("report", _REPORT_S):
            self._exchange.report(self._reported())

    def _reported(self) -> Reported:
        if self._is_due("load", _LOAD_S):
            self._load = self._meter.measure()
        load, tasks = self._load, tuple(self._statuses())
        room = capacity(load, tasks)
        return Reported(
            host_id=self._settings.host_id,
            at=self._clock(),
            revision=self._desired.revision if self._desired is not None else 0,
            tasks=tasks,
            load=load,
            hardware=self._hardware,
            streams_fit=room.streams_fit,
            bottleneck=room.bottleneck,
            versions=self._versions,
            models=tuple(self._supervisor.model_lines),
        )

    def _statuses(self) -> list[TaskStatus]:
        rows = {row.source_id: row for row in self._supervisor.rows}
        reports = {report.source_id: report for report in self._supervisor.reports}
        states = self._supervisor.states
        found: dict[str, TaskStatus] = {}
        for name, order in self._applied.items():
            row, report = rows.get(name, StreamRow(name)), reports.get(name, StreamReport(name))
            found[name] = self._board.status(name, order.revision, row, report, states.get(name))
        for name, line in self._refusals.items():
            found[name] = refused(name, line, found.get(name))
        return list(found.values())

    def _tell_motion(self) -> None:
        self._motion.look(self._supervisor.rows)
        self._motion.hand_over(self._exchange)

    def _tell_media(self) -> None:
        self._exchange.publish(self._media.look(self._exchange.pending_media()))

    def _sweep(self) -> None:
        """Remove what is left of alarms long ago, unless the server has still to be told of some."""
        if not self._exchange.waits():
            self._leftovers.sweep([one.path for one in self._exchange.pending_media()])

    def _hurry(self) -> None:
        """Report soon: something has changed."""
        self._due.pop("report", None)
        self._wake.set()

    def _is_due(self, what: str, every_s: float) -> bool:
        now_s = time.monotonic()
        if now_s < self._due.get(what, 0.0):
            return False
        self._due[what] = now_s + every_s
        return True

    # --- the end ---

    def _end(self) -> None:
        """End the streams cleanly, and hand over what they say at the end."""
        self._stopping.set()
        self._answers.close()
        self._supervisor.stop()
        if not self._supervisor.wait(_END_S):
            self._supervisor.close()
        self._try("events", lambda: self._net.hand_over(self._exchange))
        self._try("media", self._tell_media)
        self._try("report", lambda: self._exchange.report(self._reported()))
