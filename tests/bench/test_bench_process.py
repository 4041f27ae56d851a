"""What a command costs is measured, with all that it starts."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from camloom.bench.process import LoadOfOthers, pss_mib, run_measured
from camloom.errors import CamloomError

_BURN = "import time\nwhile time.process_time() < {cpu_s}: pass\n"
_HOLD = "import sys, time\nheld = bytearray(b'x' * (80 << 20))\ntime.sleep(2.5)\n"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_busy_loop_costs_what_it_burns() -> None:
    run = run_measured(python(_BURN.format(cpu_s=0.5)), timeout_s=60)
    assert run.returncode == 0
    assert run.cpu_s >= 0.5
    assert run.wall_s >= run.cpu_s / (os.cpu_count() or 1)


def test_the_time_of_children_counts() -> None:
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_BURN.format(cpu_s=0.5)!r}])"
    assert run_measured(python(parent), timeout_s=60).cpu_s >= 0.5


def test_the_memory_of_children_counts() -> None:
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_HOLD!r}])"
    assert run_measured(python(parent), timeout_s=60).peak_mib >= 80


def test_memory_of_this_process_is_that_of_its_tree() -> None:
    alone = pss_mib()
    with subprocess.Popen(python("input()"), stdin=subprocess.PIPE) as child:
        assert pss_mib(child.pid) > 0
        assert pss_mib(os.getpid()) >= pss_mib(child.pid)
    assert alone > 0


def test_the_memory_of_a_process_that_is_gone_is_nothing() -> None:
    with subprocess.Popen(python("")) as child:
        child.wait()
    assert pss_mib(child.pid) == 0


def test_output_is_kept_and_the_last_line_read_as_json() -> None:
    run = run_measured(python("print('chatter'); print('{\"fps\": 7}')"), timeout_s=60)
    assert run.json() == {"fps": 7}
    assert run.stdout.startswith("chatter")


@pytest.mark.parametrize(
    "code", ["raise SystemExit('no camera')", "import sys; print('{}'); sys.exit('no camera')", "1/0", ""]
)
def test_a_program_without_a_result_is_an_error_of_one_line(code: str) -> None:
    run = run_measured(python(code), timeout_s=60)
    with pytest.raises(CamloomError) as error:
        run.json()
    assert "\n" not in str(error.value)
    assert ("no camera" in str(error.value)) == ("no camera" in code)


def test_a_variable_reaches_the_command() -> None:
    code = "import os; print(os.environ['LANE'], os.environ['PATH'] != '')"
    assert run_measured(python(code), timeout_s=60, env={"LANE": "left"}).stdout == "left True\n"


def ends(pid: int) -> bool:
    """Tell whether a process ends within ten seconds; a killed one takes a moment."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([descriptor], [], [], 10)
    os.close(descriptor)
    return bool(ended)


def test_a_command_that_does_not_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    child = f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(600)"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    with pytest.raises(CamloomError, match="did not end in time"):
        run_measured(python(parent), timeout_s=3.0)
    assert ends(int(note.read_text())), "nothing is left running"


def test_a_command_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(CamloomError, match="cannot start /no/such/program"):
        run_measured(["/no/such/program"], timeout_s=5)


def test_our_own_work_is_not_the_load_of_others() -> None:
    load = LoadOfOthers()
    ours = run_measured(python(_BURN.format(cpu_s=1.0)), timeout_s=60)
    assert 0.0 <= load.share() <= 1.0
    assert 0.0 <= ours.others_share <= 1.0
