"""A player that knows plain HTTP-FLV and nothing of Camloom: FFmpeg."""

import threading

import av
from av.container import InputContainer
from tests.server.live.conftest import Watched

_PATIENCE_S = 30.0


def played(watched: Watched, address: str, **options: str) -> list[tuple[float, int, int]]:
    """Play a camera from its 14th packet on until its task ends: the time and the size of each picture.

    Nothing is forgiven: a packet that is damaged is an error.
    """
    watched.play(0, 14)
    pictures: list[tuple[float, int, int]] = []
    errors: list[Exception] = []

    def play() -> None:
        try:
            with av.open(address, options=options, timeout=_PATIENCE_S) as flv:
                assert isinstance(flv, InputContainer)
                pictures.extend(_pictures(flv))
        except (av.error.FFmpegError, AssertionError) as error:  # told where the test is
            errors.append(error)

    player = threading.Thread(target=play)
    player.start()
    watched.wait_for_viewers(1)
    watched.play(14)
    watched.view.stop()
    player.join(_PATIENCE_S)
    assert not player.is_alive()
    if errors:
        raise errors[0]
    return pictures


def _pictures(flv: InputContainer) -> list[tuple[float, int, int]]:
    (stream,) = flv.streams.video
    stream.codec_context.options = {"err_detect": "explode"}
    return [(float(one.time or 0.0), one.width, one.height) for one in flv.decode(stream)]
