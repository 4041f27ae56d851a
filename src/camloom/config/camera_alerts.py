"""What a task says about the alerts that its camera raises by itself."""

from typing import Literal

from pydantic import Field, field_validator

from camloom.config.addresses import PolicySetting
from camloom.config.model import StrictModel


class CameraAlertsConfig(StrictModel):
    """Listen to the alerts that the camera raises by itself; each becomes an event `camera.alert`."""

    type: Literal["isapi", "dahua"] = Field(description="isapi: Hikvision and its relatives; dahua: Dahua and its own")
    url: str = Field(
        min_length=1,
        pattern=r"^(?i:https?)://",
        description="http://user:password@host:port of its web page",
        repr=False,
    )
    policy: PolicySetting = Field(default="local", description="which addresses may be read; see docs/sources.md")
    kinds: tuple[str, ...] = Field(
        default=(), max_length=64, description="only these, as the camera or as Camloom names them; empty: all"
    )
    channel: int | None = Field(default=None, ge=1, le=4096, description="only this channel of a recorder")
    hold_s: float = Field(
        default=5.0, ge=1, le=300, description="isapi: an alert is over when it was not repeated for so long"
    )
    silence_s: float = Field(
        default=30.0, ge=0.5, le=600, description="no message for so long, not even a heartbeat: the connection is dead"
    )

    @field_validator("kinds")
    @classmethod
    def _in_small_letters(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(kind.lower() for kind in value)
