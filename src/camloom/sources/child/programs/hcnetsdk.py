"""A camera or recorder through Hikvision's HCNetSDK, whose library the user brings. Not run on hardware.

What is sent as pictures are pieces of its MPEG program stream, cut anywhere; Camloom takes them apart.

Request: `library`, `sha256`, `host`, `port`, `user`, `password`, `channel`, `stream` (0 main, 1 sub), `link` (0 TCP,
1 UDP).
"""

import ctypes
import os
import threading
from pathlib import Path
from typing import Any

from . import library
from .wire import Gone, ProgramError, Request, Wire

STREAM_DATA = 2
CONNECT_MS, CONNECT_TRIES = 3000, 2
SDK_PATH = 2
LOST = (0x8000, 0x8003, 0x8005)  # no answer from the device, no pictures from it, connecting to it once more
WAIT_S = 0.2
MAX_NAME_BYTES = 63

# The SDK's error: our reason, what it means.
ERRORS = {
    1: ("auth", "the user or the password is wrong"),
    2: ("auth", "this user may not watch"),
    4: ("missing", "there is no such channel"),
    5: ("busy", "too many are connected to it"),
    7: ("unreachable", "it cannot be reached"),
    8: ("unreachable", "the connection broke"),
    9: ("unreachable", "the connection broke"),
    10: ("timeout", "it does not answer in time"),
    23: ("unsupported", "it does not support that"),
    47: ("auth", "there is no such user"),
    52: ("busy", "too many users are logged in"),
    152: ("auth", "there is no such user"),
    153: ("auth", "the user is locked after too many attempts"),
}

ExceptionCallback = ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
DataCallback = ctypes.CFUNCTYPE(
    None, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p
)  # handle, kind, data, size, user


class LoginInfo(ctypes.Structure):
    """NET_DVR_USER_LOGIN_INFO."""

    _fields_ = (
        ("address", ctypes.c_char * 129),
        ("use_transport", ctypes.c_ubyte),
        ("port", ctypes.c_ushort),
        ("user", ctypes.c_char * 64),
        ("password", ctypes.c_char * 64),
        ("result_callback", ctypes.c_void_p),
        ("user_data", ctypes.c_void_p),
        ("asynchronous", ctypes.c_int),
        ("proxy_type", ctypes.c_ubyte),
        ("use_utc", ctypes.c_ubyte),
        ("login_mode", ctypes.c_ubyte),
        ("https", ctypes.c_ubyte),
        ("proxy_id", ctypes.c_int),
        ("verify_mode", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte * 119),
    )


class DeviceInfo(ctypes.Structure):
    """NET_DVR_DEVICEINFO_V40, of which nothing is read."""

    _fields_ = (("of_v30", ctypes.c_ubyte * 80), ("numbers", ctypes.c_uint * 66))


class PreviewInfo(ctypes.Structure):
    """NET_DVR_PREVIEWINFO."""

    _fields_ = (
        ("channel", ctypes.c_int),
        ("stream", ctypes.c_uint),
        ("link", ctypes.c_uint),
        ("window", ctypes.c_uint),
        ("blocking", ctypes.c_int),
        ("pass_back", ctypes.c_int),
        ("preview_mode", ctypes.c_ubyte),
        ("stream_id", ctypes.c_ubyte * 32),
        ("protocol", ctypes.c_ubyte),
        ("reserved1", ctypes.c_ubyte),
        ("coding", ctypes.c_ubyte),
        ("display_buffers", ctypes.c_uint),
        ("npq_mode", ctypes.c_ubyte),
        ("metadata", ctypes.c_ubyte),
        ("data_type", ctypes.c_ubyte),
        ("reserved2", ctypes.c_ubyte * 213),
    )


class SdkPath(ctypes.Structure):
    """NET_DVR_LOCAL_SDK_PATH."""

    _fields_ = (("path", ctypes.c_char * 256), ("reserved", ctypes.c_ubyte * 128))


