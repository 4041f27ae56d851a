"""Documents: what kind they are, whom they are about, and how to write one."""

from dataclasses import dataclass
from typing import Literal, cast
from xml.etree.ElementTree import Element

from camloom.gb28181.manscdp.xml import Tree, XmlError, parse_xml, text_of, write_xml

Kind = Literal["Query", "Response", "Notify", "Control"]
_KINDS = ("Query", "Response", "Notify", "Control")


@dataclass(frozen=True, slots=True)
class Document:
    """One MANSCDP document.

    Attributes:
        command: CmdType, such as `Catalog`.
        sn: what a response has in common with its query, as written.
        device_id: whom it is about: the device, or a channel of it.
        root: everything else.
    """

    kind: Kind
    command: str
    sn: str
    device_id: str
    root: Element


def parse_document(data: bytes) -> Document:
    """Read a document.

    Raises:
        XmlError: it is no MANSCDP, or not safe to read.
    """
    root = parse_xml(data)
    command, device_id = text_of(root, "CmdType", 64), text_of(root, "DeviceID", 64)
    if root.tag not in _KINDS or not command:
        raise XmlError("no MANSCDP")
    return Document(cast(Kind, root.tag), command, text_of(root, "SN", 32), device_id, root)


def write_document(
    kind: Kind, command: str, sn: str | int, device_id: str, more: Tree = (), charset: str = "GB2312"
) -> bytes:
    """Return a document as bytes for a body."""
    head: Tree = (("CmdType", command), ("SN", str(sn)), ("DeviceID", device_id))
    return write_xml(kind, (*head, *more), charset)
