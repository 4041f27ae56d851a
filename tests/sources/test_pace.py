from camloom.sources.live.pace import Pace


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def shown_at(pace: Pace, clock: Clock, sent_s: float) -> float:
    clock.now_s += pace.hold_s(sent_s)
    return round(clock.now_s - 100.0, 3)


def test_a_burst_is_spread_over_the_time_it_was_taken_in() -> None:
    clock = Clock()
    pace = Pace(clock)

    assert [shown_at(pace, clock, 50 + index / 5) for index in range(6)] == [0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_what_comes_late_is_shown_at_once_and_moves_what_follows() -> None:
    clock = Clock()
    pace = Pace(clock)
    shown_at(pace, clock, 0)
    clock.now_s = 101.5

    assert [shown_at(pace, clock, sent_s) for sent_s in (1.0, 1.2, 1.4)] == [1.5, 1.7, 1.9]


def test_a_jump_in_time_is_not_waited_for() -> None:
    clock = Clock()
    pace = Pace(clock)
    shown_at(pace, clock, 0)

    assert [shown_at(pace, clock, sent_s) for sent_s in (1000, 1000.5, 3, 3.5)] == [0, 0.5, 0.5, 1.0]
