"""GB/T 28181, the national standard by which video platforms and cameras in China speak to each other (2016, 2022).

`sip` carries it, `manscdp` is what it says, `media` is the video, `platform` is the side that cameras register at,
`cascade` the side that registers below another platform.
"""
