"""Runs commands in copies of this process, which has everything loaded: each a process of its own that starts at once.

    python -m tests.e2e.template

Each line on stdin is a command as JSON: `argv`, `cwd`, `env`, and `out` and `err`, files for what it prints. The
answers on stdout are a line with its process id, and when it has ended a line with its exit code (negative: a signal).
"""

import gc
import json
import os
import signal
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from camloom import cli, plugins
from camloom.cli import main

# Not the runtimes: some begin threads as soon as they are imported.
SEAMS = ("models", "rules", "sinks", "sources", "trackers")


def load() -> None:
    """Import what commands need later on."""
    for module in iter_modules(cli.__path__, "camloom.cli."):
        import_module(module.name)
    for info in plugins.describe(SEAMS):
        assert info.name
    gc.freeze()  # else each copy looks at all of it when it ends, which copies the memory too


def serve() -> dict[str, Any]:
    """Answer until stdin ends; return, in the copy, the command to run."""
    for line in sys.stdin:
        sys.stdout.flush()
        if (pid := os.fork()) == 0:
            command: dict[str, Any] = json.loads(line)
            return command
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    sys.exit(0)


def become(command: dict[str, Any]) -> None:
    """Take the folder, the environment, the arguments and the files of a command."""
    os.chdir(command["cwd"])
    os.environ.clear()
    os.environ.update(command["env"])
    sys.argv = ["camloom", *command["argv"]]
    for number, name in ((0, os.devnull), (1, command["out"]), (2, command["err"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(name, flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    # In the background of a shell it is ignored, and so the copy would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


if __name__ == "__main__":
    load()
    become(serve())
    main()
