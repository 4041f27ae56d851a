"""An industrial camera through Hikvision's MVS, whose library the user brings. Not run on hardware.

Request: `library`, `sha256`, `camera` (serial number, own name or address; empty: the first), `exposure_us`, `gain`,
`fps`, `pixel_format`; None: as the camera is set.
"""

import ctypes
import socket
import struct
from typing import Any

from . import library
from .pfnc import NAMES, PLAIN, size_bytes
from .wire import NO_TIME, ProgramError, Request, Wire

GIGE, USB = 1, 4
EXCLUSIVE = 1
POLL_MS = 200
NO_DATA = (0x80000007, 0x8000000A)  # no picture within the time
DISCONNECTED = 0x8001
MAX_DEVICES = 256
ERRORS = {0x80000203: "busy", 0x80000204: "unreachable", 0x80000206: "unreachable"}

ExceptionCallback = ctypes.CFUNCTYPE(None, ctypes.c_uint, ctypes.c_void_p)


class GigeInfo(ctypes.Structure):
    """MV_GIGE_DEVICE_INFO."""

    _fields_ = (
        ("ip_options", ctypes.c_uint),
        ("ip_mode", ctypes.c_uint),
        ("ip", ctypes.c_uint),
        ("mask", ctypes.c_uint),
        ("gateway", ctypes.c_uint),
        ("maker", ctypes.c_char * 32),
        ("model", ctypes.c_char * 32),
        ("version", ctypes.c_char * 32),
        ("maker_info", ctypes.c_char * 48),
        ("serial", ctypes.c_char * 16),
        ("own_name", ctypes.c_char * 16),
        ("interface", ctypes.c_uint),
        ("reserved", ctypes.c_uint * 4),
    )


class UsbInfo(ctypes.Structure):
    """MV_USB3_DEVICE_INFO."""

    _fields_ = (
        ("endpoints", ctypes.c_ubyte * 4),
        ("vendor_id", ctypes.c_ushort),
        ("product_id", ctypes.c_ushort),
        ("number", ctypes.c_uint),
        ("guid", ctypes.c_char * 64),
        ("vendor", ctypes.c_char * 64),
        ("model", ctypes.c_char * 64),
        ("family", ctypes.c_char * 64),
        ("version", ctypes.c_char * 64),
        ("maker", ctypes.c_char * 64),
        ("serial", ctypes.c_char * 64),
        ("own_name", ctypes.c_char * 64),
        ("usb", ctypes.c_uint),
        ("address", ctypes.c_uint),
        ("reserved", ctypes.c_uint * 2),
    )


class Special(ctypes.Union):
    """What depends on how it is connected; room for all kinds."""

    _fields_ = (("gige", GigeInfo), ("usb", UsbInfo), ("room", ctypes.c_ubyte * 540))


class DeviceInfo(ctypes.Structure):
    """MV_CC_DEVICE_INFO."""

    _fields_ = (
        ("major", ctypes.c_ushort),
        ("minor", ctypes.c_ushort),
        ("mac_high", ctypes.c_uint),
        ("mac_low", ctypes.c_uint),
        ("layer", ctypes.c_uint),
        ("reserved", ctypes.c_uint * 4),
        ("special", Special),
    )


class DeviceList(ctypes.Structure):
    """MV_CC_DEVICE_INFO_LIST."""

    _fields_ = (("count", ctypes.c_uint), ("devices", ctypes.POINTER(DeviceInfo) * MAX_DEVICES))


class FrameInfo(ctypes.Structure):
    """MV_FRAME_OUT_INFO_EX."""

    _fields_ = (
        ("width", ctypes.c_ushort),
        ("height", ctypes.c_ushort),
        ("pixel_type", ctypes.c_uint),
        ("number", ctypes.c_uint),
        ("device_time_high", ctypes.c_uint),
        ("device_time_low", ctypes.c_uint),
        ("reserved0", ctypes.c_uint),
        ("host_time_ms", ctypes.c_int64),
        ("length", ctypes.c_uint),
        ("cycle", ctypes.c_uint * 3),
        ("gain", ctypes.c_float),
        ("exposure", ctypes.c_float),
        ("brightness", ctypes.c_uint * 4),
        ("counters", ctypes.c_uint * 4),
        ("region", ctypes.c_ushort * 4),
        ("lost_packets", ctypes.c_uint),
        ("chunks", ctypes.c_uint),
        ("chunk_list", ctypes.c_int64),
        ("reserved", ctypes.c_uint * 36),
    )


class Frame(ctypes.Structure):
    """MV_FRAME_OUT."""

    _fields_ = (("data", ctypes.c_void_p), ("info", FrameInfo), ("reserved", ctypes.c_uint * 16))


def stream(wire: Wire, request: Request) -> None:
    """Grab pictures until the camera goes away or nobody wants them any more."""
    mvs = Mvs(library.load(request["library"], request["sha256"]))
    wire.ready()
    mvs.open(request["camera"])
    try:
        mvs.configure(request)
        mvs.call("start", "MV_CC_StartGrabbing")
        grab(mvs, wire, request["fps"] or 0.0)
    finally:
        mvs.close()


