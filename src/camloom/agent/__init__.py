"""The engine under a server: does what is wanted of its host, and tells how it is and what happens."""
