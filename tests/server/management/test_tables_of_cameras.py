"""Many cameras at once: all or none, and nothing in a table that a spreadsheet would run."""

import csv
import io

import pytest
from tests.server.fakes import FakeExchange
from tests.server.management.conftest import API, HOST, Site

from camloom.server.web.spreadsheet import safe_cell

GOOD = """\
name,url,user,password,group,place,enabled
Gate,rtsp://10.1.2.3/s,admin,p@ss:1,East,North,1
Hall,rtsp://10.1.2.4/s,,,Site/Hall,,no
"""


def _import(site: Site, content: str | bytes, query: str = "dry_run=true") -> dict[str, object]:
    answer = site.admin.post(f"{API}/cameras/import?{query}", content=content)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_dry_run_keeps_nothing(any_site: Site) -> None:
    told = _import(any_site, GOOD)
    assert told == {"cameras": 2, "imported": 0, "groups": ["Site/Hall"], "problems": []}
    assert any_site.admin.get(f"{API}/cameras").json()["items"] == []


def test_a_good_table_becomes_cameras_with_their_groups(any_site: Site, exchange: FakeExchange) -> None:
    site = any_site
    assert _import(site, GOOD, "dry_run=false")["imported"] == 2
    gate, hall = site.admin.get(f"{API}/cameras").json()["items"]
    assert (gate["url"], gate["group_id"], gate["place"]) == ("rtsp://admin:***@10.1.2.3/s", site.east, "North")
    assert (hall["url"], hall["enabled"]) == ("rtsp://10.1.2.4/s", False)
    groups = {one["id"]: one for one in site.admin.get(f"{API}/groups").json()["items"]}
    assert groups[groups[hall["group_id"]]["parent_id"]]["name"] == "Site"
    site.add_task(gate["id"])
    assert exchange.wanted[HOST].tasks[0].document["source"]["url"] == "rtsp://admin:p%40ss%3A1@10.1.2.3/s"
    again = _import(site, GOOD, "dry_run=false")
    assert again["imported"] == 0
    assert len(again["problems"]) == 2  # type: ignore[arg-type]


def test_one_wrong_line_keeps_all_out_and_each_is_told(site: Site) -> None:
    lines = [
        "name,url,enabled,password,user",
        "Good,rtsp://10.1.2.3/s,,,",
        ",rtsp://10.1.2.4/s,,,",
        "File,/etc/passwd,,,",
        "Self,rtsp://127.0.0.1/s,,,",
        "Twice,rtsp://10.1.2.3/s,,,",
        "Perhaps,rtsp://10.1.2.5/s,maybe,,",
        f"{'x' * 200},rtsp://10.1.2.6/s,,,",
        "Mask,rtsp://10.1.2.7/s,,***,admin",
        f"Long,rtsp://10.1.2.8/{'x' * 5000},,,",
    ]
    told = site.admin.post(f"{API}/cameras/import?dry_run=false", content="\r\n".join(lines)).json()
    assert told["imported"] == 0
    assert [(one["line"], one["column"]) for one in told["problems"]] == [
        *((3, "name"), (4, "url"), (5, "url"), (6, "url"), (7, "enabled"), (8, "name"), (9, "url"), (10, "url")),
    ]
    assert [one["code"] for one in told["problems"]] == [
        *("string-too-short", "source-scheme", "source-policy", "address-taken", "literal-error", "string-too-long"),
        *("source-read", "string-too-long"),
    ]
    assert site.admin.get(f"{API}/cameras").json()["items"] == []


def test_what_would_be_lost_without_a_word_is_told(site: Site) -> None:
    lines = [
        "name,url,user,password,place",
        "Comma,rtsp://10.1.2.3/s,admin,a,b,Yard",
        "Nobody,rtsp://10.1.2.4/s,,secret,Yard",
        "Spare,rtsp://10.1.2.5/s,admin,secret,Yard,,",
    ]
    told = site.admin.post(f"{API}/cameras/import", content="\n".join(lines)).json()
    found = [(one["line"], one["column"], one["code"]) for one in told["problems"]]
    assert found == [(2, "", "cells-too-many"), (3, "user", "no-user")]


