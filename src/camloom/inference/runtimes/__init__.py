"""Tensors in, tensors out: the executors. They know no boxes."""
