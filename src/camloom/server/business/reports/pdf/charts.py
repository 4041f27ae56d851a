"""Charts of pages, drawn as vectors."""

from collections.abc import Sequence
from itertools import pairwise

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import white

from camloom.server.business.reports.pdf.look import ACCENT, GREY, INK, RULE, font_of, mix, prepare

_LEFT, _BOTTOM, _TOP = 30.0, 16.0, 8.0
_STEPS = (1, 2, 3, 4, 5, 6, 8)
_SMALL = 7


def bars(
    labels: Sequence[str], values: Sequence[int], before: Sequence[int | None], width: float, height: float
) -> Drawing:
    """Return bars, each beside that of the period before where there is one."""
    prepare()
    drawing = Drawing(width, height)
    top = _round_up(max([*values, *(one or 0 for one in before), 1]))
    plot_height = height - _BOTTOM - _TOP
    _grid(drawing, top, width, plot_height)
    slot = (width - _LEFT) / len(values)
    every = _every(labels, slot)
    for number, value in enumerate(values):
        left, was = _LEFT + number * slot, before[number] if number < len(before) else None
        share = 0.72 if was is None else 0.4
        if was is not None:
            _bar(drawing, left + slot * 0.1, slot * 0.35, was / top * plot_height, mix(0.25))
        _bar(drawing, left + slot * (0.14 if was is None else 0.48), slot * share, value / top * plot_height, ACCENT)
        if number % every == 0:
            label = labels[number]
            drawing.add(_label(left + slot / 2, 4, label, "middle"))
    return drawing


def heat(rows: Sequence[Sequence[int]], names: Sequence[str], width: float) -> Drawing:
    """Return the hours of the week, the darker the more; a number stands where it is not 0."""
    prepare()
    cell_width, cell_height = (width - _LEFT) / 24, 14.0
    drawing = Drawing(width, _BOTTOM + cell_height * len(rows))
    top = max(max(row) for row in rows) or 1
    for number, row in enumerate(rows):
        bottom = _BOTTOM + cell_height * (len(rows) - 1 - number)
        drawing.add(_label(0, bottom + 4, names[number], "start"))
        for hour, value in enumerate(row):
            left = _LEFT + hour * cell_width
            fill = mix(value / top)
            drawing.add(
                Rect(left + 0.5, bottom + 0.5, cell_width - 1, cell_height - 1, fillColor=fill, strokeColor=None)
            )
            if value:
                shown = _label(left + cell_width / 2, bottom + 4.5, _short(value), "middle")
                shown.fillColor, shown.fontSize = (white if value > 0.55 * top else INK), 6
                drawing.add(shown)
    for hour in range(0, 24, 3):
        drawing.add(_label(_LEFT + hour * cell_width, 4, f"{hour:02}:00", "start"))
    return drawing


def _grid(drawing: Drawing, top: int, width: float, plot_height: float) -> None:
    for share in (0.0, 0.5, 1.0):
        y = _BOTTOM + share * plot_height
        drawing.add(Line(_LEFT, y, width, y, strokeColor=RULE, strokeWidth=0.6))
        if share * top == int(share * top):
            drawing.add(_label(_LEFT - 4, y - 2.5, _short(int(share * top)), "end"))


def _bar(drawing: Drawing, left: float, width: float, height: float, colour: object) -> None:
    if height > 0:
        drawing.add(Rect(left, _BOTTOM, width, max(height, 0.8), fillColor=colour, strokeColor=None))


def _label(x: float, y: float, words: str, anchor: str) -> String:
    return String(x, y, words, fontName=font_of(words), fontSize=_SMALL, fillColor=GREY, textAnchor=anchor)


def _round_up(value: int) -> int:
    """Return the next number that is easy to read: one digit and zeros."""
    ladder = [step * 10**power for power in range(12) for step in _STEPS]
    return next((high for low, high in pairwise([0, *ladder]) if low < value <= high), value)


def _every(labels: Sequence[str], slot: float) -> int:
    """Return every how manieth label there is room for."""
    longest = max(map(len, labels)) * _SMALL * 0.55 + 6
    return max(1, -(-int(longest) // max(1, int(slot))))


def _short(value: int) -> str:
    return str(value) if value < 10_000 else f"{value / 1000:.0f}k"
