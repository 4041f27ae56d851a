"""Pixel formats by the codes that GenICam cameras of all makers use (PFNC), in FFmpeg's words."""

PLAIN = {
    0x01080001: "gray",
    0x01100003: "gray10le",
    0x01100005: "gray12le",
    0x01100007: "gray16le",
    0x01080008: "bayer_grbg8",
    0x01080009: "bayer_rggb8",
    0x0108000A: "bayer_gbrg8",
    0x0108000B: "bayer_bggr8",
    0x02180014: "rgb24",
    0x02180015: "bgr24",
    0x02200016: "rgba",
    0x02200017: "bgra",
    0x0210001F: "uyvy422",
    0x02100032: "yuyv422",
}
# What to ask a camera for that gives something else, the best first.
NAMES = (
    *("BayerRG8", "BayerGB8", "BayerGR8", "BayerBG8"),
    *("YUV422_8", "YUV422_8_UYVY", "RGB8", "BGR8", "Mono8"),
)


def size_bytes(code: int, width: int, height: int) -> int:
    """Return what a picture takes: the code itself says how many bits a pixel has."""
    return ((code >> 16) & 0xFF) * width * height // 8
