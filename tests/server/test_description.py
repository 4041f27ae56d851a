"""The description of the API: what clients are generated from, so every name in it is one that people will write."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from camloom.server import openapi as description
from camloom.server.health.description import OF_NO_OPERATION

_ERROR = {"$ref": "#/components/schemas/ErrorAnswer"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The whole of it."""
    return description.document()


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        part = list(part.values())
    for below in part if isinstance(part, list) else ():
        yield from _references(below)


def test_models_have_names_of_one_word_and_each_is_used(document: dict[str, Any]) -> None:
    models = document["components"]["schemas"]
    assert [name for name in models if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    of_no_operation = {model.__name__ for model in OF_NO_OPERATION}
    assert {*_references(document), *of_no_operation} == set(models)


def test_operations_are_called_by_what_they_do(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(document)]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z]+(?:_[a-z]+)*", name)] == []
    for method, path, operation in _operations(document):
        name, answers = operation["operationId"], operation["responses"]
        page = answers.get("200", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
        assert name.startswith("list_") or not page.endswith("Page"), name
        assert name.startswith(("delete_", "end_")) or method != "delete" or path.startswith("/VIID"), name


def test_each_says_in_a_sentence_what_it_does(document: dict[str, Any]) -> None:
    said = {operation["operationId"]: operation.get("summary", "") for _, _, operation in _operations(document)}
    made_up = {name for name, summary in said.items() if summary.lower().replace(" ", "_") == name}
    assert {name for name, summary in said.items() if len(summary) < 10} | made_up == set()
    assert all(len(operation["tags"]) == 1 for _, _, operation in _operations(document))


def test_each_says_what_comes_back(document: dict[str, Any]) -> None:
    for _, _, operation in _operations(document):
        well = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
        assert well, operation["operationId"]
        for status, answer in well.items():
            content = answer.get("content", {})
            assert (status == "204") == (not content), operation["operationId"]
            assert all(body.get("schema") for body in content.values()), operation["operationId"]
            assert not any("*" in media_type for media_type in content), operation["operationId"]


def test_each_says_how_it_refuses(document: dict[str, Any]) -> None:
    for method, path, operation in _operations(document):
        answers, name = operation["responses"], operation["operationId"]
        expected = {"default"}
        if operation.get("x-role") or method not in {"get", "head"}:
            expected |= {"401", "403"}
        if "parameters" in operation or "requestBody" in operation:
            expected |= {"422"}
        if "{" in path:
            expected |= {"404"}
        assert expected <= set(answers), name
        refused = {status: answer for status, answer in answers.items() if status == "default" or status[0] == "4"}
        shapes = {status: answer["content"]["application/json"]["schema"] for status, answer in refused.items()}
        assert all(shape == _ERROR for shape in shapes.values()), name


def test_who_may_use_it_is_said(document: dict[str, Any]) -> None:
    schemes = set(document["components"]["securitySchemes"])
    for _, _, operation in _operations(document):
        named = {name for either in operation["security"] for name in either}
        assert (named == schemes) == ("x-role" in operation)
        assert operation.get("x-role", "viewer") in {"viewer", "operator", "administrator"}
