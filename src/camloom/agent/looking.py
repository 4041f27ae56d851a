"""What a child process does for the agent: look at a source, look around for cameras, try rules on the past."""

import os
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import av.error

from camloom.agent.settings import AgentSettings
from camloom.agent.trust import check_source, strict
from camloom.backtest.run import backtest
from camloom.backtest.store import History
from camloom.config import TaskConfig, parse_task
from camloom.config.addresses import VARIABLE
from camloom.config.source_url import is_live
from camloom.errors import ConfigError, SourceError
from camloom.inference.library import find_card
from camloom.packets import CodecParameters, StreamInfo
from camloom.runner.alarms import fit_rules
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
    return {"cameras": [asdict(one) for one in discovery.found], "problems": discovery.problems}


def what_if(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return what edited rules would have said, as `camloom.backtest/1`."""
    task = _fitted(arguments["task"])
    against = arguments.get("against")
    result = backtest(
        task,
        History(Path(arguments["streams"]) / task.id / "history", task.id),
        against=None if against is None else _fitted(against),
        since=_moment(arguments.get("since")),
        until=_moment(arguments.get("until")),
    )
    return result.to_dict(_zone(str(arguments.get("timezone", "UTC"))))


def _fitted(document: dict[str, Any]) -> TaskConfig:
    """Return a task whose rules look for what its models find. No source is opened: one is put in where none is."""
    told = {key: value for key, value in document.items() if key not in ("sinks", "out")}
    task = parse_task({"source": "synthetic:", **told})
    card, *readers = [find_card(name)[0] for name in (task.model, *(one.model for one in task.secondary))]
    return task.model_copy(update={"rules": fit_rules(task, card, readers)})


def _moment(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ConfigError("the time span is wrong", "Give times such as 2026-11-01T08:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError("unknown time zone", "Give a name such as Asia/Shanghai or UTC") from error


WORK: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "probe": look_at_source,
    "discover": look_around,
    "what_if": what_if,
}
