"""Hikvision's ISAPI alert stream: an endless multipart answer of small XML documents."""

import re
from xml.etree.ElementTree import Element

from camloom.sources.alerts.alert import AlertState, CameraAlert
from camloom.sources.xml import BadXmlError, clean, number_of, parse_xml, text_of

PATH = "/ISAPI/Event/notification/alertStream"
MAX_DOCUMENT_BYTES = 1 << 16
_BEGIN = re.compile(rb"<(?:[\w.-]{1,32}:)?EventNotificationAlert[\s>]")
_END = re.compile(rb"</(?:[\w.-]{1,32}:)?EventNotificationAlert\s{0,8}>")
_LONGEST_MARK_BYTES = 80
_STATES = {"active": AlertState.ACTIVE, "inactive": AlertState.OVER}


class IsapiParser:
    """Finds the documents by their own first and last tag.

    Not by the borders and lengths around them: firmware leaves the length out, states a wrong one, sends another
    border than it announced, or pictures between the documents. So nothing of the framing is needed, and after any
    damage the next document is whole again.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._inside = False
        self._searched = 0

    def feed(self, piece: bytes) -> list[CameraAlert]:
        """See `AlertParser`."""
        found: list[CameraAlert] = []
        for start in range(0, len(piece), MAX_DOCUMENT_BYTES):
            self._held += piece[start : start + MAX_DOCUMENT_BYTES]
            while (document := self._next()) is not None:
                if (alert := read_alert(document)) is not None:
                    found.append(alert)
        return found

    def _next(self) -> bytes | None:
        """Cut the next complete document off; forget what can be none."""
        if not self._inside and not self._seek_begin():
            return None
        start = max(1, self._searched - _LONGEST_MARK_BYTES)
        end = _END.search(self._held, start)
        if end is None:
            self._wait(start)
            return None
        # A document that never ended must not swallow the one after it.
        begin = max((again.start() for again in _BEGIN.finditer(self._held, start, end.start())), default=0)
        document = bytes(self._held[begin : end.end()])
        self._drop(end.end())
        self._inside = False
        return document

    def _wait(self, start: int) -> None:
        """Keep what may be the beginning of a document, the last one if there are several."""
        begin = max((again.start() for again in _BEGIN.finditer(self._held, start)), default=0)
        self._drop(begin)
        self._searched = len(self._held)
        if self._searched > MAX_DOCUMENT_BYTES:
            self._drop(self._searched)
            self._inside = False

    def _seek_begin(self) -> bool:
        begin = _BEGIN.search(self._held)
        if begin is None:
            self._drop(max(0, len(self._held) - _LONGEST_MARK_BYTES))
            return False
        self._drop(begin.start())
        self._inside = True
        return True

    def _drop(self, count: int) -> None:
        del self._held[:count]
        self._searched = 0


def read_alert(document: bytes) -> CameraAlert | None:
    """Return what a document says; None if it is none that makes sense."""
    try:
        root = parse_xml(document, MAX_DOCUMENT_BYTES + _LONGEST_MARK_BYTES)
    except BadXmlError:
        return None
    kind = clean(text_of(root, "eventType"), 64)
    if not kind:
        return None
    state = _STATES.get(text_of(root, "eventState").lower(), AlertState.PULSE)
    if kind.lower() == "videoloss" and state is AlertState.OVER:
        return CameraAlert(AlertState.HEARTBEAT)  # sent all the time while all is well
    return CameraAlert(state, kind, _channel(root), clean(text_of(root, "eventDescription"), 128))


def _channel(root: Element) -> int:
    names = ("channelID", "dynChannelID")
    return next((round(number) for name in names if 1 <= (number := number_of(root, name)) <= 4096), 1)
