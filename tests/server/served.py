"""A server process for tests: `python -m tests.server.served`, settings from the environment."""

import os

from tests.server.fakes import FakeExchange

from camloom.server.run import serve
from camloom.server.settings import ServerSettings

if __name__ == "__main__":
    serve(ServerSettings(), FakeExchange, announce=lambda line: os.write(1, f"{line}\n".encode()))
