"""Whatever GStreamer reads: CSI cameras, hardware decoders, frame grabbers. The system's GStreamer does it."""

import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, ClassVar, Self

import yaml
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.errors import SourceError
from camloom.sources.child.process import SYSTEM_PYTHON, Program, ask
from camloom.sources.child.source import ChildSource

_NAME = "GStreamer"
_VALUE = re.compile(r"\{(\w+)\}")
_ELEMENT = re.compile(r"(?:^|!)\s*([A-Za-z][\w-]*)(?![\w/-])")
_MAX_PIPELINE = 8000

Value = str | int | float


class ReadyPipeline(StrictModel):
    """A pipeline that is known to work, with places for values.

    Attributes:
        values: what stands in these places if nothing else is given; None must be given.
        tested: run by us, with such a device.
    """

    summary: str
    pipeline: str
    values: dict[str, Value | None]
    tested: bool

    @property
    def elements(self) -> list[str]:
        """The names of its elements."""
        return _ELEMENT.findall(self.pipeline)

    def with_values(self, values: Mapping[str, Value]) -> str:
        """Return the pipeline with these values in it. ValueError: one is unknown or missing."""
        if unknown := sorted(set(values) - set(self.values)):
            raise ValueError(f"no value '{unknown[0]}'; there are: {', '.join(self.values)}")
        chosen = {**self.values, **values}
        if missing := [name for name, value in chosen.items() if value is None]:
            raise ValueError(f"needs the value '{missing[0]}'")
        return _VALUE.sub(lambda found: _quoted(chosen[found[1]]), self.pipeline)


def _quoted(value: Value | None) -> str:
    """Return a value so that it is one value whatever is in it, in the words of gst-launch."""
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if any(ord(character) < ord(" ") for character in value):
        raise ValueError("a value may not hold control characters")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=1)
def ready_pipelines() -> dict[str, ReadyPipeline]:
    """Return the pipelines that are ready, by name."""
    text = resources.files("camloom.sources").joinpath("gst_ready.yaml").read_text(encoding="utf-8")
    return {name: ReadyPipeline.model_validate(entry) for name, entry in yaml.safe_load(text).items()}


class GstreamerConfig(StrictModel):
    """`gst:PIPELINE`, `pipeline: ...` or `ready: NAME`."""

    url: str = Field(default="gst:", max_length=_MAX_PIPELINE, repr=False, description="gst: and a pipeline")
    pipeline: str = Field(
        default="", max_length=_MAX_PIPELINE, repr=False, description="in gst-launch's words; an appsink is added"
    )
    ready: str = Field(default="", description="the name of a ready pipeline (docs/gstreamer.md)")
    values: dict[str, Value] = Field(default_factory=dict, repr=False, description="of the ready pipeline")
    live: bool = Field(default=True, description="false for pipelines that read a file: then nothing is left out")
    timeout_s: float = Field(default=8, gt=0, le=120, description="longest silence")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.url.lower().startswith("gst:"):
            raise ValueError("the URL has the form gst:PIPELINE")
        if sum(map(bool, (self._of_url, self.pipeline, self.ready))) != 1:
            raise ValueError("give one of url, pipeline and ready")
        if self.values and not self.ready:
            raise ValueError("values are for a ready pipeline")
        if self.ready and self.ready not in ready_pipelines():
            raise ValueError(f"no ready pipeline '{self.ready}'; there are: {', '.join(ready_pipelines())}")
        if not self.text.strip():
            raise ValueError("the pipeline is empty")
        return self

    @property
    def text(self) -> str:
        """The pipeline; may hold a password."""
        if self.ready:
            return ready_pipelines()[self.ready].with_values(self.values)
        return self.pipeline or self._of_url

    @property
    def _of_url(self) -> str:
        return self.url[len("gst:") :]


class GstreamerSource(ChildSource):
    """A pipeline of the system's GStreamer, for CSI cameras and hardware decoders."""

    Config: ClassVar = GstreamerConfig
    schemes: ClassVar = ("gst",)

    def __init__(self, config: GstreamerConfig) -> None:
        super().__init__(config.timeout_s)
        self._config = config
        self.reconnects = config.live

    def program(self) -> Program:
        """Return the program that runs the pipeline."""
        config = self._config
        secrets = (str(config.values.get("password", "")),)
        request = {"pipeline": config.text, "live": config.live}
        return Program("gstreamer", _NAME, request, _python(), secrets=secrets)

    @staticmethod
    def unavailable() -> str:
        """Return why GStreamer cannot be used here; empty if it can."""
        return str(_asked(_python()).get("error", ""))

    @staticmethod
    def details() -> Iterator[str]:
        """Yield a line for each ready pipeline: whether its elements are here."""
        found = _asked(_python())
        if "error" in found:
            return
        yield f"{found['version']}; ready pipelines (docs/gstreamer.md):"
        for name, ready in ready_pipelines().items():
            missing = [element for element in ready.elements if element in found["missing"]]
            yield f"  {name}: {'no ' + ', '.join(missing) if missing else 'ready'} ({ready.summary})"


def _python() -> str:
    return os.environ.get("CAMLOOM_PYTHON_GSTREAMER", SYSTEM_PYTHON)


@lru_cache(maxsize=4)
def _asked(python: str) -> dict[str, Any]:
    """Ask once in the life of this process."""
    elements = sorted({element for ready in ready_pipelines().values() for element in ready.elements})
    try:
        return ask(Program("gstreamer", _NAME, {"elements": elements}, python))
    except SourceError as error:
        return {"error": error.message}
