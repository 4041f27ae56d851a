"""What a child process does for the agent: look at a source, look around for cameras."""

import os
import time
from base64 import b64encode
from dataclasses import asdict
from typing import Any

import av.error

from camloom.agent.settings import AgentSettings
from camloom.agent.trust import check_source, strict
from camloom.config import parse_task
from camloom.config.addresses import VARIABLE
from camloom.config.source_url import is_live
from camloom.errors import SourceError
from camloom.packets import CodecParameters, StreamInfo
from camloom.runner.build import build_source
from camloom.runner.edit import jpeg_of
from camloom.sources.base import Source
from camloom.sources.finding.discover import discover
from camloom.sources.finding.found import Search
from camloom.sources.probing.probe import probe

_PROBE_S = 4.0
_PICTURE_S = 20.0
_MOST_SEARCH_S = 30.0


def look_at_source(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what a source sends, what about it will hurt, and its first picture."""
    task = parse_task({"id": "probe", "source": arguments.get("source")}, where="source")
    check_source(task.source, AgentSettings.model_validate(arguments["settings"]))
    block = strict(task.source)
    if block is not task.source:
        os.environ.setdefault(VARIABLE, "strict")  # of this process, which looks at this source and ends
    found: dict[str, Any] = {"rows": [], "findings": []}
    if block.type == "media":
        report = probe(block.config.url, _PROBE_S if is_live(block.config.url) else 1.0)
        found = {"rows": report.as_rows(), "findings": [asdict(one) for one in report.findings]}
    info, jpeg = _first_picture(build_source(task.model_copy(update={"source": block})))
    stream = {"codec": info.codec, "width": info.width, "height": info.height, "fps": info.fps, "live": info.live}
    return {**found, "stream": stream, "jpeg": b64encode(jpeg).decode()}


def _first_picture(source: Source) -> tuple[StreamInfo, bytes]:
    """Return what a source says and the first picture that can be decoded."""
    try:
        info = source.open()
        context, ends_s = CodecParameters(info).new_context(), time.monotonic() + _PICTURE_S
        for packet in source.packets():
            try:
                for picture in context.decode(packet.raw):
                    return info, jpeg_of(picture)
            except av.error.FFmpegError:
                pass  # a camera is mostly met in the middle of a group of pictures
            if time.monotonic() > ends_s:
                break
        raise SourceError("no picture could be decoded", "Set a keyframe interval of 1 to 2 s", reason="no-video")
    finally:
        source.close()


def look_around(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the cameras that answer."""
    search = Search(
        seconds=min(_MOST_SEARCH_S, max(0.2, float(arguments.get("seconds", 5.0)))),
        addresses=tuple(str(one) for one in arguments.get("addresses", ())),
        user=str(arguments.get("user", "")),
        password=str(arguments.get("password", "")),
    )
    discovery = discover(search)
    reasons = {name: why.code for name, why in discovery.problems.items()}
    return {"cameras": [asdict(one) for one in discovery.found], "problems": discovery.problems, "reasons": reasons}
