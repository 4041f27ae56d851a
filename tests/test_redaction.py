"""No credential is shown of what somebody else's code raises."""

import logging
from typing import Any

import pytest
from tests.sinks.conftest import make_context, make_event  # noqa: F401  # fixtures

from camloom.cli import app as cli
from camloom.inference.pool import _error_of
from camloom.redaction import RedactingFormatter, log_unexpected, unexpected
from camloom.sinks.queue import SinkWorker

SECRET = "p@ss:w/r#1%?&!"
URL = f"rtsp://admin:{SECRET}@10.0.0.5/stream"


def raises(*_: Any) -> None:
    raise OSError(f"cannot connect to {URL}")


def caught() -> Exception:
    try:
        raises()
    except OSError as error:
        return error
    raise AssertionError


def test_the_text_of_an_exception_is_shown_without_credentials() -> None:
    assert unexpected(caught()) == "OSError: cannot connect to rtsp://***@10.0.0.5/stream"


def test_a_traceback_in_the_log_holds_no_credentials(caplog: pytest.LogCaptureFixture) -> None:
    log_unexpected(logging.getLogger("x"), "it failed", caught())
    assert caplog.records[0].levelname == "ERROR"
    assert "it failed: Traceback" in caplog.text
    assert "in raises" in caplog.text
    assert SECRET not in caplog.text
    record = logging.makeLogRecord({"msg": "reading %s", "args": (URL,)})
    record.exc_info = (OSError, caught(), None)
    assert SECRET not in RedactingFormatter().format(record)


def test_a_sink_that_fails_is_reported_without_credentials(
    caplog: pytest.LogCaptureFixture,
    make_context: Any,  # noqa: F811
    make_event: Any,  # noqa: F811
) -> None:
    class Broken:
        needs_pixels = False
        events_only = True
        open = close = staticmethod(lambda *_: None)
        write = take_event = staticmethod(raises)

    worker = SinkWorker(Broken(), "broken", lossy=True)  # type: ignore[arg-type]
    worker.open(make_context())
    worker.tell(make_event(1.0))
    worker.close()
    assert "OSError: cannot connect to rtsp://***@" in str(worker.error)
    assert SECRET not in f"{worker.error}{caplog.text}"


def test_a_model_or_rule_that_fails_is_reported_without_credentials() -> None:
    error = _error_of(raises)
    assert "OSError: cannot connect to rtsp://***@" in str(error)
    assert SECRET not in str(error)


@pytest.mark.parametrize("debug", [False, True])
def test_the_command_line_shows_no_credentials(
    debug: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "app", raises)
    assert cli._exit_code(debug=debug) == 1
    said = capsys.readouterr().err
    assert "rtsp://***@10.0.0.5" in said
    assert ("Traceback" in said) is debug
    assert SECRET not in said
