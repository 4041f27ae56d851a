"""Sessions over real sockets."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import islice

from tests.gb28181.media.clips import SSRC, Coded, rtp

from camloom.gb28181.media.receiver import MediaReceiver
from camloom.gb28181.media.unit import AccessUnit

PORTS = range(31000, 31400)
HERE = "127.0.0.1"


@contextmanager
def udp_device(port: int, packets: Sequence[bytes], host: str = HERE) -> Iterator[socket.socket]:
    """Send packets from a thread, a few at a time."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.bind((host, 0))

        def send() -> None:
            for index, packet in enumerate(packets):
                device.sendto(packet, (HERE, port))
                if index % 8 == 7:
                    time.sleep(0.001)  # a device does not send its whole film at once

        thread = threading.Thread(target=send)
        thread.start()
        yield device
        thread.join()


def receive(receiver: MediaReceiver, count: int) -> list[AccessUnit]:
    return list(islice(receiver.units(), count))


def test_pictures_over_udp_are_the_pictures_that_were_sent(h264: list[Coded]) -> None:
    with closing(MediaReceiver("udp", HERE, PORTS, expected_host=HERE, ssrc=SSRC)) as receiver:
        assert receiver.port in PORTS
        assert receiver.port % 2 == 0
        with udp_device(receiver.port, rtp(h264)):
            units = receive(receiver, len(h264))
    assert [unit.data for unit in units] == [one.data for one in h264]
    assert [unit.pts_ticks for unit in units] == [one.pts_ticks for one in h264]
    assert [unit.is_keyframe for unit in units] == [one.is_keyframe for one in h264]
    assert not any(unit.discont for unit in units)
    assert receiver.lost == 0
