"""Industrial cameras of Hikvision through their own library, in a process of its own. Not run on hardware."""

from typing import ClassVar

from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.sources.child.process import Program
from camloom.sources.child.source import ChildSource
from camloom.sources.sdk import SdkLibrary

_SDK = SdkLibrary(
    "MVS of Hikvision",
    "CAMLOOM_MVS",
    ("/opt/MVS/lib/64/libMvCameraControl.so", "/opt/MVS/lib/aarch64/libMvCameraControl.so"),
)


class MvsConfig(StrictModel):
    """`mvs:SERIAL`, `mvs:NAME` or `mvs://ADDRESS`; what is not set stays as the camera has it."""

    url: str = Field(default="mvs:", max_length=300, description="mvs: and a serial number, a name or an address")
    exposure_us: float | None = Field(default=None, gt=0, le=1e8)
    gain: float | None = Field(default=None, ge=-100, le=1000)
    pixel_format: str | None = Field(default=None, max_length=60, description="Mono8, BayerRG8, RGB8 ...")
    fps: float | None = Field(default=None, gt=0, le=1000)
    timeout_s: float = Field(default=8, gt=0, le=120, description="longest silence")

    @model_validator(mode="after")
    def _check(self) -> "MvsConfig":
        if not self.url.lower().startswith("mvs:"):
            raise ValueError("the URL has the form mvs:SERIAL, mvs:NAME or mvs://ADDRESS")
        return self


class MvsSource(ChildSource):
    """An industrial camera of Hikvision through the MVS library (not run on hardware)."""

    Config: ClassVar = MvsConfig
    schemes: ClassVar = ("mvs",)
    reconnects: ClassVar = True

    def __init__(self, config: MvsConfig) -> None:
        super().__init__(config.timeout_s)
        self._config = config

    def program(self) -> Program:
        """Return the program that holds the library."""
        settings = self._config.model_dump(exclude={"url", "timeout_s"})
        camera = self._config.url[len("mvs:") :].strip("/")
        request = {**settings, **_SDK.request, "camera": camera}
        return Program("mvs", "the MVS camera", request, python="", environment=_SDK.environment)

    @staticmethod
    def unavailable() -> str:
        """Return why the library cannot be used here; empty if it can."""
        return _SDK.why_not()
