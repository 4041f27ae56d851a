"""The side that cameras and recorders register at: the superior platform of GB/T 28181."""
