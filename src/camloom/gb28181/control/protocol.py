"""The words between the service and other processes: one JSON object a line, in both directions.

Question: `{"v": 1, "id": 7, "op": "devices", "with": {...}}`. Answer: `{"v": 1, "id": 7, "result": ...}` or
`{"v": 1, "id": 7, "error": {"reason", "message", "hint"}}`. Between answers come `{"v": 1, "event": "alarm", ...}`.
"""

import json
from typing import Any

VERSION = 1
MAX_LINE_BYTES = 1 << 20
MAX_QUESTION_BYTES = 64 << 10


class ProtocolError(ValueError):
    """The other side does not speak this."""


def encode(message: dict[str, Any]) -> bytes:
    """Return a message as a line; half a character (a lone surrogate) becomes a question mark."""
    text = json.dumps({"v": VERSION, **message}, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace") + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """Return the message of a line.

    Raises:
        ProtocolError: it is none, or of another version.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise ProtocolError("not a JSON object") from None
    if not isinstance(message, dict):
        raise ProtocolError("not a JSON object")
    if message.get("v") != VERSION:
        raise ProtocolError(f"version {message.get('v')!r} of the control protocol, not {VERSION}")
    return message
