"""Which of a camera's streams is the main one, and which one the small one for analysis."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from camloom.sources.finding.found import FoundStream

MAIN, SUB = "main", "sub"
_ENOUGH_WIDTH_PX = 600
"""A stream at least this wide shows enough for analysis."""


def with_roles(streams: Sequence[FoundStream]) -> list[FoundStream]:
    """Return the streams with their roles, by channel, main and sub first.

    Main is the biggest picture of a channel. Sub is the smallest that still shows enough (600 px wide), or else the
    biggest of those left; one that a browser and a decoder take easily (H.264, H.265) goes before MJPEG.
    """
    by_channel = sorted(streams, key=lambda stream: stream.channel)
    return [one for _, group in groupby(by_channel, key=lambda stream: stream.channel) for one in _of_channel([*group])]


def _of_channel(streams: list[FoundStream]) -> list[FoundStream]:
    main = max(streams, key=lambda stream: (_pixels(stream), stream.fps))
    others = [stream for stream in streams if stream is not main]
    if not others:
        return [replace(main, role=MAIN)]
    sub = min(others, key=_sub_rank)
    rest = [replace(stream, role="") for stream in others if stream is not sub]
    return [replace(main, role=MAIN), replace(sub, role=SUB), *rest]


def _sub_rank(stream: FoundStream) -> tuple[bool, bool, int]:
    enough = stream.width >= _ENOUGH_WIDTH_PX
    return stream.codec == "mjpeg", not enough, _pixels(stream) if enough else -_pixels(stream)


def _pixels(stream: FoundStream) -> int:
    return stream.width * stream.height
