"""XML from a device that nobody vouches for: bounded, without entities, found by local names.

Devices write namespaces with any prefix, forget them, or use those of an old draft: only local names count.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_XML_BYTES = 1 << 19
MAX_TEXT = 512
_MAX_DEPTH = 64  # elements inside of each other; what is looked for in each of them takes its time so many times over
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class BadXmlError(ValueError):
    """It is no XML, too big, or asks for more than plain elements."""


def parse_xml(body: bytes, max_bytes: int = MAX_XML_BYTES) -> Element:
    """Return the root of a document.

    Raises:
        BadXmlError: see there.
    """
    if len(body) > max_bytes:
        raise BadXmlError(f"more than {max_bytes} bytes of XML")
    text = _DECLARATION.sub("", _decoded(body)).strip().strip("\0")
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise BadXmlError("XML with a document type or entities") from None
    except (ParseError, ValueError, RecursionError, MemoryError) as error:
        raise BadXmlError(f"no XML: {clean(str(error), 80)}") from None
    _check_depth(root)
    return root


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def all_named(element: Element, name: str) -> Iterator[Element]:
    """Yield everything inside of an element (itself included) with a local name, in order."""
    return (one for one in element.iter() if local_name(one) == name)


def first_named(element: Element | None, *path: str) -> Element | None:
    """Return what is found by going down: the first with the first name, in it the first with the second..."""
    for name in path:
        if element is None:
            return None
        element = next(all_named(element, name), None)
    return element


def text_of(element: Element | None, *path: str) -> str:
    """Return the text of what is found by going down, on one line, cut at 512 characters; empty if it is not there."""
    found = first_named(element, *path)
    return clean(found.text or "") if found is not None else ""


def number_of(element: Element | None, *path: str, most: float = 1e6) -> float:
    """Return a number found by going down; 0 if it is not there, is none, is negative or above `most`."""
    try:
        value = float(text_of(element, *path))
    except ValueError:
        return 0.0
    return value if 0 <= value <= most else 0.0


def clean(text: str, max_chars: int = MAX_TEXT) -> str:
    """Return a stranger's text on one line without control characters, cut at `max_chars`."""
    return " ".join(_UNSEEN.sub(" ", text[: 4 * max_chars]).split())[:max_chars]


def _check_depth(root: Element) -> None:
    level = [root]
    for _ in range(_MAX_DEPTH):
        level = [inner for element in level for inner in element]
        if not level:
            return
    raise BadXmlError(f"XML of more than {_MAX_DEPTH} elements inside of each other")


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
