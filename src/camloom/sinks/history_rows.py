"""The columns of stored tracks: one row a frame, lists where a frame has several objects.

A frame without objects is a row with empty lists: the clock of the rules goes on. Numbers are kept exactly as the
tracker gave them, so that rules say the same about them later.
"""

import importlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from camloom.detections import Attribute, Vote
from camloom.event import FrameResult
from camloom.frame import Frame
from camloom.tracks import Tracks

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PER_OBJECT = ("track_id", "first_pts_s", "class", "confidence", "x0", "y0", "x1", "y1", "attributes")
_REPEATED = ("run", "width", "height", "discont")
_REPEATED_IN_LISTS = ("track_id", "first_pts_s", "class", "attributes")


def arrow() -> Any:
    """Return pyarrow, which is imported by those only who keep or read a history."""
    return importlib.import_module("pyarrow")


def parquet() -> Any:
    """Return pyarrow's Parquet part."""
    return importlib.import_module("pyarrow.parquet")


@cache
def schema() -> Any:
    """Return the Arrow schema.

    `run` names the run of the engine that wrote the row: track ids and the stream clock begin anew with each.
    Boxes are `x0`, `y0`, `x1`, `y1` in px of a picture of `width` by `height`.
    """
    pa = arrow()
    of_objects = {
        "track_id": pa.int64(),
        "first_pts_s": pa.float64(),
        "class": pa.dictionary(pa.int32(), pa.string()),
        "attributes": pa.string(),
    }
    return pa.schema(
        [
            ("run", pa.string()),
            ("frame", pa.int64()),
            ("pts_s", pa.float64()),
            ("captured_at", pa.timestamp("us", tz="UTC")),
            ("width", pa.int32()),
            ("height", pa.int32()),
            ("discont", pa.bool_()),
            *((name, pa.list_(of_objects.get(name, pa.float32()))) for name in _PER_OBJECT),
        ]
    )


def writer_options() -> dict[str, Any]:
    """Return how the columns are packed: what repeats by dictionary, floats byte by byte, counters by difference."""
    lists = {name: f"{name}.list.element" for name in _PER_OBJECT}
    split = ("pts_s", *(lists[name] for name in ("confidence", "x0", "y0", "x1", "y1")))
    return {
        "compression": "zstd",
        "compression_level": 6,
        "use_dictionary": [name for name in _REPEATED if name != "discont"]
        + [lists[name] for name in _REPEATED_IN_LISTS],
        "column_encoding": dict.fromkeys(split, "BYTE_STREAM_SPLIT")
        | dict.fromkeys(("frame", "captured_at"), "DELTA_BINARY_PACKED"),
        "write_statistics": ["captured_at"],
    }


class Rows:
    """Gathers analysed frames until they are written.

    Args:
        run: names the run of the engine.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self._frames: list[Frame] = []
        self._tracks: list[Tracks] = []
        self.objects = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def span_s(self) -> float:
        """Seconds between the first and the last frame, as people's clocks went."""
        if not self._frames:
            return 0.0
        return (self._frames[-1].captured_at - self._frames[0].captured_at).total_seconds()

    @property
    def first_captured_at(self) -> datetime | None:
        """When the first frame was taken."""
        return self._frames[0].captured_at if self._frames else None

    def add(self, result: FrameResult) -> None:
        """Take in a frame."""
        self._frames.append(result.frame)
        self._tracks.append(result.tracks)
        self.objects += len(result.tracks)

    def to_table(self) -> Any:
        """Return them as an Arrow table."""
        pa, columns = arrow(), self._frame_columns()
        lengths = np.array([len(tracks) for tracks in self._tracks], np.int32)
        offsets = pa.array(np.concatenate(([0], np.cumsum(lengths))).astype(np.int32))
        values = self._object_columns()
        lists = [
            pa.ListArray.from_arrays(offsets, values[name], type=schema().field(name).type) for name in _PER_OBJECT
        ]
        arrays = [pa.array(column, type=schema().field(name).type) for name, column in columns.items()]
        return pa.Table.from_arrays([*arrays, *lists], schema=schema())

    def _frame_columns(self) -> dict[str, list[Any]]:
        frames = self._frames
        return {
            "run": [self._run] * len(frames),
            "frame": [frame.index for frame in frames],
            "pts_s": [frame.pts_s for frame in frames],
            "captured_at": [(frame.captured_at - EPOCH) // _MICROSECOND for frame in frames],
            "width": [frame.width for frame in frames],
            "height": [frame.height for frame in frames],
            "discont": [frame.discont for frame in frames],
        }

    def _object_columns(self) -> dict[str, Any]:
        pa, tracks = arrow(), self._tracks
        xyxy = np.concatenate([one.xyxy for one in tracks]).reshape(-1, 4)
        columns = {
            "track_id": pa.array(np.concatenate([one.track_id for one in tracks])),
            "first_pts_s": pa.array(np.concatenate([one.first_pts_s for one in tracks])),
            "confidence": pa.array(np.concatenate([one.confidence for one in tracks]), type=pa.float32()),
            "class": _classes(tracks),
            "attributes": pa.array(_attributes(tracks, self.objects), type=pa.string()),
        }
        return columns | {
            name: pa.array(np.ascontiguousarray(xyxy[:, place]), type=pa.float32())
            for place, name in enumerate(("x0", "y0", "x1", "y1"))
        }


def _classes(tracks: Sequence[Tracks]) -> Any:
    """Return the class names of all objects as one dictionary array, which holds the names in use only."""
    pa = arrow()
    known: dict[str, int] = {}
    index = [
        known.setdefault(one.class_names[class_id], len(known)) for one in tracks for class_id in one.class_id.tolist()
    ]
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), pa.array(list(known), pa.string()))


def _attributes(tracks: Sequence[Tracks], count: int) -> list[str | None]:
    if all(one.attributes is None for one in tracks):
        return [None] * count
    cells = [read for one in tracks for read in (one.attributes or ((),) * len(one))]
    # From one reading to the next a track carries the same tuple.
    texts = {id(read): _to_json(read) for read in {id(read): read for read in cells}.values()}
    return [texts[id(read)] for read in cells]


def _to_json(read: tuple[Attribute, ...]) -> str | None:
    if not read:
        return None
    return json.dumps([_to_dict(one) for one in read], ensure_ascii=False, separators=(",", ":"))


def _to_dict(read: Attribute) -> dict[str, Any]:
    told = {"name": read.name, "value": read.value, "confidence": read.confidence, "model": read.model}
    return told | ({"votes": [astuple(vote) for vote in read.votes]} if read.votes else {})


def attributes_from_json(text: str | None) -> tuple[Attribute, ...]:
    """Return the attributes of one object from its cell."""
    return tuple(_attribute(one) for one in json.loads(text)) if text else ()


def _attribute(stored: dict[str, Any]) -> Attribute:
    votes = tuple(Vote(*one) for one in stored.pop("votes", ()))
    return Attribute(**stored, votes=votes)
