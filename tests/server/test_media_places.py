"""Places of pictures and clips: a folder, and a bucket of a server that speaks S3."""

import io
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from camloom.errors import ServerError
from camloom.server.business import MediaPlace, open_place

KEY = "2026/01/01/gate/01M8-clip.mp4"
LARGE = 12 << 20  # more than one part of a bucket


@pytest.fixture(scope="module")
def buckets() -> Iterator[str]:
    """Moto's server of S3: it speaks the protocol and keeps all in memory; it does not check who asks."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(buckets: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty bucket, with the environment that its users set."""
    settings = {"ACCESS_KEY_ID": "camloom", "SECRET_ACCESS_KEY": "a-secret-of-somebody", "REGION": "eu-west-1"}
    for name, value in {**settings, "ENDPOINT": buckets}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    name = f"pictures-{secrets.token_hex(4)}"
    httpx.put(f"{buckets}/{name}").raise_for_status()
    return f"s3://{name}/site/one"


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> MediaPlace:
    url = (tmp_path / "place").as_uri() if request.param == "folder" else request.getfixturevalue("bucket")
    return open_place(url)


def read(place: MediaPlace, begin: int, end: int) -> bytes:
    return b"".join(place.read(KEY, begin, end))


@pytest.mark.parametrize("size_bytes", [1, 70_000, LARGE])
def test_what_was_kept_is_read_as_a_whole_and_in_part(place: MediaPlace, size_bytes: int) -> None:
    data = os.urandom(size_bytes)
    assert place.put(KEY, io.BytesIO(data)).size_bytes == size_bytes
    assert read(place, 0, size_bytes) == data
    middle = size_bytes // 2
    assert read(place, middle, middle + 1) == data[middle : middle + 1]


def test_the_same_key_again_replaces_it(place: MediaPlace) -> None:
    place.put(KEY, io.BytesIO(b"before, and longer"))
    assert place.put(KEY, io.BytesIO(b"after")).size_bytes == 5
    assert read(place, 0, 5) == b"after"


def test_what_is_removed_is_gone_and_may_be_removed_again(place: MediaPlace) -> None:
    place.put(KEY, io.BytesIO(b"gone"))
    place.remove(KEY)
    place.remove(KEY)
    with pytest.raises(ServerError, match="cannot be read"):
        read(place, 0, 4)


def test_a_file_that_breaks_off_is_not_there(place: MediaPlace) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= LARGE // 2:
                raise OSError("the disk is broken")
            return super().read(size)

    with pytest.raises(ServerError, match="what is to be kept as"):
        place.put(KEY, Broken(os.urandom(LARGE)))
    with pytest.raises(ServerError, match="cannot be read"):
        read(place, 0, 1)


def test_a_bucket_that_is_not_there_or_does_not_answer_is_said_without_a_secret(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServerError) as gone:
        open_place("s3://no-such-bucket/site").put(KEY, io.BytesIO(b"x"))
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ServerError) as away:
        open_place(bucket).put(KEY, io.BytesIO(b"x"))
    for raised in (gone, away):
        assert "cannot keep" in str(raised.value)
        assert "a-secret" not in str(raised.value)
