"""Tasks: what a camera is to watch for, and when."""
