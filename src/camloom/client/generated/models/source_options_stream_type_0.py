from typing import Literal

SourceOptionsStreamType0 = Literal["main", "sub"]

SOURCE_OPTIONS_STREAM_TYPE_0_VALUES: set[SourceOptionsStreamType0] = {
    "main",
    "sub",
}


def check_source_options_stream_type_0(value: str) -> SourceOptionsStreamType0:
    if value in SOURCE_OPTIONS_STREAM_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SOURCE_OPTIONS_STREAM_TYPE_0_VALUES!r}")
