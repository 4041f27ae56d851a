"""What the camera of a stream raises an alarm about by itself, as events of the stream."""

from datetime import UTC, datetime

from ulid import ULID

from camloom.config import CameraAlertsConfig
from camloom.event import Event, Phase
from camloom.pipeline import SYSTEM_RULE
from camloom.runner.companion import PtsNow, Tell
from camloom.sources.alerts.open_alerts import AlertChange
from camloom.sources.alerts.stream import AlertListener

RULE_ID = "camera_alerts"
"""The rule id of events that a camera raised by itself."""

_JOIN_S = 15.0


class CameraAlerts:
    """Turns the alerts of a camera into events `camera.alert`, and tells when it can no longer be heard.

    Args:
        source_id: of the stream whose camera it is.

    Raises:
        SourceError: the address is none.
    """

    def __init__(self, source_id: str, config: CameraAlertsConfig) -> None:
        self._source_id = source_id
        self._listener = AlertListener(config, self._changed, self._linked)
        self._incidents: dict[int, str] = {}
        self._link: str | None = None
        self._tell: Tell = lambda _event: None
        self._pts_now: PtsNow = lambda: 0.0

    def start(self, tell: Tell, pts_now: PtsNow) -> None:
        """Begin to listen."""
        self._tell, self._pts_now = tell, pts_now
        self._listener.start()

    def stop(self) -> None:
        """End soon."""
        self._listener.stop()

    def join(self) -> None:
        """Wait for the end; what is open has ended then."""
        self._listener.join(_JOIN_S)

    def _changed(self, change: AlertChange) -> None:
        alert = change.alert
        incident = self._incidents.pop(change.number, "") or str(ULID())
        if change.phase is Phase.START:
            self._incidents[change.number] = incident
        told = [f"{alert.kind} on channel {alert.channel}", alert.description, change.note]
        self._say("camera.alert", RULE_ID, change.phase, alert.reason, ": ".join(filter(None, told)), incident)

    def _linked(self, reason: str, line: str) -> None:
        """Tell of a connection that is lost or back; a new attempt that fails the same way is nothing new."""
        if reason == self._link:
            return
        self._link = reason
        kind = "camera_alerts.offline" if reason else "camera_alerts.online"
        self._say(kind, SYSTEM_RULE, Phase.INSTANT, reason, line, str(ULID()))

    def _say(self, kind: str, rule_id: str, phase: Phase, reason: str, detail: str, incident: str) -> None:
        event = Event(
            id=str(ULID()),
            type=kind,
            source_id=self._source_id,
            rule_id=rule_id,
            phase=phase,
            occurred_at=datetime.now(UTC),
            pts_s=self._pts_now(),
            track_ids=(),
            objects=(),
            incident_id=incident,
            detail=detail,
            reason=reason,
        )
        self._tell(event)