def grab(mvs: "Mvs", wire: Wire, fps: float) -> None:
    """Hand over pictures; incomplete ones too, marked. ProgramError: the camera went away."""
    form = None
    while not wire.closing.is_set() and not mvs.gone:
        frame = mvs.next_frame()
        if frame is None:
            continue
        try:
            info = frame.info
            seen = (info.pixel_type, info.width, info.height)
            size = size_bytes(*seen)
            data = ctypes.string_at(frame.data, size) if 0 < size <= info.length else b""
            pts_ns, damaged = info.host_time_ms * 1000000 or NO_TIME, bool(info.lost_packets)
        finally:
            mvs.release(frame)
        if seen != form:
            form = seen
            wire.format(**form_of(fps, *seen))
        if data:
            wire.picture(data, pts_ns, corrupt=damaged)
    if mvs.gone:
        raise ProgramError("the camera does not answer any more", "Check its power and its cable", "closed")


def form_of(fps: float, code: int, width: int, height: int) -> "dict[str, Any]":
    """Return what such pictures are. ProgramError: not known here."""
    if code not in PLAIN:
        hint = "Set pixel_format to one of " + ", ".join(NAMES)
        raise ProgramError(f"the camera sends pixels of the format 0x{code:08x}", hint, "unsupported")
    return {"codec": "rawvideo", "pix_fmt": PLAIN[code], "width": width, "height": height, "fps": fps}


class Mvs:
    """The few functions of the library that are needed."""

    def __init__(self, functions: Any) -> None:
        self._functions = functions
        self._handle = ctypes.c_void_p()
        self._callback = ExceptionCallback(self._exception)
        self.gone = False

    def _exception(self, kind: int, _user: int) -> None:
        self.gone = self.gone or kind == DISCONNECTED

    def open(self, wanted: str) -> None:
        """Take a camera. ProgramError: it is not there, or somebody else has it."""
        device = self._find(wanted)
        self._check("take the camera", self._functions.MV_CC_CreateHandle(ctypes.byref(self._handle), device))
        self.call("open", "MV_CC_OpenDevice", ctypes.c_uint(EXCLUSIVE), ctypes.c_ushort(0))
        self.call("tell of its end", "MV_CC_RegisterExceptionCallBack", self._callback, None)
        if device.contents.layer == GIGE:
            best = int(self._functions.MV_CC_GetOptimalPacketSize(self._handle))
            if best > 0:
                self.call("set the packet size", "MV_CC_SetIntValue", b"GevSCPSPacketSize", ctypes.c_uint(best))

    def _find(self, wanted: str) -> Any:
        found = DeviceList()
        result = self._functions.MV_CC_EnumDevices(ctypes.c_uint(GIGE | USB), ctypes.byref(found))
        self._check("look for cameras", result)
        devices = [found.devices[index] for index in range(min(found.count, MAX_DEVICES))]
        for device in devices:
            if not wanted or wanted in names_of(device.contents):
                return device
        seen = ", ".join(names_of(device.contents)[0] for device in devices) or "none"
        raise ProgramError(
            f"there is no camera '{wanted}'" if wanted else "there is no camera", f"Seen: {seen}", "missing"
        )

    def configure(self, request: Request) -> None:
        """Set what the request says."""
        self.call("stream freely", "MV_CC_SetEnumValue", b"TriggerMode", ctypes.c_uint(0))
        if request["pixel_format"] is not None:
            name = request["pixel_format"].encode()
            self.call("set pixel_format", "MV_CC_SetEnumValueByString", b"PixelFormat", name)
        if request["fps"] is not None:
            self.call("set fps", "MV_CC_SetBoolValue", b"AcquisitionFrameRateEnable", ctypes.c_bool(True))
        for setting, name in (("fps", b"AcquisitionFrameRate"), ("exposure_us", b"ExposureTime"), ("gain", b"Gain")):
            if request[setting] is not None:
                self.call("set " + setting, "MV_CC_SetFloatValue", name, ctypes.c_float(request[setting]))

    def next_frame(self) -> Any:
        """Return the next picture, None when none came in a while."""
        frame = Frame()
        waited = ctypes.c_uint(POLL_MS)
        result = self._functions.MV_CC_GetImageBuffer(self._handle, ctypes.byref(frame), waited) & 0xFFFFFFFF
        if result in NO_DATA:
            return None
        self._check("give a picture", result)
        return frame

    def release(self, frame: Any) -> None:
        """Give the memory of a picture back."""
        self._functions.MV_CC_FreeImageBuffer(self._handle, ctypes.byref(frame))

    def close(self) -> None:
        """Let go of the camera."""
        for name in ("MV_CC_StopGrabbing", "MV_CC_CloseDevice", "MV_CC_DestroyHandle"):
            getattr(self._functions, name)(self._handle)

    def call(self, what: str, name: str, *arguments: Any) -> None:
        """Call a function for the camera. ProgramError: it fails."""
        self._check(what, getattr(self._functions, name)(self._handle, *arguments))

    def _check(self, what: str, result: int) -> None:
        code = result & 0xFFFFFFFF
        if code:
            hint = "Is another program using it?" if code in ERRORS else ""
            message = f"the camera does not {what} (error 0x{code:08x} of MVS)"
            raise ProgramError(message, hint, ERRORS.get(code, "read"))


def names_of(device: Any) -> "tuple[str, ...]":
    """Return the names by which a camera may be asked for, its serial number first."""
    told = device.special.usb if device.layer == USB else device.special.gige
    names = tuple(name.decode(errors="replace") for name in (told.serial, told.own_name))
    return names if device.layer == USB else (*names, socket.inet_ntoa(struct.pack("!I", told.ip)))
