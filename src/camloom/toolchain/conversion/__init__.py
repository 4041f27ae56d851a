"""A model in another format: the converters, what they need of a graph first, and a card for what they made.

convert      one conversion from card to card, proved by a comparison
targets      which formats there are; converters: the seam of what writes one
to_ncnn      ncnn through pnnx
simplify, focus, resize_axes   changes to an ONNX graph on the way
"""
