"""Industrial cameras of the GigE Vision standard, of any maker, through the system's Aravis."""

import os
import socket
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address
from typing import Annotated, Any, ClassVar

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from camloom.config import StrictModel
from camloom.config.addresses import policy_in_force
from camloom.errors import SourceError
from camloom.packets import StreamInfo
from camloom.sources.child.process import SYSTEM_PYTHON, Program, ask
from camloom.sources.child.source import ChildSource
from camloom.sources.finding.found import FoundSource, Search
from camloom.sources.xml import clean

_NAME = "the GigE Vision camera"
_CONTROL_PORT = 3956
_DISCOVERY = bytes((0x42, 0x01, 0x00, 0x02, 0x00, 0x00, 0x47, 0x45))
_DISCOVERY_ACK = bytes((0x00, 0x03))
_KNOCK_TIMEOUT_S = 2.0
_START_S = 5.0
_FIND_TIMEOUT_S = 10.0
_MAX_CAMERAS = 256

Feature = StrictBool | StrictInt | StrictFloat | Annotated[str, Field(max_length=200)]
FeatureName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,99}$")]


@dataclass(frozen=True, slots=True)
class GigeCamera:
    """An industrial camera that was found.

    Attributes:
        id: its name for `camera`.
        address: IP address; of a USB3 Vision camera something else.
    """

    id: str
    serial: str
    model: str
    vendor: str
    address: str
    protocol: str


class GigeConfig(StrictModel):
    """`gige:ID`, `gige:SERIAL` or `gige://ADDRESS`; what is not set stays as the camera has it."""

    url: str = Field(default="gige:", max_length=300, description="gige: and an id, a serial number or an address")
    exposure_us: float | None = Field(default=None, gt=0, le=1e8)
    gain: float | None = Field(default=None, ge=-100, le=1000)
    pixel_format: str | None = Field(
        default=None, max_length=60, description="Mono8, BayerRG8, RGB8, YUV422_8 ...; default: the camera's"
    )
    fps: float | None = Field(default=None, gt=0, le=1000)
    width: int = Field(default=0, ge=0, le=32768, description="px, from the left; 0: the camera's")
    height: int = Field(default=0, ge=0, le=32768, description="px, from the top; 0: the camera's")
    packet_size_bytes: int | None = Field(default=None, ge=220, le=16384, description="default: what gets through")
    features: dict[FeatureName, Feature] = Field(default_factory=dict, description="GenICam's names, set first")
    timeout_s: float = Field(default=8, gt=0, le=120, description="longest silence")

    @model_validator(mode="after")
    def _check(self) -> "GigeConfig":
        if not self.url.lower().startswith("gige:"):
            raise ValueError("the URL has the form gige:ID, gige:SERIAL or gige://ADDRESS")
        return self

    @property
    def camera(self) -> str:
        """Which camera; empty: the first that is found."""
        return self.url[len("gige:") :].strip("/")


class GigeSource(ChildSource):
    """An industrial camera of the GigE Vision standard, through Aravis."""

    Config: ClassVar = GigeConfig
    schemes: ClassVar = ("gige",)
    reconnects: ClassVar = True

    def __init__(self, config: GigeConfig) -> None:
        super().__init__(config.timeout_s)
        self._config = config

    def open(self) -> StreamInfo:
        """Take the camera. SourceError: see `ChildSource.open`; or its address is not allowed."""
        self._check_policy()
        return super().open()

    def program(self) -> Program:
        """Return the program that grabs."""
        request = {**self._config.model_dump(exclude={"url", "timeout_s"}), "camera": self._config.camera}
        return Program("gige", _NAME, request, _python())

    @staticmethod
    def discover(search: Search) -> list[FoundSource]:
        """Return the industrial cameras of the network; on which of its interfaces Aravis looks is its affair."""
        return [_found(camera) for camera in find_gige(_START_S + search.seconds)]

    def knock(self) -> bool:
        """Tell whether the camera answers; one without an address is looked for."""
        wanted = self._config.camera
        try:
            self._check_policy()
        except SourceError:
            return False
        if _is_address(wanted):
            return _answers(wanted)
        return any(wanted in ("", seen.id, seen.serial) for seen in find_gige(_KNOCK_TIMEOUT_S))

    def _check_policy(self) -> None:
        policy = policy_in_force()
        policy.check_scheme("gige")
        if _is_address(self._config.camera):
            policy.addresses(self._config.camera, _CONTROL_PORT)

    @staticmethod
    def unavailable() -> str:
        """Return why Aravis cannot be used here; empty if it can."""
        return _why_not(_python())


def find_gige(timeout_s: float = _FIND_TIMEOUT_S) -> list[GigeCamera]:
    """Return the industrial cameras in this network; none where Aravis is not installed, or in time."""
    try:
        answer = ask(Program("gige", _NAME, {}, _python()), timeout_s)
        return [_camera(each) for each in answer.get("cameras", ())[:_MAX_CAMERAS]]
    except (SourceError, TypeError, KeyError, AttributeError):
        return []


def _found(camera: GigeCamera) -> FoundSource:
    is_network = camera.protocol == "GigEVision"
    url = f"gige://{camera.address}" if is_network else f"gige:{camera.id}"
    return FoundSource("gige", url, camera.address, camera.vendor, camera.model, serial=camera.serial)


def _camera(told: dict[str, Any]) -> GigeCamera:
    names = ("id", "serial_nbr", "model", "vendor", "address", "protocol")
    return GigeCamera(*(clean(str(told[name]), 200) for name in names))


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def _answers(address: str) -> bool:
    """Ask the camera at an address who it is, as the standard has it (GVCP)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(_KNOCK_TIMEOUT_S)
        try:
            client.connect((address, _CONTROL_PORT))
            client.send(_DISCOVERY)
            return client.recv(1024)[2:4] == _DISCOVERY_ACK
        except OSError:
            return False


def _python() -> str:
    return os.environ.get("CAMLOOM_PYTHON_GIGE", SYSTEM_PYTHON)


@lru_cache(maxsize=4)
def _why_not(python: str) -> str:
    """Ask once in the life of this process."""
    try:
        return str(ask(Program("gige", _NAME, {"check": True}, python)).get("error", ""))
    except SourceError as error:
        return error.message
