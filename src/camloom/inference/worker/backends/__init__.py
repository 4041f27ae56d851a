"""One file for each vendor: numpy and the vendor's SDK, nothing of Camloom, in the Python of ten years ago.

Each has a class `Backend` and a function `devices()`, as docs/hardware.md describes for those who write their own.
"""
