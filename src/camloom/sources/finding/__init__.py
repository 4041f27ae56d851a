"""Find cameras: what source plug-ins can see on the network and on this machine."""
