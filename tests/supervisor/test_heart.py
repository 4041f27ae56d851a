"""A worker goes on telling that it lives."""

import socket
import threading
from types import SimpleNamespace

from camloom.supervisor import worker
from camloom.supervisor.channel import Channel
from camloom.supervisor.marks import Marks
from camloom.supervisor.messages import Beat, read_news


class Puzzled(SimpleNamespace):
    """Stands for a runner whose models change while they are listed."""

    @property
    def model_lines(self) -> list[str]:
        raise RuntimeError("dictionary changed size during iteration")


def test_models_that_cannot_be_described_do_not_stop_the_heart() -> None:
    ours, its = socket.socketpair()
    ours.settimeout(10)
    living = worker._Worker(Channel(its), Marks(Marks.new_file()))
    living._runner = Puzzled(reports=[], rows=[], runtimes={})  # type: ignore[assignment]
    thread = threading.Thread(target=living._beat, daemon=True)
    thread.start()
    told = Channel(ours).receive()
    living._over.set()
    thread.join(10)
    assert told
    assert isinstance(read_news(told[0]), Beat)
    ours.close()
