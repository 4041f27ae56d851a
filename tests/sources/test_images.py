"""Pictures in files as a source."""

import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError
from tests.sources.test_open import HTML

from camloom.config import TaskConfig
from camloom.errors import SourceError
from camloom.packets import Packet
from camloom.sources.images import ImagesConfig, ImagesSource
from camloom.sources.reading.decode import Decoder


def put(path: Path, value: int = 90, size: tuple[int, int] = (64, 48)) -> Path:
    """Write a picture of one brightness."""
    assert cv2.imwrite(str(path), np.full((size[1], size[0], 3), value, np.uint8))
    return path


def brightness(packets: list[Packet], source: ImagesSource) -> list[int]:
    """Decode packets that are alike and return how bright each is."""
    info = ImagesSource(source._config).open()
    decoder = Decoder(info)
    buffers = [buffer for packet in packets for _, buffer in decoder.decode(packet)]
    buffers += [buffer for _, buffer in decoder.drain()]
    return [round(float(buffer.to_bgr().mean())) for buffer in buffers]


def source_of(path: Path | str, **settings: Any) -> ImagesSource:
    return ImagesSource(ImagesConfig(url=str(path), **settings))


def read(source: ImagesSource, count: int | None = None) -> list[Packet]:
    source.open()
    return list(islice(source.packets(), count))


class TestStill:
    @pytest.mark.parametrize("suffix", ["jpg", "jpeg", "JPG", "png", "bmp", "webp"])
    def test_a_picture_is_one_frame(self, tmp_path: Path, suffix: str) -> None:
        source = source_of(put(tmp_path / f"a.{suffix}", 90))
        info = source.open()
        packets = list(source.packets())

        assert (info.width, info.height, info.live, info.frames) == (64, 48, False, 1)
        assert brightness(packets, source) == [pytest.approx(90, abs=2)]

    @pytest.mark.parametrize("suffix", ["jpg", "PNG", "webp"])
    def test_its_path_is_enough_in_a_task(self, tmp_path: Path, suffix: str) -> None:
        task = TaskConfig.model_validate({"source": str(tmp_path / f"a.{suffix}")})

        assert task.source.type == "images"

    def test_a_folder_and_the_scheme_are_too(self, tmp_path: Path) -> None:
        for text in (f"{tmp_path}/", f"image:{tmp_path}", f"image://{tmp_path}"):
            source = TaskConfig.model_validate({"source": text}).source
            assert (source.type, source.config.path) == ("images", tmp_path)

    def test_repeated_it_comes_at_its_pace_as_a_camera_would(self, tmp_path: Path) -> None:
        source = source_of(put(tmp_path / "a.png"), repeat=True, fps=20)
        began_s = time.monotonic()
        info = source.open()
        packets = list(islice(source.packets(), 5))

        assert info.live
        assert [packet.pts_s for packet in packets] == pytest.approx([0, 0.05, 0.1, 0.15, 0.2])
        assert time.monotonic() - began_s >= 0.2

    def test_repeated_and_then_gone_is_an_error_not_a_busy_loop(self, tmp_path: Path) -> None:
        picture = put(tmp_path / "a.png")
        source = source_of(picture, repeat=True, fps=60)
        source.open()
        packets = source.packets()
        next(packets)
        picture.unlink()

        with pytest.raises(SourceError) as caught:
            list(packets)

        assert caught.value.reason == "missing"


