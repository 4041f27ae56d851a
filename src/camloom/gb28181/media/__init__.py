"""The media of GB/T 28181: pictures over RTP, mostly in an MPEG program stream."""
