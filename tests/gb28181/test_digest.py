"""Passwords are proven, never sent; a proof counts once."""

from typing import Literal

import pytest

from camloom.gb28181.sip.digest import Algorithm, Challenger, Verdict, answer_challenge, digest_response, parse_digest

ID, HOST, URI, PASSWORD = "34020000001320000001", "192.168.1.64", "sip:34020000002000000001@3402000000", "12345678"


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def answer(challenge: str, password: str = PASSWORD, user: str = ID) -> str:
    return answer_challenge(challenge, method="REGISTER", uri=URI, user=user, password=password)


def check(
    challenger: Challenger,
    header: str,
    *,
    identity: str = ID,
    host: str = HOST,
    method: str = "REGISTER",
    algorithms: tuple[Algorithm, ...] = ("MD5",),
) -> Verdict:
    return challenger.check(
        header, method=method, identity=identity, host=host, password=PASSWORD, algorithms=algorithms
    )


def test_the_digest_is_that_of_the_standard() -> None:
    parts = {"realm": "testrealm@host.com", "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "uri": "/dir/index.html"}
    counted = {**parts, "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b"}
    assert digest_response(counted, "GET", "Mufasa", "Circle Of Life") == "6629fae49393a05397450978507c4ef1"
    assert digest_response(parts, "GET", "Mufasa", "Circle Of Life") == "670fd8c2df070c60b045671b8b24ff02"


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_a_right_answer_counts_once(algorithm: Literal["MD5", "SHA-256"]) -> None:
    challenger = Challenger("3402000000")
    header = answer(challenger.challenge(ID, HOST, algorithm))
    assert check(challenger, header, algorithms=(algorithm,)) == "ok"
    assert check(challenger, header, algorithms=(algorithm,)) == "stale"


def test_what_is_wrong_is_wrong() -> None:
    challenger = Challenger("3402000000")
    right = answer(challenger.challenge(ID, HOST))
    assert check(challenger, answer(challenger.challenge(ID, HOST), "guess")) == "wrong"
    assert check(challenger, right, identity="34020000001320000002") == "wrong"
    assert check(challenger, right, method="MESSAGE") == "wrong"
    assert check(challenger, right, algorithms=("SHA-256",)) == "wrong"
    assert check(challenger, "Basic YTpi") == "wrong"
    assert check(challenger, "") == "wrong"
    assert check(challenger, right) == "ok"


def test_a_nonce_of_ones_own_or_of_another_place_is_forged() -> None:
    challenger = Challenger("3402000000")
    own = 'Digest realm="3402000000", nonce="0a4f113b"'
    assert check(challenger, answer(own)) == "forged"
    assert check(challenger, answer(challenger.challenge(ID, "10.0.0.9"))) == "forged"
    assert check(challenger, answer(Challenger("3402000000").challenge(ID, HOST))) == "forged"
    for odd in ("", "zz.1.2", "é.x", "1" * 3000):
        assert check(challenger, answer(own.replace("0a4f113b", odd))) in ("forged", "wrong")


def test_a_nonce_gets_old() -> None:
    clock = Clock()
    challenger = Challenger("3402000000", ttl_s=60, now=clock)
    header = answer(challenger.challenge(ID, HOST))
    clock.now_s += 61
    assert check(challenger, header) == "stale"


def test_with_a_count_a_nonce_serves_as_often_as_the_count_rises() -> None:
    challenger = Challenger("3402000000")
    parts = parse_digest(challenger.challenge(ID, HOST))

    def counted(count: str) -> str:
        given = {**parts, "uri": URI, "qop": "auth", "nc": count, "cnonce": "x"}
        response = digest_response(given, "REGISTER", ID, PASSWORD)
        return (
            f'Digest username="{ID}", ' + ", ".join(f'{k}="{v}"' for k, v in given.items()) + f', response="{response}"'
        )

    assert check(challenger, counted("00000001")) == "ok"
    assert check(challenger, counted("00000002")) == "ok"
    assert check(challenger, counted("00000002")) == "stale"
    assert check(challenger, counted("zz")) == "stale"


def test_used_nonces_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camloom.gb28181.sip.digest._MAX_NONCES", 10)
    challenger = Challenger("3402000000")
    headers = [answer(challenger.challenge(ID, HOST)) for _ in range(12)]
    assert [check(challenger, header) for header in headers[:11]] == ["ok"] * 11
    assert check(challenger, headers[0]) != "ok"
    assert check(challenger, answer(challenger.challenge(ID, HOST))) == "ok"


def test_an_unknown_challenge_is_not_answered() -> None:
    with pytest.raises(ValueError, match="challenge"):
        answer('Digest realm="a", nonce="b", algorithm=SM3')
    with pytest.raises(ValueError, match="challenge"):
        answer("Bearer x")
