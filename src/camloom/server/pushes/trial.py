"""The test button: one message, now, that says that it is a test."""

from collections.abc import Callable

from camloom.errors import CamloomError
from camloom.server.business.hooks import AlarmChange
from camloom.server.database import new_id
from camloom.server.pushes.message import AlarmFacts, EventFacts, Message
from camloom.server.pushes.models import PushTest
from camloom.server.pushes.seam import Around, PushKind
from camloom.server.pushes.sending import close_kind, unforeseen

TEST_ID = "test"
"""Of a target in a test: some receivers end the older of two connections that have the same name."""
_ID = "00000000000000000000000000"


def try_out(make: Callable[[], PushKind], around: Around, language: str) -> PushTest:
    """Send a test message and tell in one line what became of it."""
    try:
        made = make()
        try:
            made.send(_message(around, language))
        finally:
            close_kind(made)
    except CamloomError as error:
        return _failed(error)
    except Exception as error:  # noqa: BLE001  # libraries of strangers
        return _failed(unforeseen(error))
    return PushTest(ok=True, message="the receiver has confirmed")


def _failed(error: CamloomError) -> PushTest:
    return PushTest(ok=False, message=f"{error.message}. {error.hint}" if error.hint else error.message)


def _message(around: Around, language: str) -> Message:
    at, test_id = around.clock(), new_id()
    camera = "Camloom"
    facts = AlarmFacts(
        id=_ID,
        incident_id=test_id,
        camera_id=_ID,
        camera_name=camera,
        camera_group_id=None,
        host_id=_ID,
        task_id=_ID,
        rule_id="test",
        template="test",
        name={"zh": "测试消息", "en": "Test message"},
        severity="info",
        stage="",
        zone="",
        began_at=at,
        ended_at=at,
        count=1,
        handling="new",
        verdict=None,
        event=EventFacts(id=test_id, type="test", source_id="test", phase="instant", occurred_at=at.isoformat()),
    )
    return Message(key=f"test:{test_id}", change=AlarmChange.RAISED, at=at, alarm=facts, language=language, test=True)
