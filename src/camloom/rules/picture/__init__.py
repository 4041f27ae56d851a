"""Rules about the picture itself: the camera's view, what is built in it, and the states of a place."""
