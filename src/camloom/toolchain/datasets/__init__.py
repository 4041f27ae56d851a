"""Labelled pictures of any layout, in one type.

labels     what is in a picture; the dataset; the problems found while it was read
files      reading hostile files: sizes, paths that stay inside, XML without entities
pictures   picture files to frames, through the engine's own decoder
coco, yolo, voc, mot   the layouts
read       finds out which layout a path has
"""

from camloom.toolchain.datasets.labels import Dataset, Labels, Picture
from camloom.toolchain.datasets.pictures import frames, read_picture
from camloom.toolchain.datasets.read import read_dataset

__all__ = ["Dataset", "Labels", "Picture", "frames", "read_dataset", "read_picture"]
