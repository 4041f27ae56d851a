"""INT8: what a model is calibrated on, what quantises it, and whether the result is still right.

quantize     the whole of it: calibrate, quantise, measure, mend once, or refuse
quantizers   NNCF, and ONNX Runtime's own
layers       which layers are left in float
balance      what the pictures of a calibration lack
"""
