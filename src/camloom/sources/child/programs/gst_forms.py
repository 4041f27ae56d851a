"""What GStreamer's caps are in our words, and the bytes of a plain picture without GStreamer's padding."""

import base64
from typing import Any

from .wire import ProgramError

CODECS = {"video/x-raw": "rawvideo", "video/x-bayer": "rawvideo", "image/jpeg": "mjpeg"}
CODECS.update({"video/x-h264": "h264", "video/x-h265": "hevc"})
# GStreamer's format: FFmpeg's name, and of each plane the bytes in a row for two pixels, and whether its rows are half.
PLAIN = {
    "I420": ("yuv420p", ((2, False), (1, True), (1, True))),
    "NV12": ("nv12", ((2, False), (2, True))),
    "NV21": ("nv21", ((2, False), (2, True))),
    "Y42B": ("yuv422p", ((2, False), (1, False), (1, False))),
    "NV16": ("nv16", ((2, False), (2, False))),
    "Y444": ("yuv444p", ((2, False), (2, False), (2, False))),
    "YUY2": ("yuyv422", ((4, False),)),
    "UYVY": ("uyvy422", ((4, False),)),
    "GRAY8": ("gray", ((2, False),)),
    "GRAY16_LE": ("gray16le", ((4, False),)),
    "RGB": ("rgb24", ((6, False),)),
    "BGR": ("bgr24", ((6, False),)),
    "RGBA": ("rgba", ((8, False),)),
    "RGBx": ("rgba", ((8, False),)),
    "BGRA": ("bgra", ((8, False),)),
    "BGRx": ("bgra", ((8, False),)),
}
BAYER = ("bggr", "rggb", "gbrg", "grbg")
# What an appsink takes: whole pictures, plain ones in formats that are known here.
CAPS = "; ".join(
    (
        "video/x-raw(ANY),format={" + ",".join(PLAIN) + "}",
        "video/x-bayer,format={" + ",".join(BAYER) + "}",
        "video/x-h264,alignment=au",
        "video/x-h265,alignment=au",
        "image/jpeg",
    )
)


def form_of(caps: Any) -> "dict[str, Any]":
    """Return what caps say, for `Wire.format`. ProgramError: not understood."""
    structure = caps.get_structure(0)
    name = structure.get_name()
    if name not in CODECS:
        hint = "Let it end in video/x-raw, video/x-h264, video/x-h265 or image/jpeg"
        raise ProgramError(f"the pipeline ends in {name}", hint, "unsupported")
    width, height = structure.get_value("width"), structure.get_value("height")
    if not width or not height:
        hint = "Put h264parse, h265parse or jpegparse before its end"
        raise ProgramError("the pipeline does not say how large its pictures are", hint, "unsupported")
    form = {"codec": CODECS[name], "width": width, "height": height, "fps": _fps(structure)}
    if form["codec"] == "rawvideo":
        form["pix_fmt"] = _pix_fmt(caps, structure)
    data = structure.get_value("codec_data")
    if data is not None:
        form["extradata"] = base64.b64encode(data.extract_dup(0, data.get_size())).decode()
    return form


def _fps(structure: Any) -> float:
    known, number, per = structure.get_fraction("framerate")
    return min(number / per, 1000.0) if known and per > 0 and number > 0 else 0.0


def _pix_fmt(caps: Any, structure: Any) -> str:
    features = caps.get_features(0)
    if features is not None and features.to_string() not in ("memory:SystemMemory", ""):
        hint = "Put nvvidconv or the converter of this device before its end, then video/x-raw,format=I420"
        raise ProgramError(f"the pictures of the pipeline are in {features.to_string()}", hint, "unsupported")
    wanted = structure.get_string("format") or ""
    if structure.get_name() == "video/x-bayer" and wanted in BAYER:
        return f"bayer_{wanted}8"
    if wanted not in PLAIN:
        hint = "Put videoconvert ! video/x-raw,format=I420 before its end"
        raise ProgramError(f"the pipeline ends in pictures of the format {wanted}", hint, "unsupported")
    return PLAIN[wanted][0]


def plain_bytes(video: Any, buffer: Any, caps: Any) -> bytes:
    """Return a plain picture, its rows one after the other without gaps."""
    data = buffer.extract_dup(0, buffer.get_size())
    structure = caps.get_structure(0)
    width, height = structure.get_value("width"), structure.get_value("height")
    if structure.get_name() == "video/x-bayer":
        return tight(data, [0], [(width + 3) & ~3], [(width, height)])
    meta = video.buffer_get_video_meta(buffer)
    layout = video_info(video, caps) if meta is None else meta
    planes = PLAIN[structure.get_string("format")][1]
    sizes = [((width * per_two + 1) // 2, (height + 1) // 2 if half else height) for per_two, half in planes]
    return tight(data, layout.offset, layout.stride, sizes)


def video_info(video: Any, caps: Any) -> Any:
    """Return the usual layout for caps; how that is asked for has changed over the versions of GStreamer."""
    if hasattr(video.VideoInfo, "new_from_caps"):
        return video.VideoInfo.new_from_caps(caps)
    info = video.VideoInfo()
    info.from_caps(caps)
    return info


def tight(data: bytes, offsets: "list[int]", strides: "list[int]", sizes: "list[Any]") -> bytes:
    """Return planes without gaps between their rows and between them.

    Args:
        sizes: of each plane the bytes of a row and the number of rows.
    """
    parts, view = [], memoryview(data)
    for (row, rows), offset, stride in zip(sizes, offsets, strides):  # noqa: B905  # `strict` is too new
        if stride < row or offset + stride * (rows - 1) + row > len(data):
            raise ProgramError("the pipeline sends pictures that are too small for their size")
        if stride == row:
            parts.append(view[offset : offset + row * rows])
        else:
            parts.extend(view[offset + stride * y : offset + stride * y + row] for y in range(rows))
    return b"".join(parts) if len(parts) > 1 or len(parts[0]) != len(data) else data
