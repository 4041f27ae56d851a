"""Alarms to the national-standard platform above, through the GB/T 28181 service of this machine."""

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from camloom.errors import CamloomError, SourceError
from camloom.gb28181.control.client import ControlClient
from camloom.gb28181.control.path import default_control_path
from camloom.server.business.hooks import AlarmChange
from camloom.server.pushes.matching import ChangeWord
from camloom.server.pushes.message import Message
from camloom.server.pushes.seam import Around, Kind, LaterPushError, PushConfig, RefusedPushError

_ANSWER_S = 15.0


class Gb28181Config(PushConfig):
    """Which camera of the platform above has the alarms."""

    channels: dict[str, str] = Field(
        default={},
        max_length=1000,
        description="ids of cameras there, by the id here; others: the one whose `streams` name the task",
    )


class Gb28181Push(Kind):
    """A superior GB/T 28181 platform, through `camloom gb28181 serve`."""

    Config: ClassVar[type[PushConfig]] = Gb28181Config
    changes: ClassVar[tuple[ChangeWord, ...]] = ("raised", "worsened", "ended")

    def __init__(self, config: Gb28181Config, around: Around, target_id: str, control: Path | None = None) -> None:
        del around, target_id
        self._config, self._control = config, control
        self._client: ControlClient | None = None

    def send(self, message: Message) -> None:
        """Hand it to the service; see `PushKind.send`."""
        channel = self._config.channels.get(message.alarm.camera_id, "")
        try:
            if self._client is None:
                self._client = ControlClient(self._control or default_control_path(), _ANSWER_S)
            answer = self._client.ask("cascade.alarm", event=_event(message), channel=channel)
        except SourceError as error:
            self.close()
            if error.reason == "refused":
                raise RefusedPushError(f"the GB/T 28181 service: {error.message}") from None
            raise LaterPushError(error.message, error.hint) from None
        except CamloomError as error:
            self.close()
            raise LaterPushError(error.message, error.hint) from None
        _read(answer)

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _read(answer: Any) -> None:
    outcome = str(answer.get("outcome", "")) if isinstance(answer, dict) else ""
    if outcome == "rejected":
        raise RefusedPushError("the platform above takes no alarm of this kind")
    if outcome == "unknown channel":
        raise RefusedPushError("the cascade knows no such camera", "Add it there, or here under `channels`.")
    if isinstance(answer, dict) and answer.get("again"):
        raise LaterPushError(f"the platform above: {outcome}")


def _event(message: Message) -> dict[str, Any]:
    """Return the event as the service takes it."""
    alarm, event = message.alarm, message.alarm.event
    over = message.change is AlarmChange.ENDED
    return {
        "schema": "camloom.event/1",
        "id": event.id,
        "type": event.type,
        "source_id": event.source_id or alarm.task_id,
        "rule_id": alarm.rule_id,
        "phase": "end" if over else event.phase or "start",
        "incident_id": alarm.incident_id,
        "occurred_at": _at(message),
        "zone": alarm.zone,
        "value": event.value,
        "unit": event.unit,
        "detail": event.detail,
        "template": alarm.template,
        "name": alarm.name,
        "severity": alarm.severity,
        "stage": alarm.stage,
        "change": event.change,
    }


def _at(message: Message) -> str:
    if message.change is AlarmChange.ENDED:
        return (message.alarm.ended_at or message.at).isoformat()
    return message.alarm.event.occurred_at or message.at.isoformat()
