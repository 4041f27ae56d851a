"""One picture for people to look at."""

import cv2
from av.video.frame import VideoFrame

_JPEG_QUALITY = 85
_MOST_WIDTH_PX = 1920


def jpeg_of(picture: VideoFrame) -> bytes:
    """Return a decoded picture as a JPEG, at most 1920 px wide."""
    scale = min(1.0, _MOST_WIDTH_PX / picture.width)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    pixels = picture.to_ndarray(format="bgr24", width=size[0], height=size[1])
    _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return jpeg.tobytes()
