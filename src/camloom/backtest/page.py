"""A backtest as one page of HTML: what is added, removed and kept in each hour of the day, with thumbnails."""

import base64
from collections import defaultdict
from collections.abc import Iterator
from datetime import tzinfo
from html import escape

from camloom.backtest.alarms import Alarm
from camloom.backtest.pictures import thumbnail
from camloom.backtest.run import Backtest
from camloom.config import Scene

_MAX_PER_HOUR = 24
_MAX_PICTURES = 400
_ORDER = {"added": 0, "removed": 1, "alarm": 2, "kept": 3}
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;
color:#1c2430;background:#f6f7f9}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{color:#5a6675;margin:.2rem 0}
section{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.8rem}
figure{margin:0;background:#fff;border-radius:.4rem;overflow:hidden;border-top:4px solid #9aa5b1;
box-shadow:0 1px 3px #0002}
figure.added{border-color:#2b8a5b}figure.removed{border-color:#c8323a}
img{display:block;width:100%;background:#3a3a3a}figcaption{padding:.5rem .7rem;font-size:.85rem}
b{text-transform:uppercase;font-size:.7rem;letter-spacing:.06em}.added b{color:#2b8a5b}.removed b{color:#c8323a}
small{color:#7a8594;display:block}
"""


def page(result: Backtest, zone: tzinfo, new: Scene, old: Scene) -> str:
    """Return the page; it needs no other file and no network.

    Args:
        zone: of hours and times.
        new, old: places of the edited and of the earlier rules, for sketches.
    """
    title = f"Backtest of {escape(result.source_id)}"
    body = "".join(_hours(result, zone, {"removed": old}, new))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1><p>{_summary(result, zone)}</p>{body or '<p>No alarm</p>'}</html>\n"
    )


def _summary(result: Backtest, zone: tzinfo) -> str:
    span = ""
    if result.first is not None and result.last is not None:
        first, last = (one.astimezone(zone).strftime("%Y-%m-%d %H:%M") for one in (result.first, result.last))
        span = f"{first} to {last} ({escape(str(zone))}), {result.frames:,} frames. "
    if result.difference is None:
        return f"{span}{len(result.alarms):,} alarms."
    found = result.difference
    return f"{span}{len(found.added):,} added, {len(found.removed):,} removed, {len(found.kept):,} kept."


def _hours(result: Backtest, zone: tzinfo, scenes: dict[str, Scene], usual: Scene) -> Iterator[str]:
    found = result.difference.all() if result.difference else [("alarm", alarm) for alarm in result.alarms]
    hours: dict[int, list[tuple[str, Alarm]]] = defaultdict(list)
    for kind, alarm in found:
        hours[alarm.began.astimezone(zone).hour].append((kind, alarm))
    pictures = _MAX_PICTURES
    for hour, some in sorted(hours.items()):
        some.sort(key=lambda one: (_ORDER[one[0]], one[1].began))
        yield f"<h2>{hour:02}:00 to {hour:02}:59: {_counts(some)}</h2><section>"
        for kind, alarm in some[:_MAX_PER_HOUR]:
            scene = scenes.get(kind, usual)
            shown = thumbnail(alarm, scene, result.size_px) if pictures > 0 else (b"", False)
            pictures -= bool(shown[0])
            yield _card(kind, alarm, zone, shown)
        yield "</section>"
        if len(some) > _MAX_PER_HOUR:
            yield f"<p>and {len(some) - _MAX_PER_HOUR:,} more in this hour</p>"


def _counts(some: list[tuple[str, Alarm]]) -> str:
    kinds = [kind for kind, _ in some]
    words = [f"{kinds.count(kind):,} {kind}" for kind in _ORDER if kind in kinds]
    return ", ".join(words).replace("alarm", "alarms" if len(some) > 1 else "alarm")


def _card(kind: str, alarm: Alarm, zone: tzinfo, shown: tuple[bytes, bool]) -> str:
    jpeg, sketch = shown
    image = f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}">' if jpeg else ""
    when = alarm.began.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    objects = " ".join(map(str, sorted(alarm.track_ids)[:8])) or "none"
    lasts_s = (alarm.ended - alarm.began).total_seconds()
    notes = [
        " ".join(part for part in (alarm.place, alarm.direction, alarm.stage) if part),
        f"objects {objects}" + (f", {lasts_s:.0f} s" if lasts_s else "") + (f", {alarm.count}x" * (alarm.count > 1)),
        "sketch of the stored boxes: no picture was kept" if jpeg and sketch else "",
    ]
    told = "".join(f"<small>{escape(note)}</small>" for note in notes if note)
    return (
        f'<figure class="{kind}">{image}<figcaption><b>{kind}</b> {escape(alarm.rule_id)}<br>{when}{told}'
        "</figcaption></figure>"
    )
