from typing import Literal

SourceOptionsFormatType0 = Literal["h264", "mjpeg", "yuyv"]

SOURCE_OPTIONS_FORMAT_TYPE_0_VALUES: set[SourceOptionsFormatType0] = {
    "h264",
    "mjpeg",
    "yuyv",
}


def check_source_options_format_type_0(value: str) -> SourceOptionsFormatType0:
    if value in SOURCE_OPTIONS_FORMAT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SOURCE_OPTIONS_FORMAT_TYPE_0_VALUES!r}")
