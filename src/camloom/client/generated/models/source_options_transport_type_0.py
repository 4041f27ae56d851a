from typing import Literal

SourceOptionsTransportType0 = Literal["tcp", "tcp-active", "tcp-passive", "udp"]

SOURCE_OPTIONS_TRANSPORT_TYPE_0_VALUES: set[SourceOptionsTransportType0] = {
    "tcp",
    "tcp-active",
    "tcp-passive",
    "udp",
}


def check_source_options_transport_type_0(value: str) -> SourceOptionsTransportType0:
    if value in SOURCE_OPTIONS_TRANSPORT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SOURCE_OPTIONS_TRANSPORT_TYPE_0_VALUES!r}")
