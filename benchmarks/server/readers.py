"""People who read: each asks for a list, thinks, opens an alarm and looks at its picture, thinks.

    python -m benchmarks.server.readers SITE PORT SECONDS THINK_S

They think for THINK_S, or up to half of that less or more. With a second, twenty of them ask for 12 lists, 6 details
and 6 pictures in a second: more than people do who work through a list, and no less than consoles that ask for it by
themselves when an alarm comes. What is timed is what a person waits for: from the request to the last byte of the
answer, over a connection that is kept; what this program needs for itself is in it.

Prints how long each kind of answer took, in milliseconds, and what was answered other than 200.
"""

import http.client
import json
import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.server.site import Site

FILTERS: list[dict[str, str]] = [
    {},
    {},
    {},
    {"severity": "critical"},
    {"handling": "new"},
    {"template": "intrusion", "severity": "minor"},
    {"text": "camera 4"},
    {"quiet": "true"},
]


class _Reader:
    """One of them, with a connection of its own."""

    def __init__(self, key: str, port: int, cameras: list[str], think_s: float) -> None:
        self._head = {"Authorization": f"Bearer {key}"}
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cameras, self._think_s = cameras, think_s
        self.took_ms: dict[str, list[float]] = {"list": [], "detail": [], "picture": []}
        self.others: Counter[int] = Counter()

    def run(self, ends_s: float) -> None:
        time.sleep(random.uniform(0, self._think_s))
        while time.monotonic() < ends_s:
            asked = {**random.choice(FILTERS), **random.choice([{}, {"camera": random.choice(self._cameras)}])}
            page = json.loads(self._get("list", f"/api/v1/alarms?{urlencode(asked)}") or b'{"items": []}')
            time.sleep(random.uniform(0.5, 1.5) * self._think_s)
            if page["items"]:
                shown = random.choice(page["items"])
                self._get("detail", f"/api/v1/alarms/{shown['id']}")
                if shown["picture"]:
                    self._get("picture", f"/api/v1/media/{shown['picture']}")
                time.sleep(random.uniform(0.5, 1.5) * self._think_s)

    def _get(self, kind: str, path: str) -> bytes:
        began_s = time.monotonic()
        try:
            self._line.request("GET", path, headers=self._head)
            answer = self._line.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            self.others[0] += 1
            return b""
        self.took_ms[kind].append(1000 * (time.monotonic() - began_s))
        if answer.status != 200:
            self.others[answer.status] += 1
            return b""
        return body


def main() -> None:
    """Read for a while."""
    site, port = Site.load(Path(sys.argv[1])), int(sys.argv[2])
    seconds, think_s = float(sys.argv[3]), float(sys.argv[4])
    readers = [_Reader(key, port, [one for one, _ in site.cameras], think_s) for key in site.keys]
    ends_s = time.monotonic() + seconds
    threads = [threading.Thread(target=reader.run, args=(ends_s,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = {kind: [ms for reader in readers for ms in reader.took_ms[kind]] for kind in readers[0].took_ms}
    others = sum((reader.others for reader in readers), Counter[int]())
    print(json.dumps({"took_ms": took, "others": dict(others)}))


if __name__ == "__main__":
    main()
