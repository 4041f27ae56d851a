"""The seam of sources: encoded packets in, with a word when the stream breaks."""

from collections.abc import Iterator
from typing import Protocol

from pydantic import BaseModel

from camloom.packets import Packet, StreamInfo


class Source(Protocol):
    """Yields encoded packets. One instance reads one stream once. `__init__(config)`.

    `schemes` are the URL schemes it answers for. Two attributes more if a source has use for them: `reconnects`
    (default False) tells, before `open`, whether this is a place that may come back, such as a camera: the runner
    then opens it on the stream's own thread, takes an end of the stream for a break, and makes a new instance to try
    again; `knock() -> bool`, called on an instance that was never opened, tells within two seconds and without
    logging in whether somebody answers there, so that a camera that returns is not left waiting.
    """

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # a class in every implementation
        """The settings; a class attribute."""

    @property
    def schemes(self) -> tuple[str, ...]:
        """URL schemes it answers for; a class attribute."""

    def open(self) -> StreamInfo:
        """Connect and return what comes. SourceError when it cannot be read."""

    def packets(self) -> Iterator[Packet]:
        """Yield video packets in decoding order until the stream ends. SourceError when it breaks."""

    def stop(self) -> None:
        """End `packets` soon; may be called from another thread."""

    def close(self) -> None:
        """Free everything; may be called twice."""
