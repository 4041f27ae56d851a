"""The gallery keeps who is known, and keeps it secret."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.taught.conftest import face, vector

from camloom.errors import ConfigError
from camloom.taught.gallery import MAX_PICTURES, Gallery, checked_name, read_gallery, write_gallery
from camloom.taught.sealed import KEY_VARIABLE, write_sealed


@pytest.fixture
def path(tmp_path: Path, gallery: Gallery) -> Path:
    written = tmp_path / "faces.gallery"
    write_gallery(written, gallery)
    return written


def test_what_is_written_is_read(path: Path, gallery: Gallery) -> None:
    read = read_gallery(path)
    assert (read.model, read.threshold, read.cards) == (gallery.model, gallery.threshold, gallery.cards)
    assert {name: len(each) for name, each in read.people.items()} == {"Li Lei": 1, "韩梅梅": 2}
    np.testing.assert_array_equal(read.people["韩梅梅"][1].embedding, gallery.people["韩梅梅"][1].embedding)
    assert read.people["Li Lei"][0].added_at == gallery.people["Li Lei"][0].added_at


def test_file_and_key_are_for_their_owner_alone(path: Path, key_file: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_neither_names_nor_vectors_nor_the_key_are_in_the_file(path: Path, key_file: Path, gallery: Gallery) -> None:
    content = path.read_bytes()
    for secret in ("Li Lei", "韩梅梅", "mobilefacenet", key_file.read_text().strip()):
        assert secret.encode() not in content
    assert gallery.people["Li Lei"][0].embedding.tobytes() not in content


def test_two_writings_have_nothing_in_common_but_their_head(path: Path, tmp_path: Path, gallery: Gallery) -> None:
    write_gallery(tmp_path / "again", gallery)
    one, two = path.read_bytes(), (tmp_path / "again").read_bytes()
    assert len(one) == len(two)
    assert one[:24] == two[:24]
    assert sum(a == b for a, b in zip(one[24:], two[24:], strict=True)) < 0.05 * len(one)


@pytest.mark.parametrize("at", [3, 20, 30, 60, -1])
def test_a_changed_byte_is_one_clear_error(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        read_gallery(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    for secret in ("Li Lei", "韩梅梅"):
        assert secret not in str(raised.value)


@pytest.mark.parametrize(
    "content", [b"", b"CAMLOOM-FACES-1\n", b"\x80\x04pickle" * 20, b"CAMLOOM-FACES-1\n" + bytes(20)]
)
def test_what_is_no_gallery_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"no gallery of faces|another key"):
        read_gallery(path)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"not json",
        b'{"model": "a@1", "threshold": 0.3, "cards": ["a", "b"], "people": {"X": [{"vector": "AAAA"}]}}',
        b'{"model": "a@1", "threshold": 7, "cards": ["a", "b"], "people": {}}',
        b'{"model": "a@1", "threshold": 0.3, "cards": ["a", "b"], "people": {"X": [{"vector": "AACAPwAAgD8=", '
        b'"width_px": 1, "angle_deg": 1, "sharpness": 1, "added_at": "2026-01-01T00:00:00Z"}]}}',
    ],
)
def test_a_sealed_file_with_other_things_in_it_is_refused(path: Path, content: bytes) -> None:
    write_sealed(path, b"CAMLOOM-FACES-1\n", content)
    with pytest.raises(ConfigError, match="no gallery that is read here"):
        read_gallery(path)


def test_another_key_is_told_from_a_damaged_file(
    path: Path, tmp_path: Path, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(tmp_path / "other.key"))
    write_gallery(tmp_path / "other.gallery", gallery)
    with pytest.raises(ConfigError, match=r"made with another key than the one in .*other\.key"):
        read_gallery(path)


def test_a_key_that_others_may_read_is_refused(path: Path, key_file: Path) -> None:
    key_file.chmod(0o644)
    with pytest.raises(ConfigError, match=r"others may read the key file .* \(mode 644\)\. chmod 600 "):
        read_gallery(path)


def test_a_key_file_that_holds_none_is_told_and_never_shown(path: Path, key_file: Path) -> None:
    key_file.write_text("hunter2")
    with pytest.raises(ConfigError, match="holds no key") as raised:
        read_gallery(path)
    assert "hunter2" not in str(raised.value)


def test_a_gallery_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="camloom faces add NAME PICTURE"):
        read_gallery(tmp_path / "none")


def test_a_write_that_fails_leaves_the_old_one(path: Path, gallery: Gallery) -> None:
    code = (
        "import sys, resource\n"
        "from pathlib import Path\n"
        "from camloom.taught.gallery import read_gallery, write_gallery\n"
        "known = read_gallery(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "write_gallery(Path(sys.argv[1]), known.without('Li Lei'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert "ConfigError: cannot write" in done.stderr
    assert set(read_gallery(path).people) == set(gallery.people)
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(f".{path.name}-")] == []


def test_the_nearest_is_the_person_with_the_most_similar_picture(gallery: Gallery) -> None:
    near = gallery.nearest(vector(0, 1, 0.6))
    assert near is not None
    assert near.name == "韩梅梅"
    assert near.cosine == pytest.approx(float(vector(0, 1, 0.5) @ vector(0, 1, 0.6)))
    other = gallery.nearest(vector(0, 1, 0.6), without="韩梅梅")
    assert other is not None
    assert other.name == "Li Lei"


def test_a_vector_of_another_size_is_like_nobody(gallery: Gallery) -> None:
    assert gallery.nearest(vector(1, 0)) is None
    assert Gallery("m@1", 0.3).nearest(vector(1, 0, 0)) is None
    assert gallery.without("韩梅梅").nearest(vector(1, 0, 0), without="Li Lei") is None


def test_people_come_and_go(gallery: Gallery) -> None:
    more = gallery.with_print("Li Lei", face(1, 0, 0.1))
    assert len(more.people["Li Lei"]) == 2
    assert "Li Lei" not in more.without("Li Lei").people
    with pytest.raises(ConfigError, match="there is no 'Lily'"):
        gallery.without("Lily")


def test_a_person_has_a_limited_number_of_pictures(gallery: Gallery) -> None:
    for _ in range(MAX_PICTURES - 1):
        gallery = gallery.with_print("Li Lei", face(1, 0, 0))
    with pytest.raises(ConfigError, match=f"has {MAX_PICTURES} pictures"):
        gallery.with_print("Li Lei", face(1, 0, 0))


@pytest.mark.parametrize("name", ["", "  ", "a" * 65, "a\nb", "a\x00b", "a\u202eb"])
def test_odd_names_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="letters that can be printed"):
        checked_name(name)


def test_one_name_written_in_two_ways_is_one_name() -> None:
    assert checked_name(" Andre\u0301 ") == checked_name("Andr\u00e9")
