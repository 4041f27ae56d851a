"""Find and describe the implementations behind each seam.

An implementation is a class named by an entry point of the group `camloom.<seam>`; built-ins register
the same way as a stranger's package. It has a pydantic `Config`, and may have `unavailable() -> str`
that says why it cannot run on this machine (empty: it can), and `details() -> Iterable[str]`, lines with
what else it finds on this machine. A broken one is listed with its reason.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from camloom.errors import CamloomError, PluginError

SEAMS = ("sources", "runtimes", "models", "trackers", "rules", "sinks")


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """One implementation as seen on this machine.

    Args:
        reason: why it is not available; empty when it is.
    """

    seam: str
    name: str
    summary: str
    package: str
    reason: str

    @property
    def available(self) -> bool:
        """Whether it can be used now."""
        return not self.reason


@lru_cache(maxsize=len(SEAMS))
def _registered(seam: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"camloom.{seam}")}


def names(seam: str) -> list[str]:
    """Return the names of all registered implementations of a seam."""
    return sorted(_registered(seam))


def load(seam: str, name: str) -> Any:
    """Return the class registered under a name.

    Raises:
        PluginError: nothing has that name, or its module cannot be imported here.
    """
    point = _registered(seam).get(name)
    if point is None:
        raise PluginError(f"unknown {_one_of(seam)} '{name}'", _suggest(name, names(seam)))
    try:
        return point.load()
    except ImportError as error:
        hint = "`camloom plugins` says what is missing"
        raise PluginError(f"{_one_of(seam)} '{name}' cannot be loaded: {error}", hint) from error


def load_available(seam: str, name: str) -> Any:
    """Return the class registered under a name, if it can run on this machine.

    Raises:
        PluginError: see `load`; or the implementation says why it cannot run here.
    """
    implementation = load(seam, name)
    if reason := _why_not(implementation):
        raise PluginError(f"{_one_of(seam)} '{name}' is not available here: {reason}")
    return implementation


def describe(seams: Iterable[str] = SEAMS) -> list[PluginInfo]:
    """Return every registered implementation with the reason if it cannot be used."""
    return [_describe_one(seam, point) for seam in seams for _, point in sorted(_registered(seam).items())]


def details(seam: str, name: str) -> list[str]:
    """Return what else an implementation says about this machine; nothing if it is not available."""
    try:
        tell = getattr(load_available(seam, name), "details", None)
    except PluginError:
        return []
    return [] if tell is None else [str(line) for line in tell()]


def _describe_one(seam: str, point: EntryPoint) -> PluginInfo:
    package = point.dist.name if point.dist else "?"
    try:
        implementation = point.load()
        summary = (implementation.__doc__ or "").strip().splitlines()[0] if implementation.__doc__ else ""
        reason = _why_not(implementation)
    except (ImportError, AttributeError, CamloomError) as error:
        summary, reason = "", f"{type(error).__name__}: {error}"
    return PluginInfo(seam, point.name, summary, package, reason)


def _why_not(implementation: Any) -> str:
    check = getattr(implementation, "unavailable", None)
    return str(check()) if check is not None else ""


def _one_of(seam: str) -> str:
    """Return what one implementation is called; a user means a card by "model"."""
    return "model family" if seam == "models" else seam.removesuffix("s")


def _suggest(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Known: {', '.join(known) or 'none'}"
