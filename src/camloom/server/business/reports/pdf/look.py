"""How pages look: colours, fonts, and text from strangers made safe for both."""

import unicodedata
from functools import cache
from html import escape
from itertools import groupby

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph

LATIN, BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"
INK, GREY, RULE, PALE, ACCENT = (HexColor(code) for code in ("#1f2329", "#6b7280", "#e5e7eb", "#f5f7fa", "#1677ff"))
SEVERITIES = {
    "critical": HexColor("#d92d20"),
    "major": HexColor("#f79009"),
    "minor": HexColor("#eab308"),
    "info": HexColor("#1677ff"),
}
_MISSING = "\u25a1"
_LONGEST = 80


@cache
def prepare() -> None:
    """Make the Chinese font known; every reader of PDF has one for it, so that none has to be in the file."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def mix(share: float) -> Color:
    """Return the colour of a share from 0 to 1: from pale to the accent."""
    return Color(*(low + (high - low) * share for low, high in zip(PALE.rgb(), ACCENT.rgb(), strict=True)))


def font_of(text: str) -> str:
    """Return the font that has all characters of a text."""
    return LATIN if _is_latin(text) else CHINESE


def plain(text: str) -> str:
    """Return a text that fits in one cell: no control characters, none that no font here has."""
    kept = (_MISSING if ord(one) > 0xFFFF else one for one in text if not unicodedata.category(one).startswith("C"))
    line = "".join(kept)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def text(
    words: str, size: float = 9, colour: Color = INK, *, bold: bool = False, right: bool = False, after: float = 0
) -> Paragraph:
    """Return a line of text, each part in the font that has its characters."""
    prepare()
    style = ParagraphStyle(
        "text",
        fontName=BOLD if bold else LATIN,
        fontSize=size,
        leading=size * 1.35,
        textColor=colour,
        alignment=2 if right else 0,
        spaceAfter=after,
        wordWrap="CJK" if font_of(words) == CHINESE else None,
        splitLongWords=1,
    )
    runs = ((latin, "".join(run)) for latin, run in groupby(words, _is_latin))
    marked = (escape(run) if latin else f'<font name="{CHINESE}">{escape(run)}</font>' for latin, run in runs)
    return Paragraph("".join(marked), style)


def _is_latin(words: str) -> bool:
    try:
        words.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
