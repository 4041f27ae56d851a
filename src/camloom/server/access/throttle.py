"""How often somebody may guess: by name and address together, by address, by name. Bounded memory."""

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from camloom.server.clock import Clock
from camloom.server.web import RefusedError

# Longer than the longest delay, which would otherwise begin anew each time.
_FORGET_AFTER = timedelta(hours=1)
_FIRST_DELAY = timedelta(seconds=30)
_ENTRIES = 20_000


@dataclass(frozen=True, slots=True)
class _Limit:
    failures: int
    longest: timedelta


# By name alone the delay stays short: nobody shall be able to keep a person out by guessing from many places.
_LIMITS = {
    "pair": _Limit(10, timedelta(minutes=15)),
    "address": _Limit(50, timedelta(minutes=15)),
    "name": _Limit(200, timedelta(seconds=30)),
}
_Key = tuple[str, str]


@dataclass(slots=True)
class _Tally:
    failures: int
    last_at: datetime


class Throttle:
    """Counts guesses before they are checked, so that a thousand at once are not more than ten in a row.

    Args:
        clock: what time it is.
        entries: so many names and addresses are remembered; the oldest are forgotten first.
    """

    def __init__(self, clock: Clock, entries: int = _ENTRIES) -> None:
        self._clock, self._entries = clock, entries
        self._lock = threading.Lock()
        self._tallies: OrderedDict[_Key, _Tally] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count a guess as a failure until `forgive`. RefusedError (429): too many have failed."""
        at = self._clock()
        keys = _keys(name, address)
        with self._lock:
            if (wait := max(self._wait(key, at) for key in keys)) > timedelta():
                raise _refusal(wait)
            for key in keys:
                self._count(key, at)

    def forgive(self, name: str, address: str) -> None:
        """Take back the guess that was counted: it was right, or it was none. The name starts anew from here."""
        with self._lock:
            for key in _keys(name, address):
                tally = self._tallies.get(key)
                if tally is None:
                    continue
                tally.failures -= 1
                if key[0] == "pair" or tally.failures <= 0:
                    del self._tallies[key]

    def __len__(self) -> int:
        return len(self._tallies)

    def _wait(self, key: _Key, at: datetime) -> timedelta:
        tally = self._tallies.get(key)
        if tally is None or at - tally.last_at >= _FORGET_AFTER:
            self._tallies.pop(key, None)
            return timedelta()
        tally.last_at = min(tally.last_at, at)  # the clock was set back: nobody waits for it to come there again
        limit = _LIMITS[key[0]]
        over = tally.failures - limit.failures
        if over < 0:
            return timedelta()
        delay: timedelta = min(_FIRST_DELAY * 2 ** min(over, 10), limit.longest)
        return tally.last_at + delay - at

    def _count(self, key: _Key, at: datetime) -> None:
        tally = self._tallies.setdefault(key, _Tally(0, at))
        tally.failures += 1
        tally.last_at = at
        self._tallies.move_to_end(key)
        while len(self._tallies) > self._entries:
            self._tallies.popitem(last=False)


def _keys(name: str, address: str) -> tuple[_Key, ...]:
    # Names come from strangers and may be long; a digest would hide nothing that matters.
    name, place = name[:64], _place(address)
    return ("pair", f"{place} {name}"), ("address", place), ("name", name)


def _place(address: str) -> str:
    """Whoever has one address of IPv6 has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _refusal(wait: timedelta) -> RefusedError:
    seconds = max(1, round(wait.total_seconds()))
    return RefusedError(
        429,
        "too-many-failures",
        "too many attempts have failed",
        f"Wait {seconds} s.",
        headers={"Retry-After": str(seconds)},
    )
