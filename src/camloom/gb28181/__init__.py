"""GB/T 28181: cameras and platforms of the Chinese national standard."""
