"""A folder is for one server and one engine at a time."""

from pathlib import Path

import pytest

from camloom.claim import claimed
from camloom.errors import UsageError


def test_a_second_one_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with claimed(tmp_path, "agent"):
        with (
            pytest.raises(UsageError, match=r"another Camloom \(agent\) runs with .*End it first"),
            claimed(tmp_path, "agent"),
        ):
            pass
        with claimed(tmp_path, "server"):
            pass
    with claimed(tmp_path, "agent"):
        pass


def test_one_that_is_about_to_end_is_waited_for(tmp_path: Path) -> None:
    first = claimed(tmp_path, "server")
    first.__enter__()
    with claimed(tmp_path, "server", patience_s=60, wait=lambda: first.__exit__(None, None, None)):
        pass


def test_where_nothing_can_be_written_nobody_is_kept_out(tmp_path: Path) -> None:
    with claimed(tmp_path / "missing", "agent"), claimed(tmp_path / "missing", "agent"):
        pass
