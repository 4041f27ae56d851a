"""What to tell the user when a device gives no video."""

from camloom.errors import SourceError
from camloom.gb28181.sip.message import SipMessage

_BUSY = "The device has no place for one more viewer: end another, or ask for the other stream"
_SAY_NO = "Check the channel and its rights on the device"
_FAULT = ("has a fault of its own", "Try later, or restart the device", "unreachable")
# status -> (what it did, what to do, reason code)
_BY_STATUS: dict[int, tuple[str, str, str]] = {
    486: ("has no place for one more viewer", _BUSY, "busy"),
    600: ("has no place for one more viewer", _BUSY, "busy"),
    488: ("cannot send video in this way", "Try another `transport` or `stream`", "unsupported"),
    415: ("cannot send video in this way", "Try another `transport` or `stream`", "unsupported"),
    606: ("cannot send video in this way", "Try another `transport` or `stream`", "unsupported"),
    404: ("knows no such channel", "`camloom gb28181 devices` lists the channels", "missing"),
    403: ("forbids it", _SAY_NO, "auth"),
    401: ("forbids it", _SAY_NO, "auth"),
    603: ("declined it", "The device may have no place for one more viewer", "busy"),
    408: ("cannot reach the channel", "Check the camera behind it", "unreachable"),
    480: ("cannot reach the channel", "Check the camera behind it", "unreachable"),
    503: ("cannot do it now", "It may be busy, or without its camera", "busy"),
}


def refused(device_id: str, channel_id: str, answer: SipMessage) -> SourceError:
    """Return the error for an INVITE that was refused."""
    what, hint, reason = _BY_STATUS.get(
        answer.status, _FAULT if answer.status >= 500 else ("refused", _SAY_NO, "closed")
    )
    return SourceError(f"gb28181://{device_id}/{channel_id}: the device {what} ({answer.status})", hint, reason=reason)


def no_answer(device_id: str, channel_id: str, timeout_s: float) -> SourceError:
    """Return the error for an INVITE that nobody answered."""
    where = f"gb28181://{device_id}/{channel_id}"
    return SourceError(
        f"{where}: the device did not answer within {timeout_s:g} s", "Check its network", reason="timeout"
    )


def unusable(device_id: str, channel_id: str) -> SourceError:
    """Return the error for an answer that does not say where to call for the video."""
    where = f"gb28181://{device_id}/{channel_id}"
    return SourceError(
        f"{where}: the device does not say where to call for its video", "Use tcp-passive or udp", reason="unsupported"
    )


def offline(device_id: str) -> SourceError:
    """Return the error for a device that is not registered."""
    hint = (
        "Check the server address, its id and the password on the device; `camloom gb28181 devices` lists who is here"
    )
    return SourceError(f"gb28181://{device_id}: the device is not registered", hint, reason="unreachable")
