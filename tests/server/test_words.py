"""What the server and its hosts say by code, the console can say in both languages."""

import ast
import json
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from camloom.config.template import find_template, needs_by_default, template_folders, template_names
from camloom.inference.library import card_names, find_card
from camloom.phrases import Phrase
from camloom.server.business.alarm_models import AlarmAction

_ROOT = Path(__file__).parents[2]
_SOURCES = _ROOT / "src" / "camloom"
_WORDS = _ROOT / "web" / "src" / "words"


@cache
def _called(path: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Return what is called by its plain name in a file."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return tuple((call.func.id, call) for call in calls if isinstance(call.func, ast.Name))


def _calls(folder: Path, name: str) -> Iterator[ast.Call]:
    for path in folder.rglob("*.py"):
        yield from (call for called, call in _called(path) if called == name)


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


def _keys(text: str) -> set[str]:
    """Return the words of a file that is one list of them."""
    return set(re.findall(r'^  "?([^":/]+?)"?:', text, re.MULTILINE))


def test_each_refusal_of_the_server_has_words() -> None:
    codes: set[str] = set()
    for call in _calls(_SOURCES / "server", "RefusedError"):
        codes |= _texts(call.args[1]) if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else set()
    for call in _calls(_SOURCES / "server", "ErrorDetail"):
        codes |= {one for word in call.keywords if word.arg == "code" for one in _texts(word.value)}
    assert {"host-full", "invalid"} <= codes
    assert codes - _keys((_WORDS / "refusals.ts").read_text(encoding="utf-8")) == set()


def test_each_mistake_in_a_form_that_the_server_names_has_words() -> None:
    codes = {one.replace("_", "-") for call in _calls(_SOURCES / "server", "wrong") for one in _texts(call.args[0])}
    words = (_ROOT / "web/src/parts/fields/words.ts").read_text(encoding="utf-8")
    assert "robot-token" in codes
    assert {one for one in codes if words.count(f"    {one}: ") + words.count(f'    "{one}": ') < 2} == set()


def test_each_reason_of_a_camera_has_words() -> None:
    reasons = {
        text
        for name in ("SourceError", "refused_by_status")
        for folder in ("sources", "agent", "runner", "config", "supervisor")
        for call in _calls(_SOURCES / folder, name)
        for word in call.keywords
        if word.arg == "reason" and isinstance(word.value, ast.Constant)
        for text in _texts(word.value)
    }
    words = (_ROOT / "web/src/rooms/cameras/words.ts").read_text(encoding="utf-8")
    assert {"timeout", "no-video"} <= reasons
    assert {one for one in reasons if words.count(f"    {one}: ") + words.count(f'    "{one}": ') < 2} == set()


def test_what_models_come_with_has_words() -> None:
    text = (_WORDS / "classes.ts").read_text(encoding="utf-8")
    known = _keys(text)
    cards = [find_card(name)[0] for name in card_names()]
    folders = template_folders()
    templates = [find_template(name, folders) for name in template_names(folders)]
    needs = [each for one in templates for whole in [needs_by_default(one)] for each in (whole, *whole.one_of)]
    asked = {label for each in needs for label in (*each.labels.any, *each.labels.all)}
    names = {name for card in cards for name in card.class_names} | asked
    assert {"person", "smoke"} <= names
    assert {name for name in names if name.replace("_", " ") not in known} == set()
    assert {card.name for card in cards} - known == set()
    assert {str(card.measured["data"]) for card in cards if "data" in card.measured} - known == set()


_ENGINE_WORDS = _WORDS / "engine.ts"
_PUSH_WORDS = _ROOT / "web" / "src" / "rooms" / "settings" / "pushes" / "said.ts"
_PUSH_ERRORS = {"LaterPushError", "RefusedPushError", "MailError"}
_ERRORS = {"ConfigError", "UsageError", "ModelError", "PluginError", "SinkError", "CamloomError", "SourceError"}
_ENGINE = (
    "agent",
    "backtest/store.py",
    "config/places.py",
    "config/source_url.py",
    "inference/library.py",
    "inference/runtimes/openvino.py",
    "inference/runtimes/ort.py",
    "inference/trial.py",
    "plugins.py",
    "rules",
    "runner/alarms.py",
    "runner/build.py",
    "runner/camera.py",
    "runner/edit.py",
    "runner/runner.py",
    "sinks/paths.py",
    "sinks/queue.py",
    "supervisor/supervisor.py",
)
# What somebody at the command line may see, and nobody in a console.
_ELSEWHERE = re.compile(
    r"1: 1|1 is a folder|'1' (is not the name of a file|leaves the output folder.*)|the pixels of this frame are gone"
)


class _Said:
    """What the console says instead of sentences of the engine, or of pushes."""

    def __init__(self, file: Path) -> None:
        text = file.read_text(encoding="utf-8").partition("const PATTERNS")[0]
        pairs = re.findall(r'\[\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*"),?\s*\]', text)
        self.said = [(json.loads(english), json.loads(chinese)) for english, chinese in pairs]
        self._patterns = [(self._pattern(english), chinese) for english, chinese in self.said]

    @staticmethod
    def _pattern(english: str) -> "re.Pattern[str]":
        short = english.replace("(.+)", "(.+?)")  # as the console does
        return re.compile(rf"(?s)(?:{short})(?:\. .*)?")

    def knows(self, sentence: str) -> bool:
        for pattern, chinese in self._patterns:
            found = pattern.fullmatch(sentence)
            if found and all(self.knows(found[int(at)]) for at in re.findall(r"&(\d)", chinese)):
                return True
        return False


def _sentence(node: ast.expr) -> str | None:
    """Return what an error says, with 1 for all that is particular; None: it is said elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "1" for one in node.values)
    return None


def _sentences(place: str, errors: set[str]) -> Iterator[str]:
    path = _SOURCES / place
    for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
        for called, call in _called(file):
            if called in errors and call.args and (said := _sentence(call.args[0])):
                yield said


@pytest.mark.parametrize("place", _ENGINE)
def test_each_sentence_of_the_engine_that_a_console_shows_has_words(place: str) -> None:
    engine, said = _Said(_ENGINE_WORDS), [one for one in _sentences(place, _ERRORS) if not _ELSEWHERE.fullmatch(one)]
    assert [one for one in said if not engine.knows(one)] == []


@pytest.mark.parametrize("place", ["server/pushes", "server/mail"])
def test_each_sentence_about_a_delivery_has_words(place: str) -> None:
    pushes, said = _Said(_PUSH_WORDS), list(_sentences(place, _PUSH_ERRORS))
    assert said
    joined = {"the service does not take it1", "the mail server refuses 1 recipients"}  # of parts that are told apart
    assert [one for one in said if one not in joined and not pushes.knows(one)] == []


def test_the_words_for_sentences_are_read_as_they_are_written() -> None:
    engine = _Said(_ENGINE_WORDS)
    lines = _ENGINE_WORDS.read_text(encoding="utf-8").partition("const PATTERNS")[0]
    assert len(engine.said) == len(re.findall(r'^  \["|^  \[$', lines, re.MULTILINE)) > 100
    assert engine.knows("task '1': alarm 'a': model 'm' does not know the class 'c'. It knows person")
    assert not engine.knows("alarm 'a': something that nobody says")


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
