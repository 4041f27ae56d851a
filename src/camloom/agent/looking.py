"""What a child process does for the agent: look at a source, look around for cameras.

It imports little: somebody waits for the picture.
"""

import os
import time
from base64 import b64encode
from dataclasses import asdict
from typing import Any

import av.error
from av.video.frame import VideoFrame
from pydantic import TypeAdapter, ValidationError

from camloom import plugins
from camloom.agent.settings import AgentSettings
from camloom.agent.trust import check_source, strict
from camloom.config.addresses import VARIABLE
from camloom.config.blocks import Block, SourceBlock
from camloom.config.document import Origin
from camloom.config.source_url import is_live
from camloom.errors import SourceError
from camloom.packets import CodecParameters
from camloom.sources.base import Source
from camloom.sources.finding.discover import discover
from camloom.sources.finding.found import Search
from camloom.sources.media import MediaConfig
from camloom.sources.probing.probe import look
from camloom.sources.reading.still import jpeg_of

_WHOLE_S, _FILE_S = 4.0, 1.0
_PICTURE_S = 20.0
_MOST_SEARCH_S = 30.0
_BLOCKS: TypeAdapter[Block] = TypeAdapter(SourceBlock)


def look_at_source(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what a source sends and its first picture, and what about it will hurt unless only a picture is wanted."""
    asked = _block(arguments.get("source"))
    check_source(asked, AgentSettings.model_validate(arguments["settings"]))
    block = strict(asked)
    if block is not asked:
        os.environ.setdefault(VARIABLE, "strict")  # of this process, which looks at this source and ends
    if not isinstance(block.config, MediaConfig):
        return _first_picture(plugins.load_available("sources", block.type)(block.config))
    is_brief = arguments.get("look") == "picture" and is_live(block.config.url)
    return _look_at_media(block.config, is_brief=is_brief)


def _block(source: Any) -> Block:
    try:
        return _BLOCKS.validate_python(source)
    except ValidationError as error:
        raise Origin("source").error(error, "Check the address of the camera") from error


def _look_at_media(config: MediaConfig, *, is_brief: bool) -> dict[str, Any]:
    """Look as long as it needs: a camera that somebody waits for until its first picture, a file for a moment."""
    seconds = 0.0 if is_brief else _WHOLE_S if is_live(config.url) else _FILE_S
    report, picture = look(config.url, config.reading(), seconds, picture_within_s=_PICTURE_S)
    if picture is None:
        raise _no_picture()
    stream = {"codec": report.codec, "width": report.width, "height": report.height, "fps": report.nominal_fps}
    found = {"rows": report.as_rows(), "findings": [asdict(one) for one in report.findings]}
    return {"stream": {**stream, "live": report.live}, **_told(picture), **({"more": True} if is_brief else found)}


def _first_picture(source: Source) -> dict[str, Any]:
    """Return what a source says and the first picture that can be decoded."""
    try:
        info = source.open()
        context, ends_s = CodecParameters(info).new_context(), time.monotonic() + _PICTURE_S
        stream = {"codec": info.codec, "width": info.width, "height": info.height, "fps": info.fps, "live": info.live}
        for packet in source.packets():
            try:
                for picture in context.decode(packet.raw):
                    return {"stream": stream, **_told(picture)}
            except av.error.FFmpegError:
                pass  # a camera is mostly met in the middle of a group of pictures
            if time.monotonic() > ends_s:
                break
        raise _no_picture()
    finally:
        source.close()


def _told(picture: VideoFrame) -> dict[str, Any]:
    return {"jpeg": b64encode(jpeg_of(picture)).decode()}


def _no_picture() -> SourceError:
    return SourceError("no picture could be decoded", "Set a keyframe interval of 1 to 2 s", reason="no-video")


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
