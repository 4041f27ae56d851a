"""What every exchange promises, whichever way the documents go."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.exchange.conftest import Way, answer, event, ids, media, question, take_all, wish

from camloom.errors import ExchangeError
from camloom.exchange import HandedFile, HostSide, Reported, ServerSide


def test_a_host_learns_what_it_is_to_do(host: HostSide, server: ServerSide) -> None:
    assert host.desired() is None
    server.want(wish(1))
    assert host.desired() == wish(1)
    server.want(wish(2, document={"id": "t", "source": "synthetic:"}))
    assert host.desired() == wish(2, document={"id": "t", "source": "synthetic:"})


def test_each_host_has_wishes_of_its_own(way: Way, server: ServerSide) -> None:
    server.want(wish(1, host_id="a"))
    assert way.host("b").desired() is None
    assert way.host("a").desired() == wish(1, host_id="a")


def test_another_revision_is_waited_for(host: HostSide, server: ServerSide) -> None:
    assert not host.wait(0, 0.0)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(host.wait, 0, 30.0)
        server.want(wish(1))
        assert waiting.result(30)
    assert not host.wait(1, 0.0), "it is the one that is known"
    assert host.wait(7, 0.0), "a lower one counts too: the server may have been set back"


def test_what_was_wanted_is_known_without_the_server(way: Way, server: ServerSide) -> None:
    server.want(wish(3))
    del server
    assert way.host().desired() == wish(3)


def test_only_the_newest_report_counts(host: HostSide, server: ServerSide) -> None:
    at = datetime.now(UTC)
    for revision in (1, 2):
        host.report(Reported(host_id="h", at=at, revision=revision))
    assert server.reported() == [Reported(host_id="h", at=at, revision=2)]


def test_messages_come_in_their_order_and_again_until_they_are_done(way: Way, host: HostSide) -> None:
    host.publish([event("a"), event("b")])
    host.publish([event("c")])
    server = way.server()
    first = server.take(2, 0.0)
    assert ids(first) == ["a", "b"]
    assert ids(way.server().take(10, 0.0)) == ["a", "b", "c"], "the server that took them died before they were done"
    server.done("h", first[0].seq)
    assert ids(server.take(10, 0.0)) == ["b", "c"]
    assert take_all(server) == ["b", "c"]
    assert server.take(10, 0.0) == []


def test_messages_are_waited_for(host: HostSide, server: ServerSide) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.take, 10, 30.0)
        host.publish([event("a")])
        assert ids(waiting.result(30)) == ["a"]


def test_the_same_message_twice_is_once(way: Way, host: HostSide, server: ServerSide) -> None:
    host.publish([event("a"), event("a")])
    way.host().publish([event("a")])
    assert take_all(server) == ["a"]
    host.publish([event("a"), event("b")])
    assert take_all(server) == ["b"], "also when it was done long ago"


def test_the_same_id_of_another_host_is_another_message(way: Way, server: ServerSide) -> None:
    way.host("h").publish([event("a")])
    way.host("i").publish([event("a")])
    assert [each.host_id for each in server.take(10, 0.0)] == ["h", "i"]


def test_done_is_about_one_host_only(way: Way, server: ServerSide) -> None:
    way.host("h").publish([event("a")])
    way.host("i").publish([event("b")])
    server.done("h", 1_000)
    assert ids(server.take(10, 0.0)) == ["b"]


def test_media_come_as_they_were_told(host: HostSide, server: ServerSide, tmp_path: Path) -> None:
    messages = [media("a", "picture", tmp_path / "a.jpg"), media("a", "clip", None)]
    host.publish([event("a", media={"picture": tmp_path / "a.jpg"}), *messages])
    assert [each.message for each in server.take(10, 0.0)][1:] == messages


def test_a_publisher_that_is_killed_has_published_all_of_a_call_or_nothing(way: Way, server: ServerSide) -> None:
    for run in ("a", "b", "c"):
        program = subprocess.Popen([sys.executable, *way.publisher, run], stdout=subprocess.PIPE, text=True)
        assert program.stdout is not None
        acknowledged = {program.stdout.readline().strip() for _ in range(20)}
        program.kill()
        acknowledged |= {line.strip() for line in program.stdout if line.endswith("\n")}
        program.wait()
        found = take_all(server)
        whole = {name.split("-")[0] for name in found}
        assert acknowledged <= whole, "what it was told is kept is kept"
        assert len(found) == 5 * len(whole), "of a call all or nothing is there"


def test_many_publish_at_once_and_nothing_is_lost(way: Way, server: ServerSide) -> None:
    def publish(number: int) -> None:
        host = way.host()
        for part in range(20):
            host.publish([event(f"{number}-{part}")])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(4)))
    found = take_all(server)
    assert sorted(found) == sorted(f"{number}-{part}" for number in range(4) for part in range(20))
    for number in range(4):
        mine = [name for name in found if name.startswith(f"{number}-")]
        assert mine == [f"{number}-{part}" for part in range(20)], "of one publisher in its order"


def test_over_the_bound_the_oldest_updates_go_and_never_a_start_or_an_end(way: Way, server: ServerSide) -> None:
    host = way.host(most_waiting=20)
    host.publish([event("start")])
    for number in range(30):
        host.publish([event(f"update-{number}", "update")])
    host.publish([event("end", "end")])
    found = take_all(server)
    assert found[0] == "start"
    assert found[-2:] == ["update-29", "end"]
    assert len(found) <= 20


def test_when_nothing_may_go_no_more_is_taken_until_there_is_room(way: Way, server: ServerSide) -> None:
    host = way.host(most_waiting=5)
    host.publish([event(f"{number}") for number in range(5)])
    with pytest.raises(ExchangeError, match="wait for the server"):
        host.publish([event("x"), event("y")])
    assert take_all(server) == [f"{number}" for number in range(5)]
    host.publish([event("x"), event("y")])
    assert take_all(server) == ["x", "y"]


def test_a_question_is_answered(host: HostSide, server: ServerSide) -> None:
    asked = question(lines=3)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.ask, "h", asked, timedelta(seconds=30))
        assert host.commands(30.0) == [asked]
        host.reply(answer(asked, text="line"))
        assert waiting.result(30) == answer(asked, text="line")


def test_a_question_is_given_to_one_only_and_once(way: Way, server: ServerSide) -> None:
    hosts = [way.host() for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        for _ in range(5):
            asked = question()
            waiting = pool.submit(server.ask, "h", asked, timedelta(seconds=30))
            got = [found for each in pool.map(lambda one: one.commands(1.0), hosts) for found in each]
            assert got == [asked]
            hosts[0].reply(answer(asked))
            waiting.result(30)


def test_a_question_that_nobody_answers_ends(host: HostSide, server: ServerSide) -> None:
    with pytest.raises(ExchangeError, match="did not answer"):
        server.ask("h", question(), timedelta(seconds=0.2))
    assert host.commands(0.0) == [], "it is not asked any more"


def test_a_question_that_has_expired_is_not_given(host: HostSide, server: ServerSide) -> None:
    old = question(seconds=-1)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.ask, "h", old, timedelta(seconds=0.5))
        assert host.commands(0.3) == []
        assert waiting.exception(30) is not None


def test_questions_go_to_the_host_that_is_meant(way: Way, server: ServerSide) -> None:
    asked = question()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(server.ask, "h", asked, timedelta(seconds=30))
        assert way.host("i").commands(0.2) == []
        host = way.host("h")
        assert host.commands(30.0) == [asked]
        host.reply(answer(asked))
        waiting.result(30)


def test_an_answer_that_comes_too_late_harms_nobody(host: HostSide, server: ServerSide) -> None:
    late = question()
    with pytest.raises(ExchangeError):
        server.ask("h", late, timedelta(seconds=0.0))
    host.reply(answer(late, text="late"))
    with pytest.raises(ExchangeError):
        server.ask("h", question(), timedelta(seconds=0.1))


def test_a_file_that_is_handed_over_lies_there_until_it_is_taken_back(
    host: HostSide, server: ServerSide, tmp_path: Path
) -> None:
    source = tmp_path / "part"
    source.write_bytes(b"content")
    digest = hashlib.sha256(b"content").hexdigest()
    handed = HandedFile(id="01K", name="a.onnx", sha256=digest, size_bytes=7)
    with pytest.raises(ExchangeError):
        host.file(handed)
    server.hand(source, handed)
    assert not source.exists()
    assert host.file(handed).read_bytes() == b"content"
    for other in ({"sha256": "0" * 64}, {"size_bytes": 8}, {"id": "01L"}):
        with pytest.raises(ExchangeError):
            host.file(handed.model_copy(update=other))
    server.take_back("01K")
    server.take_back("01K")
    with pytest.raises(ExchangeError):
        host.file(handed)