_BREAKS: dict[int, tuple[str, str]] = {
    7: (",rtsp://10.1.7.1/s,,", "name"),
    60: ("File,file:///etc/passwd,,", "url"),
    61: ("Metadata,rtsp://169.254.169.254/s,,", "url"),
    128: ("Twice,rtsp://10.0.0.2/s,,", "url"),
    250: ("Maybe,rtsp://10.1.7.2/s,,perhaps", "enabled"),
    333: ("Deep,rtsp://10.1.7.3/s," + "/".join("abcdefghijklmnopqrstu") + ",", "group"),
    334: (f"Named,rtsp://10.1.7.5/s,{'x' * 129},", "group"),
    335: ("Turned,rtsp://10.1.7.6/s,a\u202eb,", "group"),
    499: ("Long,rtsp://10.1.7.4/" + "x" * 3000 + ",,", "url"),
}


@pytest.mark.slow
def test_of_a_long_table_each_broken_line_is_told_and_nothing_half_is_kept(site: Site) -> None:
    good = {line: f"Camera {line},rtsp://10.0.{line // 250}.{line % 250}/s,Hall {line % 5}," for line in range(2, 502)}
    table = "\n".join(["name,url,group,enabled", *(good | {n: line for n, (line, _) in _BREAKS.items()}).values()])
    told = _import(site, table, "dry_run=false")
    assert [(one["line"], one["column"]) for one in told["problems"]] == [  # type: ignore[attr-defined]
        (line, column) for line, (_, column) in _BREAKS.items()
    ]
    assert (told["cameras"], told["imported"]) == (500 - len(_BREAKS), 0)
    assert site.admin.get(f"{API}/cameras").json()["items"] == []
    assert [one["name"] for one in site.admin.get(f"{API}/groups").json()["items"]] == ["East"]
    mended = "\n".join(["name,url,group,enabled", *good.values()])
    assert _import(site, mended, "dry_run=false")["imported"] == 500
    assert len(site.admin.get(f"{API}/cameras?limit=500").json()["items"]) == 500


def test_tables_of_chinese_spreadsheets_are_read(site: Site) -> None:
    table = "name;url;place\n北门;rtsp://10.1.2.3/s;一号楼\n"
    for encoding in ("utf-8-sig", "gbk"):
        assert _import(site, table.encode(encoding))["problems"] == [], encoding
    _import(site, table.encode("gbk"), "dry_run=false")
    assert site.admin.get(f"{API}/cameras").json()["items"][0]["name"] == "北门"


def test_what_is_no_table_is_refused(site: Site) -> None:
    for content in (
        *(b"", b"\x00\x01", b"\xff\xfe\x00", b"name\nx", b"name,url,url\n", b"name,url,exec\n", b'name,url\n"open'),
        b"name,url\n" + b"x,rtsp://10.0.0.1/\n" * 2001,
    ):
        assert site.admin.post(f"{API}/cameras/import", content=content).status_code == 422, content[:20]
    assert site.admin.post(f"{API}/cameras/import", content=b"x" * 4_000_001).status_code == 413


def test_an_exported_table_runs_nothing_and_can_be_read_again(site: Site) -> None:
    for number, name in enumerate(("=1+1", "+cmd|' /C calc'!A0", "-1", "@SUM(A1)", '"quoted", with comma')):
        site.add_camera(name, f"rtsp://admin:hunter2@10.1.2.{number}/s")
    answer = site.admin.get(f"{API}/cameras/export.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["name"][0] for row in rows] == ["'", "'", "'", "'", '"']
    assert all(row["group"] == "East" for row in rows)
    for camera in site.admin.get(f"{API}/cameras").json()["items"]:
        site.admin.delete(f"{API}/cameras/{camera['id']}")
    told = _import(site, answer.content)
    assert [one["message"] for one in told["problems"]] == [  # type: ignore[attr-defined]
        "the password is hidden in this URL, and it is not known for this address"
    ] * 5


def test_cells_that_begin_a_formula_are_prefixed() -> None:
    assert [safe_cell(cell) for cell in ("=1", "+1", "-1", "@a", "\t=1", "\r=1", "a=1", "")] == [
        *("'=1", "'+1", "'-1", "'@a", "'\t=1", "'\r=1", "a=1", ""),
    ]
