"""Looks around for cameras, with every source plug-in that can."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from camloom import plugins
from camloom.errors import CamloomError, SourceError
from camloom.phrases import Phrase
from camloom.sources.finding.found import Discover, FoundSource, Search


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found.

    Attributes:
        looked_for: the plug-ins that looked.
        problems: why others could not, by name.
    """

    found: tuple[FoundSource, ...]
    looked_for: tuple[str, ...]
    problems: dict[str, Phrase]


def discover(search: Search) -> Discovery:
    """Let every source plug-in that has `discover` look around, all at once; one that fails says why."""
    able, problems = _lookers()
    found: list[FoundSource] = []
    with ThreadPoolExecutor(max(1, len(able))) as pool:
        running = {name: pool.submit(look, search) for name, look in able.items()}
        for name, future in running.items():
            try:
                found += future.result()
            except (CamloomError, OSError) as error:
                problems[name] = Phrase(str(error), error.reason if isinstance(error, SourceError) else "failed")
            except Exception as error:  # noqa: BLE001  # a stranger's plug-in may raise anything; the others go on
                problems[name] = Phrase(f"it failed ({type(error).__name__})", "failed")
    looked_for = tuple(name for name in able if name not in problems)
    return Discovery(tuple(sorted(found, key=_place)), looked_for, problems)


def _lookers() -> tuple[dict[str, Discover], dict[str, Phrase]]:
    """Return what can look around, and why others that could cannot here."""
    able: dict[str, Discover] = {}
    problems: dict[str, Phrase] = {}
    for info in plugins.describe(["sources"]):
        try:
            look = getattr(plugins.load("sources", info.name), "discover", None)
        except CamloomError:
            continue  # broken: `camloom plugins` says so
        if look is not None and info.available:
            able[info.name] = look
        elif look is not None:
            problems[info.name] = Phrase(info.reason, "unavailable")
    return able, problems


def _place(found: FoundSource) -> tuple[str, Sequence[tuple[int, str]]]:
    """Return an order in which 10.0.0.9 comes before 10.0.0.10."""
    parts = found.address.replace(":", ".").split(".")
    return found.type, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