class TestFolder:
    def test_natural_order_at_the_given_pace(self, tmp_path: Path) -> None:
        for name, value in (("cam10.png", 120), ("cam2.png", 40), ("Cam1.png", 20), ("notes.txt", 0)):
            if name.endswith("png"):
                put(tmp_path / name, value)
            else:
                (tmp_path / name).write_text("no picture")
        source = source_of(tmp_path, fps=2)
        info = source.open()
        packets = list(source.packets())

        assert info.frames == 3
        assert [packet.pts_s for packet in packets] == [0, 0.5, 1]
        assert brightness(packets, source) == [20, 40, 120]

    @pytest.mark.parametrize("content", [b"", HTML, b"\xff\xd8\xff" + b"x" * 99, b"\x89PNG\r\n\x1a\n"])
    def test_broken_ones_are_skipped_and_counted(self, tmp_path: Path, content: bytes) -> None:
        put(tmp_path / "b.jpg")
        (tmp_path / "a.jpg").write_bytes(content)
        whole = put(tmp_path / "c.jpg", size=(320, 240)).read_bytes()
        (tmp_path / "c.jpg").write_bytes(whole[: len(whole) // 2])
        (tmp_path / "d.jpg").mkdir()
        source = source_of(tmp_path)

        assert len(read(source)) == 1
        assert source.skipped == 3

    def test_another_format_or_size_is_said_with_the_packet(self, tmp_path: Path) -> None:
        put(tmp_path / "1.png", 10)
        put(tmp_path / "2.jpg", 20)
        put(tmp_path / "3.jpg", 30)
        put(tmp_path / "4.jpg", 40, size=(128, 96))

        packets = read(source_of(tmp_path))

        assert [packet.discont for packet in packets] == [False, True, False, True]
        said = [(packet.info.codec, packet.info.width) if packet.info else None for packet in packets]
        assert said == [None, ("mjpeg", 64), None, ("mjpeg", 128)]

    def test_a_picture_bomb_is_skipped(self, tmp_path: Path) -> None:
        put(tmp_path / "b.png")
        bomb = bytearray((tmp_path / "b.png").read_bytes())
        bomb[16:24] = (50_000).to_bytes(4, "big") * 2
        (tmp_path / "a.png").write_bytes(bomb)
        source = source_of(tmp_path)

        assert len(read(source)) == 1
        assert source.skipped == 1

    @pytest.mark.parametrize(("broken", "reason"), [(False, "missing"), (True, "not-a-video")])
    def test_none_at_all_is_an_error(self, tmp_path: Path, broken: bool, reason: str) -> None:
        if broken:
            (tmp_path / "a.jpg").write_bytes(HTML)

        with pytest.raises(SourceError) as caught:
            source_of(tmp_path).open()

        assert caught.value.reason == reason

    def test_no_such_folder(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError) as caught:
            source_of(tmp_path / "none").open()

        assert caught.value.reason == "missing"

    def test_under_a_strict_environment_no_file_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CAMLOOM_SOURCE_POLICY", "strict")

        with pytest.raises(SourceError) as caught:
            source_of(put(tmp_path / "a.png")).open()

        assert caught.value.reason == "policy"


class TestWatch:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look more often than every half second."""
        monkeypatch.setattr("camloom.sources.images._POLL_S", 0.03)

    def test_new_pictures_come_when_they_are_complete(self, tmp_path: Path) -> None:
        put(tmp_path / "1.png", 10)
        source = source_of(tmp_path, watch=True)
        assert source.reconnects
        assert source.open().live
        packets = source.packets()
        first = next(packets)
        self._slowly(tmp_path / "2.png", put(tmp_path / "whole.bin.png", 20))
        rest = list(islice(packets, 2))
        source.stop()

        assert list(packets) == []
        assert source.skipped == 0
        assert brightness([first, *rest], source) == [10, 20, 20]
        assert first.pts_s < rest[0].pts_s

    def _slowly(self, path: Path, whole: Path) -> None:
        """Write a copy of a picture as a camera does over a slow line, in ever more pieces."""

        def write() -> None:
            data = whole.read_bytes()
            with path.open("wb") as file:
                for position in range(0, len(data), 16):
                    file.write(data[position : position + 16])
                    file.flush()
                    time.sleep(0.01)

        threading.Thread(target=write).start()

    def test_a_new_version_of_the_one_picture_comes_too(self, tmp_path: Path) -> None:
        picture = put(tmp_path / "latest.png", 10)
        source = source_of(picture, watch=True)
        source.open()
        packets = source.packets()
        first = next(packets)
        put(tmp_path / "new.png", 99).rename(picture)
        second = next(packets)
        source.stop()

        assert brightness([first, second], source)[-1] == 99

    def test_an_empty_folder_is_no_place_to_wait_in_for_ever(self, tmp_path: Path) -> None:
        source = source_of(tmp_path, watch=True)

        assert not source.knock()
        with pytest.raises(SourceError) as caught:
            source.open()
        put(tmp_path / "1.png")

        assert caught.value.reason == "missing"
        assert source_of(tmp_path, watch=True).knock()

    def test_it_cannot_repeat_as_well(self) -> None:
        with pytest.raises(ValidationError, match="exclude"):
            ImagesConfig(url="a/", watch=True, repeat=True)


@pytest.fixture(autouse=True)
def threads_end() -> Iterator[None]:
    """See that nothing runs on."""
    before = threading.enumerate()
    yield
    for thread in threading.enumerate():
        if thread not in before and not thread.daemon:
            thread.join(5)
            assert not thread.is_alive()
