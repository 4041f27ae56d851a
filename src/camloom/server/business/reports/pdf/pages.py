"""A report as pages: what matters on the first one, what is behind it on those that follow."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import KeepTogether, SimpleDocTemplate, Spacer, Table, TableStyle

from camloom.server.business.reports.models import Language, Report, ReportFilter, ReportPart
from camloom.server.business.reports.pdf.charts import bars, heat
from camloom.server.business.reports.pdf.look import ACCENT, GREY, INK, PALE, RULE, SEVERITIES, font_of, plain, text
from camloom.server.business.reports.words import Speech, percent, size

_MARGIN = 16 * mm
_PADDING = 6  # that the frame of a page has by itself
_WIDTH = A4[0] - 2 * (_MARGIN + _PADDING)
_ROWS = 20
_CHART = 120.0
Flow = list[Any]


def pdf_of(report: Report, asked: ReportFilter, language: Language) -> bytes:
    """Return a report as PDF."""
    say, out = Speech(language), io.BytesIO()
    title = f"{say(f'title_{report.period}')} {_span(report)}"
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=14 * mm,
        bottomMargin=16 * mm,
        title=title,
        author="Camloom",
        lang=language,
    )
    foot = f"{title}   {say('made', at=_local(report.made_at, report), zone=report.zone)}"

    def footer(canvas: Any, page: Any) -> None:
        canvas.setFillColor(GREY)
        canvas.setFont(font_of(foot), 7)
        canvas.drawString(_MARGIN + _PADDING, 9 * mm, foot)
        canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 9 * mm, str(page.page))

    document.build(_story(report, asked, say), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def _story(report: Report, asked: ReportFilter, say: Speech) -> Flow:
    story = [*_head(report, asked, say), _figures(report, say), Spacer(1, 14)]
    if report.totals.alarms:
        story += [*_charts(report, say), *_parts(report, say)]
    else:
        story.append(text(say("empty"), 10, GREY, after=12))
    story += [*_flows(report, say), *_uptimes(report, say), *_storage(report, say)]
    return [*story, Spacer(1, 8), text(say("note"), 7, GREY)]


def _head(report: Report, asked: ReportFilter, say: Speech) -> Flow:
    head: Flow = [
        text(say("subtitle"), 9, ACCENT),
        text(f"{say(f'title_{report.period}')}  {_span(report)}", 20, bold=True, after=2),
    ]
    limits = [
        say(f"filter_{name}", n=len(values)) for name in ReportFilter.model_fields if (values := getattr(asked, name))
    ]
    if limits:
        head.append(text(say("filter", what=", ".join(limits)), 9, GREY))
    if not report.complete:
        head.append(text(say("until_now", at=_local(report.made_at, report)), 9, SEVERITIES["major"]))
    return [*head, Spacer(1, 10)]


def _figures(report: Report, say: Speech) -> Table:
    """Return the four numbers that matter most."""
    totals = report.totals
    judged = say("judged", judged=f"{totals.judged_true + totals.judged_false:,}", alarms=f"{totals.alarms:,}")
    outages = sum(one.outages for one in report.uptimes)
    cells = [
        (say("alarms"), f"{totals.alarms:,}", trend_of(report, say)),
        (say("false_share"), percent(totals.false_share), judged),
        (say("median"), say.span(totals.median_s), say("p90", p90=say.span(totals.p90_s))),
        (say("uptime"), percent(online_of(report), digits=1), say("outages", n=outages)),
    ]
    content = [
        [text(label, 8, GREY), text(number, 20, bold=True), text(more, 7.5, GREY)] for label, number, more in cells
    ]
    gap = 8.0
    width = (_WIDTH - 3 * gap) / 4
    row: list[Any] = []
    for cell in content:
        row += [cell, ""]
    styles: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 8)]
    styles += [("BOTTOMPADDING", (0, 0), (-1, -1), 8), ("LEFTPADDING", (0, 0), (-1, -1), 9)]
    styles += [("BACKGROUND", (n, 0), (n, 0), PALE) for n in range(0, 7, 2)]
    return Table([row[:-1]], colWidths=[width, gap] * 3 + [width], style=TableStyle(styles))


def trend_of(report: Report, say: Speech) -> str:
    """Return the comparison with the period before in words."""
    before = f"{report.totals.before:,}"
    if report.totals.trend is None:
        return say("trend_none", before=before)
    return say("trend", change=percent(report.totals.trend, signed=True), before=before)


def online_of(report: Report) -> float | None:
    """Return the share of the time that all cameras together were online."""
    meant_s = sum(one.meant_s for one in report.uptimes)
    return 1 - sum(one.offline_s for one in report.uptimes) / meant_s if meant_s else None


def _charts(report: Report, say: Speech) -> Flow:
    if report.period == "day":
        hours = report.hours[report.first.weekday()]
        chart = bars([f"{hour:02}:00" for hour in range(24)], hours, [], _WIDTH, _CHART)
        return [_title(say("by_hour")), chart, Spacer(1, 12)]
    labels = [f"{one.day:%m-%d}" for one in report.days]
    before = [one.before for one in report.days] if len(report.days) <= 31 else []
    chart = bars(labels, [one.alarms for one in report.days], before, _WIDTH, _CHART)
    weekdays = say("weekdays").split()
    return [
        KeepTogether([_title(say("by_day")), *_legend(before, say), chart, Spacer(1, 12)]),
        KeepTogether([_title(say("heat")), heat(report.hours, weekdays, _WIDTH), Spacer(1, 12)]),
    ]


def _legend(before: Sequence[int | None], say: Speech) -> Flow:
    return [text(say("pale"), 7.5, GREY)] if before else []


def _parts(report: Report, say: Speech) -> Flow:
    return [
        *_part_table(say("by_template"), report.templates, report.totals.alarms, say),
        *_part_table(say("by_severity"), report.severities, report.totals.alarms, say, SEVERITIES),
        *_part_table(say("by_camera"), report.cameras, report.totals.alarms, say),
    ]


def _part_table(
    title: str, parts: Sequence[ReportPart], whole: int, say: Speech, colours: dict[str, Color] | None = None
) -> Flow:
    heads = [say(head) for head in ("name", "this", "share", "before", "true", "false")]
    rows: list[list[Any]] = [
        [
            text(plain(say.name(part.name)), 8.5, (colours or {}).get(part.id, INK)),
            f"{part.alarms:,}",
            percent(part.alarms / whole),
            f"{part.before:,}",
            f"{part.judged_true:,}",
            f"{part.judged_false:,}",
        ]
        for part in parts[:_ROWS]
    ]
    return _table(title, heads, rows, [0.44, 0.12, 0.11, 0.13, 0.1, 0.1], len(parts) - _ROWS, say)


def _flows(report: Report, say: Speech) -> Flow:
    lines = report.flows.lines
    if not lines:
        return []
    directions = sorted({direction for line in lines for direction in line.passed})[:4]
    rows: list[list[Any]] = [
        [
            text(plain(line.camera), 8.5),
            text(plain(line.rule_id), 8.5),
            *(f"{line.passed.get(direction, 0):,}" for direction in directions),
        ]
        for line in lines[:_ROWS]
    ]
    widths = [0.36, 0.28, *([0.36 / len(directions)] * len(directions))]
    heads = [say("camera"), say("rule"), *(plain(say.direction(direction)) for direction in directions)]
    return _table(say("flows"), heads, rows, widths, len(lines) - _ROWS, say, texts=2)


def _uptimes(report: Report, say: Speech) -> Flow:
    if not report.uptimes:
        return []
    rows: list[list[Any]] = [
        [
            text(plain(one.camera), 8.5),
            say("unknown") if one.online_share is None else percent(one.online_share, digits=1),
            say.span(one.offline_s) if one.online_share is not None else "–",
            str(one.outages),
            say.span(one.known_s),
        ]
        for one in report.uptimes[:_ROWS]
    ]
    heads = [say(head) for head in ("camera", "online", "offline", "times", "known")]
    return _table(say("uptimes"), heads, rows, [0.44, 0.14, 0.15, 0.12, 0.15], len(report.uptimes) - _ROWS, say)


def _storage(report: Report, say: Speech) -> Flow:
    if (storage := report.storage) is None:
        return []
    told = {"used": storage.used_bytes, "free": storage.free_bytes, "total": storage.total_bytes}
    words = say("storage_text", **{name: size(value) for name, value in told.items()})
    return [KeepTogether([_title(say("storage")), text(words, 9, after=8)])]


def _table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    shares: Sequence[float],
    left_out: int,
    say: Speech,
    texts: int = 1,
) -> Flow:
    """Return a table under a title; its first columns are texts, the others numbers."""
    head = [text(one, 7.5, GREY, right=number >= texts) for number, one in enumerate(heads)]
    cells = [[cell if not isinstance(cell, str) else text(cell, 8.5, right=True) for cell in row] for row in rows]
    style = TableStyle(
        [
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, GREY),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    table = Table([head, *cells], colWidths=[share * _WIDTH for share in shares], repeatRows=1, style=style)
    more = [text(say("more", n=left_out), 7.5, GREY)] if left_out > 0 else []
    return [KeepTogether([_title(title), table, *more, Spacer(1, 12)])]


def _title(words: str) -> Any:
    return text(words, 11, bold=True, after=5)


def _span(report: Report) -> str:
    if report.first == report.last:
        return f"{report.first:%Y-%m-%d}"
    return f"{report.first:%Y-%m-%d} – {report.last:%Y-%m-%d}"


def _local(moment: datetime, report: Report) -> str:
    return f"{moment.astimezone(ZoneInfo(report.zone)):%Y-%m-%d %H:%M}"
