"""Shows what a source sends, also while the model of its stream is still being loaded."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol, TypeVar

from camloom.packets import Packet, StreamInfo
from camloom.runner.live.pictures import Group
from camloom.sources.base import Source

_T = TypeVar("_T")


class Show(Protocol):
    """Where packets are shown; see `LiveView`."""

    def begin(self, info: StreamInfo) -> None:
        """Take what describes the packets to come."""

    def show(self, packet: Packet) -> None:
        """Take a packet."""


class TappedSource:
    """A source whose packets are shown before anybody looks into them; for the rest it is the source that it wraps.

    Nothing about the analysis decides whether a camera can be watched. A camera is even read while its stream is put
    together, which may take minutes where a model is compiled: until then what it sends is only shown, and the
    analysis begins with the last keyframe.
    """

    def __init__(self, source: Source, show: Show) -> None:
        self._source = source
        self._show = show
        self._coming: Iterator[Packet] | None = None
        self._kept = _Kept()
        self._failure: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def assembled(self, assemble: Callable[[StreamInfo], _T], info: StreamInfo) -> _T:
        """Put a stream together, and meanwhile show what a camera sends. Called on the thread that reads the stream.

        Args:
            assemble: raises whatever it likes.
            info: what the source said when it opened.
        """
        self._show.begin(info)
        if not getattr(self._source, "reconnects", False):
            return assemble(info)
        result: Future[_T] = Future()
        threading.Thread(target=_fulfil, args=(result, assemble, info), name="assemble", daemon=True).start()
        # The source stays on this thread, which is the one that is marked as reading it.
        try:
            while not result.done() and (packet := next(self._packets(), None)) is not None:
                self._kept.add(packet)
        except Exception as error:  # noqa: BLE001  # told when the stream goes on from here
            self._failure, self._coming = error, None
        return result.result()

    def packets(self) -> Iterator[Packet]:
        """See `Source`; first come those since the last keyframe that have only been shown so far."""
        kept, self._kept = self._kept, _Kept()
        for packet in chain(kept.packets, self._packets()):
            yield kept.mended(packet)

    def _packets(self) -> Iterator[Packet]:
        if self._coming is None:
            self._coming = self._shown()
        return self._coming

    def _shown(self) -> Iterator[Packet]:
        if self._failure is not None:
            raise self._failure
        for packet in self._source.packets():
            self._show.show(packet)
            yield packet


class _Kept:
    """Packets since the last keyframe, and whether those before them said anything that must not be lost."""

    def __init__(self) -> None:
        self._group = Group()
        self._discont = False
        self._info: StreamInfo | None = None

    @property
    def packets(self) -> list[Packet]:
        """In decoding order."""
        return self._group.packets

    def add(self, packet: Packet) -> None:
        """Take the next packet."""
        self._discont |= packet.discont
        self._info = packet.info or self._info
        self._group.add(packet)

    def mended(self, packet: Packet) -> Packet:
        """Let the first packet that goes on say what it and those before it had to say."""
        if not self._discont:
            return packet
        self._discont = False
        return replace(packet, discont=True, info=packet.info or self._info)


def _fulfil(result: "Future[_T]", assemble: Callable[[StreamInfo], _T], info: StreamInfo) -> None:
    try:
        result.set_result(assemble(info))
    except BaseException as error:  # noqa: BLE001  # raised again where the result is asked for
        result.set_exception(error)
