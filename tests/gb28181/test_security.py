"""What the platform refuses. Whatever is refused changes nothing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.gb28181.device import CHANNEL_ID, DEVICE_ID, PASSWORD, PLATFORM_ID

from camloom.errors import ConfigError
from camloom.gb28181.manscdp.documents import write_document
from camloom.gb28181.manscdp.xml import CONTENT_TYPE, Tree
from camloom.gb28181.platform.config import DeviceConfig, Passwords, PlatformConfig, load_platform
from camloom.gb28181.platform.devices import MAX_CHANNELS, Device
from camloom.gb28181.platform.platform import Platform
from camloom.gb28181.sip.digest import answer_challenge
from camloom.gb28181.sip.message import SipMessage, request
from camloom.gb28181.sip.timing import Timing
from camloom.gb28181.sip.transport import Peer

OTHER_ID = "34020000001110000002"
UNKNOWN_ID = "34020000001110009999"
HERE = Peer("udp", "192.168.1.64", 5060)
ELSEWHERE = [
    Peer("udp", "192.168.1.65", 5060),
    Peer("udp", "192.168.1.64", 5061),
    Peer("tcp", "192.168.1.64", 5060, link=1),
]
DOMAIN = PLATFORM_ID[:10]


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Bench:
    """A platform without sockets, to which requests are handed from wherever a test wants."""

    def __init__(self, tmp_path: Path, **settings: Any) -> None:
        secret = tmp_path / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o600)
        given: dict[str, Any] = {
            "id": PLATFORM_ID,
            "password_file": secret,
            "devices": (DeviceConfig(id=DEVICE_ID), DeviceConfig(id=OTHER_ID)),
            "control": tmp_path / "control",
        }
        config = PlatformConfig(**(given | settings))
        self.clock = Clock()
        self.platform = Platform(config, Passwords(config), now=self.clock, timing=Timing(0.01, 0.01, 0.05))
        self._count = 0

    async def ask(self, asked: SipMessage, peer: Peer = HERE) -> int:
        """Return the status of the answer; 0 for silence."""
        answer = await self.platform.handle(asked, peer)
        return answer.status if answer else 0

    def request(self, method: str, identity: str = DEVICE_ID, *headers: tuple[str, str], **more: Any) -> SipMessage:
        self._count += 1
        address = f"<sip:{identity}@{DOMAIN}>"
        basic = (
            ("via", f"SIP/2.0/UDP a;branch=z9hG4bK{self._count}"),
            ("from", f"{address};tag=x"),
            ("to", more.pop("to", address)),
            ("call-id", more.pop("call_id", f"call-{identity}")),
            ("cseq", f"{self._count} {method}"),
        )
        return request(method, f"sip:{PLATFORM_ID}@{DOMAIN}", (*basic, *headers), **more)

    def message(self, command: str, identity: str = DEVICE_ID, more: Tree = (), **how: Any) -> SipMessage:
        kind = how.pop("kind", "Notify")
        body = how.pop("body", write_document(kind, command, how.pop("sn", "1"), identity, more))
        return self.request(how.pop("method", "MESSAGE"), identity, body=body, content_type=CONTENT_TYPE, **how)

    async def challenge(self, identity: str = DEVICE_ID, peer: Peer = HERE) -> str:
        answer = await self.platform.handle(self.request("REGISTER", identity), peer)
        assert answer is not None
        assert answer.status == 401
        return answer.get("www-authenticate")

    def proof(self, challenge: str, *, user: str = DEVICE_ID, password: str = PASSWORD) -> tuple[str, str]:
        uri = f"sip:{PLATFORM_ID}@{DOMAIN}"
        return "authorization", answer_challenge(challenge, method="REGISTER", uri=uri, user=user, password=password)

    async def register(self, identity: str = DEVICE_ID, peer: Peer = HERE, expires_s: int = 3600) -> int:
        proof = self.proof(await self.challenge(identity, peer), user=identity)
        return await self.ask(self.request("REGISTER", identity, proof, ("expires", str(expires_s))), peer)

    @property
    def device(self) -> Device:
        found = self.platform.devices.get(DEVICE_ID)
        assert found is not None
        return found


def on_bench(test: Callable[[Bench], Awaitable[None]], tmp_path: Path, **settings: Any) -> None:
    async def run() -> None:
        bench = Bench(tmp_path, **settings)
        try:
            await test(bench)
        finally:
            await bench.platform.close()

    asyncio.run(run())


def test_who_proves_the_password_is_registered(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.register() == 200
        assert bench.device.peer == HERE

    on_bench(test, tmp_path)


def test_a_nonce_that_was_not_given_out_or_was_used_registers_nobody(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        own = bench.proof(f'Digest realm="{DOMAIN}", nonce="0123456789abcdef"')
        assert await bench.ask(bench.request("REGISTER", DEVICE_ID, own)) == 401
        assert bench.platform.devices.get(DEVICE_ID) is None
        good = bench.proof(await bench.challenge())
        assert await bench.ask(bench.request("REGISTER", DEVICE_ID, good)) == 200
        for peer in (HERE, *ELSEWHERE):
            assert await bench.ask(bench.request("REGISTER", DEVICE_ID, good), peer) == 401
            assert bench.device.peer == HERE

    on_bench(test, tmp_path)


def test_a_nonce_that_is_too_old_registers_nobody(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        good = bench.proof(await bench.challenge())
        bench.clock.now_s += 61
        answer = await bench.platform.handle(bench.request("REGISTER", DEVICE_ID, good), HERE)
        assert answer is not None
        assert answer.status == 401
        assert "stale=TRUE" in answer.get("www-authenticate")
        assert bench.platform.devices.get(DEVICE_ID) is None

    on_bench(test, tmp_path)


def test_a_known_call_id_is_no_password(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.register()
        for peer in (HERE, *ELSEWHERE):
            bench.clock.now_s += 10
            before_s = bench.device.expires_s
            again = bench.request("REGISTER", DEVICE_ID, ("expires", "9999"), call_id=f"call-{DEVICE_ID}")
            assert await bench.ask(again, peer) == 401
            goodbye = bench.request("REGISTER", DEVICE_ID, ("expires", "0"), call_id=f"call-{DEVICE_ID}")
            assert await bench.ask(goodbye, peer) == 401
            assert (bench.device.peer, bench.device.expires_s) == (HERE, before_s)

    on_bench(test, tmp_path)


def test_who_proves_one_identity_registers_no_other(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        proof = bench.proof(await bench.challenge())
        assert await bench.ask(bench.request("REGISTER", OTHER_ID, proof)) == 403
        mixed = bench.request("REGISTER", DEVICE_ID, proof, to=f"<sip:{OTHER_ID}@{DOMAIN}>")
        assert await bench.ask(mixed) == 403
        for odd in ("", "a b", "<x>", "9" * 65, "../../etc"):
            assert await bench.ask(bench.request("REGISTER", odd, proof)) == 403
        assert not list(bench.platform.devices)

    on_bench(test, tmp_path)


@pytest.mark.parametrize("peer", ELSEWHERE, ids=["address", "port", "connection"])
@pytest.mark.parametrize("method", ["MESSAGE", "NOTIFY"])
def test_from_another_place_a_registered_identity_changes_nothing(tmp_path: Path, peer: Peer, method: str) -> None:
    items: Tree = (("DeviceList", (("Item", (("DeviceID", CHANNEL_ID), ("Event", "ADD"))),)),)

    async def test(bench: Bench) -> None:
        await bench.register()
        bench.clock.now_s += 100
        for command, more in (("Keepalive", ()), ("Alarm", ()), ("Catalog", items), ("MediaStatus", ())):
            assert await bench.ask(bench.message(command, more=more, method=method), peer) == 403
        assert bench.device.seen_s == 1000.0
        assert not bench.device.channels
        assert not bench.platform.alarms.latest
        assert await bench.ask(bench.message("Catalog", more=items, method=method)) == 200
        assert list(bench.device.channels) == [CHANNEL_ID]

    on_bench(test, tmp_path)


def test_who_is_not_registered_is_told_so(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.ask(bench.message("Keepalive")) == 404
        assert await bench.ask(bench.message("Alarm", UNKNOWN_ID)) == 404
        assert not bench.platform.alarms.latest
        for method in ("INVITE", "SUBSCRIBE", "OPTIONS", "INFO"):
            assert await bench.ask(bench.request(method)) == 403
        assert await bench.ask(bench.request("BYE")) == 481
        await bench.register()
        assert await bench.ask(bench.request("OPTIONS")) == 200
        assert await bench.ask(bench.request("INVITE")) == 488

    on_bench(test, tmp_path)


def test_nobody_can_tell_which_identities_exist(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        for identity in (DEVICE_ID, UNKNOWN_ID):
            proof = bench.proof(await bench.challenge(identity), user=identity, password="guess")
            assert await bench.ask(bench.request("REGISTER", identity, proof)) == 403
        proof = bench.proof(await bench.challenge(UNKNOWN_ID), user=UNKNOWN_ID)
        assert await bench.ask(bench.request("REGISTER", UNKNOWN_ID, proof)) == 403

    on_bench(test, tmp_path)


def test_with_admit_any_the_common_password_is_still_needed(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.register(UNKNOWN_ID) == 200
        proof = bench.proof(await bench.challenge(OTHER_ID), user=OTHER_ID, password="")
        assert await bench.ask(bench.request("REGISTER", OTHER_ID, proof)) == 403

    on_bench(test, tmp_path, admit="any")


def test_with_a_common_password_nobody_takes_the_place_of_a_device_that_lives(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    thief, same_host = ELSEWHERE[:2]

    async def test(bench: Bench) -> None:
        await bench.register()
        for _ in range(3):
            bench.clock.now_s += 100
            assert await bench.ask(bench.message("Keepalive")) == 200
            assert await bench.register(peer=thief) == 403
            assert await bench.register(peer=thief, expires_s=0) == 403
            assert bench.device.peer == HERE
        assert bench.platform.counters["taken"] == 6
        assert await bench.register(peer=same_host) == 200, "it was restarted, or a NAT forgot it"
        bench.clock.now_s += 181
        assert await bench.register(peer=thief) == 200, "nobody answered any more"

    on_bench(test, tmp_path)
    assert f"REGISTER of {DEVICE_ID} from {thief} refused: {DEVICE_ID} lives at {HERE}" in caplog.text
    assert caplog.text.count("lives at") == 3, "once a minute"


def test_with_a_password_of_its_own_a_device_may_get_another_address(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("only-mine")
    own.chmod(0o600)

    async def test(bench: Bench) -> None:
        for peer in (HERE, ELSEWHERE[0]):
            proof = bench.proof(await bench.challenge(peer=peer), password="only-mine")
            assert await bench.ask(bench.request("REGISTER", DEVICE_ID, proof), peer) == 200
            assert bench.device.peer == peer

    on_bench(test, tmp_path, devices=(DeviceConfig(id=DEVICE_ID, password_file=own), DeviceConfig(id=OTHER_ID)))
    on_bench(test, tmp_path, devices=(DeviceConfig(id=DEVICE_ID, password_file=own),), admit="any")


@pytest.mark.parametrize(
    ("ids", "owners", "admit", "proven"),
    [
        ("1", "", "listed", "1"),
        ("12", "", "listed", ""),
        ("12", "1", "listed", "12"),
        ("123", "1", "listed", "1"),
        ("1", "", "any", ""),
        ("12", "12", "listed", ""),
    ],
    ids=["alone", "common", "one has its own", "two share", "open to all", "the same in two files"],
)
def test_a_password_proves_who_asks_where_no_other_has_it(
    tmp_path: Path, ids: str, owners: str, admit: Any, proven: str
) -> None:
    for name in ("common", "own"):
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(0o600)
    devices = tuple(DeviceConfig(id=one, password_file=tmp_path / "own" if one in owners else None) for one in ids)
    config = PlatformConfig(id=PLATFORM_ID, password_file=tmp_path / "common", devices=devices, admit=admit)
    passwords = Passwords(config)
    assert "".join(one for one in ids if passwords.proves(one)) == proven
    assert passwords.are_shared == (proven != ids)


def test_passwords_cannot_be_guessed_in_a_row(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        for guess in range(5):
            proof = bench.proof(await bench.challenge(), password=f"guess {guess}")
            assert await bench.ask(bench.request("REGISTER", DEVICE_ID, proof)) == 403
        assert await bench.ask(bench.request("REGISTER")) == 403
        elsewhere = Peer("udp", "192.168.1.70", 5060)
        assert await bench.register(peer=elsewhere) == 200  # from there it goes on
        assert await bench.register(peer=elsewhere, expires_s=0) == 200
        bench.clock.now_s += 61
        assert await bench.register() == 200

    on_bench(test, tmp_path)


def test_a_flood_is_dropped_and_the_others_are_served(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.register()
        flood = [await bench.ask(bench.request("REGISTER", OTHER_ID), ELSEWHERE[0]) for _ in range(200)]
        assert flood.count(401) <= 60
        assert flood[-1] == 0
        many = [await bench.ask(bench.request("REGISTER", str(n)), ELSEWHERE[0]) for n in range(2000)]
        assert many.count(401) <= 600
        assert await bench.ask(bench.message("Keepalive")) == 200
        assert await bench.register(OTHER_ID, Peer("udp", "192.168.1.90", 5060)) == 200
        kept = [await bench.ask(bench.message("Keepalive")) for _ in range(2000)]
        assert kept.count(200) <= 400
        assert bench.platform.counters["flood"] > 2000

    on_bench(test, tmp_path)


def test_from_an_address_that_is_not_allowed_nothing_is_answered(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        for host in ("8.8.8.8", "127.0.0.1", "169.254.1.1", "::1", "fe80::1%eth0"):
            assert await bench.ask(bench.request("REGISTER"), Peer("udp", host, 5060)) == 0
        assert bench.platform.counters["address"] == 5

    on_bench(test, tmp_path)


def test_whoever_is_not_answered_is_named_in_the_log_now_and_then(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def test(bench: Bench) -> None:
        for _ in range(50):
            await bench.ask(bench.request("REGISTER"), Peer("udp", "8.8.8.8", 5060))

    on_bench(test, tmp_path)
    assert [record.getMessage() for record in caplog.records if "8.8.8.8" in record.getMessage()] == [
        "a request from 8.8.8.8 gets no answer: its address is not in `addresses`"
    ] * 3


def test_addresses_are_those_of_the_settings(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.ask(bench.request("REGISTER"), Peer("udp", "8.8.8.8", 5060)) == 401
        assert await bench.ask(bench.request("REGISTER"), Peer("udp", "::ffff:8.8.8.9", 5060)) == 401
        assert await bench.ask(bench.request("REGISTER"), HERE) == 0

    on_bench(test, tmp_path, addresses=(ip_network("8.8.8.0/24"),))


def test_bodies_beyond_measure_or_with_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "cc">]><Notify><CmdType>Keepalive</CmdType><DeviceID>&b;</DeviceID></Notify>'

    async def test(bench: Bench) -> None:
        await bench.register()
        assert await bench.ask(bench.message("Keepalive", body=b"<a>" * 40_000)) == 413
        for body in (bomb, b"", b"\xff" * 100, b"<a>" * 100):
            assert await bench.ask(bench.message("Keepalive", body=body)) == 400
        assert bench.platform.counters["xml"] == 4

    on_bench(test, tmp_path)


def test_a_catalogue_without_end_takes_bounded_memory(tmp_path: Path) -> None:
    def part(first: int) -> Tree:
        return (
            ("SumNum", "1000000"),
            ("DeviceList", tuple(("Item", (("DeviceID", str(10**18 + first + n)),)) for n in range(700))),
        )

    async def test(bench: Bench) -> None:
        await bench.register()
        for first in range(0, 11_200, 700):
            told = bench.message("Catalog", more=part(first), method="NOTIFY")
            assert await bench.ask(told) in (200, 413)
            bench.clock.now_s += 1
        assert len(bench.device.channels) == MAX_CHANNELS
        before = dict(bench.device.channels)
        bench.device.channels.clear()
        answer = bench.message("Catalog", more=part(0), kind="Response", sn="4711")
        assert await bench.ask(answer) == 200
        assert not bench.device.channels, "nobody asked for this"
        assert bench.platform.counters["unasked"] == 1
        assert before

    on_bench(test, tmp_path)


def test_there_are_only_so_many_devices(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        assert await bench.register() == 200
        assert await bench.register(OTHER_ID) == 503
        assert await bench.register() == 200

    on_bench(test, tmp_path, max_devices=1)


def test_a_device_that_is_silent_or_whose_time_is_over_is_offline(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.register()
        bench.clock.now_s += 179
        bench.platform.sweep()
        assert await bench.ask(bench.message("Keepalive")) == 200
        bench.clock.now_s += 181
        bench.platform.sweep()
        assert await bench.ask(bench.message("Keepalive")) == 404
        await bench.register(expires_s=100)
        bench.clock.now_s += 101
        bench.platform.sweep()
        assert not list(bench.platform.devices)

    on_bench(test, tmp_path)


def test_registration_times_are_bounded(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        await bench.register(expires_s=4_000_000_000)
        assert bench.device.expires_s == 1000.0 + 86_400

    on_bench(test, tmp_path)


def test_the_password_is_in_no_log_and_no_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def test(bench: Bench) -> None:
        await bench.register()
        proof = bench.proof(await bench.challenge(), password="guess")
        await bench.ask(bench.request("REGISTER", DEVICE_ID, proof))
        assert PASSWORD not in repr(bench.platform._registrar._passwords)

    with caplog.at_level(logging.DEBUG):
        on_bench(test, tmp_path)
    assert "refused: wrong password" in caplog.text
    assert PASSWORD not in caplog.text


def test_a_password_that_everybody_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    config = PlatformConfig(id=PLATFORM_ID, password_file=secret, admit="any")
    with pytest.raises(ConfigError, match="everybody can read"):
        Passwords(config)
    secret.chmod(0o600)
    assert Passwords(config).of(UNKNOWN_ID) == PASSWORD
    secret.write_text("")
    with pytest.raises(ConfigError, match="no password in"):
        Passwords(config)


def test_a_platform_is_read_from_a_file_and_mistakes_have_a_place(tmp_path: Path) -> None:
    file = tmp_path / "platform.yaml"
    file.write_text('id: "34020000002000000001"\npassword_env: GB\ndevices:\n  - {id: "34020000001110000001"}\n')
    config = load_platform(file)
    assert (config.domain, config.port, config.allows("192.168.3.4")) == ("3402000000", 5060, True)
    with pytest.raises(ConfigError, match="no password in GB"):
        Passwords(config)
    for wrong, told in (
        ("id: 34020000002000000001", "quotes"),
        ('id: "1"\nport: 99999', r"platform.yaml:2:\d+: port"),
        ('id: "1"\nmedia_ports: [9, 1]', "media_ports"),
        ('id: "1"\ndevices: [{id: "2"}, {id: "2"}]', "twice"),
        ('id: "1"\npasword: x', "password"),
    ):
        file.write_text(wrong)
        with pytest.raises(ConfigError, match=told):
            load_platform(file)
