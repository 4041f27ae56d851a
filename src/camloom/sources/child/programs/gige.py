"""A camera of the GigE Vision standard, with the system's Aravis under the system's Python.

Request: `camera` (id, serial number or address; empty: the first), `exposure_us`, `gain`, `pixel_format`, `fps`,
`width`, `height`, `packet_size_bytes` and `features`; None or empty: as the camera is set. As a question: which
cameras there are.
"""

import importlib
import ipaddress
from typing import Any

from .pfnc import NAMES, PLAIN, size_bytes
from .wire import ProgramError, Request, Wire

BUFFERS = 8
POLL_US = 200000
INSTALL = "apt-get install python3-gi gir1.2-aravis-0.8"
FIELDS = ("id", "serial_nbr", "model", "vendor", "address", "protocol")


def load() -> Any:
    """Return Aravis. ProgramError: it is not installed."""
    try:
        importlib.import_module("gi").require_version("Aravis", "0.8")
        return importlib.import_module("gi.repository.Aravis")
    except (ImportError, ValueError) as error:
        raise ProgramError(f"Aravis cannot be used from Python: {error}", INSTALL, "unavailable") from None


def ask(request: Request) -> "dict[str, Any]":
    """Return the cameras that can be seen; with `check` only whether Aravis is there."""
    try:
        aravis = load()
    except ProgramError as error:
        return {"error": f"{error.message} ({error.hint})"}
    return {"cameras": [] if request.get("check") else cameras(aravis)}


def cameras(aravis: Any) -> "list[dict[str, str]]":
    """Return the cameras that can be seen."""
    aravis.update_device_list()
    count = aravis.get_n_devices()
    return [{name: getattr(aravis, "get_device_" + name)(i) or "" for name in FIELDS} for i in range(count)]


def stream(wire: Wire, request: Request) -> None:
    """Grab pictures until the camera goes away or nobody wants them any more."""
    aravis = load()
    wire.ready()
    camera = connect(aravis, request["camera"])
    gone = []  # type: list[bool]
    camera.get_device().connect("control-lost", lambda *_: gone.append(True))
    try:
        quietly(camera.stop_acquisition)  # one that was lost while it grabbed still does, and sends to who is gone
        configure(camera, request)
        grab(aravis, wire, camera, gone)
    finally:
        if not gone:
            let_go(camera)


def let_go(camera: Any) -> None:
    """Leave the camera to the next who wants it; else it would stay ours for some seconds."""
    quietly(camera.stop_acquisition)
    if camera.is_gv_device():
        quietly(camera.get_device().leave_control)


def quietly(action: Any) -> None:
    """Do something that may fail."""
    try:
        action()
    except Exception as error:  # noqa: BLE001  # GLib.Error, which cannot be imported without gi
        print(f"the camera: {error}")  # noqa: T201  # our diagnosis


def connect(aravis: Any, wanted: str) -> Any:
    """Return the camera. ProgramError: it is not there, or somebody else has it."""
    # Aravis would look up whatever is no id as the name of a host, which nobody has allowed.
    name = wanted if is_address(wanted) else look_for(aravis, wanted)
    try:
        camera = aravis.Camera.new(name)
    except Exception as error:  # noqa: BLE001  # as above
        raise refusal(f"the camera '{name}' cannot be opened", error, "unreachable") from None
    if camera.is_gv_device() and not camera.get_device().is_controller():
        raise ProgramError(f"somebody else has the camera '{name}'", "End that program", "busy")
    return camera


