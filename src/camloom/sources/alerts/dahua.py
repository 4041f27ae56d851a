"""Dahua's event stream: an endless multipart answer of lines `Code=...;action=...;index=...`."""

import re

from camloom.sources.alerts.alert import AlertState, CameraAlert
from camloom.sources.xml import clean

PATH = "/cgi-bin/eventManager.cgi?action=attach&codes=[All]&heartbeat=5"
MAX_LINE_BYTES = 1 << 14
_LINE = re.compile(rb"\s*Code=([\w.-]{1,64})((?:;[\w.-]{1,32}=[^;{\r\n]{0,128}){0,8})")
_FIELD = re.compile(rb";([\w.-]{1,32})=([^;{\r\n]{0,128})")
_STATES = {"start": AlertState.ACTIVE, "stop": AlertState.OVER, "pulse": AlertState.PULSE}
# The camera tells of its own work as well, several times a second.
_CHATTER = {"newfile", "rtspsessiondisconnect", "internetwork", "ntpadjusttime", "timechange", "videomotioninfo"}


class DahuaParser:
    """Reads line by line: a message is one line, and the borders and lengths around it are not needed.

    The data behind it may go over many lines, which are none that begin with `Code=`.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._too_long = False

    def feed(self, piece: bytes) -> list[CameraAlert]:
        """See `AlertParser`."""
        found: list[CameraAlert] = []
        for line in piece.splitlines(keepends=True):
            if self._held or line not in (b"\n", b"\r"):
                self._take(line, found)
        return found

    def _take(self, line: bytes, found: list[CameraAlert]) -> None:
        self._too_long = self._too_long or len(self._held) + len(line) > MAX_LINE_BYTES
        if not self._too_long:
            self._held += line
        if line[-1:] not in (b"\n", b"\r"):
            return
        if not self._too_long and (alert := read_line(bytes(self._held))) is not None:
            found.append(alert)
        self._held.clear()
        self._too_long = False


def read_line(line: bytes) -> CameraAlert | None:
    """Return what a line says; None if it is no message."""
    if line.strip().lower() == b"heartbeat":
        return CameraAlert(AlertState.HEARTBEAT)
    found = _LINE.match(line)
    if found is None:
        return None
    kind = found[1].decode("ascii", "replace")
    if kind.lower() in _CHATTER:
        return CameraAlert(AlertState.HEARTBEAT)
    fields = {key.lower(): value.strip() for key, value in _FIELD.findall(found[2])}
    state = _STATES.get(fields.get(b"action", b"").lower().decode("ascii", "replace"))
    if state is None:
        return None
    index = fields.get(b"index", b"0")
    channel = int(index) + 1 if index.isdigit() and len(index) <= 4 else 1
    return CameraAlert(state, clean(kind, 64), channel)
