"""What Linux tells of accelerators, as files that other machines have."""

from pathlib import Path

import pytest

from camloom.agent.accelerators import AcceleratorMeter


def _nobody() -> None:
    return None


def _tell(root: Path, place: str, text: str) -> Path:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("place", "text", "share"),
    [
        ("devices/platform/gpu.0/load", "437\n", 0.437),
        ("devices/platform/bus@0/17000000.gpu/load", "1000\n", 1.0),
        ("class/devfreq/fdab0000.npu/load", "37@1000000000Hz\n", 0.37),
        ("class/devfreq/fb000000.gpu/load", "0@300000000Hz", 0.0),
    ],
)
def test_boards_tell_how_busy_it_is(tmp_path: Path, place: str, text: str, share: float) -> None:
    _tell(tmp_path, place, text)
    assert AcceleratorMeter(tmp_path, nvidia=_nobody)() == (share, None)


def test_a_counter_is_told_as_the_share_of_the_time_since(tmp_path: Path) -> None:
    times = iter([10.0, 12.0, 14.0, 14.0])
    meter = AcceleratorMeter(tmp_path, lambda: next(times), _nobody)
    counter = _tell(tmp_path, "class/accel/accel0/device/npu_busy_time_us", "5000000\n")
    assert meter() is None
    counter.write_text("5500000\n")
    assert meter() == (0.25, None)
    counter.write_text("1000\n")  # the driver was loaded anew
    assert meter() == (0.0, None)


@pytest.mark.parametrize("text", ["", "n/a", "-1", "\xff\xfe"])
def test_what_says_nothing_is_not_told(tmp_path: Path, text: str) -> None:
    _tell(tmp_path, "class/devfreq/npu/load", text)
    assert AcceleratorMeter(tmp_path, nvidia=_nobody)() is None


def test_a_device_that_tells_its_memory_counts_first(tmp_path: Path) -> None:
    _tell(tmp_path, "class/devfreq/npu/load", "50@1Hz")
    assert AcceleratorMeter(tmp_path, nvidia=lambda: (0.5, 0.25))() == (0.5, 0.25)
    assert AcceleratorMeter(tmp_path / "nothing", nvidia=_nobody)() is None
