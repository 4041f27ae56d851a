"""What a camera sends may be anything; its stream goes on with the next connection."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

from camloom.errors import SourceError
from camloom.packets import Packet, PacketRing, StreamInfo
from camloom.sources.reading.ingest import Ingest
from camloom.sources.synthetic import SyntheticConfig, SyntheticSource


class Changing(SyntheticSource):
    """Says in the middle that from here on something comes that no decoder knows."""

    def __init__(self, config: SyntheticConfig) -> None:
        super().__init__(config)
        self.rejected: list[SourceError] = []

    def packets(self) -> Iterator[Packet]:
        nothing = SimpleNamespace(name="no-such-codec", extradata=None, width=64, height=48, pix_fmt="yuv420p")
        template = SimpleNamespace(codec_context=nothing, time_base=Fraction(1, 25))
        odd = StreamInfo("no-such-codec", 64, 48, 25.0, live=True, template=template)
        for number, packet in enumerate(super().packets()):
            yield replace(packet, discont=True, info=odd) if number == 5 else packet

    def reject(self, error: SourceError) -> None:
        self.rejected.append(error)


def test_a_codec_that_nobody_knows_is_a_break() -> None:
    source = Changing(SyntheticConfig.model_validate({"url": "synthetic:", "seconds": 1}))
    ingest = Ingest("gate", source, source.open(), PacketRing(3))
    frames = list(ingest.frames())
    assert len(frames) >= 5
    assert [error.reason for error in source.rejected] == ["not-a-video"]
