"""A server over real HTTP, and programs that call it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from tests.server.conftest import Serve
from tests.server.people import add_account, add_key

from camloom.client import Camloom, connect
from camloom.server.access.principal import RoleWord

Programs = Callable[[str, RoleWord], Camloom]


@pytest.fixture
def address(sqlite_app: FastAPI, served: Serve) -> str:
    """Of the server."""
    return f"http://{served(sqlite_app)}"


@pytest.fixture
def key(sqlite_app: FastAPI) -> str:
    """Of an administrator."""
    return add_key(sqlite_app, add_account(sqlite_app, "boss", "administrator"))


@pytest.fixture
def box(address: str, key: str) -> Iterator[Camloom]:
    """The server as an administrator's program sees it."""
    with connect(address, key) as box:
        yield box


@pytest.fixture
def program(sqlite_app: FastAPI, address: str) -> Iterator[Programs]:
    """A function that lets in a program of a role, which sees no group."""
    with ExitStack() as stack:

        def let_in(name: str, role: RoleWord) -> Camloom:
            secret = add_key(sqlite_app, add_account(sqlite_app, name, role), role)
            return stack.enter_context(connect(address, secret))

        yield let_in


def blocks_of(language: str) -> list[str]:
    """Return the examples of docs/api.md in a language."""
    page = Path(__file__).parents[3] / "docs" / "api.md"
    return [block.partition("```")[0] for block in page.read_text().split(f"```{language}\n")[1:]]


@pytest.fixture
def python_blocks() -> list[str]:
    """The examples in Python."""
    return blocks_of("python")
