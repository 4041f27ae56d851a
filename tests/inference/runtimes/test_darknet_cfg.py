"""The text half of a Darknet model: the sizes that follow from it, and how many weights it needs."""

import struct
from pathlib import Path

import pytest

from camloom.errors import ModelError
from camloom.inference.runtimes.darknet_cfg import check_weights, read_cfg

NET = "[net]\nwidth=64\nheight=32\nchannels=3\n"
CONV = "[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\nstride=2\npad=1\n"


def cfg(folder: Path, text: str) -> Path:
    path = folder / "net.cfg"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("section", "shape", "weights"),
    [
        ("[convolutional]\nfilters=16\nsize=1\n", (16, 16, 32), 16 * 8 + 16),
        ("[convolutional]\nfilters=16\nsize=3\npad=1\nbatch_normalize=1\n", (16, 16, 32), 16 * 8 * 9 + 4 * 16),
        ("[convolutional]\nfilters=8\nsize=3\npad=1\ngroups=8\n", (8, 16, 32), 8 * 9 + 8),
        ("[convolutional]\nfilters=4\nsize=3\npadding=2\ndilation=2\n", (4, 16, 32), 4 * 8 * 9 + 4),
        ("[maxpool]\nsize=2\nstride=2\n", (8, 8, 16), 0),
        ("[maxpool]\nsize=2\nstride=1\n", (8, 16, 32), 0),
        ("[upsample]\nstride=2\n", (8, 32, 64), 0),
        ("[reorg]\nstride=2\n", (32, 8, 16), 0),
        ("[route]\nlayers=-1, 0\n", (16, 16, 32), 0),
        ("[route]\nlayers=0\ngroups=2\ngroup_id=1\n", (4, 16, 32), 0),
        ("[shortcut]\nfrom=-1\nactivation=linear\n", (8, 16, 32), 0),
        ("[avgpool]\n", (8, 1, 1), 0),
        ("[connected]\noutput=10\n", (10, 1, 1), 10 * 8 * 16 * 32 + 10),
        ("[dropout]\nprobability=.5\n", (8, 16, 32), 0),
    ],
)
def test_sizes_and_weights_follow_from_the_sections(
    tmp_path: Path, section: str, shape: tuple[int, int, int], weights: int
) -> None:
    net = read_cfg(cfg(tmp_path, NET + CONV + section))
    assert net.input == (3, 32, 64)
    assert net.sections[0].shape == (8, 16, 32)
    assert net.sections[1].shape == shape
    assert net.weights == 8 * 3 * 9 + 4 * 8 + weights


def test_remarks_and_spaces_do_not_count(tmp_path: Path) -> None:
    text = "# a remark\n  [net]\n width = 64 ; px\nheight=32\n\n" + CONV + "[yolo]\nmask = 0, 1\nclasses=80\n"
    net = read_cfg(cfg(tmp_path, text))
    assert [head.numbers("mask") for head in net.heads] == [[0, 1]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CONV, r"does not begin with \[net\]"),
        ("[net]\nwidth=64\n" + CONV, "a layer of 3x0x64"),
        (NET.replace("64", "-64") + CONV, "a layer of 3x32x-64"),
        (NET.replace("64", "many") + CONV, "width is 'many', not a whole number"),
        (NET, "it has no layers"),
        (NET + "[lstm]\noutput=5\n", r"a section \[lstm\] is not known"),
        (NET + CONV.replace("filters=8", "filters=999999999"), "a layer of 999999999"),
        (NET + CONV.replace("stride=2", "stride=0"), "impossible sizes"),
        (NET + CONV.replace("size=3", "size=99").replace("pad=1", ""), "a layer of 8x"),
        (NET + CONV + "[route]\nlayers=7\n", "a reference to layer 7"),
        (NET + CONV + "[route]\n", "a reference is '', not a whole number"),
        (NET + "width 64\n" + CONV, "line 5 is neither a section nor a setting"),
        (NET + "[net]\n" * 6000, "it has 6001 sections"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ModelError, match=f"net.cfg is a damaged Darknet cfg: .*{reason}") as caught:
        read_cfg(cfg(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_an_empty_file_is_no_cfg(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"net\.cfg is no Darknet cfg: it has no sections"):
        read_cfg(cfg(tmp_path, "# nothing\n"))


@pytest.mark.parametrize(("header", "seen"), [((0, 1, 0), "<i"), ((0, 2, 5), "<q"), ((1, 0, 0), "<q")])
def test_weights_are_counted_behind_either_header(tmp_path: Path, header: tuple[int, int, int], seen: str) -> None:
    net = read_cfg(cfg(tmp_path, NET + CONV))
    path = tmp_path / "net.weights"
    content = struct.pack("<3i", *header) + struct.pack(seen, 7) + bytes(4 * net.weights)
    path.write_bytes(content)
    check_weights(net, path)
    path.write_bytes(content[:-1])
    with pytest.raises(ModelError, match=rf"net\.weights has {len(content) - 1} bytes, its cfg needs {len(content)}"):
        check_weights(net, path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" * 100, b"<html>no such file</html>"])
def test_what_is_no_file_of_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "net.weights"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="no file of weights of Darknet"):
        check_weights(read_cfg(cfg(tmp_path, NET + CONV)), path)


def conv(filters: int, size: int, last: bool = False) -> str:
    return f"[convolutional]\nfilters={filters}\nsize={size}\nstride=1\npad=1\nbatch_normalize={0 if last else 1}\n"


def pool(stride: int) -> str:
    return f"[maxpool]\nsize=2\nstride={stride}\n"


def test_a_published_net_needs_as_many_bytes_as_its_weights_have(tmp_path: Path) -> None:
    """yolov3-tiny.cfg of pjreddie/darknet, whose weights have 35,434,956 bytes."""
    body = "".join(conv(filters, 3) + pool(2 if filters < 512 else 1) for filters in (16, 32, 64, 128, 256, 512))
    body += conv(1024, 3) + conv(256, 1) + conv(512, 3) + conv(255, 1, last=True) + "[yolo]\nclasses=80\n"
    body += "[route]\nlayers=-4\n" + conv(128, 1) + "[upsample]\nstride=2\n[route]\nlayers=-1, 8\n"
    body += conv(256, 3) + conv(255, 1, last=True) + "[yolo]\nclasses=80\n"
    net = read_cfg(cfg(tmp_path, "[net]\nwidth=416\nheight=416\nchannels=3\n" + body))
    assert [head.shape for head in net.heads] == [(255, 13, 13), (255, 26, 26)]
    assert 20 + 4 * net.weights == 35_434_956
