"""What the server and its hosts say by code, the console can say in both languages."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from camloom.phrases import Phrase
from camloom.server.business.alarm_models import AlarmAction

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "src" / "camloom"
_WORDS = _ROOT / "web" / "src" / "words"


def _calls(folder: Path, name: str) -> Iterator[ast.Call]:
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield node


def _texts(node: ast.expr) -> set[str]:
    """Return the texts that stand in an expression as they are."""
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _said(text: str, word: str) -> bool:
    """Tell whether a file of words has a word, `a.b` as `b` below `a`."""
    name, _, rest = word.partition(".")
    if not rest:
        return re.search(rf'(^|[\s{{,])"?{re.escape(name)}"?: ["{{]', text) is not None
    below = re.search(rf"(^|\s){name}: {{(.*?)}}", text, re.DOTALL)
    return below is not None and _said(below[2], rest)


def test_each_act_of_the_audit_log_has_words() -> None:
    acts = {f"alarm.{one}" for one in get_args(AlarmAction.model_fields["action"].annotation)}
    acts |= {"report.schedule-create", "report.schedule-change", "storage.quota", "storage.disk"}
    kinds = set()
    for call in _calls(_SOURCES / "server", "record"):
        if len(call.args) > 3:
            acts |= {one for one in _texts(call.args[2]) if not isinstance(call.args[2], ast.JoinedStr)}
            kinds |= _texts(call.args[3])
    words = (_WORDS / "audit.ts").read_text(encoding="utf-8")
    assert "policy.order" in acts
    assert {one for one in acts | kinds if not _said(words, one)} == set()


def test_each_reason_of_a_host_about_a_model_has_words() -> None:
    words = (_WORDS / "told.ts").read_text(encoding="utf-8")
    codes: set[str] = set()
    for folder in ("toolchain/importing", "agent"):
        for call in _calls(_SOURCES / folder, "Phrase"):
            if len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                codes |= _texts(call.args[1])
    assert {"damaged", "habit", "not-said"} <= codes
    written = set(re.findall(r'^  "?([\w-]+)"?:', words, re.MULTILINE))
    assert {one for one in codes if one not in written and f"model-{one}" not in written} == set()


def test_a_phrase_is_text_with_a_code() -> None:
    one = Phrase("as YOLOX has it", "habit", who="YOLOX")
    both = one.joined(Phrase("but it found nothing", "found-nothing"))
    assert (f"{one}!", both, both.code) == (
        "as YOLOX has it!",
        "as YOLOX has it; but it found nothing",
        "habit+found-nothing",
    )
    assert both.told() == {"text": str(both), "code": "habit+found-nothing", "values": {"who": "YOLOX"}}
    assert one.joined(Phrase("something new")).code == ""
    again = pickle.loads(pickle.dumps(one))  # as errors of workers come
    assert (again, again.code, again.values) == (one, "habit", {"who": "YOLOX"})
    assert Phrase("x", "x", what="y" * 1000).values == {"what": "y" * 500}
