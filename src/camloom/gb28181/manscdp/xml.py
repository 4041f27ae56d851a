"""The XML of devices: in whatever characters they write it, with whatever mistakes, and never with entities."""

import re
from collections.abc import Sequence
from typing import Union
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from lxml import etree

MAX_DEPTH = 16
MAX_ELEMENTS = 50_000
MAX_TEXT = 256
CONTENT_TYPE = "Application/MANSCDP+xml"

Tree = Sequence[tuple[str, Union[str, "Tree"]]]
"""Children to write: (name, text or children) in order."""

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.I)
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlError(ValueError):
    """This is not XML that is read here."""


def decode_text(data: bytes) -> str:
    """Return the text of a body: strict UTF-8 first, else GB18030, which holds GB2312 and GBK too.

    The order matters: Chinese in UTF-8 is "valid" GB18030 as well, and becomes nonsense.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def parse_xml(data: bytes) -> Element:
    """Read a document, with mistakes if need be (a bare `&` or `<` in a name, an end that is missing).

    Raises:
        XmlError: it has a document type or entities, is too deep or has too many elements, or is no XML at all.
    """
    text = _DECLARATION.sub("", _NOT_XML.sub("", decode_text(data)).strip("\r\n\t ")).strip()
    if _FORBIDDEN.search(text):
        raise XmlError("document types and entities are refused")
    try:
        root: Element = defusedxml.ElementTree.fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise XmlError("document types and entities are refused") from None
    except (ParseError, RecursionError, ValueError):
        root = _recovered(text)
    _check_size(root)
    return root


def write_xml(root: str, children: Tree, charset: str = "GB2312") -> bytes:
    """Return a document; the bytes are GB18030 whatever of its family the declaration names."""
    element = Element(root)
    _append(element, children)
    body = tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="{charset}"?>\r\n{body}\r\n'.encode("gb18030", "replace")


def text_of(element: Element | None, path: str, limit: int = MAX_TEXT) -> str:
    """Return the text at a path, on one line, without characters that steer a terminal or a page; empty for none."""
    text = (element.findtext(path) or "") if element is not None else ""
    text = " ".join(text[: limit * 2].split())
    if not text.isprintable():
        text = "".join(character for character in text if character.isprintable())
    return text[:limit]


def number_of(element: Element | None, path: str) -> float | None:
    """Return the number at a path, if there is one."""
    try:
        value = float(text_of(element, path, 32))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _recovered(text: str) -> Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(_BARE_AMPERSAND.sub("&amp;", text).encode(), parser)
        if root is None:
            raise XmlError("no XML")
        mended: Element = defusedxml.ElementTree.fromstring(etree.tostring(root, encoding="utf-8"), forbid_dtd=True)
    except (etree.XMLSyntaxError, ParseError, DefusedXmlException, RecursionError, ValueError):
        raise XmlError("no XML") from None
    return mended


def _check_size(root: Element) -> None:
    level, count = [root], 0
    for _ in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_ELEMENTS:
            raise XmlError("too many elements")
        level = [child for one in level for child in one]
    if level:
        raise XmlError("too deep")


def _append(element: Element, children: Tree) -> None:
    for name, value in children:
        child = SubElement(element, name)
        if isinstance(value, str):
            child.text = _NOT_XML.sub("", value)
        else:
            _append(child, value)