def is_address(text: str) -> bool:
    """Tell whether it is an IPv4 address in the usual spelling."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def look_for(aravis: Any, wanted: str) -> str:
    """Return the id of a camera by its id or serial number; empty: of the first. ProgramError: it is not there."""
    found = cameras(aravis)
    for each in found:
        if wanted in ("", each["id"], each["serial_nbr"]):
            return each["id"]
    seen = ", ".join(each["id"] for each in found) or "none"
    hint = f"Seen: {seen}. It must be on the same network, and no firewall between"
    raise ProgramError(f"there is no camera '{wanted}'" if wanted else "there is no camera", hint, "missing")


def configure(camera: Any, request: Request) -> None:
    """Set what the request says. ProgramError: the camera refuses."""
    steps = (
        ("packet_size_bytes", camera.gv_set_packet_size),
        ("pixel_format", camera.set_pixel_format_from_string),
        ("fps", camera.set_frame_rate),
        ("exposure_us", camera.set_exposure_time),
        ("gain", camera.set_gain),
    )
    for name, value in request["features"].items():
        told(lambda name=name, value=value: feature(camera, name, value), f"set {name} to {value}")
    if request["width"] or request["height"]:
        told(lambda: region(camera, request["width"], request["height"]), "set the size")
    for name, setter in steps:
        if request[name] is not None:
            told(lambda setter=setter, value=request[name]: setter(value), f"set {name} to {request[name]}")
    if request["pixel_format"] is None and camera.get_pixel_format() not in PLAIN:
        offered = camera.dup_available_pixel_formats_as_strings()
        best = next((name for name in NAMES if name in offered), "Mono8")
        told(lambda: camera.set_pixel_format_from_string(best), f"set pixel_format to {best}")


def feature(camera: Any, name: str, value: Any) -> None:
    """Set a feature of the camera by its own name."""
    if isinstance(value, bool):
        camera.set_boolean(name, value)
    elif isinstance(value, int):
        camera.set_integer(name, value)
    elif isinstance(value, float):
        camera.set_float(name, value)
    else:
        camera.set_string(name, value)


def region(camera: Any, width: int, height: int) -> None:
    """Set the size of the picture, from the top left corner."""
    now = camera.get_region()
    camera.set_region(0, 0, width or now.width, height or now.height)


def told(action: Any, what: str) -> None:
    """Do something; ProgramError: the camera refuses."""
    try:
        action()
    except Exception as error:  # noqa: BLE001  # as above
        raise refusal(f"the camera does not {what}", error, "unsupported") from None


def refusal(what: str, error: Exception, reason: str) -> ProgramError:
    """Return an error of Aravis in our words."""
    message = str(getattr(error, "message", error))
    if "access-denied" in message or "Access denied" in message:
        return ProgramError(what, "Another program is using it", "busy")
    return ProgramError(f"{what}: {message}", "", reason)


def fps_of(camera: Any) -> float:
    """Return how many pictures a second the camera says it gives; 0: it does not say."""
    try:
        return float(camera.get_frame_rate())
    except Exception:  # noqa: BLE001  # not all have this feature
        return 0.0


def begin(aravis: Any, camera: Any) -> Any:
    """Let pictures come; return where."""
    source = camera.create_stream(None, None)
    if source is None:
        raise ProgramError("the camera gives no stream", "Is another program using it?", "busy")
    for _ in range(BUFFERS):
        source.push_buffer(aravis.Buffer.new_allocate(camera.get_payload()))
    told(camera.start_acquisition, "begin to grab")
    return source


def grab(aravis: Any, wire: Wire, camera: Any, gone: "list[bool]") -> None:
    """Hand over pictures; incomplete ones too, marked. ProgramError: the camera went away."""
    source, fps, form = begin(aravis, camera), fps_of(camera), None
    while not gone and not wire.closing.is_set():
        buffer = source.timeout_pop_buffer(POLL_US)
        if buffer is None:
            continue
        status, data = buffer.get_status(), buffer.get_data()
        seen = (buffer.get_image_pixel_format(), buffer.get_image_width(), buffer.get_image_height())
        pts_ns = buffer.get_timestamp() or buffer.get_system_timestamp()
        source.push_buffer(buffer)
        whole = status == aravis.BufferStatus.SUCCESS
        if whole and seen != form:
            form = seen
            wire.format(**form_of(fps, *seen))
        if form is None or not (whole or status in incomplete(aravis)):
            continue
        size = size_bytes(*form)
        if len(data) >= size:
            wire.picture(data[:size], pts_ns, corrupt=not whole)
    if gone:
        raise ProgramError("the camera does not answer any more", "Check its power and its cable", "closed")


def incomplete(aravis: Any) -> "tuple[Any, ...]":
    """Return the words for a picture of which something is missing."""
    return (aravis.BufferStatus.MISSING_PACKETS, aravis.BufferStatus.TIMEOUT, aravis.BufferStatus.SIZE_MISMATCH)


def form_of(fps: float, code: int, width: int, height: int) -> "dict[str, Any]":
    """Return what such pictures are. ProgramError: not known here."""
    if code not in PLAIN:
        hint = "Set pixel_format to one of " + ", ".join(NAMES)
        raise ProgramError(f"the camera sends pixels of the format 0x{code:08x}", hint, "unsupported")
    return {"codec": "rawvideo", "pix_fmt": PLAIN[code], "width": width, "height": height, "fps": min(fps, 1000.0)}
