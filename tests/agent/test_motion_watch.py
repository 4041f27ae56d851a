"""When something moved before which camera, as a host tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from camloom.agent.motion import MotionWatch
from camloom.errors import ExchangeError
from camloom.exchange import MotionMessage
from camloom.exchange.local import LocalHost, LocalServer
from camloom.runner import StreamRow

BEGAN = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@dataclass
class Site:
    """Streams whose counters rise as a test says, looked at once a second."""

    exchange: LocalHost
    now: datetime = BEGAN
    rows: dict[str, StreamRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.watch = MotionWatch(lambda: self.now)

    def go_on(self, seconds: int, moving: Sequence[str] = (), still: Sequence[str] = ()) -> None:
        """Let some time go by in which pictures come of some streams."""
        for _ in range(seconds):
            for name in (*moving, *still):
                row = self.rows.get(name, StreamRow(name))
                self.rows[name] = StreamRow(
                    name, packets=row.packets + 25, results=row.results + 5, moving=row.moving + (name in moving)
                )
            self.watch.look(self.rows.values())
            self.now += timedelta(seconds=1)

    def told(self, server: LocalServer) -> list[MotionMessage]:
        """Hand over what is complete, and take it."""
        self.watch.hand_over(self.exchange)
        found = server.take(100, 0.0)
        for each in found:
            server.done(each.host_id, each.seq)
        return [each.message for each in found if isinstance(each.message, MotionMessage)]


def test_a_minute_is_told_when_it_is_over_in_pieces_of_ten_seconds(tmp_path: Path) -> None:
    site, server = Site(LocalHost(tmp_path / "exchange.db", "h")), LocalServer(tmp_path / "exchange.db")
    site.go_on(20, moving=["gate"], still=["yard"])
    site.go_on(20, still=["gate"])
    site.go_on(20, moving=["gate"])
    assert site.told(server) == [], "the minute is not over"
    site.go_on(1)
    [minute] = site.told(server)
    assert minute.at == BEGAN
    assert {name: (it.watched, it.moved) for name, it in minute.tasks.items()} == {
        "gate": (0b111111, 0b110011),
        "yard": (0b000011, 0),
    }
    site.go_on(120)
    assert site.told(server) == [], "where no pictures come nothing is told"


def test_a_stream_that_begins_anew_moves_if_something_did(tmp_path: Path) -> None:
    site, server = Site(LocalHost(tmp_path / "exchange.db", "h")), LocalServer(tmp_path / "exchange.db")
    site.go_on(10, moving=["gate", "yard"])
    site.rows = {"gate": StreamRow("gate", packets=1, results=1, moving=1), "yard": StreamRow("yard", packets=1)}
    site.go_on(51)
    [minute] = site.told(server)
    assert {name: (it.watched, it.moved) for name, it in minute.tasks.items()} == {"gate": (3, 3), "yard": (3, 1)}


def test_minutes_wait_while_the_exchange_is_away(tmp_path: Path) -> None:
    path = tmp_path / "exchange.db"
    site, server = Site(LocalHost(path, "h")), LocalServer(path)
    working, site.exchange = site.exchange, _Away()  # type: ignore[assignment]
    for _ in range(3):
        site.go_on(60, moving=["gate"])
        try:
            site.watch.hand_over(site.exchange)
        except ExchangeError:
            continue
    site.exchange = working
    assert [one.at for one in site.told(server)] == [BEGAN, BEGAN + timedelta(minutes=1)]


class _Away:
    def publish(self, messages: object) -> None:
        raise ExchangeError(f"no room for {messages}", "Wait")
