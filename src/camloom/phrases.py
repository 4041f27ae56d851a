"""Sentences for people that programs can say in other languages."""

from collections.abc import Mapping
from typing import Any

Value = str | int | float
_LONGEST = 500


class Phrase(str):
    """A sentence in English that also has a code, and what is particular about it.

    It is text wherever text is asked for. Programs that speak other languages look for words by the code, and put the
    values into them. Sentences that were joined (`joined`) have their codes joined by `+`.

    Attributes:
        code: of few; never changes. Empty: it has none.
        values: by name.
    """

    __slots__ = ("code", "values")
    code: str
    values: Mapping[str, Value]

    def __new__(cls, text: str, code: str = "", /, **values: Value) -> "Phrase":
        """Return a sentence; `of` reads one that was told."""
        made = super().__new__(cls, text)
        made.code = code
        made.values = {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in values.items()}
        return made

    def joined(self, other: "Phrase", between: str = "; ") -> "Phrase":
        """Return both sentences as one."""
        code = f"{self.code}+{other.code}" if self.code and other.code else ""
        return Phrase(f"{self}{between}{other}", code, **{**self.values, **other.values})

    def said_as(self, text: str) -> "Phrase":
        """Return the same in other words."""
        return Phrase(text, self.code, **self.values)

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"text": str(self), "code": self.code, "values": dict(self.values)}

    @classmethod
    def of(cls, text: "str | Phrase") -> "Phrase":
        """Return a text as a sentence, which may have no code."""
        return text if isinstance(text, Phrase) else cls(text)
