"""The page that whoever gets the evidence of an alarm opens first: pictures, clips, and why it was raised."""

import json
from collections.abc import Collection, Iterator
from html import escape
from pathlib import PurePosixPath
from typing import Any

PAGE = "index.html"
_STYLE = """
body{font:15px/1.55 system-ui,"Noto Sans CJK SC",sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;
color:#1c2430;background:#f6f7f9}
h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:1.8rem 0 .4rem}p,small{color:#5a6675;margin:.2rem 0}
article{background:#fff;border-radius:.5rem;padding:.2rem 1rem 1rem;margin:1rem 0;border-top:4px solid #c8323a;
box-shadow:0 1px 3px #0002}
img,video{width:100%;border-radius:.3rem;margin:.3rem 0}
table{border-collapse:collapse;font-size:.9rem}td,th{padding:.15rem .9rem .15rem 0;text-align:left}
td:nth-child(n+2){font-variant-numeric:tabular-nums}code{font-size:.8rem;overflow-wrap:anywhere}
"""


def evidence_page(document: str, files: Collection[str]) -> str:
    """Return the page of an alarm.

    Args:
        document: the text of its `alarm.json`; whatever stands in it, it becomes text.
        files: what the folder has, by name.

    Raises:
        ValueError: it is not such a document.
    """
    try:
        told = json.loads(document)
        title = " ".join(filter(None, (told["name"].get("en", ""), told["name"].get("zh", "")))) or told["rule_id"]
        events = "".join(_event(event, files) for event in told["events"])
        body = f"<h1>{escape(title)}</h1>{_facts(told)}{events}<h2>Where it comes from</h2>{_origin(told)}"
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not the document of an alarm: {error}") from error
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>{body}</html>\n"
    )


def _facts(told: dict[str, Any]) -> str:
    over = f" to {told['ended']}" if told["ended"] and told["ended"] != told["began"] else ""
    parts = (told["severity"], told["stage"], f"{told['count']} times" if told["count"] > 1 else "")
    words = ", ".join(str(part) for part in parts if part)
    return (
        f"<p>{escape(str(told['source_id']))}, rule {escape(str(told['rule_id']))}, "
        f"{escape(str(told['began']))}{escape(over)}</p><p>{escape(words)}</p>"
    )


def _event(event: dict[str, Any], files: Collection[str]) -> str:
    """Return an event with its files; those without any are told by the document alone."""
    shown = "".join(_file(str(path), files) for _, path in sorted(event["media"].items(), reverse=True))
    if not shown:
        return ""
    parts = (event["type"], event["zone"], event["direction"], event.get("change"))  # only alarms have a change
    what = " ".join(str(part) for part in parts if part)
    value = "" if event["value"] is None else f", {event['value']:g} {event['unit']}"
    return (
        f"<article><h2>{escape(str(event['occurred_at']))}: {escape(what)}{escape(value)}</h2>{shown}"
        f"{_why(event['why'])}</article>"
    )


def _file(path: str, files: Collection[str]) -> str:
    name = PurePosixPath(path).name
    if name not in files:
        return ""
    if PurePosixPath(name).suffix == ".jpg":
        return f'<img alt="the frame of the event" src="{escape(name)}">'
    return f'<video controls preload="metadata" src="{escape(name)}"></video>'


def _why(gates: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(gate['name']))}</td>"
        + "".join(f"<td>{escape(_number(gate[key]))}</td>" for key in ("value", "threshold", "margin"))
        + f"<td>{escape(str(gate['unit']))}</td></tr>"
        for gate in gates
    )
    return f"<table><tr><th>gate<th>measured<th>asked for<th>margin<th></tr>{rows}</table>" if rows else ""


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _origin(told: dict[str, Any]) -> str:
    return "".join(f"<p>{escape(name)}: <code>{escape(value)}</code></p>" for name, value in _flat(told["provenance"]))


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield names and values of what is nested, one line each."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name} {key}".strip())
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name)
    elif value not in (None, ""):
        yield name, str(value)
