"""A maker's library that the user installs: where this machine says it is. A task cannot name one."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SdkLibrary:
    """Where a library is.

    Args:
        name: of the SDK.
        variable: of the environment, with the path; the same with `_SHA256` may say what it must be.
        usual: where its installer puts it.
    """

    name: str
    variable: str
    usual: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The path; empty if it is nowhere."""
        if named := os.environ.get(self.variable):
            return str(Path(named).absolute())
        return next((place for place in self.usual if Path(place).is_file()), "")

    def why_not(self) -> str:
        """Return why it cannot be used; empty if it is there."""
        if not self.path:
            return f"the {self.name} is not part of Camloom: name its library in {self.variable} (docs/industrial.md)"
        return "" if Path(self.path).is_file() else f"there is no file {self.path} ({self.variable})"

    @property
    def request(self) -> dict[str, str]:
        """What its program must know."""
        return {"library": self.path, "sha256": os.environ.get(f"{self.variable}_SHA256", "")}

    @property
    def environment(self) -> dict[str, str]:
        """What its other parts are found by."""
        folder = Path(self.path).parent
        places = (str(folder), str(folder / "HCNetSDKCom"), os.environ.get("LD_LIBRARY_PATH", ""))
        return {"LD_LIBRARY_PATH": ":".join(filter(None, places))}
