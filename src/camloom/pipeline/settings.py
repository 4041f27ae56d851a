"""How one stream is analysed."""

from dataclasses import dataclass
from typing import Literal

from camloom.config import HealthConfig

_RING_S = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How one stream is analysed; see TaskConfig for the meaning of each; `health` None never pauses."""

    analysis_fps: float | None = None
    idle: Literal["off", "on", "auto"] = "off"
    classes: tuple[str, ...] = ()
    ring_s: float = _RING_S
    health: HealthConfig | None = None
