"""Bars are held against ratios within a round, and nothing that was not measured passes."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from camloom.bench.bars import Bar, bars
from camloom.bench.figures import Figures, Measured, Round, carried, limit_fps, limit_streams, summarise
from camloom.bench.report import document, print_report, write_report
from camloom.errors import SinkError

PARTS = {"decode": 6.0, "convert": 1.0, "infer": 16.0, "post": 2.0}  # 25 ms: a limit of 80 frames/s on two cores


def row(streams: int, fps: float, cpu_ms: float = 26.0, mib: float = 200.0) -> Measured:
    return Measured(streams=streams, fps=fps, cpu_ms_per_frame=cpu_ms, mib=mib)


def good_round(speed: float = 1.0) -> Round:
    """A round that clears every bar; `speed` slows machine and programs alike."""
    engine = [row(1, 70, mib=200), row(4, 76, mib=260), row(8, 77, mib=340), row(16, 78, mib=500)]
    peers = {"naive": [row(4, 48)], "supervision_openvino": [row(4, 50)], "gstreamer_openvino": [row(4, 55)]}
    for each in (*engine, *(one for rows in peers.values() for one in rows)):
        each["fps"] *= speed
        each["cpu_ms_per_frame"] /= speed
    parts = {name: ms / speed for name, ms in PARTS.items()}
    return Round(parts_ms=parts, engine=engine, peers=peers, load_of_others=0.1)


def live(streams: int, late_share: float) -> Measured:
    return Measured(streams=streams, fps=5.0 * streams, late_share=late_share)


def good_figures() -> Figures:
    overloaded = Measured(streams=16, fps=38, latency_p99_ms=700, age_growth_ms=5, slowest_to_fastest=0.95)
    return Figures(
        rounds=[good_round(), good_round(0.5), good_round(0.8)],
        cores=2,
        realtime={
            "limit_streams": 8.3,
            "engine": [live(6, 0), live(8, 0.005), live(9, 0.2)],
            "peers": {"naive": [live(5, 0), live(6, 0.3)], "gstreamer_openvino": [live(6, 0.002), live(7, 0.1)]},
        },
        quiet={
            "engine": [live(18, 0.0)],
            "peers": {"gstreamer_openvino": [live(6, 0.002)]},
            "events_expected": 9,
            "events_found": 9,
        },
        overload={"carried": live(8, 0), "overloaded": overloaded, "mib_start": 400, "mib_end": 404},
        soak={"minutes": 10, "mib": [300, 310, 320, 320, 321, 320, 322, 321]},
        overhead_ms=1.2,
    )


def verdicts(figures: Figures) -> dict[str, bool | None]:
    return {bar.name: bar.passed for bar in bars(figures)}


def test_a_good_run_clears_every_bar_however_slow_the_machine() -> None:
    assert set(verdicts(good_figures()).values()) == {True}


def test_an_empty_run_clears_and_misses_nothing() -> None:
    assert set(verdicts(Figures(rounds=[])).values()) == {None}


@pytest.mark.parametrize(
    ("value", "at_least", "passed"),
    [(0.92, True, True), (0.9199, True, False), (1.08, False, True), (1.081, False, False), (None, True, None)],
)
def test_a_bar_is_cleared_from_its_threshold_on(value: float | None, at_least: bool, passed: bool | None) -> None:
    assert Bar("name", value, 0.92 if at_least else 1.08, at_least).passed is passed


def test_one_unlucky_round_of_three_does_not_decide() -> None:
    figures = good_figures()
    figures.rounds[1]["engine"][1]["fps"] = 1.0
    assert verdicts(figures)["fps by limit, 4 streams"] is True
    figures.rounds[0]["engine"][1]["fps"] = 1.0
    assert verdicts(figures)["fps by limit, 4 streams"] is False


def test_a_ratio_is_taken_within_its_round() -> None:
    figures = good_figures()
    del figures.rounds[0]["peers"]["naive"]
    bar = next(bar for bar in bars(figures) if bar.name == "fps by naive, 4 streams")
    assert bar.value == pytest.approx(76 / 48)


def test_growth_of_cost_with_streams_is_seen() -> None:
    figures = good_figures()
    for each in figures.rounds:
        each["engine"][3]["cpu_ms_per_frame"] *= 1.06
    missed = {name for name, passed in verdicts(figures).items() if passed is False}
    assert missed == {"CPU per frame at 16 streams by 4", "CPU per frame by the sum of the parts, 16 streams"}


def test_memory_of_each_further_stream_is_the_slope() -> None:
    bar = next(bar for bar in bars(good_figures()) if bar.name == "memory of each further stream")
    assert bar.value == pytest.approx((500 - 200) / 15)


def test_memory_that_grows_is_a_missed_bar() -> None:
    figures = good_figures()
    figures.soak = {"minutes": 10, "mib": [300.0 + 10 * k for k in range(20)]}
    assert verdicts(figures)["growth of memory over a long run"] is False


def test_a_missed_event_is_a_missed_bar() -> None:
    figures = good_figures()
    assert figures.quiet is not None
    figures.quiet["events_found"] = 8
    assert verdicts(figures)["events found in idle mode"] is False


def test_carried_is_the_most_cameras_with_under_one_percent_late() -> None:
    assert carried([live(4, 0), live(6, 0.0099), live(7, 0.01), live(8, 0.4)]) == 6
    assert carried([live(6, 0.0), live(6, 0.0), live(6, 0.5)]) == 6
    assert carried([live(1, 0.3)]) == 0


def test_limits_follow_from_the_parts() -> None:
    assert limit_fps(PARTS, cores=2) == pytest.approx(80)
    assert limit_fps(PARTS, cores=16, streams=1) == pytest.approx(1000 / 7)
    assert limit_streams(PARTS, cores=2, source_fps=25, analysis_fps=5) == pytest.approx(2000 / (25 * 6 + 5 * 19))


def test_rounds_are_summarised_by_median_and_range() -> None:
    merged = summarise([row(4, 70), row(1, 60), row(4, 90), row(4, 76)])
    assert [each["streams"] for each in merged] == [1, 4]
    assert (merged[1]["fps"], merged[1]["fps_min"], merged[1]["fps_max"], merged[1]["rounds"]) == (76, 70, 90, 3)


def test_the_json_has_the_promised_keys(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    write_report(good_figures(), path)
    written = json.loads(path.read_text())
    assert {"limit_fps", "parts_ms", "engine", "peers", "realtime", "overload", "load_of_others", "bars"} <= set(
        written
    )
    assert written["limit_fps"] == pytest.approx(64)
    assert [entry["streams"] for entry in written["engine"]] == [1, 4, 8, 16]
    assert written["peers"]["naive"][0]["fps"] == pytest.approx(48 * 0.8)
    assert all(bar["passed"] for bar in written["bars"])


def test_an_unwritable_place_for_the_json_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="cannot write"):
        write_report(good_figures(), tmp_path / "no" / "folder.json")


@pytest.mark.parametrize("figures", [good_figures(), Figures(rounds=[])], ids=["full", "empty"])
def test_the_report_shows_every_bar(figures: Figures) -> None:
    text = StringIO()
    print_report(figures, Console(file=text, width=160))
    for entry in document(figures)["bars"]:
        assert entry["bar"] in text.getvalue()
    assert ("not measured" in text.getvalue()) == (not figures.rounds)