def stream(wire: Wire, request: Request) -> None:
    """Log in and hand over what comes until it ends."""
    sdk = Sdk(library.load(request["library"], request["sha256"]), str(Path(request["library"]).parent))
    wire.ready()
    ended = threading.Event()
    sdk.on_exception(ended.set)
    user = sdk.log_in(request)
    try:
        handle = sdk.play(user, request, Receiver(wire, ended))
        try:
            while not wire.closing.is_set() and not ended.wait(WAIT_S):
                pass
        finally:
            sdk.stop(handle)
    finally:
        sdk.log_out(user)
    if not wire.closing.is_set():
        raise ProgramError("the device does not answer any more", "Check its power and the network", "closed")


class Receiver:
    """Takes what the SDK brings, on a thread of the SDK."""

    def __init__(self, wire: Wire, ended: threading.Event) -> None:
        self._wire = wire
        self._ended = ended

    def __call__(self, _handle: int, kind: int, data: int, size: int, _user: int) -> None:
        """Hand over stream data; its own header and sound of its own are left out."""
        if kind != STREAM_DATA or not size or self._ended.is_set():
            return
        try:
            self._wire.picture(ctypes.string_at(data, size))
        except Gone:
            self._ended.set()


class Sdk:
    """The few functions of the SDK that are needed."""

    def __init__(self, functions: Any, folder: str) -> None:
        self._functions = functions
        self._kept = []  # type: list[Any]
        self._set_path(folder)
        functions.NET_DVR_GetLastError.restype = ctypes.c_uint
        if not functions.NET_DVR_Init():
            raise self._failure("the SDK does not start")
        functions.NET_DVR_SetConnectTime(CONNECT_MS, CONNECT_TRIES)
        functions.NET_DVR_SetReconnect(30000, 0)  # Camloom connects again by itself

    def _set_path(self, folder: str) -> None:
        """Say where the SDK's other parts lie; older versions do not ask."""
        function = getattr(self._functions, "NET_DVR_SetSDKInitCfg", None)
        if function is not None:
            path = SdkPath(path=os.fsencode(folder)[:255])
            function(SDK_PATH, ctypes.byref(path))

    def on_exception(self, action: Any) -> None:
        """Have an action done when the device is lost."""

        def called(kind: int, *_: Any) -> None:
            if kind in LOST:
                action()

        callback = ExceptionCallback(called)
        self._kept.append(callback)
        self._functions.NET_DVR_SetExceptionCallBack_V30(0, None, callback, None)

    def log_in(self, request: Request) -> int:
        """Return the number of the user that is logged in."""
        names = {name: request[name].encode() for name in ("user", "password")}
        if any(len(value) > MAX_NAME_BYTES for value in names.values()):
            raise ProgramError("the user or the password is too long for the SDK", "At most 63 bytes", "auth")
        info = LoginInfo(address=request["host"].encode()[:128], port=request["port"], **names)
        user = self._functions.NET_DVR_Login_V40(ctypes.byref(info), ctypes.byref(DeviceInfo()))
        if user < 0:
            raise self._failure("cannot log in")
        return int(user)

    def play(self, user: int, request: Request, receiver: Receiver) -> int:
        """Let a channel come; return its handle."""
        info = PreviewInfo(channel=request["channel"], stream=request["stream"], link=request["link"], blocking=1)
        callback = DataCallback(receiver)
        self._kept.append(callback)
        handle = self._functions.NET_DVR_RealPlay_V40(user, ctypes.byref(info), callback, None)
        if handle < 0:
            raise self._failure(f"channel {request['channel']} does not come")
        return int(handle)

    def stop(self, handle: int) -> None:
        """End a channel."""
        self._functions.NET_DVR_StopRealPlay(handle)

    def log_out(self, user: int) -> None:
        """End it all."""
        self._functions.NET_DVR_Logout(user)
        self._functions.NET_DVR_Cleanup()

    def _failure(self, what: str) -> ProgramError:
        code = int(self._functions.NET_DVR_GetLastError())
        reason, meaning = ERRORS.get(code, ("read", "the SDK's documentation says more"))
        hint = "Some devices lock a user after a few attempts" if reason == "auth" else ""
        return ProgramError(f"{what}: {meaning} (error {code} of HCNetSDK)", hint, reason)
