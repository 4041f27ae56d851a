"""What a platform can make a device do."""

from dataclasses import dataclass
from typing import Literal

from camloom.gb28181.manscdp.xml import Tree

Preset = Literal["set", "call", "delete"]
_PRESETS: dict[str, int] = {"set": 0x81, "call": 0x82, "delete": 0x83}
_ZOOM_STEPS = 15


@dataclass(frozen=True, slots=True)
class Motion:
    """A movement of a camera: each -1 to 1, the share of its full speed; it goes on until a Motion of zeros.

    Attributes:
        pan: to the right. tilt: up. zoom: in.
    """

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0


def ptz_motion(motion: Motion, address: int = 1) -> str:
    """Return the eight bytes of a PTZCmd as hex. Zeros stop.

    Raises:
        ValueError: a speed is beyond 1.
    """
    if any(not -1 <= speed <= 1 for speed in (motion.pan, motion.tilt, motion.zoom)):
        raise ValueError("speeds go from -1 to 1")
    code = _bits(motion.pan, 0x01, 0x02) | _bits(motion.tilt, 0x08, 0x04) | _bits(motion.zoom, 0x10, 0x20)
    pan, tilt = (_step(abs(speed), 255) for speed in (motion.pan, motion.tilt))
    return _command(code, pan, tilt, _step(abs(motion.zoom), _ZOOM_STEPS), address)


def ptz_preset(action: Preset, number: int, address: int = 1) -> str:
    """Return the PTZCmd of a preset position, numbered 1 to 255.

    Raises:
        ValueError: there is no such number.
    """
    if not 1 <= number <= 255:
        raise ValueError("presets are numbered 1 to 255")
    return _command(_PRESETS[action], 0, number, 0, address)


def ptz_tree(command: str) -> Tree:
    """Return what a DeviceControl holds for a PTZCmd."""
    return (("PTZCmd", command), ("Info", (("ControlPriority", "5"),)))


KEYFRAME: Tree = (("IFameCmd", "Send"),)  # spelt so in the standard
COMMANDS: dict[str, Tree] = {
    "keyframe": KEYFRAME,
    "reboot": (("TeleBoot", "Boot"),),
    "guard": (("GuardCmd", "SetGuard"),),
    "unguard": (("GuardCmd", "ResetGuard"),),
    "reset-alarm": (("AlarmCmd", "ResetAlarm"),),
    "record": (("RecordCmd", "Record"),),
    "stop-record": (("RecordCmd", "StopRecord"),),
}
"""What needs no more than its name."""


def _bits(speed: float, positive: int, negative: int) -> int:
    return positive if speed > 0 else negative if speed < 0 else 0


def _step(share: float, steps: int) -> int:
    """Return a speed as a step; a slow movement is still one."""
    return max(1, round(share * steps)) if share else 0


def _command(code: int, data1: int, data2: int, data3: int, address: int) -> str:
    head = (0xA5, 0x0F, address & 0xFF, code, data1, data2, (data3 << 4) | (address >> 8 & 0x0F))
    return bytes((*head, sum(head) & 0xFF)).hex().upper()
