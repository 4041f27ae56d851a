"""The engine of a host under a server: does what it is to do, and tells how it is."""
