"""Checks of a runtime: what cannot work is refused with a ModelError of one line, before it does harm."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from camloom.errors import ModelError
from camloom.inference.card import ModelCard
from camloom.testing.graphs import Graph, convolution, double
from camloom.testing.outcome import CheckError, NotApplicableError
from camloom.testing.subject import Subject

_WITHOUT_SIGNATURE = frozenset({".torchscript", ".ts", ".pt"})
"""Files that do not say what their inputs are: nothing can be refused before it runs."""
_GARBAGE = (b"", b"not a model at all" * 100, b"\x08\x07\x12\x00" * 50)


def wrong_size(subject: Subject) -> str:
    """A card of another input size."""
    graph = convolution(subject.files.layout)
    _needs_signature(subject.files.path(graph))
    card = graph.card(width=graph.width + 8, height=graph.height + 8)
    return _refused(lambda: _compile(subject, subject.files.path(graph), card))


def wrong_layout(subject: Subject) -> str:
    """A card of the other layout."""
    graph = convolution(subject.files.layout)
    card, path = graph.card(layout=subject.files.other_layout), subject.files.path(graph)
    return _refused(lambda: _compile(subject, path, card))


def unknown_device(subject: Subject) -> str:
    """A device that does not exist."""
    graph = double(subject.files.layout)
    path = subject.files.path(graph)
    return _refused(lambda: subject.runtime.compile(path, graph.card(), 1, "nowhere:9"))


def missing_file(subject: Subject) -> str:
    """A file that is not there."""
    graph = double(subject.files.layout)
    path = subject.scratch / f"missing{subject.files.path(graph).suffix}"
    return _refused(lambda: _compile(subject, path, graph.card()), path.name)


def garbage(subject: Subject) -> str:
    """Files that are no model."""
    graph = double(subject.files.layout)
    path = subject.scratch / f"garbage{subject.files.path(graph).suffix}"
    said = ""
    for content in _GARBAGE:
        path.write_bytes(content)
        said = _refused(lambda: _compile(subject, path, graph.card()), path.name)
    return said


def cut_file(subject: Subject) -> str:
    """Files of which the second half is missing, one after the other where a model has two."""
    graph = convolution(subject.files.layout)
    parts = subject.files.parts(graph)
    said = ""
    for index, part in enumerate(parts):
        folder = subject.scratch / f"cut_{index}"
        folder.mkdir(exist_ok=True)
        for path in parts:
            shutil.copy(path, folder / path.name)
        content = part.read_bytes()
        if not content:
            continue
        (folder / part.name).write_bytes(content[: len(content) // 2])
        main = folder / parts[0].name
        said = _refused(partial(_compile, subject, main, graph.card()), main.name)
    return said


def wrong_canvas(subject: Subject) -> str:
    """A canvas of another size, given to a session: never read beyond its end."""
    graph = convolution(subject.files.layout)
    session = subject.compile(graph).session()
    small = np.zeros((graph.height // 2, graph.width // 2, 3), np.uint8)
    return _refused(lambda: session.run(small))


def unknown_input(subject: Subject) -> str:
    """A card with the name of an input that the file does not have."""
    graph: Graph = double(subject.files.layout)
    card = graph.card(name="no_such_input")
    path = subject.files.path(graph)
    _needs_signature(path)
    return _refused(lambda: _compile(subject, path, card))


def _needs_signature(path: Path) -> None:
    if path.suffix in _WITHOUT_SIGNATURE:
        raise NotApplicableError(f"a {path.suffix} file does not say what its inputs are")


def _compile(subject: Subject, path: Path, card: ModelCard) -> object:
    return (
        subject.runtime.compile(path, card, 1, subject.device)
        .session()
        .run(np.zeros((card.input.height, card.input.width, 3), np.uint8))
    )


def _refused(action: Callable[[], object], mentions: str = "") -> str:
    """Return what was said; CheckError unless it is a ModelError of one line that names the file."""
    try:
        action()
    except ModelError as error:
        text = str(error)
        if mentions and mentions not in text:
            raise CheckError(f"the error does not name the file {mentions}: {text[:120]}") from error
        return text[:160]
    except Exception as error:
        raise CheckError(f"must be a ModelError, is {type(error).__name__}: {error}") from error
    raise CheckError("it was taken without an error")
