"""Names of hosts become addresses, in bounded time."""

import ipaddress
import socket
import threading
from queue import Empty, SimpleQueue

LOOK_UP_S = 5.0

_Found = list[str] | Exception


def look_up_name(name: str, port: int, *, family: int = socket.AF_UNSPEC, limit_s: float = LOOK_UP_S) -> list[str]:
    """Return the addresses of a host, each once.

    The system gives no limit for it (a name server that is away costs half a minute and more), so it is asked on a
    thread of its own, which is left behind when the time is over and ends with the system's answer.

    Args:
        name: or an address, which is returned as it is.
        family: only such addresses.

    Raises:
        TimeoutError: no answer in time.
        OSError, UnicodeError: there is no such host, or this is no name.
    """
    if _is_address(name):
        return _ask(name, port, family)
    answers: SimpleQueue[_Found] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_ask(name, port, family))
        except Exception as error:  # noqa: BLE001  # it is raised where the answer is awaited
            answers.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answers.get(timeout=limit_s)
    except Empty:
        raise TimeoutError(f"no answer about '{name}' within {limit_s:g} s") from None
    if isinstance(found, Exception):
        raise found
    return found


def _ask(name: str, port: int, family: int) -> list[str]:
    found = socket.getaddrinfo(name, port, family=family, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
