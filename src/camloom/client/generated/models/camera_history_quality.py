from typing import Literal

CameraHistoryQuality = Literal["fair", "good", "poor", "unknown"]

CAMERA_HISTORY_QUALITY_VALUES: set[CameraHistoryQuality] = {
    "fair",
    "good",
    "poor",
    "unknown",
}


def check_camera_history_quality(value: str) -> CameraHistoryQuality:
    if value in CAMERA_HISTORY_QUALITY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CAMERA_HISTORY_QUALITY_VALUES!r}")
